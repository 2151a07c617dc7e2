"""The loop of a run: executes commands, makes steps, measures, and yields events."""

import math
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import nullcontext, suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.pictures.guessed_pixels import notes_on_guesses
from cadl_desktop.engine.evaluation.backward_pass import backward_pass
from cadl_desktop.engine.evaluation.live_probe import LiveProbe
from cadl_desktop.engine.evaluation.measurer import Measurement
from cadl_desktop.engine.prepared_samples import PreparedSamples
from cadl_desktop.engine.training.control import Command, Control
from cadl_desktop.engine.training.measuring import MOST_UNTRAINED, AnyMeasurer, MeasurementQueue, measurer_of
from cadl_desktop.engine.training.own_measures import own_measures
from cadl_desktop.engine.training.pacing import Pacing
from cadl_desktop.engine.training.stepper import Point, Stepper, fitted_settings
from cadl_desktop.engine.training.stopping import HorizonEstimator, StopRules
from cadl_desktop.engine.training.timing import Clock, Pace, ProcessorTime, SnapshotSchedule
from cadl_desktop.engine.training.trajectory import Trajectory
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Stop
from cadl_desktop.experiment.shapes import trainable_count
from cadl_desktop.runs.changes import CORES, HORIZON, OPTIMIZER_SINCE, Change, logged
from cadl_desktop.runs.events import (
    Changed,
    Event,
    Finished,
    Paused,
    Progressed,
    RunState,
    StopReason,
    Untrained,
)
from cadl_desktop.runs.horizon import NO_HORIZON, Horizon


