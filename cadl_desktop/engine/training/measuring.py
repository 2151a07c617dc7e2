"""Measurements of a run: on a second thread at the end of an epoch, otherwise immediately."""

import time
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace

from cadl_desktop.engine.evaluation.large_measurer import LargeMeasurer
from cadl_desktop.engine.evaluation.measurer import Measurement, Measurer
from cadl_desktop.engine.prepared_samples import PixelSource, PreparedSamples
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.stepper import Point, Stepper
from cadl_desktop.engine.training.timing import Pace
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import EpochEnded, Floats

MOST_UNTRAINED = 512 * 512
"""Samples above which the untrained network is not measured: it would take longer than the steps until the
first picture."""


@dataclass(frozen=True, eq=False)
class EpochEnd:
    """End of an epoch at `point`, being measured; `before` is the point before the epoch was ended. Where it
    is not `counted`, only its picture is wanted. `result` is None if it was cancelled."""

    before: Point
    point: Point
    seconds: float
    processor_seconds: float
    counted: bool
    result: Future[Measurement | None]

    def event(self, measured: Measurement, rate: float) -> EpochEnded:
        """Event with the measurement; `rate` is the learning rate of the next step."""
        return EpochEnded(
            epoch=self.point.epoch,
            step=self.point.step,
            seconds=self.seconds,
            cost=measured.cost,
            validation_cost=measured.validation_cost,
            rate=rate,
            psnr=measured.psnr,
            held_out_psnr=measured.held_out_psnr,
            r2=measured.r2,
            rms=measured.rms,
            processor_seconds=self.processor_seconds,
        )


@dataclass(frozen=True, eq=False)
class PendingPicture:
    """Picture of the network at `point`, being computed while training goes on."""

    point: Point
    result: Future[tuple[Floats, float] | None]


AnyMeasurer = Measurer | LargeMeasurer


def measurer_of(stepper: Stepper, prepared: PreparedSamples, experiment: Experiment) -> AnyMeasurer:
    if isinstance(stepper.source, PixelSource):
        return LargeMeasurer(stepper.compiled, stepper.source, prepared, experiment)
    return Measurer(stepper.compiled, prepared, experiment)


class MeasurementQueue:
    """Runs measurements of `measurer`: at most one epoch's end and one preview at a time."""

    def __init__(
        self, measurer: AnyMeasurer, control: Control, pace: Pace, executor: Executor, compiling: Executor
    ) -> None:
        self.measurer = measurer
        self._control = control
        self._pace = pace
        self._executor, self._compiling = executor, compiling
        self._pending: EpochEnd | None = None
        self._preview: PendingPicture | None = None
        self._compiled: AnyMeasurer | None = None

    def begin(
        self,
        before: Point,
        point: Point,
        seconds: float,
        processor_seconds: float,
        *,
        counted: bool,
        picture: bool,
    ) -> None:
        """Starts measuring the end of an epoch, with or without a picture."""
        result = self._executor.submit(self.measurer, point.parameters, picture, self._is_hurried)
        self._pending = EpochEnd(before, point, seconds, processor_seconds, counted, result)

    @property
    def is_running(self) -> bool:
        """Whether taking the pending measurement would block."""
        return self._pending is not None and not self._pending.result.done()

    def take(self) -> EpochEnd | None:
        """Removes and returns the pending end of an epoch, if any."""
        taken, self._pending = self._pending, None
        return taken

    def measure_now(self, point: Point) -> Measurement | None:
        """Measures a point while training waits; None where that was cancelled."""
        began = time.perf_counter()
        measured = self.measurer(point.parameters, True, self._is_hurried)
        if measured:
            self._pace.measure_seconds = time.perf_counter() - began
        return measured

    def measure_exactly(self, point: Point) -> Measurement | None:
        """Full measurement, however long it takes."""
        return self.measurer.exactly(point.parameters, self._control.whole_painting)

    def begin_preview(self, point: Point, *, at_once: bool = False) -> None:
        """Starts a preview of a large picture if one is due, or wanted `at_once`, and none is running.
        Compiling the other functions waits for the first preview."""
        assert isinstance(self.measurer, LargeMeasurer)
        if self._preview is None and (self._pace.preview_due() or at_once):
            result = self._executor.submit(self.measurer.preview, point.parameters, self._is_hurried)
            # A picture needs no optimizer slots, which are twice as many numbers.
            self._preview = PendingPicture(replace(point, slots=()), result)
        elif self._compiled is not self.measurer:
            self._compiled = self.measurer
            self._compiling.submit(self.measurer.compile, point.parameters)

    def take_preview(self, *, awaited: bool = False) -> tuple[Point, Floats, float] | None:
        """Finished preview: its point, picture and PSNR; None while it is computed, unless it is `awaited`,
        and if it was cancelled."""
        pending = self._preview
        if pending is None or not (awaited or pending.result.done()):
            return None
        self._preview = None
        preview = pending.result.result()
        return (pending.point, *preview) if preview else None

    def drop_preview(self) -> None:
        """Discards a preview that is being computed."""
        self._preview = None

    def _is_hurried(self) -> bool:
        return self._control.hurried
