"""What a run measures of its whole sets: at the end of an epoch beside the training, otherwise at once."""

import time
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from cadl_desktop.engine.looking.measure import Measured, Measurer
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.pace import Pace
from cadl_desktop.engine.training.stepper import Point


@dataclass(frozen=True, eq=False)
class EpochEnd:
    """The end of an epoch at `point`, which is being measured; `before` is the same without that end.
    Where it is not `counted`, only its picture is wanted."""

    before: Point
    point: Point
    seconds: float
    counted: bool
    result: Future[Measured | None]
    """None where somebody was in a hurry before it had been measured."""


class Measuring:
    """Measures by `measurer`, which follows what is trained; at most one epoch's end is under way."""

    def __init__(self, measurer: Measurer, control: Control, pace: Pace, executor: Executor) -> None:
        self.measurer = measurer
        self._control = control
        self._pace = pace
        self._executor = executor
        self._under_way: EpochEnd | None = None

    def begin(self, before: Point, point: Point, seconds: float, *, counted: bool, picture: bool) -> None:
        """Begins to measure the end of an epoch, with a picture or without."""
        result = self._executor.submit(self.measurer, point.parameters, picture, self._is_hurried)
        self._under_way = EpochEnd(before, point, seconds, counted, result)

    @property
    def keeps_waiting(self) -> bool:
        """Whether whoever takes what is under way would have to wait for it."""
        return self._under_way is not None and not self._under_way.result.done()

    def take(self) -> EpochEnd | None:
        """The end of an epoch that is under way, if one is."""
        taken, self._under_way = self._under_way, None
        return taken

    def now(self, point: Point) -> Measured | None:
        """What there is at a point, while training waits; None where somebody is in a hurry."""
        began = time.perf_counter()
        measured = self.measurer(point.parameters, True, self._is_hurried)
        if measured:
            self._pace.measure_seconds = time.perf_counter() - began
        return measured

    def whole(self, point: Point) -> Measured | None:
        """The same, however long it takes."""
        return self.measurer(point.parameters, True)

    def _is_hurried(self) -> bool:
        return self._control.hurried