class TrainingLoop:
    """Loop of one run. The constructor compiles everything, so that no timed step does."""

    def __init__(
        self,
        trajectory: Trajectory,
        control: Control,
        prepared: PreparedSamples,
        state: RunState | None,
        previous_cost: float | None,
        measuring: Executor,
        probing: Executor,
    ) -> None:
        self._control = control
        self._prepared = prepared
        self._clock = Clock(state.seconds if state else 0.0)
        self._processor = ProcessorTime(state.processor_seconds if state else 0.0)
        self._pace = Pace(control, math.inf if prepared.samples.large else 0.0)
        self._snapshots = SnapshotSchedule(control, self._pace)
        self._paused = self._single = False
        self._trajectory = trajectory
        self._stop_rules = StopRules(trajectory, control, state, previous_cost)
        self._measuring = MeasurementQueue(self._warm_measurer(), control, self._pace, measuring, probing)
        self._probe = LiveProbe(trajectory.experiment, prepared, trajectory.stepper, control, probing)
        self._horizons = HorizonEstimator(trajectory, self._clock, self._processor, self._stop_rules)
        spread = 0.0 if prepared.samples.large else float(np.std(prepared.samples.targets))
        self._pacing = Pacing(control, self._pace, self._horizons, spread)
        self._batch: NDArray[np.int32] | None = None

    def events(self) -> Iterator[Event]:
        """Yields the events of the run. Before an exception leaves, the last state is yielded as a snapshot,
        where these are wanted."""
        try:
            for event in self._events():
                with self._clock.stopped() if self._control.takes_turns else nullcontext():
                    yield event
        except Exception:
            # Where even that fails, as when memory is short, the last snapshot before it has to do.
            with suppress(Exception):
                yield from self._snapshots.snapshot(self._state_now())
            raise

    def _events(self) -> Iterator[Event]:
        yield from self._probe.before_training(self._point)
        yield from self._update_horizon()
        yield from self._snapshots.snapshot(self._state_now())
        self._clock.start()
        # Skipped for many samples: people wait for the first picture that has learned something.
        if len(self._prepared.samples.inputs) <= MOST_UNTRAINED:
            measured = self._measuring.measure_now(self._point)
            if measured:
                self._trajectory.divergence.set_initial_cost(measured.cost, self._point.step)
                if self._point.step == 0 and math.isfinite(measured.cost):
                    rate = self._stepper.rate(self._point)
                    yield Untrained(
                        measured.cost,
                        measured.validation_cost,
                        rate,
                        psnr=measured.psnr,
                        held_out_psnr=measured.held_out_psnr,
                        r2=measured.r2,
                        rms=measured.rms,
                        measures=self._own_measures(self._point),
                    )
                yield self._progress(self._point, measured)
                self._pace.forget_picture()
                self._pacing.note_picture(measured.prediction)
        while True:
            reason = self._stop_reason()
            if reason:
                yield from self._finish(reason)
                return
            yield from self._process_commands()
            if not self._control.stopping:
                yield from self._advance()
                yield from self._report_point()

    def _stop_reason(self) -> StopReason | None:
        return self._stop_rules.reason(self._clock.seconds(), self._processor.limited)

    def _process_commands(self) -> Iterator[Event]:
        """Executes pending commands; while paused, waits for one that ends the pause."""
        if self._single:
            self._single = False
            yield from self._pause(after_step=True)
        while command := self._control.next_command(wait=self._paused):
            yield from self._execute(command)
            if self._single or self._control.stopping:
                break
        self._clock.start()

    def _execute(self, command: Command) -> Iterator[Event]:
        match command:
            case "pause" if not self._paused:
                yield from self._pause(after_step=False)
            case "resume":
                self._paused = False
            case "step":
                self._paused, self._single = False, True
            case "backward":
                yield from self._report_backward()
            case Stop():
                self._stop_rules.switch_to(command)
                yield from self._update_horizon(anew=True)
            case Horizon():
                yield from self._finish_measurement()
                yield from self._set_horizon(command)
            case LiveSettings():
                yield from self._apply_settings(command)

    def _report_backward(self) -> Iterator[Event]:
        """Yields the backward pass of the next step in a pause, where it is requested."""
        if self._paused and self._control.backward:
            yield backward_pass(self._trajectory, self._prepared)

    def _apply_settings(self, wanted: LiveSettings) -> Iterator[Event]:
        """Trains with other live settings from the next step on."""
        before = self._trajectory.experiment
        changed = fitted_settings(wanted, self._prepared).into(before)
        self._stop_rules.can_learn = trainable_count(changed) > 0
        settings = LiveSettings.of(changed)
        names = LiveSettings.of(before).differing(settings)
        if not names:
            return
        yield from self._finish_measurement()
        if changed.cost != before.cost:
            self._stop_rules.forget_cost()
        cores_before, since_before = self._stepper.for_cores, self._point.optimizer_since
        with self._clock.stopped():
            if not self._trajectory.switch_to(changed):
                self._measuring.measurer = self._warm_measurer()
                self._pace.forget_steps()
                self._probe.switch_to(changed, self._stepper)
        log = logged(settings, changed)
        for name in names:
            is_new, meanwhile = name == "example" and not before.example, self._control.ends_meanwhile
            notes = notes_on_guesses(changed, self._prepared.samples, meanwhile) if is_new else ()
            yield Changed(Change(self._point.step, name, log[name]), notes)
        if self._stepper.for_cores and self._stepper.for_cores != cores_before:
            yield Changed(Change(self._point.step, CORES, self._stepper.for_cores))
        if self._point.optimizer_since != since_before:
            yield Changed(Change(self._point.step, OPTIMIZER_SINCE, self._point.optimizer_since))
        if "schedule" in names and self._stepper.horizon is not None and self._stepper.horizon.peak:
            yield from self._set_horizon(self._stepper.horizon.without_peak())  # the schedule applies at once
        yield from self._update_horizon()

    def _update_horizon(self, anew: bool = False) -> Iterator[Event]:
        """Reports the expected end of a run whose rate depends on it; `anew` after its rules have changed."""
        if not self._horizons.matters:
            return
        yield from self._finish_measurement()
        yield from self._set_horizon(self._horizons.estimate(anew=anew))

    def _update_horizon_if_due(self) -> Iterator[Event]:
        """Updates the horizon now and then, unless it would have to wait for a measurement."""
        if self._horizons.is_due() and not self._measuring.is_running:
            yield from self._update_horizon()
            self._horizons.record()

    def _set_horizon(self, horizon: Horizon | None) -> Iterator[Event]:
        if horizon != self._stepper.horizon:
            self._trajectory.set_horizon(horizon)
            yield Changed(Change(self._point.step, HORIZON, horizon.spelled() if horizon else NO_HORIZON))

    def _warm_measurer(self) -> AnyMeasurer:
        measurer = measurer_of(self._stepper, self._prepared, self._trajectory.experiment)
        measurer.warm_up(self._point.parameters)
        return measurer

    def _pause(self, after_step: bool) -> Iterator[Event]:
        yield from self._finish_measurement()
        yield from self._discard_broken_weights()
        if self._trajectory.diverged:
            return
        self._clock.stop()
        self._measuring.drop_preview()
        self._paused = True
        self._control.hurried = self._control.stopping
        wanted = after_step or self._pace.measures_quickly()
        measured = self._measuring.measure_now(self._point) if wanted else None
        yield from self._update_horizon_if_due()
        yield from self._probe.at_pause(self._point)
        yield from self._report_backward()
        state = self._state_now()
        yield from self._snapshots.snapshot(state)
        yield Paused(
            state=state,
            cost=measured.cost if measured else None,
            validation_cost=measured.validation_cost if measured else None,
            progress=self._progress(self._point, measured),
        )

    def _advance(self) -> Iterator[Event]:
        """Makes one chunk of steps, and ends the epoch where no whole batch is left."""
        if not self._single:  # a single step is the one that a pause has announced, also in its rate
            yield from self._update_horizon_if_due()
        if self._trajectory.batches_left() == 0:
            yield from self._end_epoch()
            if self._trajectory.batches_left() == 0:
                return
        if self._stop_reason():
            return
        left = min(
            self._trajectory.batches_left(),
            self._stop_rules.steps_left(),
            self._stepper.most_steps,
        )
        began, before = self._clock.seconds(), self._point.step
        yield from self._make_steps(1 if self._single else self._pace.chunk(left))
        if self._trajectory.diverged:
            return
        if made := max(0, self._point.step - before):  # a cancelled measurement leads back
            self._pace.note_steps(made, self._clock.seconds() - began)
        if self._trajectory.batches_left() == 0:
            yield from self._end_epoch()
        elif self._prepared.samples.large:
            yield from self._preview()
        elif not self._pacing.slowed and self._pace.picture_due_amid():
            yield self._progress(self._point, self._measuring.measure_now(self._point))
        else:
            yield self._progress(self._point, None)

    def _make_steps(self, count: int) -> Iterator[Event]:
        """Makes `count` steps, in pieces where training is slowed; fewer if a command comes meanwhile.

        What depends on the clock is decided before and after all of them, as if they weren't slowed.
        """
        left = count
        while True:
            piece = self._pacing.piece(left)
            with self._processor.counted(is_split=self._stepper.compiled.shards > 1):
                finite = self._trajectory.advance(piece)
            if finite < piece:
                yield from self._roll_back(finite)
                return
            left -= piece
            self._note_batch()
            self._clock.count_steps(piece, self._pacing.note_piece(piece))
            if not left:
                return
            yield from self._report_point()
            if self._trajectory.diverged or self._control.await_command(0):
                return
            self._clock.start()

    def _note_batch(self) -> None:
        self._batch = self._trajectory.newest_batch() if self._control.speed == "slow" else None

    def _report_point(self) -> Iterator[Event]:
        """Probes the neurons and keeps a snapshot where these are due. A slowed run shows its point and
        waits, with the clock standing, unless a command comes."""
        shown = self._pacing.frame_due and not (self._single or self._trajectory.diverged)
        if shown:
            self._clock.stop()
            yield from self._show()
        yield from self._probe.in_background(self._point)
        if self._trajectory.diverged:
            return
        yield from self._snapshots.if_due(self._state_now)
        if shown:
            self._pace.note_wait(self._pacing.wait)
            self._pacing.rest()

    def _show(self) -> Iterator[Event]:
        """Reports the pending measurement, and a picture of the point where any are wanted."""
        yield from self._finish_measurement()
        if self._trajectory.diverged:
            return
        if self._prepared.samples.large:
            yield from self._preview(awaited=self._control.speed == "slow")
        elif self._control.picture_seconds is not None:
            measured = self._measuring.measure_now(self._point)
            self._pacing.note_picture(measured.prediction if measured else None)
            yield self._progress(self._point, measured)
        if self._control.speed == "slow":
            yield from self._probe.in_wait(self._point)

    def _preview(self, *, awaited: bool = False) -> Iterator[Event]:
        """Reports a finished preview of a large picture, with the point that it shows, and starts the next
        one. Where it is `awaited`, it shows this point, unless an earlier one was still computed."""
        if awaited:
            self._measuring.begin_preview(self._point, at_once=True)
        point, picture, psnr = self._measuring.take_preview(awaited=awaited) or (self._point, None, None)
        yield replace(self._progress(point, None), prediction=picture, psnr=psnr)
        if not awaited:
            self._measuring.begin_preview(self._point)

    def _state_now(self) -> RunState:
        state = self._stepper.state(self._point, self._clock.seconds(), self._processor.seconds)
        return replace(state, best=self._stop_rules.best)

    def _end_epoch(self) -> Iterator[Event]:
        """Starts measuring the epoch that has ended, while the next one trains."""
        yield from self._finish_measurement()
        if self._stop_reason():
            return
        yield from self._update_horizon_if_due()
        before = self._trajectory.end_epoch()
        epoch, is_curve = self._point.epoch, self._prepared.positions is not None
        counted = self._stop_rules.is_measured(epoch, self._trajectory.experiment.measure_every)
        picture = self._pace.picture_due(is_curve and self._stop_rules.is_milestone(epoch))
        if not (counted or picture):
            yield self._progress(self._point, None)
            return
        times = self._clock.seconds(), self._processor.seconds
        self._measuring.begin(before, self._point, *times, counted=counted, picture=picture)
        awaited = self._single or (counted and self._stop_rules.needs_cost(epoch))
        if awaited or self._stepper.compiled.shards > 1:
            yield from self._finish_measurement()

    def _finish_measurement(self) -> Iterator[Event]:
        """Waits for the pending measurement and reports its result."""
        end = self._measuring.take()
        if end is None:
            return
        measured = end.result.result()
        if not end.counted:
            if measured is not None and measured.prediction is not None:
                yield self._progress(end.point, measured)
            return
        if measured is None:
            # Cancelled by a stop or a pause: the run goes back to before the epoch was ended.
            self._trajectory.point = end.before
            return
        if math.isfinite(measured.cost):
            event = end.event(measured, self._stepper.rate(end.point))
            yield replace(event, measures=self._own_measures(end.point))
        if not self._trajectory.record_cost(end.point, measured.cost):
            return
        self._stop_rules.record(end, measured)
        if measured.prediction is not None:
            yield self._progress(end.point, measured)

    def _own_measures(self, point: Point) -> dict[str, float]:
        """Values of a script's own measures, while the clock stands."""
        with self._clock.stopped():
            return own_measures(self._control.measures, self._trajectory.experiment, point)

    def _roll_back(self, finite: int) -> Iterator[Event]:
        """Goes back to finite weights, unless the pending measurement leads back further."""
        yield from self._finish_measurement()
        if not self._trajectory.diverged:
            self._trajectory.roll_back(finite)

    def _discard_broken_weights(self) -> Iterator[Event]:
        """Rolls back where the newest step has broken the weights, which the next cost would show."""
        if not (self._trajectory.diverged or self._trajectory.is_finite()):
            yield from self._roll_back(0)

    def _finish(self, reason: StopReason) -> Iterator[Event]:
        yield from self._finish_measurement()
        yield from self._discard_broken_weights()
        self._clock.stop()
        self._trajectory.drop_earlier_point()
        if self._trajectory.diverged:
            reason = "diverged"
        elif reason == "stopped":
            reason = self._stop_rules.met or reason  # by the measurement that was still pending
        quick = reason != "stopped" or self._pace.measures_quickly()
        measured = self._measuring.measure_exactly(self._point) if quick else None
        if measured and not self._trajectory.record_cost(self._point, measured.cost):
            reason = "diverged"
            measured = self._measuring.measure_exactly(self._point)
        yield from self._probe.at_pause(self._point)
        state = self._state_now()
        yield from self._snapshots.snapshot(state)
        result = state.result
        if result is not state:
            best = self._stepper.first_point(result)
            measured = self._measuring.measure_exactly(best)
            # Gradients are recorded over the run, which goes on to its last step.
            yield from (replace(probed, gradients=None) for probed in self._probe.at_pause(best))
        cost = measured.cost if measured else None
        yield Finished(
            reason=reason,
            message=self._stop_rules.message(reason, cost, result),
            state=result,
            progress=self._progress(self._point, measured),
            cost=cost,
            validation_cost=measured.validation_cost if measured else None,
            painted=measured.painted if measured else None,
            initial_cost=self._trajectory.divergence.initial_cost,
        )

    @property
    def _point(self) -> Point:
        return self._trajectory.point

    @property
    def _stepper(self) -> Stepper:
        return self._trajectory.stepper

    def _progress(self, point: Point, measured: Measurement | None) -> Progressed:
        if measured and measured.prediction is not None:
            self._pace.note_picture()
        return Progressed(
            epoch=point.epoch,
            step=point.step,
            seconds=self._clock.seconds(),
            steps_per_second=self._clock.steps_per_second(),
            prediction=measured.prediction if measured else None,
            psnr=measured.psnr if measured else None,
            cost=measured.cost if measured else None,
            fitted=measured.fitted if measured else None,
            r2=measured.r2 if measured else None,
            slowed=self._pacing.slowed,
            seconds_left=self._pacing.seconds_left() if self._pacing.slowed else None,
            batch=self._batch,
            processor_seconds=self._processor.seconds,
        )
