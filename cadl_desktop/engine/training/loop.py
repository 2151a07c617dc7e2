"""The loop of a run: its commands, its steps, and what it tells of them."""

import math
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import nullcontext, suppress
from dataclasses import replace

from cadl_desktop.data.schedules import spans_run
from cadl_desktop.engine.looking.asking import Asking
from cadl_desktop.engine.looking.measure import Measured
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.engine.training.clock import Clock
from cadl_desktop.engine.training.control import Command, Control
from cadl_desktop.engine.training.course import Course
from cadl_desktop.engine.training.endings import Endings
from cadl_desktop.engine.training.horizons import Horizons
from cadl_desktop.engine.training.measuring import MOST_UNTRAINED, AnyMeasurer, Measuring, measurer_of
from cadl_desktop.engine.training.moments import Moments
from cadl_desktop.engine.training.pace import Pace
from cadl_desktop.engine.training.stepper import Point, Stepper, fitting
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Stop
from cadl_desktop.experiment.shapes import trainable_count
from cadl_desktop.runs.changes import CORES, HORIZON, Change, logged
from cadl_desktop.runs.events import Changed, Event, Finished, Paused, Progressed, RunState, StopReason
from cadl_desktop.runs.horizon import NO_HORIZON, Horizon


class Loop:
    """One run of an experiment. To make one compiles everything, so that no step is timed with it."""

    def __init__(
        self,
        course: Course,
        control: Control,
        prepared: Prepared,
        state: RunState | None,
        previous_cost: float | None,
        measuring: Executor,
        asking: Executor,
    ) -> None:
        self._control = control
        self._prepared = prepared
        self._clock = Clock(state.seconds if state else 0.0)
        self._pace = Pace(control, math.inf if prepared.samples.large else 0.0)
        self._moments = Moments(control, self._pace)
        self._paused = self._single = False
        self._course = course
        self._endings = Endings(course, control, state, previous_cost)
        self._measuring = Measuring(self._warm_measurer(), control, self._pace, measuring, asking)
        self._neurons = Asking(course.experiment, prepared, course.stepper, control, asking)
        self._horizons = Horizons(course, self._clock, self._endings)

    def events(self) -> Iterator[Event]:
        """What happens. Before an error comes the moment that the run had come to, where these are wanted."""
        try:
            for event in self._events():
                with self._clock.standing() if self._control.takes_turns else nullcontext():
                    yield event
        except Exception:
            # Where even that fails, as for want of memory, the newest one before it has to do.
            with suppress(Exception):
                yield from self._moments.of(self._state_now())
            raise

    def _events(self) -> Iterator[Event]:
        yield from self._neurons.first(self._point)
        yield from self._look_ahead()
        yield from self._moments.of(self._state_now())
        self._clock.start()
        # What people wait for is the first picture that has learned something.
        if len(self._prepared.samples.inputs) <= MOST_UNTRAINED:
            measured = self._measuring.now(self._point)
            if measured:
                self._course.divergence.begin(measured.cost, self._point.step)
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
                if not self._course.diverged:
                    yield from self._moments.due(self._state_now)

    def _reached(self) -> StopReason | None:
        return self._endings.reached(self._clock.seconds())

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
            case "pause" if not self._paused:
                yield from self._pause(after_step=False)
            case "resume":
                self._paused = False
            case "step":
                self._paused, self._single = False, True
            case Stop():
                self._endings.follow(command)
                yield from self._look_ahead(anew=True)
            case Horizon():
                yield from self._flush()
                yield from self._set_horizon(command)
            case LiveSettings():
                yield from self._change(command)

    def _change(self, wanted: LiveSettings) -> Iterator[Event]:
        """Trains with other live settings from the next step on."""
        before = self._course.experiment
        changed = fitting(wanted, self._prepared).into(before)
        self._endings.learns = trainable_count(changed) > 0
        settings = LiveSettings.of(changed)
        names = LiveSettings.of(before).differing(settings)
        if not names:
            return
        yield from self._flush()
        if changed.cost != before.cost:
            self._endings.forget_cost()
        was_cut_for = self._stepper.for_cores
        with self._clock.standing():
            if not self._course.follow(changed):
                self._measuring.measurer = self._warm_measurer()
                self._pace.forget_steps()
                self._neurons.follow(changed, self._stepper)
        log = logged(settings, changed)
        for name in names:
            yield Changed(Change(self._point.step, name, log[name]))
        if self._stepper.for_cores and self._stepper.for_cores != was_cut_for:
            yield Changed(Change(self._point.step, CORES, self._stepper.for_cores))
        yield from self._look_ahead()

    def _look_ahead(self, anew: bool = False) -> Iterator[Event]:
        """Says when the run will end, where its schedule goes over it; `anew` as its rules have changed."""
        if not spans_run(self._course.experiment.schedule):
            return
        yield from self._flush()
        yield from self._set_horizon(self._horizons.here(anew=anew))

    def _look_ahead_in_time(self) -> Iterator[Event]:
        """The same every now and then, where nothing that is being measured would have to be waited for."""
        if self._horizons.is_due() and not self._measuring.keeps_waiting:
            yield from self._look_ahead()
            self._horizons.note()

    def _set_horizon(self, horizon: Horizon | None) -> Iterator[Event]:
        if horizon != self._stepper.horizon:
            self._course.set_horizon(horizon)
            yield Changed(Change(self._point.step, HORIZON, horizon.spelled() if horizon else NO_HORIZON))

    def _warm_measurer(self) -> AnyMeasurer:
        measurer = measurer_of(self._stepper, self._prepared, self._course.experiment)
        measurer.warm_up(self._point.parameters)
        return measurer

    def _pause(self, after_step: bool) -> Iterator[Event]:
        yield from self._flush()
        yield from self._leave_broken()
        if self._course.diverged:
            return
        self._clock.stop()
        self._measuring.forget_glance()
        self._paused = True
        self._control.hurried = self._control.stopping
        wanted = after_step or self._pace.measures_quickly()
        measured = self._measuring.now(self._point) if wanted else None
        yield from self._neurons.now(self._point)
        state = self._state_now()
        yield from self._moments.of(state)
        yield Paused(
            state=state,
            cost=measured.cost if measured else None,
            validation_cost=measured.validation_cost if measured else None,
            progress=self._progress(self._point, measured),
        )

    def _advance(self) -> Iterator[Event]:
        """One chunk of steps, and the end of the epoch where no whole batch is left after it."""
        yield from self._look_ahead_in_time()
        if self._course.left() == 0:
            yield from self._end_epoch()
            if self._course.left() == 0:
                return
        if self._reached():
            return
        left = min(self._course.left(), self._control.steps_left(self._point.step), self._stepper.most_steps)
        count = 1 if self._single else self._pace.chunk(left)
        began = self._clock.seconds()
        finite = self._course.advance(count)
        if finite < count:
            yield from self._diverge(finite)
            return
        self._pace.note_steps(count, self._clock.seconds() - began)
        self._clock.count(count)
        if self._course.left() == 0:
            yield from self._end_epoch()
        elif self._prepared.samples.large:
            yield from self._glance()
        elif self._pace.picture_due_amid():
            yield self._progress(self._point, self._measuring.now(self._point))
        else:
            yield self._progress(self._point, None)

    def _glance(self) -> Iterator[Event]:
        """A large picture is painted beside the training, and tells where that stood then."""
        point, picture, psnr = self._measuring.glanced() or (self._point, None, None)
        yield replace(self._progress(point, None), prediction=picture, psnr=psnr)
        self._measuring.glance(self._point)

    def _state_now(self) -> RunState:
        return self._stepper.state(self._point, self._clock.seconds())

    def _end_epoch(self) -> Iterator[Event]:
        """Begins to measure the epoch that has ended, while the next one trains."""
        yield from self._flush()
        if self._reached():
            return
        yield from self._look_ahead_in_time()
        before = self._course.end_epoch()
        epoch, is_curve = self._point.epoch, self._prepared.positions is not None
        counted = self._endings.is_measured(epoch, self._course.experiment.measure_every)
        picture = self._pace.picture_due(is_curve and self._endings.is_milestone(epoch))
        if not (counted or picture):
            yield self._progress(self._point, None)
            return
        self._measuring.begin(before, self._point, self._clock.seconds(), counted=counted, picture=picture)
        awaited = self._single or (counted and self._endings.await_cost(epoch))
        if awaited or self._stepper.compiled.shards > 1:
            yield from self._flush()

    def _flush(self) -> Iterator[Event]:
        """Waits for the measurement under way and tells its result."""
        end = self._measuring.take()
        if end is None:
            return
        measured = end.result.result()
        if not end.counted:
            if measured is not None and measured.prediction is not None:
                yield self._progress(end.point, measured)
            return
        if measured is None:
            # A stop or a pause came first: the run goes back to where the epoch is yet to be ended.
            self._course.point = end.before
            return
        if math.isfinite(measured.cost):
            yield end.told(measured, self._stepper.rate(end.point))
        if not self._course.note_cost(end.point, measured.cost):
            return
        self._endings.note_cost(measured.cost)
        if measured.prediction is not None:
            yield self._progress(end.point, measured)

    def _diverge(self, finite: int) -> Iterator[Event]:
        """Goes back, if what is being measured does not lead back further."""
        yield from self._flush()
        if not self._course.diverged:
            self._course.diverge(finite)

    def _leave_broken(self) -> Iterator[Event]:
        """Weights that the newest step has broken are nobody's: the next cost would say so."""
        if not (self._course.diverged or self._course.is_sound()):
            yield from self._diverge(0)

    def _finish(self, reason: StopReason) -> Iterator[Event]:
        yield from self._flush()
        yield from self._leave_broken()
        self._clock.stop()
        self._course.forget_before()
        if self._course.diverged:
            reason = "diverged"
        elif reason == "stopped" and self._endings.settled:
            reason = "settled"  # by the cost that was still being measured
        quick = reason != "stopped" or self._pace.measures_quickly()
        measured = self._measuring.whole(self._point) if quick else None
        if measured and not self._course.note_cost(self._point, measured.cost):
            reason = "diverged"
            measured = self._measuring.whole(self._point)
        yield from self._neurons.now(self._point)
        state = self._state_now()
        yield from self._moments.of(state)
        cost = measured.cost if measured else None
        yield Finished(
            reason=reason,
            message=self._endings.message(reason, cost),
            state=state,
            progress=self._progress(self._point, measured),
            cost=cost,
            validation_cost=measured.validation_cost if measured else None,
            painted=measured.painted if measured else None,
            began_at=self._course.divergence.begun,
        )

    @property
    def _point(self) -> Point:
        return self._course.point

    @property
    def _stepper(self) -> Stepper:
        return self._course.stepper

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
