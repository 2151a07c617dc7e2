"""What a run measures of its whole sets: at the end of an epoch beside the training, otherwise at once."""

import time
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace

from cadl_desktop.engine.looking.measure import Measured, Measurer
from cadl_desktop.engine.looking.measure_large import LargeMeasurer
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.engine.sources import Pixels
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.pace import Pace
from cadl_desktop.engine.training.stepper import Point, Stepper
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import EpochEnded, Floats

MOST_UNTRAINED = 512 * 512
"""Of more samples, what the network makes before its first step is not measured: it would take longer than
the steps until the first picture."""


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

    def told(self, measured: Measured, rate: float) -> EpochEnded:
        """The event of what was measured; `rate` is that of the next step."""
        return EpochEnded(
            epoch=self.point.epoch,
            step=self.point.step,
            seconds=self.seconds,
            cost=measured.cost,
            validation_cost=measured.validation_cost,
            rate=rate,
        )


@dataclass(frozen=True, eq=False)
class Glance:
    """A picture that is being made of the network at `point`, beside the training."""

    point: Point
    result: Future[tuple[Floats, float] | None]


AnyMeasurer = Measurer | LargeMeasurer


def measurer_of(stepper: Stepper, prepared: Prepared, experiment: Experiment) -> AnyMeasurer:
    """What measures an experiment's samples."""
    if isinstance(stepper.source, Pixels):
        return LargeMeasurer(stepper.compiled, stepper.source, prepared, experiment)
    return Measurer(stepper.compiled, prepared, experiment)


class Measuring:
    """Measures by `measurer`, which follows what is trained; at most one epoch's end and one glance are under
    way."""

    def __init__(
        self, measurer: AnyMeasurer, control: Control, pace: Pace, executor: Executor, compiling: Executor
    ) -> None:
        self.measurer = measurer
        self._control = control
        self._pace = pace
        self._executor, self._compiling = executor, compiling
        self._under_way: EpochEnd | None = None
        self._glance: Glance | None = None
        self._compiled: AnyMeasurer | None = None

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
        """All that can be measured, however long it takes."""
        return self.measurer.exactly(point.parameters, self._control.whole_painting)

    def glance(self, point: Point) -> None:
        """Begins a picture of a large one beside the training where one is due and none under way. What has
        yet to be compiled waits for the first."""
        assert isinstance(self.measurer, LargeMeasurer)
        if self._glance is None and self._pace.glance_due():
            result = self._executor.submit(self.measurer.glance, point.parameters, self._is_hurried)
            # Memories, of which there are twice as many numbers, need not be kept for a picture.
            self._glance = Glance(replace(point, slots=()), result)
        elif self._compiled is not self.measurer:
            self._compiled = self.measurer
            self._compiling.submit(self.measurer.compile, point.parameters)

    def glanced(self) -> tuple[Point, Floats, float] | None:
        """The picture that was begun and its PSNR, once it is done; None where somebody was in a hurry before
        it was."""
        glance = self._glance
        if glance is None or not glance.result.done():
            return None
        self._glance = None
        seen = glance.result.result()
        return (glance.point, *seen) if seen else None

    def forget_glance(self) -> None:
        """What is under way is of no use any more."""
        self._glance = None

    def _is_hurried(self) -> bool:
        return self._control.hurried
