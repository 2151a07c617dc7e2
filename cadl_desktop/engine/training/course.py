"""Where a run stands, where it has stood, and how far it goes back when it diverges."""

import math
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from cadl_desktop.engine.samples import Prepared
from cadl_desktop.engine.training.divergence import Divergence
from cadl_desktop.engine.training.orders import EpochOrders
from cadl_desktop.engine.training.stepper import Point, Stepper
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.horizon import Horizon


class Course:
    """The course of one run of `experiment`, which always has the live settings that are in force. The run
    stands at `point`, from which `stepper` leads on.

    To make one compiles its steps, so that none is timed with it.
    """

    def __init__(
        self,
        experiment: Experiment,
        prepared: Prepared,
        state: RunState | None,
        for_cores: int | None,
        drawing: Executor,
    ) -> None:
        self.experiment = experiment
        self.divergence = Divergence(experiment, prepared, state)
        self.stepper = Stepper(experiment, prepared, state.horizon if state else None, for_cores)
        # Where it stands, stood before the newest steps, and stood when its cost was last a number.
        self.point = self._before = self._sound = self.stepper.first_point(state)
        self._prepared = prepared
        self._orders = EpochOrders(prepared, experiment.seed, self.point.epoch, drawing)
        self._steps(self.point, 0)

    @property
    def diverged(self) -> bool:
        return self.divergence.step is not None

    def left(self) -> int:
        """Whole batches left in this epoch; 0 in a run that was stopped before an epoch had been measured."""
        return self.stepper.left(self.point)

    def advance(self, count: int) -> int:
        """Makes so many steps, if the costs of all are finite, and says of how many they are."""
        after, finite = self._steps(self.point, count)
        if finite == count:
            self._before, self.point = self.point, after
        return finite

    def end_epoch(self) -> Point:
        """Ends it, and gives where it had come to."""
        before = self.point
        self.point = replace(before, epoch=before.epoch + 1, row=0)
        return before

    def note_cost(self, point: Point, cost: float) -> bool:
        """Tells of the cost of all samples at a point. False where the run has diverged with it, and gone
        back to where a cost was last a number."""
        if self.divergence.happens(point.step, cost):
            self.point = self._sound
            return False
        self._sound = point
        return True

    def diverge(self, finite: int) -> None:
        """Goes back to the last weights whose cost was finite, step by step the same way."""
        failed = self.point.step + finite
        start = self.point if finite else self._before
        self.point, _ = self._steps(start, max(0, failed - start.step - 1))
        self.divergence.happens(failed, math.nan)
        if not self.is_sound():
            self.point = self._sound

    def is_sound(self) -> bool:
        return bool(np.isfinite(memoryview(self.point.parameters)).all())

    def forget_before(self) -> None:
        """Leads back no further than to where it stands: the way from there would be another one, or its
        memory is needed."""
        self._before = self.point

    def set_horizon(self, horizon: Horizon | None) -> None:
        self.forget_before()
        self.stepper.horizon = horizon

    def follow(self, experiment: Experiment) -> bool:
        """Trains with other live settings from the next step on; False where that took another stepper."""
        self.forget_before()
        if experiment.cost != self.experiment.cost:
            self.divergence.follow(experiment)
        self.experiment = experiment
        if self.stepper.follow(experiment):
            return True
        self.stepper = Stepper(experiment, self._prepared, self.stepper.horizon, self.stepper.for_cores)
        self._steps(self.point, 0)
        return False

    def _steps(self, start: Point, count: int) -> tuple[Point, int]:
        return self.stepper.steps(start, self._orders.of(start.epoch), count)
