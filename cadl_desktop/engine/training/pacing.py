"""Training speeds: how many steps a run makes before it shows them, and how long it waits then."""

import math
import time

from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.stopping import Course, HorizonEstimator
from cadl_desktop.engine.training.timing import Pace
from cadl_desktop.engine.training.trajectory import Trajectory
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.run_time import seconds_per_step

SLOW_SECONDS = 0.4
"""Seconds of a step in slow motion."""
WATCHABLE_SECONDS = 10.0
"""Seconds of a watchable run that would be over sooner."""
MOMENT_SECONDS = 0.05
"""Seconds between two moments that a watchable run shows, where its steps are that short."""
MOST_MOMENT_SECONDS = 0.1
"""Limit of these seconds, so that a run of enough steps has a hundred moments."""

MEASURED_SECONDS = 0.005
"""Seconds of a piece from which on calling the compiled steps is a small part of it."""


def seconds_at(done: float, expected: float) -> float:
    """Seconds after which a watchable run has made the share `done` of its steps; all of them would take
    `expected` seconds of training. Early steps take longest; a run that isn't shorter than a watchable one
    is not slowed."""
    return expected * done + max(0.0, WATCHABLE_SECONDS - expected) * math.sqrt(done)


def share_at(seconds: float, expected: float) -> float:
    """Share of the steps that a watchable run has made after so many seconds: the inverse of `seconds_at`."""
    waits = max(0.0, WATCHABLE_SECONDS - expected)
    root = 2 * seconds / (waits + math.sqrt(waits**2 + 4 * expected * seconds)) if seconds else 0.0
    return min(1.0, root**2)


class Pacing:
    """Slows a run down to the speed of its `control`: between pieces of its steps it waits.

    `wait` is the number of seconds to wait after the newest piece; 0 at full speed, and where a piece took
    longer than it was to take. `slowed` is the same for both.
    """

    def __init__(
        self, control: Control, trajectory: Trajectory, pace: Pace, horizons: HorizonEstimator
    ) -> None:
        self._control, self._trajectory, self._pace, self._horizons = control, trajectory, pace, horizons
        self._since = horizons.position()
        self._estimated: tuple[Experiment, float] | None = None
        self._began, self._due_at, self._done_before = 0.0, -math.inf, 0.0
        self._speed, self._is_measured = control.speed, False
        self.wait = 0.0
        self.slowed = False

    def piece(self, left: int) -> int:
        """Number of steps to make before the next wait, at most `left`."""
        self._began = now = time.perf_counter()
        self._due_at = min(max(self._due_at, now - MOMENT_SECONDS), now)
        self._speed = self._control.speed  # which another thread may change meanwhile
        if self._speed == "slow":
            return 1
        course = self._watched_course()
        if course is None:
            return left
        self._done_before = course.done
        moment = min(max(MOMENT_SECONDS, 2 * self._pace.measure_seconds), MOST_MOMENT_SECONDS)
        until = share_at(seconds_at(course.done, course.seconds) + moment, course.seconds)
        return min(left, max(1, int((until - course.done) * course.steps)))

    def note_piece(self) -> float:
        """Notes that a piece was made; returns the seconds to wait now."""
        now, lasts = time.perf_counter(), self._piece_seconds()
        self._is_measured |= now - self._began >= MEASURED_SECONDS
        self._due_at = max(self._due_at + lasts, now)
        self.slowed = lasts > 0
        self.wait = self._due_at - now if self.slowed else 0.0
        return self.wait

    def seconds_left(self) -> float | None:
        """Seconds until a slowed run ends, its waits included; None where that is unknown."""
        course = self._course()
        if course is None:
            return None
        if self._speed == "slow":
            return (1 - course.done) * course.steps * max(SLOW_SECONDS, self._pace.step_seconds)
        return seconds_at(1.0, course.seconds) - seconds_at(course.done, course.seconds)

    def rest(self) -> None:
        """Waits until the next piece is due, or a command comes."""
        self._control.await_command(self._due_at - time.perf_counter())

    def _piece_seconds(self) -> float:
        """Seconds that the newest piece is to take in all; 0 where it is made as fast as can be."""
        if self._speed == "slow":
            return SLOW_SECONDS
        course = self._watched_course()
        if course is None:
            return 0.0
        before = min(self._done_before, course.done)  # the estimate of the whole run varies
        return seconds_at(course.done, course.seconds) - seconds_at(before, course.seconds)

    def _watched_course(self) -> Course | None:
        """Course of a run that is slowed so that it can be watched; None for every other run."""
        course = self._course() if self._speed == "watchable" else None
        return course if course and course.seconds < WATCHABLE_SECONDS else None

    def _course(self) -> Course | None:
        """Course of the run; None without a limit of epochs or seconds.

        Steps that are made one by one take longer than they do at full speed; until larger pieces have been
        made, the estimate counts where it is shorter.
        """
        experiment = self._trajectory.experiment
        if self._estimated is None or self._estimated[0] is not experiment:
            self._estimated = experiment, seconds_per_step(experiment)
        measured = self._pace.step_seconds or self._estimated[1]
        each = measured if self._is_measured else min(measured, self._estimated[1])
        return self._horizons.course(self._since, each, measured)
