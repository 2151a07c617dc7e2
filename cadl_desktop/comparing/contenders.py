"""Designs to train against one another: the network of the window, trainings at hand, and presets."""

from collections.abc import Callable, Sequence

from cadl_desktop.comparing.seeded_designs import Design, called, title_in
from cadl_desktop.comparing.training import Kind, Training, TrainingSet
from cadl_desktop.experiment.edits import presets_for, with_preset
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.paths import PathError
from cadl_desktop.experiment.presets import preset
from cadl_desktop.experiment.setting_descriptions import short_names

DOCUMENT = "document"
_PRESET = "preset "


def training_key(kind: Kind, number: int) -> str:
    """Key of a training in a chooser."""
    return f"{kind} {number}"


class Contenders:
    """Designs to choose from, by keys, as they are now.

    document: makes the experiment of the window.
    sets: makes the sets whose trainings are offered.
    """

    def __init__(self, document: Callable[[], Experiment], sets: Callable[[], Sequence[TrainingSet]]) -> None:
        self._document, self._sets = document, sets

    def choices(self) -> list[tuple[str, str, str]]:
        """Key, title and help of each, the newest training first; only presets for data like the
        document's."""
        text = "From the seed, with its own settings."
        offered = [(key, called(title, it.differs), text) for key, (title, it) in self._offered().items()]
        presets = [(name, preset(name)) for name in presets_for(self._document().data)]
        return [
            (DOCUMENT, "This network", "The network of the window as it is set now."),
            *offered,
            *((f"{_PRESET}{name}", each.name, each.note) for name, each in presets),
        ]

    def pair(self, left: str, right: str) -> tuple[Design, Design] | None:
        """Returns the designs of two keys, called by what sets them apart from one another. A preset is
        applied to the data of the other one. None where one is no longer there, or can't be made."""
        offered = self._offered()
        try:
            (title, own), (other_title, other) = (self._own_design(key, offered) for key in (left, right))
        except (KeyError, PathError):
            return None
        one, two = own or self._preset(left, other), other or self._preset(right, own)
        differs, other_differs = short_names([one, two])
        return (
            Design(called(title, differs) if left in offered else title, one),
            Design(called(other_title, other_differs) if right in offered else other_title, two),
        )

    def _offered(self) -> dict[str, tuple[str, Training]]:
        """Trainings and their titles by key, the newest of each set first."""
        return {
            training_key(each.kind, training.number): (title_in(each.kind, training), training)
            for each in self._sets()
            for training in reversed(each.trainings)
        }

    def _own_design(
        self, key: str, offered: dict[str, tuple[str, Training]]
    ) -> tuple[str, Experiment | None]:
        """Returns title and experiment of a key; a preset has no data of its own, and no experiment."""
        if key == DOCUMENT:
            return "This network", self._document()
        if key.startswith(_PRESET):
            return preset(key.removeprefix(_PRESET)).name, None
        title, training = offered[key]
        return title, training.design()

    def _preset(self, key: str, other: Experiment | None) -> Experiment:
        name, base = key.removeprefix(_PRESET), other or self._document()
        return with_preset(base, name) if name in presets_for(base.data) else preset(name)
