"""Setup of a sweep: the settings that vary in the document's experiment, and problems that prevent it."""

from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from cadl_desktop.experiment import Problem
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps.owner_process import sweep_worker_count
from cadl_desktop.sweeps.findings.duration import estimated_seconds
from cadl_desktop.sweeps.plan.sweep_check import check_sweep, check_trial_memory, require_extra
from cadl_desktop.sweeps.plan.sweep_model import (
    Choices,
    Networks,
    Range,
    Sweep,
    Varied,
    fitting_objective,
)
from cadl_desktop.sweeps.plan.variables import suggested
from cadl_desktop.system.machine import free_memory

CHECK_MS = 150
"""Debounce of the check, which evaluates hundreds of points."""
FOLLOW_MS = 10
"""Delay of `changed` after an edit, so that it isn't emitted in the same event-loop iteration."""


class SweepSetup(QObject):
    """The sweep being set up, while `is_wanted`. `changed` is emitted when it changes or the setup is opened
    or closed, `checked` when `problems` are known.

    `problems` is None until the sweep was checked; the only one is about the packages that sweeps need, if
    they are missing.
    """

    changed = Signal()
    checked = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._document = session, session.document
        base = self._document.experiment
        self._sweep = Sweep(base=base, varied=(), strategy="grid", objective=fitting_objective(base))
        self.problems: tuple[Problem, ...] | None = None
        self.is_wanted = False
        self._newest = LatestOnly()
        self._check_timer = QTimer(self, singleShot=True, interval=CHECK_MS)
        self._check_timer.timeout.connect(self._check)
        self._changed_timer = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._changed_timer.timeout.connect(self.changed)
        self._document.changed.connect(self._follow)
        # A new run changes the estimated duration. Queued: it is listed before the result knows its number.
        session.runs.changed.connect(self.checked, Qt.ConnectionType.QueuedConnection)

    @property
    def sweep(self) -> Sweep:
        """The sweep; based on the document's current experiment while it is being set up. An objective that
        fits paintings or curves only follows the data."""
        base, known = self._document.experiment, self._sweep
        if self.is_wanted and known.base is not base:
            fits = known.objective == fitting_objective(known.base)
            objective = fitting_objective(base) if fits else known.objective
            self._sweep = replace(known, base=base, objective=objective)
        return self._sweep

    @property
    def can_begin(self) -> bool:
        return self.problems == ()

    def want(self, on: bool) -> None:
        """Opens or closes the setup."""
        if on == self.is_wanted:
            return
        self.is_wanted = on
        if on:
            self._put(self.sweep)
        self._changed_timer.stop()
        self.changed.emit()

    def varies(self, path: str) -> bool:
        return any(each.path == path for each in self.sweep.varied)

    def vary(self, path: str, on: bool) -> None:
        """Adds a setting to those that vary, or removes it."""
        if on != self.varies(path):
            others = tuple(each for each in self.sweep.varied if each.path != path)
            added = (Varied(path, suggested(self.sweep.base, path)),) if on else ()
            self.change(varied=(*others, *added))

    def set_among(self, path: str, among: Range | Choices | Networks) -> None:
        """Sets the values that a varied setting can take."""
        changed = (Varied(path, among) if each.path == path else each for each in self.sweep.varied)
        self.change(varied=tuple(changed))

    def change(self, **changes: Any) -> None:
        """Sets fields of the sweep itself."""
        changed = replace(self.sweep, **changes)
        is_other = changed != self.sweep
        self._put(changed)
        if is_other:
            self.changed.emit()

    def seconds(self) -> float | None:
        """Estimates the longest duration in seconds; None if unknown."""
        trained = self._session.result.trained
        record = self._session.runs.record(self._session.result.run)
        steps = record.steps_per_second if record else None
        measured = (trained, steps) if trained and steps else None
        return estimated_seconds(self.sweep, sweep_worker_count(), measured)

    def _put(self, sweep: Sweep) -> None:
        """Replaces the sweep; its problems are unknown until it is checked."""
        self._sweep = sweep
        self._newest.drop()
        self.problems = None
        self._check_timer.start()

    @Slot()
    def _check(self) -> None:
        sweep = self.sweep

        def take(problems: list[Problem]) -> None:
            self.problems = tuple(problems)
            self.checked.emit()

        def fail(error: Exception) -> None:
            take([Problem("varied", sentence_of(error))])

        self._session.background.do(lambda: _problems_of(sweep), take, fail, self._newest)

    @Slot(object)
    def _follow(self) -> None:
        if self.is_wanted:
            self._put(self.sweep)
            self._changed_timer.start()


def _problems_of(sweep: Sweep) -> list[Problem]:
    require_extra()
    return check_sweep(sweep) or check_trial_memory(sweep, free_memory())
