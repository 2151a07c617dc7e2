"""When a run will end: known from its epochs, estimated from its seconds, whichever comes first."""

from collections import deque
from dataclasses import dataclass
from typing import Self

import numpy as np

from cadl_desktop.engine.training.clock import Clock
from cadl_desktop.engine.training.course import Course
from cadl_desktop.engine.training.endings import Endings
from cadl_desktop.experiment.model import Stop
from cadl_desktop.runs.horizon import Horizon, progress

FIRST_SECONDS = 0.03
"""After so long the pace says something."""
ESTIMATES = 30
"""Of a run of seconds, beside the first few, which follow one another quickly."""
REMEMBERED = 5
"""Over how many estimates the pace is averaged."""
MOST_OFF = 0.1
"""By which share of the run the horizon may differ from the clock and still be corrected without a jump: one
that goes on with other stop rules, or that something has held up, differs by more."""


@dataclass(frozen=True)
class Place:
    """Where a run stands: `left` whole batches of `per_epoch` lie before the end of epoch `epoch`."""

    step: int
    epoch: int
    left: int
    per_epoch: int
    seconds: float

    @classmethod
    def of(cls, course: Course, seconds: float) -> Self:
        return cls(course.point.step, course.point.epoch, course.left(), course.stepper.per_epoch, seconds)


class Horizons:
    """Says again and again which horizon a run has, by its clock: measuring and pictures count."""

    def __init__(self, course: Course, clock: Clock, endings: Endings) -> None:
        self._course, self._clock, self._endings = course, clock, endings
        self._first_step = course.point.step
        self._passed: deque[Place] = deque(maxlen=REMEMBERED)

    def is_due(self) -> bool:
        """Whether it is time for another estimate; the first steps only start the clock of the pace, which
        says nothing of what comes before them."""
        stop, place = self._endings.stop, self._place()
        if stop.seconds is None or not self._passed:
            return place.step > self._first_step and not self._passed
        since, between = place.seconds - self._passed[-1].seconds, stop.seconds / ESTIMATES
        if len(self._passed) < REMEMBERED:
            between = min(between, self._passed[-1].seconds - self._passed[0].seconds)
        return since >= max(between, FIRST_SECONDS) and place.step > self._passed[-1].step

    def note(self) -> None:
        """An estimate is made here."""
        self._passed.append(self._place())

    def here(self, *, anew: bool) -> Horizon | None:
        """The horizon from here on. Where the rules were changed it is sought `anew`: as much of the run lies
        behind as if it had been so long from its start."""
        stop, place, known = self._endings.stop, self._place(), self._course.stepper.horizon
        ends = [end for end in (_by_epochs(place, stop), self._by_seconds(place, stop)) if end]
        if not ends:
            is_ruled = stop.epochs is not None or stop.seconds is not None
            return None if anew and not is_ruled else known
        left, behind = min(ends)
        if left < 1:
            return known
        done = float(progress(known, np.array([place.step]))[0])
        if known is not None and known.end == place.step + left and abs(done - behind) < 1e-9:
            return known
        glides = stop.seconds is not None and not anew and abs(done - behind) <= MOST_OFF
        return Horizon(step=place.step, done=done if glides else behind, end=place.step + left)

    def _place(self) -> Place:
        return Place.of(self._course, self._clock.seconds())

    def _by_seconds(self, place: Place, stop: Stop) -> tuple[int, float] | None:
        """Steps that are left, and which share of the run lies behind."""
        first = self._passed[0] if self._passed else place
        made, took = place.step - first.step, place.seconds - first.seconds
        if stop.seconds is None or not made or took <= 0:
            return None
        left = round((stop.seconds - place.seconds) * made / took)
        return left, min(place.seconds / stop.seconds, 1.0)


def _by_epochs(place: Place, stop: Stop) -> tuple[int, float] | None:
    """The same, exactly."""
    if stop.epochs is None:
        return None
    left = (stop.epochs - place.epoch - 1) * place.per_epoch + place.left
    return left, min(max(1.0 - left / (stop.epochs * place.per_epoch), 0.0), 1.0)
