"""What may be raced: the network of the window, the runs of its list, and the presets."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication

from cadl_desktop.experiment.edits import presets_for, with_preset
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.presets import preset
from cadl_desktop.sentences import filled
from cadl_desktop.session.race import Contender
from cadl_desktop.ui.controls.fields import translated
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
        network = (DOCUMENT, _tr("This network"), _tr("The network of the window as it is set now."))
        runs = [
            (run_key(row.record.number), _run_title(row), _tr("From the seed, with its own settings."))
            for row in self._rows()
        ]
        presets = [
            (f"{_PRESET}{name}", translated(preset(name).name), translated(preset(name).note))
            for name in presets_for(self._document().data)
        ]
        return [network, *runs, *presets]

    def pair(self, left: str, right: str) -> tuple[Contender, Contender] | None:
        """The two of these keys; a preset does what it does to the data of the other one. None where one is
        no longer there."""
        designed = self._designed(left), self._designed(right)
        found = []
        for key, own, other in zip((left, right), designed, reversed(designed), strict=True):
            if own is None and not key.startswith(_PRESET):
                return None
            found.append(own or self._preset(key, other.experiment if other else self._document()))
        return found[0], found[1]

    def _designed(self, key: str) -> Contender | None:
        """One that has data of its own."""
        if key == DOCUMENT:
            return Contender(_tr("This network"), self._document())
        row = next((row for row in self._rows() if run_key(row.record.number) == key), None)
        return None if row is None else Contender(_run_title(row), row.record.experiment)

    def _preset(self, key: str, base: Experiment) -> Contender:
        name = key.removeprefix(_PRESET)
        fits = name in presets_for(base.data)
        return Contender(translated(preset(name).name), with_preset(base, name) if fits else preset(name))


def _run_title(row: RunRow) -> str:
    return filled(_tr("Run {number}: {name}"), number=row.record.number, name=row.differs)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Contenders", text)
