"""What a person wants of one export: its format and the options that they have set themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cadl_desktop.experiment import Part, Value
from cadl_desktop.experiment.registry import Entry, Parameter

if TYPE_CHECKING:
    from cadl_desktop.export.exports import Export
    from cadl_desktop.export.trained import Trained


@dataclass
class ChosenExport:
    """One export of one run. `given` holds what was set; all else follows from it or is the default."""

    export: "Export"
    trained: "Trained"
    ending: str
    given: dict[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, export: "Export", trained: "Trained", looked_at: Mapping[str, Value]) -> "ChosenExport":
        """What a dialog begins with: what is looked at, in the export's own format and size."""
        ending = export.ending(Path(export.file)) or export.suffixes[0]
        return cls(export, trained, ending, export.begin(trained) | dict(looked_at))

    def entry(self) -> Entry:
        """The options that this format has, as a form shows them."""
        options = self.export.options_for(self.ending, self.trained.experiment)
        return Entry(f"{self.export.name} {self.ending}", self.export.title, self.export.help, "", options)

    def part(self) -> Part:
        """The value of every such option."""
        entry = self.entry()
        shown = self.export.complete(self.trained, entry.part().as_dict() | self.given)
        return Part(entry.kind, tuple((option.name, shown[option.name]) for option in entry.parameters))

    def set(self, part: Part) -> None:
        """Takes what is different in a part; of options that say the same, the newest counts."""
        before, entry = self.part().as_dict(), self.entry()
        for name, value in part.settings:
            if before[name] != value:
                if name in self.export.linked:
                    for other in self.export.linked:
                        self.given.pop(other, None)
                self.given[name] = _within_limits(entry.parameter(name), value)

    def options(self) -> dict[str, Value]:
        """What the export is given."""
        known = {option.name for option in self.entry().parameters}
        return {name: value for name, value in self.given.items() if name in known}


def _within_limits(option: Parameter, value: Value) -> Value:
    """The nearest value that the option allows."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    low = value if option.minimum is None else max(value, option.minimum)
    nearest = low if option.maximum is None else min(low, option.maximum)
    return int(nearest) if option.kind == "int" else nearest
