"""The only training loop: an iterator of events that a script, the command line and the window share."""

import math
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs

from cadl_desktop.engine.device import device_name
from cadl_desktop.engine.looking.asking import Asking
from cadl_desktop.engine.looking.measure import Measured, Measurer
from cadl_desktop.engine.samples import Prepared, prepare
from cadl_desktop.engine.training.clock import Clock
from cadl_desktop.engine.training.commands import live_changes
from cadl_desktop.engine.training.control import Command, Control
from cadl_desktop.engine.training.endings import ending, extended
from cadl_desktop.engine.training.pace import Pace
from cadl_desktop.engine.training.stepper import Point, Stepper
from cadl_desktop.engine.training.steps import MOST_STEPS
from cadl_desktop.experiment.check import Problem, check
from cadl_desktop.experiment.freezing import frozen_in_words, learning_count
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.runs.changes import Change, Setting
from cadl_desktop.runs.events import (
    Changed,
    EpochEnded,
    Event,
    Finished,
    Paused,
    Progressed,
    RunState,
    Snapshot,
    Started,
    StopReason,
)
from cadl_desktop.runs.live import in_force

CURVES = 20
"""How many pictures of a curve a run has at least, however short it is."""

MOST_UNTRAINED = 512 * 512
"""Of more samples, what the network makes before its first step is not measured: it would take longer than
the steps until the first picture."""


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
    trained and `data.samples.DataError` where its data can't be read, both before the first event.
    """
    problems = check(experiment)
    if problems:
        raise ExperimentError(problems)
    return _Run(experiment, control or Control(), prepare(experiment), state).events()


@dataclass(frozen=True, eq=False)
class _Pending:
    """A measurement under way of the epoch that `point` ends; `before` is the same without that end."""

    before: Point
    point: Point
    seconds: float
    result: Future[Measured | None]


class _Run:
    """One call of `train`."""

    def __init__(
        self, experiment: Experiment, control: Control, prepared: Prepared, state: RunState | None
    ) -> None:
        self._count = len(prepared.training)
        self._notes = _notes(experiment, self._count, prepared.samples.note)
        set_now = in_force(experiment, state) if state else experiment
        # What is trained, always with the live settings that are in force.
        self._experiment = structs.replace(set_now, batch_size=min(set_now.batch_size, self._count))
        self._control = control
        self._prepared = prepared
        self._state = state
        self._stop = extended(experiment.stop, state)
        self._clock = Clock(state.seconds if state else 0.0)
        self._paused = self._single = self._settled = False
        self._learns = True
        self._diverged_at: int | None = None
        self._previous_cost: float | None = None
        self._pending: _Pending | None = None
        self._pace = Pace(self._control)
        # Neurons are asked beside the measuring: an epoch must not wait for them.
        self._pool, self._asker = ThreadPoolExecutor(1, "measure"), ThreadPoolExecutor(1, "ask")
        self._neurons = Asking(experiment, prepared, self._control, self._asker)

    def events(self) -> Iterator[Event]:
        yield Started(
            device=device_name(),
            parameters=parameter_count(self._experiment),
            training_samples=self._count,
            validation_samples=len(self._prepared.validation),
            batch_size=self._experiment.batch_size,
            rate=float(self._experiment.optimizer["rate"]),
            cost=self._experiment.cost,
            l1=self._experiment.l1,
            l2=self._experiment.l2,
            schedule=self._experiment.schedule,
            smoothness=self._experiment.smoothness,
            bending=self._experiment.bending,
            frozen=frozen_in_words(self._experiment),
            step=self._state.step if self._state else 0,
            notes=self._notes,
        )
        self._compile()
        self._point = self._before = self._sound = self._stepper.first_point(self._state)
        self._order = self._stepper.order_of(self._point.epoch)
        with self._pool, self._asker:
            self._upcoming = self._pool.submit(self._stepper.order_of, self._point.epoch + 1)
            yield from self._neurons.first(self._point)
            yield from self._loop()

    def _compile(self) -> None:
        """Traces and compiles everything now, so that no step is timed with it."""
        stepper = self._stepper = Stepper(self._experiment, self._prepared)
        point = stepper.first_point(self._state)
        stepper.steps(point, stepper.order_of(point.epoch), 0)
        self._measure = Measurer(stepper.compiled, self._prepared, self._experiment)
        self._measure.warm_up(point.parameters)
        self._pace.forget_steps()
        self._neurons.follow(self._experiment, stepper)

    def _loop(self) -> Iterator[Event]:
        yield from self._remember(self._state_now())
        self._clock.start()
        # What people wait for is the first picture that has learned something.
        if len(self._prepared.inputs) <= MOST_UNTRAINED:
            measured = self._measure_now()
            if measured:
                yield self._progress(self._point, measured)
                self._pace.forget_picture()
        while True:
            reason = self._reached()
            if reason:
                yield from self._finish(reason)
                return
            yield from self._obey()
            if not self._control.stopping:
                yield from self._advance()
                yield from self._neurons.beside(self._point)
                yield from self._take_snapshot()

    def _reached(self) -> StopReason | None:
        stop = self._stop
        if self._diverged_at is not None:
            return "diverged"
        if self._control.stopping:
            return "stopped"
        if self._settled:
            return "settled"
        if not self._learns:
            return "frozen"
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
            case ("rules", rules):
                self._stop = rules
            case _:
                for setting, value, changed in live_changes(command, self._experiment, self._count):
                    yield from self._change(setting, value, changed)

    def _change(self, setting: Setting, value: float | str, changed: Experiment) -> Iterator[Event]:
        """Trains with another live setting from the next step on."""
        if setting == "frozen":
            self._learns = learning_count(changed) > 0
        if changed == self._experiment:
            return
        # Nothing may lead back beyond this step: the way from there would be another one.
        yield from self._flush()
        self._before = self._point
        if changed.cost != self._experiment.cost:
            self._previous_cost = None
        self._experiment = changed
        if not self._stepper.follow(changed):
            self._compile_anew()
        yield Changed(Change(self._point.step, setting, value))

    def _compile_anew(self) -> None:
        self._clock.stop()
        self._compile()
        self._order = self._stepper.order_of(self._point.epoch)
        if not self._paused:
            self._clock.start()

    def _pause(self, after_step: bool) -> Iterator[Event]:
        yield from self._flush()
        self._clock.stop()
        self._paused = True
        self._control.hurried = self._control.stopping
        measured = self._measure_now() if after_step or self._pace.measures_quickly() else None
        yield from self._neurons.now(self._point)
        state = self._state_now()
        yield from self._remember(state)
        yield Paused(
            state=state,
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
        count = 1 if self._single else self._pace.chunk(min(self._left(), MOST_STEPS))
        began = time.perf_counter()
        after, finite = self._stepper.steps(self._point, self._order, count)
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
        return self._stepper.left(self._point)

    def _take_snapshot(self) -> Iterator[Event]:
        """Tells where the run stands, as often as that costs next to nothing."""
        if self._diverged_at is not None or not self._pace.snapshot_due():
            return
        began = time.thread_time()
        told = list(self._remember(self._state_now()))
        self._pace.note_snapshot(time.thread_time() - began)
        yield from told

    def _remember(self, state: RunState) -> Iterator[Event]:
        """A cost may still have been finite when its step broke the weights: such a state is no moment."""
        if self._control.snapshots and np.isfinite(memoryview(self._point.parameters)).all():
            yield Snapshot(state)

    def _state_now(self) -> RunState:
        return self._stepper.state(self._point, self._clock.seconds())

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
        if self._stepper.compiled.shards > 1 or self._stop.change_below is not None or self._is_last_epoch():
            yield from self._flush()
        # Shuffled while the epoch before trained: it takes a tenth of a small network's epoch.
        self._order = self._upcoming.result()
        self._upcoming = self._pool.submit(self._stepper.order_of, self._point.epoch + 1)

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
            self._upcoming = self._pool.submit(self._stepper.order_of, self._point.epoch + 1)
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
            rate=self._stepper.rate(pending.point),
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
        self._order = self._stepper.order_of(start.epoch)
        self._point, _ = self._stepper.steps(start, self._order, max(0, failed - start.step - 1))
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
        yield from self._neurons.now(self._point)
        state = self._state_now()
        yield from self._remember(state)
        yield Finished(
            reason=reason,
            message=ending(reason, self._point.epoch, self._point.step, self._stop, self._diverged_at),
            state=state,
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

    def _progress(self, point: Point, measured: Measured | None) -> Progressed:
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


def _notes(experiment: Experiment, count: int, of_samples: str) -> tuple[str, ...]:
    notes = [of_samples] if of_samples else []
    wanted = experiment.batch_size
    if wanted > count:
        notes.append(
            f"A batch of {wanted:,} is more than the {count:,} training samples; it holds all of them."
        )
    return tuple(notes)
