"""Choice of the two runs that a homework is made of."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from cadl_desktop.experiment.model import has_many_pictures
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sentences import counted, sentence_of, shown
from cadl_desktop.session.exporter import Exporter
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.fields import Chooser, Field, describe
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.settings.recent_paths import last_folder

if TYPE_CHECKING:
    from cadl_desktop.export.trained import Trained

_THIS, _NONE = "this", "none"


class HomeworkRuns(QWidget):
    """A run that paints a single picture and one that paints many, of this project or of other files.

    `run` is the one that is exported; `others` are those that can be chosen beside it, with their titles.
    """

    changed = Signal()
    added = Signal(str)
    refused = Signal(str)

    def __init__(self, run: "Trained", others: "Sequence[tuple[str, Trained]]", exporter: Exporter) -> None:
        super().__init__()
        self._exporter, self._compute = exporter, run.compute
        self._many = has_many_pictures(run.experiment.data)
        self._runs: dict[str, tuple[str, Trained]] = {}
        self._chosen = {many: _THIS if many == self._many else _NONE for many in (False, True)}
        self.choosers = {many: Chooser() for many in self._chosen}
        for many, chooser in self.choosers.items():
            chooser.chosen.connect(partial(self._choose, many))
        self.open = QPushButton("Another project…")
        self.open.setAutoDefault(False)
        describe(self.open, "Another project…", "Offers the trained runs of another project as well.")
        self.open.clicked.connect(self._browse)
        in_column(
            Field("Single picture", "Which run gives the part of a single picture.", self.choosers[False]),
            Field("Many pictures", "Which run gives the part of many pictures.", self.choosers[True]),
            self.open,
            on=self,
        )
        self._add(others)

    def joined(self, run: "Trained") -> "Trained":
        """The chosen runs, where `run` stands for the one that is exported."""
        known = {_THIS: run} | {name: other for name, (_, other) in self._runs.items()}
        first, *rest = (known[name] for name in self._chosen.values() if name != _NONE)
        return replace(first, other=rest[0] if rest else None)

    def read(self, path: Path) -> None:
        """Adds the runs of a project file."""

        def done(runs: "list[Trained]") -> None:
            paintings = [replace(run, compute=self._compute) for run in runs if is_painting(run.experiment)]
            if not paintings:
                self.refused.emit(f"“{shown(path.name)}” has no trained painting; choose another project.")
                return
            self._add([(f"{shown(path.stem)}: {shown(run.experiment.name)}", run) for run in paintings])
            self.changed.emit()
            self.added.emit(f"{counted(len(paintings), 'run')} of “{shown(path.name)}” added to choose from.")

        self._exporter.read_runs(path, done, lambda error: self.refused.emit(sentence_of(error)))

    def _add(self, others: "Sequence[tuple[str, Trained]]") -> None:
        """Adds runs to choose from, and chooses the first of those that give what this run can't give."""
        before = len(self._runs)
        paintings = [each for each in others if is_painting(each[1].experiment)]
        self._runs |= {str(number): each for number, each in enumerate(paintings, before)}
        for many, chooser in self.choosers.items():
            fitting = {
                name: each
                for name, each in self._runs.items()
                if has_many_pictures(each[1].experiment.data) == many
            }
            if many != self._many:
                new = (name for name in fitting if int(name) >= before)
                self._chosen[many] = next(new, self._chosen[many])
            is_own = many == self._many
            first = (_THIS, "This run", "The run shown.") if is_own else (_NONE, "None", "Leaves it out.")
            listed = (
                (name, title, f"{title}, epoch {run.state.epoch:,}") for name, (title, run) in fitting.items()
            )
            chooser.set_choices([first, *listed])
            chooser.set_name(self._chosen[many])

    def _choose(self, many: bool, name: str) -> None:
        self._chosen[many] = name
        self.changed.emit()

    @Slot()
    def _browse(self) -> None:
        kinds = "Projects (*.cadl)"
        if path := file_dialogs.file_to_open(self, "Run of another project", last_folder(), kinds):
            self.read(Path(path))
