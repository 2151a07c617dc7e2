"""Trajectory of a run: its present point, the points to go back to, and divergence."""

import math
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.device import tf
from cadl_desktop.engine.prepared_samples import PreparedSamples
from cadl_desktop.engine.training.orders import EpochOrders, batch_at
from cadl_desktop.engine.training.stepper import Point, Stepper
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.horizon import Horizon
from cadl_desktop.sentences import Sentence, cost_words

EXPLODED = 1e6
"""Factor of the cost of predicting the mean, above which a run has diverged. Runs with far too large rates
still recovered from 1e5 times that cost; those of the lecture's painting that passed 1e6 went on to 1e27."""
_MOST_SAMPLES = 4096


class DivergenceMonitor:
    """Watches the costs of one run. `step` is where it diverged, None while it has not. `initial_cost` is the
    cost before the first step of a new run, where it was measured and is comparable."""

    def __init__(
        self, experiment: Experiment, prepared: PreparedSamples, state: RunState | None = None
    ) -> None:
        self.step: int | None = None
        self._cost = math.nan
        self._prepared = prepared
        # A file may hold such slots: squares of large gradients overflow float32. Adam continues with
        # infinity there, but not with NaN.
        has_broken_slots = state is not None and not np.isfinite(state.slots).all()
        self._broken_slots_step = state.step if state is not None and has_broken_slots else None
        self.initial_cost: float | None = None
        self.switch_to(experiment)

    def switch_to(self, experiment: Experiment) -> None:
        """Uses the cost of another experiment from now on."""
        self.initial_cost = None
        self._bound = EXPLODED * _cost_of_the_mean(experiment, self._prepared)

    def set_initial_cost(self, cost: float, step: int) -> None:
        """Records the cost with which training begins, at this step."""
        if math.isfinite(cost):
            self.initial_cost = cost if step == 0 else None
            self._bound = max(self._bound, EXPLODED * cost) if self._bound else 0.0

    def check(self, step: int, cost: float) -> bool:
        """Whether the run has diverged with this cost at this step: a cost of the whole training set or,
        where it is not finite, of a batch."""
        if math.isfinite(cost) and (not self._bound or cost <= self._bound):
            return False
        self.step, self._cost = step, cost
        return True

    def message(self, step: int) -> str:
        """Sentence for a person; `step` is that of the present weights."""
        if step == self._broken_slots_step:
            return (
                f"Diverged: the optimizer's memory that training went on with at step {step:,} "
                "holds what is no finite number. The weights are unchanged; Reset starts over."
            )
        if math.isfinite(self._cost):
            return Sentence(
                "Diverged: the cost had grown to {cost} at step {diverged_at:,}; the weights are those "
                "of step {step:,}. Try a smaller learning rate.",
                cost=cost_words(self._cost),
                diverged_at=self.step,
                step=step,
            )
        return (
            f"Diverged: the cost stopped being a number at step {self.step:,}; the weights are "
            f"those of step {step:,}. Try a smaller learning rate."
        )


def _cost_of_the_mean(experiment: Experiment, prepared: PreparedSamples) -> float:
    """Cost of predicting the mean target everywhere; 0 where all targets are equal."""
    rows = prepared.training
    some = rows[np.linspace(0, len(rows) - 1, min(len(rows), _MOST_SAMPLES)).astype(np.int64)]
    targets = np.asarray(prepared.targets_of(some), np.float32)
    mean = np.broadcast_to(targets.mean(0, dtype=np.float64).astype(np.float32), targets.shape)
    costs = entry("cost", experiment.cost).load()(tf.constant(mean), tf.constant(targets))
    return float(np.mean(costs.numpy(), dtype=np.float64))


