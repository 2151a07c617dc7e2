"""From 'Was it luck?' to the window that answers."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps.luck_runs import Asked, LuckRuns
from cadl_desktop.ui.luck.question import LuckQuestion
from cadl_desktop.ui.luck.window import LuckWindow


class Luck(QObject):
    """Asks, trains and shows; several questions can be open at once, each in a window of its own."""

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._open: list[LuckRuns] = []

    @Slot(object)
    def ask(self, asked: Sequence[Asked]) -> None:
        """Of one design, or of two."""
        question = LuckQuestion(asked, self._window)
        question.answered.connect(partial(self.begin, asked))
        question.open()

    def begin(self, asked: Sequence[Asked], seeds: int) -> LuckWindow:
        """Trains them with so many seeds each, and shows how they stand."""
        runs = LuckRuns(asked, seeds, self._session.background, self)
        shown = LuckWindow(runs, paints=is_painting(asked[0].experiment), parent=self._window)
        shown.closed.connect(partial(self._end, runs))
        self._open.append(runs)
        runs.begin()
        shown.show()
        return shown

    def _end(self, runs: LuckRuns) -> None:
        if runs in self._open:
            self._open.remove(runs)
            runs.end()
            runs.setParent(None)  # what is still to be told of it, is told to nobody

    @Slot()
    def end(self) -> None:
        """The program ends: nothing is left behind."""
        for runs in list(self._open):
            self._end(runs)
