"""A sweep that is being set up: what varies in the document's experiment, and whether it could begin."""

from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from cadl_desktop.experiment import Problem
from cadl_desktop.sentences import SentenceError, sentence_of
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps.owner_process import workers_beside_a_window
from cadl_desktop.sweeps.findings.duration import estimated_seconds
from cadl_desktop.sweeps.plan.sweep_check import check_sweep, check_trial_memory, require_extra
from cadl_desktop.sweeps.plan.sweep_model import Choices, Networks, Range, Sweep, Varied
from cadl_desktop.sweeps.plan.variables import suggested
from cadl_desktop.system.machine import free_memory

CHECK_MS = 150
"""A sweep is checked at hundreds of points when typing rests."""
FOLLOW_MS = 10
"""How long after an edit of the experiment others are told: in a turn of the event loop of its own, as the
edit has enough to do in its own."""


class SweepSetup(QObject):
    """`changed` says that something else is wanted, `checked` what is wrong with it: `problems`, None while
    nobody knows. `missing` is a sentence where sweeps can't be run here at all."""

    changed = Signal()
    checked = Signal()
    wanted_changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._document = session, session.document
        self._sweep = Sweep(base=self._document.experiment, varied=(), strategy="grid")
        self.problems: tuple[Problem, ...] | None = None
        self.missing = ""
        self.is_wanted = False
        self._newest = Newest()
        self._rest = QTimer(self, singleShot=True, interval=CHECK_MS)
        self._rest.timeout.connect(self._check)
        self._soon = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._soon.timeout.connect(self.changed)
        self._document.changed.connect(self._follow)
        # Later: a run is in the list before the result knows its number.
        session.runs.changed.connect(self._tell_again, Qt.ConnectionType.QueuedConnection)

    @property
    def sweep(self) -> Sweep:
        """Of the document's experiment, as long as somebody sets it up."""
        if self.is_wanted and self._sweep.base is not self._document.experiment:
            self._sweep = replace(self._sweep, base=self._document.experiment)
        return self._sweep

    @property
    def can_begin(self) -> bool:
        return self.problems == () and not self.missing

    def want(self, on: bool) -> None:
        """Whether somebody is setting it up now."""
        if on == self.is_wanted:
            return
        self.is_wanted = on
        if on:
            try:
                require_extra()
                self.missing = ""
            except SentenceError as error:
                self.missing = sentence_of(error)
            self._put(self.sweep)
        self._soon.stop()
        self.wanted_changed.emit(on)

    def varies(self, path: str) -> bool:
        return any(each.path == path for each in self.sweep.varied)

    def vary(self, path: str, on: bool) -> None:
        """Takes a setting among those that vary, or out of them."""
        sweep = self.sweep
        others = tuple(each for each in sweep.varied if each.path != path)
        if on and len(others) == len(sweep.varied):
            others = (*others, Varied(path, suggested(sweep.base, path)))
        self._take(replace(sweep, varied=others))

    def set_among(self, path: str, among: Range | Choices | Networks) -> None:
        """What a setting that varies may be."""
        changed = (Varied(path, among) if each.path == path else each for each in self.sweep.varied)
        self._take(replace(self.sweep, varied=tuple(changed)))

    def change(self, **changes: Any) -> None:
        """Fields of the sweep itself."""
        self._take(replace(self.sweep, **changes))

    def seconds(self) -> float | None:
        """About how long it takes, at most; None where nothing says so."""
        trained = self._session.result.trained
        record = self._session.runs.record(self._session.result.run)
        steps = record.steps_per_second if record else None
        seen = (trained, steps) if trained and steps else None
        return estimated_seconds(self.sweep, workers_beside_a_window(), seen)

    def _take(self, sweep: Sweep) -> None:
        is_other = sweep != self.sweep
        self._put(sweep)
        if is_other:
            self.changed.emit()

    def _put(self, sweep: Sweep) -> None:
        """What was known of another isn't of this one, until it is checked."""
        self._sweep = sweep
        self._newest.drop()
        self.problems = None
        self._rest.start()

    @Slot()
    def _check(self) -> None:
        sweep = self.sweep
        self._session.background.do(lambda: _problems_of(sweep), self._know, self._fail, self._newest)

    def _know(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        self.checked.emit()

    @Slot()
    def _tell_again(self) -> None:
        """A run says how fast the network trains."""
        if self.is_wanted and self.problems is not None:
            self.checked.emit()

    def _fail(self, error: Exception) -> None:
        self._know([Problem("varied", sentence_of(error))])

    @Slot(object)
    def _follow(self) -> None:
        if self.is_wanted:
            self._put(self.sweep)
            self._soon.start()


def _problems_of(sweep: Sweep) -> list[Problem]:
    return check_sweep(sweep) or check_trial_memory(sweep, free_memory())
