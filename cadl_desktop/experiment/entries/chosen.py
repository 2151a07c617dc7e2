"""What the activation of a layer does, with the layer's settings of it."""

from dataclasses import dataclass

from cadl_desktop.experiment.entries.activation import Activation, Range, Settings
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import entries


@dataclass(frozen=True)
class ChosenActivation:
    """An activation as a layer has it; `says` is what its entry says of it."""

    title: str
    says: Activation
    settings: Settings

    @property
    def bounds(self) -> Range:
        """The least and the greatest number that it can give."""
        return self.says.bounds(self.settings)

    @property
    def ends(self) -> Range | None:
        """The values from which on, below and above, it is saturated; None where it never is."""
        return self.says.saturates(self.settings) if self.says.saturates else None


def activation_of(part: Part) -> ChosenActivation | None:
    """None where a layer has no activation, or one that the catalog doesn't know."""
    known = entries("activation").get(str(part.as_dict().get("activation")))
    return ChosenActivation(known.title, known.activation, known.settings_of(part)) if known else None