class Trajectory:
    """Trajectory of one run of `experiment`, which always has the live settings in force. The run stands at
    `point`; `stepper` makes the steps from there. `stopping` tells whether the run is to end.

    The constructor compiles the steps, so that no timed step does.
    """

    def __init__(
        self,
        experiment: Experiment,
        prepared: PreparedSamples,
        state: RunState | None,
        for_cores: int | None,
        drawing: Executor,
        stopping: Callable[[], bool],
    ) -> None:
        self.experiment = experiment
        self._stopping = stopping
        self.divergence = DivergenceMonitor(experiment, prepared, state)
        horizon = state.horizon if state else None
        self.stepper = Stepper(experiment, prepared, horizon, for_cores, stopping=stopping)
        # The present point, the one before the newest steps, and the last one with a finite cost.
        self.point = self._earlier = self._last_finite = self.stepper.first_point(state)
        self._replaced: tuple[str, Point] | None = None
        """The kind of the optimizer before the newest change of it, and the point with its memories."""
        self._prepared = prepared
        self._orders = EpochOrders(prepared, experiment.seed, self.point.epoch, drawing)
        self._steps(self.point, 0)

    @property
    def diverged(self) -> bool:
        return self.divergence.step is not None

    def batches_left(self) -> int:
        """Whole batches left in this epoch; 0 also in a run that was stopped before an epoch had been
        measured."""
        return self.stepper.batches_left(self.point)

    def advance(self, count: int) -> int:
        """Makes `count` steps if the costs of all are finite. Returns how many were finite."""
        after, finite = self._steps(self.point, count)
        if finite == count:
            self._earlier, self.point = self.point, after
        return finite

    def end_epoch(self) -> Point:
        """Ends the epoch and returns the point before that."""
        before = self.point
        self.point = replace(before, epoch=before.epoch + 1, row=0)
        return before

    def record_cost(self, point: Point, cost: float) -> bool:
        """Records the cost of all samples at a point. Returns False where the run has diverged with it and
        gone back to the last point with a finite cost."""
        if self.divergence.check(point.step, cost):
            self.point = self._last_finite
            return False
        self._last_finite = point
        return True

    def roll_back(self, finite: int) -> None:
        """Goes back to the last weights with a finite cost, by repeating the steps up to there."""
        failed = self.point.step + finite
        start = self.point if finite else self._earlier
        self.point, _ = self._steps(start, max(0, failed - start.step - 1))
        self.divergence.check(failed, math.nan)
        if not self.is_finite():
            self.point = self._last_finite

    def is_finite(self) -> bool:
        return bool(np.isfinite(memoryview(self.point.parameters)).all())

    def drop_earlier_point(self) -> None:
        """Makes the present point the earliest to go back to: steps from before it would differ, or its
        memory is needed."""
        self._earlier = self.point

    def newest_batch(self) -> NDArray[np.int32]:
        """Rows of the samples of the newest step, which lies in the epoch of the present point."""
        size = self.experiment.batch_size
        return batch_at(self._orders.of(self.point.epoch), self.point.row - size, size)

    def next_step(self) -> tuple[Point, NDArray[np.int32], Point]:
        """The next step, which is not made: the point before it, its batch as rows of samples, and the point
        after it. It lies in the next epoch where no whole batch is left in this one."""
        start = self.point
        if self.batches_left() == 0:
            start = replace(start, epoch=start.epoch + 1, row=0)
        batch = batch_at(self._orders.of(start.epoch), start.row, self.experiment.batch_size)
        return start, batch, self._steps(start, 1)[0]

    def set_horizon(self, horizon: Horizon | None) -> None:
        self.drop_earlier_point()
        self.stepper.horizon = horizon

    def switch_to(self, experiment: Experiment) -> bool:
        """Applies other live settings from the next step on. Returns False where that needed a new
        stepper."""
        self.drop_earlier_point()
        if experiment.cost != self.experiment.cost:
            self.divergence.switch_to(experiment)
        kind_before, self.experiment = self.experiment.optimizer.kind, experiment
        if self.stepper.switch_to(experiment):
            return True
        horizon, for_cores = self.stepper.horizon, self.stepper.for_cores
        self.stepper = Stepper(experiment, self._prepared, horizon, for_cores, stopping=self._stopping)
        if experiment.optimizer.kind != kind_before:
            self._begin_memories_anew(kind_before)
        self._steps(self.point, 0)
        return False

    def _begin_memories_anew(self, kind_before: str) -> None:
        """Begins the memories of another kind of optimizer, unless they are still known, as no step was made
        without them."""
        known, self._replaced = self._replaced, (kind_before, self.point)
        if known and known[0] == self.experiment.optimizer.kind and known[1].step == self.point.step:
            slots, since = known[1].slots, known[1].optimizer_since
            self.point = replace(self.point, slots=slots, optimizer_since=since)
        else:
            self.point = self.stepper.with_new_memories(self.point)
        self._earlier = self.point
        self._last_finite = self.stepper.with_new_memories(self._last_finite)

    def _steps(self, start: Point, count: int) -> tuple[Point, int]:
        return self.stepper.steps(start, self._orders.of(start.epoch), count)
