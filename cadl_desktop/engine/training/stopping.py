"""Stop rules of a run: when it ends by itself, the estimate of its last step, and the sentence that says why
it ended."""

import math
from collections import deque
from dataclasses import dataclass
from dataclasses import replace as with_fields

import numpy as np
from msgspec.structs import replace

from cadl_desktop.data.schedules import spans_run
from cadl_desktop.engine.evaluation.measurer import Measurement
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.measuring import EpochEnd
from cadl_desktop.engine.training.timing import Clock, ProcessorTime
from cadl_desktop.engine.training.trajectory import Trajectory
from cadl_desktop.experiment.model import Stop
from cadl_desktop.runs.events import BestEpoch, RunState, StopReason
from cadl_desktop.runs.horizon import PEAK, Horizon, has_ended, progress
from cadl_desktop.sentences import Sentence, cost_words

CURVES = 20
"""Least number of curve pictures of a run, however short it is."""


class StopRules:
    """Decides when a run ends: on request, by its rules, by divergence, or when no layer can learn
    (`can_learn`).

    `stop` has the rules in force; a run that continues after a limit gets that limit once more.
    `previous_cost` is compared with the next one, so that a run that was cut goes on as if it had not been.
    `settled`: they hardly differed. `best` is the best measured epoch, None where no rule asks for it.
    """

    def __init__(
        self, trajectory: Trajectory, control: Control, state: RunState | None, previous_cost: float | None
    ) -> None:
        self._trajectory, self._control = trajectory, control
        self._start = _spent(state) if state else {}
        self.best = state.best if state else None
        self.stop = trajectory.experiment.stop
        if self.best is not None and self._is_out_of_patience:
            self.best = with_fields(self.best, waited=0)
        self.switch_to(trajectory.experiment.stop)
        self.can_learn = True
        self.settled = False
        self._previous_cost = previous_cost

    def switch_to(self, stop: Stop) -> None:
        """Applies other rules from now on."""
        limits = {name: getattr(stop, name) for name in self._start}
        passed = {name: limit for name, limit in limits.items() if limit and self._start[name] >= limit}
        again = {name: (self._start[name] // limit + 1) * limit for name, limit in passed.items()}
        self.stop = replace(stop, **again)
        if self.best is not None and not stop.keep_best:
            self.best = None if stop.patience is None else with_fields(self.best, weights=())
        elif self.best is not None and not self.best.weights:
            self.best = None  # its weights are gone

    def record(self, end: EpochEnd, measured: Measurement) -> None:
        """Records the costs at the end of a measured epoch."""
        self._record_best(end, measured)
        cost = measured.cost
        bound, previous = self.stop.change_below, self._previous_cost
        self.settled = bound is not None and previous is not None and abs(previous - cost) < bound
        self._previous_cost = cost

    def _record_best(self, end: EpochEnd, measured: Measurement) -> None:
        best, stop, point = self.best, self.stop, end.point
        if stop.patience is None and not stop.keep_best:
            return
        cost = measured.cost if measured.validation_cost is None else measured.validation_cost
        if math.isfinite(cost) and (best is None or cost < best.cost):
            weights = self._trajectory.stepper.weights(point) if stop.keep_best else ()
            self.best = BestEpoch(point.epoch, point.step, end.seconds, cost, weights=weights)
        elif best is not None:
            self.best = with_fields(best, waited=best.waited + 1)

    @property
    def _is_out_of_patience(self) -> bool:
        best, patience = self.best, self.stop.patience
        return best is not None and patience is not None and best.waited >= patience

    @property
    def met(self) -> StopReason | None:
        """Rule on costs that the newest measurement has met, if any."""
        if self.settled:
            return "settled"
        return "patience" if self._is_out_of_patience else None

    def forget_cost(self) -> None:
        """Forgets earlier costs, which are not comparable with the next one."""
        self._previous_cost = self.best = None

    def needs_cost(self, epoch: int) -> bool:
        """Whether the cost at the end of this measured epoch, or the epoch itself, may end the run, or make
        the epoch its best."""
        stop = self.stop
        # The best epoch belongs to the state, which must not depend on when a measurement is ready.
        decides = stop.change_below is not None or stop.patience is not None or stop.keep_best
        return decides or epoch == stop.epochs

    def is_measured(self, epoch: int, every: int) -> bool:
        """Whether the cost at the end of this epoch is measured; never depends on time."""
        return epoch % every == 0 or epoch == self.stop.epochs

    def is_milestone(self, epoch: int) -> bool:
        """Whether a curve is always drawn at this epoch, so that every run keeps the same earlier curves."""
        return self.stop.epochs is not None and epoch % max(1, self.stop.epochs // CURVES) == 0

    def steps_left(self) -> int:
        """Number of steps up to the one at which the run is asked to end. One that goes on after its schedule
        and has no limit ends where its rate has fallen to 0 again."""
        step, horizon = self._trajectory.point.step, self._trajectory.stepper.horizon
        left = self._control.steps_left(step)
        if self.stop.steps is not None:
            left = min(left, self.stop.steps - step)
        if not _has_limit(self.stop) and horizon is not None and horizon.peak is not None:
            return min(left, horizon.end - step)
        return left

    def reason(self, seconds: float, processor_seconds: float) -> StopReason | None:
        """Reason to end the run here, after so many seconds of training; None to go on."""
        trajectory, stop = self._trajectory, self.stop
        if trajectory.diverged:
            return "diverged"
        if self._control.stopping:
            return "stopped"
        # At the end of an epoch, the epoch is ended first, so that its cost is reported like any other.
        if self.steps_left() <= 0 and trajectory.batches_left() > 0:
            return "steps"
        if self.met:
            return self.met
        if not self.can_learn:
            return "frozen"
        if stop.epochs is not None and trajectory.point.epoch >= stop.epochs:
            return "epochs"
        if stop.seconds is not None and seconds >= stop.seconds:
            return "seconds"
        if stop.processor_seconds is not None and processor_seconds >= stop.processor_seconds:
            return "processor_seconds"
        return None

    def message(self, reason: StopReason, cost: float | None, result: RunState) -> str:
        """Sentence for a person; `cost` is that of the `result` of the run."""
        plain, begun = self._sentence(reason), self._trajectory.divergence.initial_cost
        if result.newest is not None:
            words = "{plain} The result has the weights of epoch {epoch:,}, the best."
            plain = Sentence(words, plain=plain, epoch=result.epoch)
        if cost is None or begun is None or cost <= begun:
            return plain
        return Sentence(
            "{plain} The cost is {cost}, higher than the {begun} before the first step. "
            "Try a smaller learning rate.",
            plain=plain,
            cost=cost_words(cost),
            begun=cost_words(begun),
        )

    def _sentence(self, reason: StopReason) -> str:
        step, epoch = self._trajectory.point.step, self._trajectory.point.epoch
        match reason:
            case "diverged":
                return self._trajectory.divergence.message(step)
            case "settled":
                least = self.stop.change_below
                return Sentence(
                    "The cost changed by less than {least:g} in epoch {epoch:,}.", least=least, epoch=epoch
                )
            case "patience":
                assert self.best is not None, "patience has counted from it"
                words = "Ended at epoch {epoch:,}: the validation cost has not improved since epoch {best:,}."
                return Sentence(words, epoch=epoch, best=self.best.epoch)
            case "frozen":
                return f"Ended at step {step:,}: every layer is frozen, so nothing would learn."
            case "stopped":
                return f"Stopped at step {step:,}."
            case "steps":
                return f"Finished after {step:,} steps."
            case "epochs" if epoch == 1:
                return "Finished after 1 epoch."
            case "epochs":
                return f"Finished after {epoch:,} epochs."
            case "seconds":
                seconds = self.stop.seconds or 0.0  # a continued run's limit may have many digits
                return Sentence("Finished after {seconds:g} s.", seconds=round(seconds, 2) or seconds)
            case "processor_seconds":
                seconds = self.stop.processor_seconds or 0.0
                words = "Finished after {seconds:g} processor seconds."
                return Sentence(words, seconds=round(seconds, 2) or seconds)


def _spent(state: RunState) -> dict[str, float]:
    """Epochs, steps and seconds of an earlier run, by the names of their stop rules; NaN where unknown."""
    return {
        "epochs": state.epoch,
        "steps": state.step,
        "seconds": state.seconds,
        "processor_seconds": state.processor_seconds,
    }


def _has_limit(stop: Stop) -> bool:
    return any(limit is not None for limit in (stop.epochs, stop.steps, *_time_limits(stop).values()))


def _time_limits(stop: Stop) -> dict[str, float]:
    """Limits of time that are in force, by the name of the time in `RunPosition`."""
    limits = {"seconds": stop.seconds, "processor_seconds": stop.processor_seconds}
    return {name: limit for name, limit in limits.items() if limit is not None}


FIRST_SECONDS = 0.03
"""Training time after which the pace can be estimated."""
ESTIMATES = 30
"""Estimates of a run limited by seconds, after the first few, which follow one another quickly."""
REMEMBERED = 5
"""Estimates over which the pace is averaged."""
MOST_OFF = 0.1
"""Difference between horizon and clock, as a share of the run, up to which the horizon is corrected smoothly.
It is larger in a run that continues with other rules, or was held up."""


@dataclass(frozen=True)
class RunPosition:
    """Position of a run: `left` whole batches of `per_epoch` lie before the end of epoch `epoch`."""

    step: int
    epoch: int
    left: int
    per_epoch: int
    seconds: float
    processor_seconds: float


class HorizonEstimator:
    """Estimates a run's horizon, repeatedly: exact by its epochs and steps, by its pace for a limit in
    seconds, whichever comes first. The clock includes measurements and pictures."""

    def __init__(
        self, trajectory: Trajectory, clock: Clock, processor: ProcessorTime, stop_rules: StopRules
    ) -> None:
        self._trajectory, self._clock, self._stop_rules = trajectory, clock, stop_rules
        self._processor = processor
        self._first_step = trajectory.point.step
        # A schedule that has ended, or as good as, never goes back: a run that was finished continues with
        # the rate at which it ended, unless that is about 0.
        self._is_finished = self._done(trajectory.point.step) >= 1.0 - MOST_OFF
        self._begins_late = has_ended(
            trajectory.experiment.schedule,
            trajectory.stepper.horizon,
            trajectory.point.step,
            trajectory.point.epoch,
        )
        self._positions: deque[RunPosition] = deque(maxlen=REMEMBERED)

    @property
    def matters(self) -> bool:
        """Whether the rate depends on the horizon, or will in a run that goes on after its schedule."""
        horizon = self._trajectory.stepper.horizon
        is_late = horizon is not None and horizon.peak is not None
        return spans_run(self._trajectory.experiment.schedule) or is_late or self._begins_late

    def is_due(self) -> bool:
        """Whether another estimate is due. The first steps only start the measurement of the pace, which says
        nothing about what comes before them."""
        limits, position = _time_limits(self._stop_rules.stop), self.position()
        if not limits or not self._positions:
            return position.step > self._first_step and not self._positions
        is_later = position.step > self._positions[-1].step
        return is_later and any(self._is_time_due(position, name, limit) for name, limit in limits.items())

    def _is_time_due(self, position: RunPosition, name: str, limit: float) -> bool:
        first, last, now = (getattr(it, name) for it in (self._positions[0], self._positions[-1], position))
        between = limit / ESTIMATES
        if len(self._positions) < REMEMBERED:
            between = min(between, last - first)
        return bool(now - last >= max(between, FIRST_SECONDS))

    def record(self) -> None:
        """Records that an estimate is made here."""
        self._positions.append(self.position())

    def estimate(self, *, anew: bool) -> Horizon | None:
        """Horizon from here on. It is computed `anew` after a change of the rules: the share done is then as
        if they had applied from the start."""
        stop, position, known = self._stop_rules.stop, self.position(), self._trajectory.stepper.horizon
        done = self._done(position.step)
        exact = _by_epochs(position, stop), _by_steps(position, stop)
        times = (self._by_time(position, name, limit) for name, limit in _time_limits(stop).items())
        ends = [end for end in (*exact, *times) if end]
        if self._begins_late:
            return self._late(position, ends)
        if known is not None and known.peak is not None:
            left = min(ends)[0] if ends else known.end - position.step
            same = left < 1 or position.step + left == known.end or done >= 1.0
            return known if same else Horizon(position.step, done, position.step + left, known.peak)
        if self._is_finished and done >= 1.0:
            return known
        if not ends:
            return None if anew and not (_has_limit(stop) or self._is_finished) else known
        left, share = min(ends)
        if left < 1:
            return known
        share = max(done, share) if self._is_finished else share
        if known is not None and known.end == position.step + left and abs(done - share) < 1e-9:
            return known
        is_smooth = bool(_time_limits(stop)) and not anew and abs(done - share) <= MOST_OFF
        return Horizon(step=position.step, done=done if is_smooth else share, end=position.step + left)

    def _late(self, position: RunPosition, ends: list[tuple[int, float]]) -> Horizon | None:
        """Horizon of a run that goes on after its schedule: until its rules end it, or, without an estimate
        of that, for as many steps as it has made."""
        self._begins_late = False
        left = min(ends)[0] if ends else position.step
        known = self._trajectory.stepper.horizon
        return Horizon(position.step, 0.0, position.step + left, PEAK) if left >= 1 else known

    def _done(self, step: int) -> float:
        """Share of the run, 0 to 1, that is done at a step by the present horizon."""
        horizon = self._trajectory.stepper.horizon
        is_over = horizon is not None and step >= horizon.end
        return 1.0 if is_over else float(progress(horizon, np.array([step]))[0])

    def seconds_left(self, step_seconds: float, shown_seconds: float | None = None) -> float | None:
        """Seconds until the run ends by its rules, if each step takes `step_seconds` of training and is shown
        for `shown_seconds`, by default not at all; None without a limit of epochs, steps or
        seconds."""
        stop, position, each = self._stop_rules.stop, self.position(), shown_seconds or step_seconds
        left = list[float]()
        if by_epochs := _by_epochs(position, stop):
            left.append(by_epochs[0] * each)
        if by_steps := _by_steps(position, stop):
            left.append(by_steps[0] * each)
        if stop.seconds is not None and step_seconds:
            left.append(max(0.0, stop.seconds - position.seconds) * each / step_seconds)
        return min(left, default=None)

    def position(self) -> RunPosition:
        point = self._trajectory.point
        left, per_epoch = self._trajectory.batches_left(), self._trajectory.stepper.per_epoch
        times = self._clock.seconds(), self._processor.limited
        return RunPosition(point.step, point.epoch, left, per_epoch, *times)

    def _by_time(self, position: RunPosition, name: str, limit: float) -> tuple[int, float] | None:
        """Steps left and share of the run done, by a limit in seconds of one kind."""
        first = self._positions[0] if self._positions else position
        now: float = getattr(position, name)
        made, took = position.step - first.step, now - getattr(first, name)
        if not made or took <= 0:
            return None
        return round((limit - now) * made / took), min(now / limit, 1.0)


def _by_epochs(position: RunPosition, stop: Stop) -> tuple[int, float] | None:
    """Steps left and share of the run done, by the limit in epochs."""
    if stop.epochs is None:
        return None
    left = (stop.epochs - position.epoch - 1) * position.per_epoch + position.left
    return left, min(max(1.0 - left / (stop.epochs * position.per_epoch), 0.0), 1.0)


def _by_steps(position: RunPosition, stop: Stop) -> tuple[int, float] | None:
    """Steps left and share of the run done, by the limit in steps."""
    return None if stop.steps is None else (stop.steps - position.step, min(position.step / stop.steps, 1.0))
