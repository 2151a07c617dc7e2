"""The window in which one design with several seeds, or two, are watched growing."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QWidget

from cadl_desktop.session.sweeps.luck_runs import LuckRuns
from cadl_desktop.ui.controls.fields import ProblemLine, describe
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import FittingLabel, small_label
from cadl_desktop.ui.luck.board import LuckBoard
from cadl_desktop.ui.theme.theme import GRID

_SIZE = QSize(112 * GRID, 80 * GRID)
_BESIDE = QSize(4 * GRID, 4 * GRID)


class LuckWindow(QDialog):
    """Stays open beside the work; what is under way ends when it is closed."""

    closed = Signal()
    adopt_wanted = Signal(int, int)
    """A design's place, counted from 0, and a trial's number."""

    def __init__(self, runs: LuckRuns, *, paints: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        one = len(runs.designs) == 1
        self.setWindowTitle("Was it luck?" if one else "Do these differ beyond luck?")
        self._runs = runs
        self._has_samples = False
        self.board = LuckBoard(paints=paints)
        self.progress, self.problem, self.bar = small_label(), ProblemLine(), QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Runs that are over")
        self.stop, self.leave = QPushButton("Stop"), QPushButton("Close")
        text = "Trains no more; the runs that are over stay to be looked at."
        describe(self.stop, "Stop the runs", text)
        self.chosen, self.adopt = FittingLabel(), QPushButton("Adopt")
        text = "Makes the chosen run the document's, with its moments; Undo goes back (Return)."
        describe(self.adopt, self.adopt.text(), text)
        for button in (self.adopt, self.stop, self.leave):
            button.setAutoDefault(False)
        self.stop.clicked.connect(runs.stop)
        self.leave.clicked.connect(self.close)
        foot = in_row(self.progress, wide(self.bar), self.stop, self.leave)
        choice = in_row(wide(self.chosen), self.adopt)
        in_column(wide(self.board), choice, self.problem, foot, on=self, margins=2 * GRID)
        self.resize(_SIZE.boundedTo(parent.window().size() - _BESIDE))
        costs = self.board.costs
        costs.chosen_changed.connect(self._show_chosen)
        costs.open_wanted.connect(self._adopt)
        self.adopt.clicked.connect(self._adopt)
        runs.changed.connect(self.show_runs)
        runs.message.connect(self._show_problem)
        self.show_runs()

    @Slot()
    def show_runs(self) -> None:
        """How they stand now."""
        runs = self._runs
        if runs.samples is not None and not self._has_samples:
            self._has_samples = True
            self.board.show_samples(runs.samples)
        self.board.show_designs(runs.designs, runs.sentences)
        self._show_chosen()
        text = f"{runs.over} of {runs.wanted} runs are over"
        if not runs.is_running and runs.over < runs.wanted:
            text += "; stopped"
        self.progress.setText(text)
        self.bar.setRange(0, runs.wanted)
        self.bar.setValue(runs.over)
        self.stop.setEnabled(runs.is_running)
        self.leave.setText("Stop and close" if runs.is_running else "Close")
        describe(self.leave, self.leave.text(), "Lets go of these runs; nothing of them is kept.")

    @Slot()
    def _show_chosen(self) -> None:
        costs = self.board.costs
        self.adopt.setEnabled(costs.chosen is not None)
        self.chosen.show_texts((costs.words or "Click a dot of the costs to choose its run.", ""))

    @Slot()
    def _adopt(self) -> None:
        if self.board.costs.chosen is not None:
            self.adopt_wanted.emit(*self.board.costs.chosen)

    @Slot(str, object)
    def _show_problem(self, kind: str, sentence: str) -> None:
        self.problem.show_problem(sentence)

    def done(self, result: int) -> None:
        """By its button, by Escape, or by its frame."""
        super().done(result)
        self.closed.emit()
