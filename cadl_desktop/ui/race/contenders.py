"""What may be raced: the network of the window, the runs of its list, and the presets."""

from collections.abc import Callable, Sequence

from cadl_desktop.experiment.edits import presets_for, with_preset
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.presets import preset
from cadl_desktop.experiment.setting_descriptions import short_names
from cadl_desktop.sentences import shown
from cadl_desktop.session.design_race import Contender
from cadl_desktop.ui.runs.model import RunRow

DOCUMENT = "document"
_RUN, _PRESET = "run ", "preset "


def run_key(number: int) -> str:
    """What a run of the list is called in a chooser."""
    return f"{_RUN}{number}"


class Contenders:
    """All of them by keys, as they are now. `rows` gives the runs as they are told, the newest first."""

    def __init__(self, document: Callable[[], Experiment], rows: Callable[[], Sequence[RunRow]]) -> None:
        self._document, self._rows = document, rows

    def choices(self) -> list[tuple[str, str, str]]:
        """Key, title and help of each: of presets those for data like the document's."""
        network = (DOCUMENT, "This network", "The network of the window as it is set now.")
        runs = [
            (
                run_key(row.record.number),
                _run_title(row.record.number, row.differs),
                "From the seed, with its own settings.",
            )
            for row in self._rows()
        ]
        presets = [
            (f"{_PRESET}{name}", preset(name).name, preset(name).note)
            for name in presets_for(self._document().data)
        ]
        return [network, *runs, *presets]

    def pair(self, left: str, right: str) -> tuple[Contender, Contender] | None:
        """The two of these keys, runs called by what sets them apart from the other one; a preset does what
        it does to the data of the other one. None where one is no longer there."""
        keys = left, right
        designed = [self._designed(key) for key in keys]
        found = []
        for key, own, other in zip(keys, designed, reversed(designed), strict=True):
            if own is None and not key.startswith(_PRESET):
                return None
            found.append(own or self._preset(key, other or self._document()))
        names = [_name(*each) for each in zip(keys, short_names(found), strict=True)]
        return Contender(names[0], found[0]), Contender(names[1], found[1])

    def _designed(self, key: str) -> Experiment | None:
        """That of one that has data of its own."""
        if key == DOCUMENT:
            return self._document()
        rows = (row for row in self._rows() if run_key(row.record.number) == key)
        return next((row.record.experiment for row in rows), None)

    def _preset(self, key: str, base: Experiment) -> Experiment:
        name = key.removeprefix(_PRESET)
        return with_preset(base, name) if name in presets_for(base.data) else preset(name)


def _name(key: str, differs: str) -> str:
    """What a contender is called in sentences."""
    if key == DOCUMENT:
        return "This network"
    if key.startswith(_PRESET):
        return preset(key.removeprefix(_PRESET)).name
    return _run_title(int(key.removeprefix(_RUN)), differs)


def _run_title(number: int, differs: str) -> str:
    return f"Run {number}: {shown(differs)}".removesuffix(": ")
