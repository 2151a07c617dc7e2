"""The only training loop: an iterator of events that a script, the command line and the window share."""

import math
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cadl_desktop.engine.clock import Clock
from cadl_desktop.engine.control import Command, Control
from cadl_desktop.engine.device import device_name, tf
from cadl_desktop.engine.endings import ending, extended
from cadl_desktop.engine.measure import Measured, Measurer
from cadl_desktop.engine.network import flatten, initial_weights, weights_of
from cadl_desktop.engine.pace import Pace
from cadl_desktop.engine.samples import Prepared, epoch_order, prepare
from cadl_desktop.engine.steps import Compiled, compiled_for
from cadl_desktop.experiment.check import Problem, check
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import multiplications, parameter_count
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import (
    Changed,
    EpochEnded,
    Event,
    Finished,
    Paused,
    Progressed,
    RunState,
    Started,
    StopReason,
)

Tensor = Any

CURVES = 20
"""How many pictures of a curve a run has at least, however short it is."""


class ExperimentError(ValueError):
    """The experiment can't be trained; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def train(
    experiment: Experiment, control: Control | None = None, state: RunState | None = None
) -> Iterator[Event]:
    """Trains an experiment and yields what happens; the first event is `Started`, the last `Finished`.

    With `state`, the state of an earlier run of this experiment, that run goes on exactly; one that had
    reached its epochs or seconds gets as many again. Raises ExperimentError where the experiment can't be
    trained and `data.pictures.PictureError` where its picture can't be read, both before the first event.
    """
    problems = check(experiment)
    if problems:
        raise ExperimentError(problems)
    return _Run(experiment, control or Control(), prepare(experiment), state).events()


@dataclass(frozen=True, eq=False)
class _Point:
    """Where training stands; nothing in it ever changes, so earlier points can be gone back to."""

    parameters: Tensor
    slots: tuple[Tensor, ...]
    step: int
    epoch: int
    row: int


@dataclass(frozen=True, eq=False)
class _Pending:
    """A measurement under way of the epoch that `point` ends; `before` is the same without that end."""

    before: _Point
    point: _Point
    seconds: float
    result: Future[Measured | None]


class _Run:
    """One call of `train`."""

    def __init__(
        self, experiment: Experiment, control: Control, prepared: Prepared, state: RunState | None
    ) -> None:
        self._experiment = experiment
        self._control = control
        self._prepared = prepared
        self._state = state
        self._count = len(prepared.training)
        self._rate = state.rate if state else float(experiment.optimizer["rate"])
        self._batch_size = min(state.batch_size if state else experiment.batch_size, self._count)
        self._stop = extended(experiment.stop, state)
        self._clock = Clock(state.seconds if state else 0.0)
        self._paused = self._single = self._settled = False
        self._diverged_at: int | None = None
        self._previous_cost: float | None = None
        self._pending: _Pending | None = None
        self._pace = Pace(self._control)

    def events(self) -> Iterator[Event]:
        yield Started(
            device=device_name(),
            parameters=parameter_count(self._experiment),
            training_samples=self._count,
            validation_samples=len(self._prepared.validation),
            batch_size=self._batch_size,
            rate=self._rate,
            step=self._state.step if self._state else 0,
            notes=self._notes(),
        )
        self._compile()
        self._point = self._before = self._sound = self._first_point()
        self._order = self._order_of(self._point.epoch)
        with ThreadPoolExecutor(1, "measure") as self._pool:
            self._upcoming = self._pool.submit(self._order_of, self._point.epoch + 1)
            yield from self._loop()

    def _notes(self) -> tuple[str, ...]:
        wanted = self._experiment.batch_size
        if wanted <= self._count:
            return ()
        return (
            f"A batch of {wanted:,} is more than the {self._count:,} training samples; it holds all of them.",
        )

    def _compile(self) -> None:
        """Traces and compiles everything now, so that no step is timed with it."""
        self._compiled: Compiled = compiled_for(self._experiment, self._batch_size)
        self._inputs = tf.constant(self._prepared.inputs[self._prepared.training])
        self._targets = tf.constant(self._prepared.targets[self._prepared.training])
        self._measure = Measurer(self._compiled, self._prepared, multiplications(self._experiment))
        self._pace.forget_steps()
        self._order = self._order_of(0)
        point = self._first_point()
        self._steps(point, 0)
        self._measure.warm_up(point.parameters)

    def _first_point(self) -> _Point:
        state = self._state
        vector = flatten(state.weights if state else initial_weights(self._experiment))
        starts = self._compiled.optimizer.starts
        memories = state.slots if state else [np.full(len(vector), start, np.float32) for start in starts]
        return _Point(
            parameters=tf.constant(vector),
            slots=tuple(tf.constant(memory) for memory in memories),
            step=state.step if state else 0,
            epoch=state.epoch if state else 0,
            row=state.row if state else 0,
        )

    def _loop(self) -> Iterator[Event]:
        self._clock.start()
        measured = self._measure_now()
        if measured:
            yield self._progress(self._point, measured)
            # What people wait for is the first picture that has learned something.
            self._pace.forget_picture()
        while True:
            reason = self._reached()
            if reason:
                yield from self._finish(reason)
                return
            yield from self._obey()
            if not self._control.stopping:
                yield from self._advance()

    def _reached(self) -> StopReason | None:
        stop = self._stop
        if self._diverged_at is not None:
            return "diverged"
        if self._control.stopping:
            return "stopped"
        if self._settled:
            return "settled"
        if stop.epochs is not None and self._point.epoch >= stop.epochs:
            return "epochs"
        if stop.seconds is not None and self._clock.seconds() >= stop.seconds:
            return "seconds"
        return None

    def _obey(self) -> Iterator[Event]:
        """Carries out the commands that have come; while paused, waits for one that ends the pause."""
        if self._single:
            self._single = False
            yield from self._pause(after_step=True)
        while command := self._control.next_command(wait=self._paused):
            yield from self._carry_out(command)
            if self._single or self._control.stopping:
                break
        self._clock.start()

    def _carry_out(self, command: Command) -> Iterator[Event]:
        match command:
            case ("pause", _) if not self._paused:
                yield from self._pause(after_step=False)
            case ("resume", _):
                self._paused = False
            case ("step", _):
                self._paused, self._single = False, True
            case ("rate", value):
                self._rate = value
                yield Changed(Change(self._point.step, "rate", value))
            case ("batch_size", value):
                yield from self._change_batch_size(min(value, self._count))
            case ("rules", rules):
                self._stop = rules

    def _change_batch_size(self, size: int) -> Iterator[Event]:
        if size == self._batch_size:
            return
        yield from self._flush()
        self._clock.stop()
        self._batch_size = size
        self._compile()
        self._order = self._order_of(self._point.epoch)
        self._before = self._point
        if not self._paused:
            self._clock.start()
        yield Changed(Change(self._point.step, "batch_size", size))

    def _pause(self, after_step: bool) -> Iterator[Event]:
        yield from self._flush()
        self._clock.stop()
        self._paused = True
        self._control.hurried = self._control.stopping
        measured = self._measure_now() if after_step or self._pace.measures_quickly() else None
        yield Paused(
            state=self._run_state(self._point),
            cost=measured.cost if measured else None,
            validation_cost=measured.validation_cost if measured else None,
            progress=self._progress(self._point, measured),
        )

    def _advance(self) -> Iterator[Event]:
        """One chunk of steps, and the end of the epoch where no whole batch is left after it."""
        if self._left() == 0:
            yield from self._end_epoch()
            if self._left() == 0 or self._reached():
                return
        count = 1 if self._single else self._pace.chunk(self._left())
        began = time.perf_counter()
        after, finite = self._steps(self._point, count)
        if finite < count:
            yield from self._diverge(finite)
            return
        self._pace.note_steps(count, time.perf_counter() - began)
        self._before, self._point = self._point, after
        self._clock.count(count)
        if self._left() == 0:
            yield from self._end_epoch()
        elif self._pace.picture_due_amid():
            yield self._progress(self._point, self._measure_now())
        else:
            yield self._progress(self._point, None)

    def _left(self) -> int:
        """Whole batches left in this epoch; 0 in a run that was stopped before an epoch had been measured."""
        return (self._count - self._point.row) // self._batch_size

    def _steps(self, point: _Point, count: int) -> tuple[_Point, int]:
        """The point `count` steps later, and how many of these steps had a finite cost."""
        parameters, slots, finite = self._compiled.run(
            point.parameters,
            point.slots,
            tf.constant(point.step),
            self._inputs,
            self._targets,
            self._order,
            tf.constant(point.row),
            tf.constant(count),
            tf.constant(self._rate, tf.float32),
        )
        row = point.row + count * self._batch_size
        return _Point(parameters, slots, point.step + count, point.epoch, row), int(finite)

    def _order_of(self, epoch: int) -> Tensor:
        return tf.constant(epoch_order(self._experiment.seed, epoch, self._count))

    def _end_epoch(self) -> Iterator[Event]:
        """Begins to measure the epoch that has ended, while the next one trains."""
        yield from self._flush()
        if self._reached():
            return
        before = self._point
        self._point = replace(before, epoch=before.epoch + 1, row=0)
        picture = self._pace.picture_due(self._is_milestone())
        result = self._pool.submit(self._measure, self._point.parameters, picture, self._is_hurried)
        self._pending = _Pending(before, self._point, self._clock.seconds(), result)
        if self._compiled.shards > 1 or self._stop.change_below is not None or self._is_last_epoch():
            yield from self._flush()
        # Shuffled while the epoch before trained: it takes a tenth of a small network's epoch.
        self._order = self._upcoming.result()
        self._upcoming = self._pool.submit(self._order_of, self._point.epoch + 1)

    def _is_last_epoch(self) -> bool:
        return self._single or self._point.epoch == self._stop.epochs

    def _flush(self) -> Iterator[Event]:
        """Waits for the measurement under way and tells its result."""
        if self._pending is None:
            return
        pending, self._pending = self._pending, None
        measured = pending.result.result()
        if measured is None:
            # A stop or a pause came first: the run goes back to where the epoch is yet to be ended.
            self._point = pending.before
            self._upcoming = self._pool.submit(self._order_of, self._point.epoch + 1)
            return
        if not math.isfinite(measured.cost):
            self._diverged_at, self._point = pending.point.step, self._sound
            return
        self._sound = pending.point
        self._settle(measured.cost)
        yield EpochEnded(
            epoch=pending.point.epoch,
            step=pending.point.step,
            seconds=pending.seconds,
            cost=measured.cost,
            validation_cost=measured.validation_cost,
            rate=self._rate,
        )
        if measured.prediction is not None:
            yield self._progress(pending.point, measured)

    def _settle(self, cost: float) -> None:
        bound, previous = self._stop.change_below, self._previous_cost
        self._settled = bound is not None and previous is not None and abs(previous - cost) < bound
        self._previous_cost = cost

    def _diverge(self, finite: int) -> Iterator[Event]:
        """Goes back to the last weights whose cost was finite, step by step the same way."""
        yield from self._flush()
        if self._diverged_at is not None:
            return
        failed = self._point.step + finite
        start = self._point if finite else self._before
        self._order = self._order_of(start.epoch)
        self._point, _ = self._steps(start, max(0, failed - start.step - 1))
        self._diverged_at = failed

    def _finish(self, reason: StopReason) -> Iterator[Event]:
        yield from self._flush()
        self._clock.stop()
        if self._diverged_at is not None:
            reason = "diverged"
        quick = reason != "stopped" or self._pace.measures_quickly()
        measured = self._measure(self._point.parameters, True) if quick else None
        if measured and not math.isfinite(measured.cost):
            self._point = self._sound
            measured = self._measure(self._point.parameters, True)
        yield Finished(
            reason=reason,
            message=ending(reason, self._point.epoch, self._point.step, self._stop, self._diverged_at),
            state=self._run_state(self._point),
            progress=self._progress(self._point, measured),
            cost=measured.cost if measured else None,
            validation_cost=measured.validation_cost if measured else None,
        )

    def _is_milestone(self) -> bool:
        """A curve is also drawn at fixed epochs: its earlier selves are then the same in every run."""
        epochs = self._stop.epochs
        if epochs is None or self._prepared.positions is None:
            return False
        return self._point.epoch % max(1, epochs // CURVES) == 0

    def _measure_now(self) -> Measured | None:
        began = time.perf_counter()
        measured = self._measure(self._point.parameters, True, self._is_hurried)
        if measured:
            self._pace.measure_seconds = time.perf_counter() - began
        return measured

    def _is_hurried(self) -> bool:
        return self._control.hurried

    def _progress(self, point: _Point, measured: Measured | None) -> Progressed:
        if measured and measured.prediction is not None:
            self._pace.note_picture()
        return Progressed(
            epoch=point.epoch,
            step=point.step,
            seconds=self._clock.seconds(),
            steps_per_second=self._clock.steps_per_second(),
            prediction=measured.prediction if measured else None,
            psnr=measured.psnr if measured else None,
        )

    def _run_state(self, point: _Point) -> RunState:
        memories = [memory.numpy() for memory in point.slots]
        vector = point.parameters.numpy()
        return RunState(
            step=point.step,
            epoch=point.epoch,
            row=point.row,
            seconds=self._clock.seconds(),
            weights=weights_of(self._experiment, vector),
            slots=np.array(memories, np.float32).reshape(len(memories), len(vector)),
            rate=self._rate,
            batch_size=self._batch_size,
        )
