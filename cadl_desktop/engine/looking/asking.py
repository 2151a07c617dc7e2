"""What the neurons compute while their network trains: asked now and then, on a thread of its own."""

import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace

from cadl_desktop.engine.looking.probe import Probe
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.gradients import Gradients
from cadl_desktop.engine.training.stepper import Point, Stepper
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats, Probed


class Asking:
    """Asks the neurons of one run as often as its control says, if at all.

    It is made, and told to `follow`, on the thread that trains, and `first` is called before `beside`: all
    of them trace there, so that the executor's thread never does.
    """

    def __init__(
        self,
        experiment: Experiment,
        prepared: Prepared,
        stepper: Stepper,
        control: Control,
        executor: Executor,
    ) -> None:
        self._prepared = prepared
        self._control = control
        self._executor = executor
        self._probe = Probe(experiment, prepared.samples)
        self.follow(experiment, stepper)
        self._asked: Future[Probed] | None = None
        self._last = -math.inf

    def follow(self, experiment: Experiment, stepper: Stepper) -> None:
        """Asks for the gradients of another cost from now on, and what another stepper has come to."""
        self._stepper, self._gradients = stepper, self._gradients_of(experiment)

    def first(self, point: Point) -> Iterator[Probed]:
        """Tells what they compute before anything is trained."""
        if self._control.probe_seconds is not None:
            yield self._ask(point.step, self._stepper.weights(point))

    def beside(self, point: Point) -> Iterator[Probed]:
        """Has them asked beside the training, and tells what was asked before."""
        if self._asked is not None:
            if self._asked.done():
                yield self._asked.result()
                self._asked = None
            return
        interval, now = self._control.probe_seconds, time.perf_counter()
        if interval is not None and now - self._last >= interval:
            self._last = now
            # Not the point itself, whose memories are twice as many numbers.
            self._asked = self._executor.submit(self._ask, point.step, self._stepper.weights(point))

    def now(self, point: Point) -> Iterator[Probed]:
        """Tells what they compute where training waits or ends."""
        self._asked = None
        if self._control.probe_seconds is not None:
            weights = self._stepper.weights(point)
            probed = self._probe.once(point.step, weights)
            yield replace(probed, gradients=self._gradients(weights))

    def _gradients_of(self, experiment: Experiment) -> Gradients:
        gradients = Gradients(experiment, self._prepared)
        if self._control.probe_seconds is not None:
            gradients.warm_up()
        return gradients

    def _ask(self, step: int, weights: Sequence[Floats]) -> Probed:
        return self._gradients.add_to(self._probe(step, weights))
