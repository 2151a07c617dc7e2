"""Neuron values and gradients of a network in training, evaluated now and then on a second thread."""

import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from typing import Any

import numpy as np

from cadl_desktop.data.subsets import EveryRow, Rows
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.evaluation.probe import Probe
from cadl_desktop.engine.network.forward_pass import forward
from cadl_desktop.engine.prepared_samples import PreparedSamples
from cadl_desktop.engine.tracing import LruCache, traced
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.stepper import Point, Stepper
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, network_and_cost
from cadl_desktop.experiment.shapes import weight_shapes
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.network_weights import shapes_of

MOST_ROWS = 256
"""Training samples used for gradients: enough for a layer's mean gradient to be drawn."""
MOST_TIME = 0.02
"""Share of the second thread's time that gradients may take."""
LEAST_SECONDS = 0.25
"""Least time between two gradients; a histogram over time needs no more."""


class Gradients:
    """Gradients of an experiment's cost with respect to its weights.

    The samples depend on the seed alone and stay the same, so that changes of the gradients come from the
    network.
    """

    def __init__(self, experiment: Experiment, prepared: PreparedSamples) -> None:
        rows = gradient_rows(experiment.seed, prepared.training)
        self._experiment, self._encoding_arrays = experiment, len(weight_shapes(experiment)[0])
        self._inputs = tf.constant(prepared.inputs_of(rows))
        self._targets = tf.constant(prepared.targets_of(rows))
        self._compute = _traced_gradients(experiment)
        self._next = -math.inf

    def __call__(self, weights: Sequence[Floats]) -> tuple[Floats, ...]:
        """Gradients in the order and shapes of the weights; traced at the first call. Weights of an encoding
        get 0, as no histogram counts them: the gradient of a large hash table would be as large as the
        table."""
        found = self._compute(list(map(tf.constant, weights)), self._inputs, self._targets)
        zeros = (np.broadcast_to(np.float32(0), array.shape) for array in weights[: self._encoding_arrays])
        return *zeros, *(gradient.numpy() for gradient in found)

    def warm_up(self) -> None:
        """Traces the function."""
        self([np.zeros(shape, np.float32) for shape in shapes_of(self._experiment)])

    def add_to(self, probed: Probed) -> Probed:
        """Adds gradients to `probed` unless the last ones are too recent."""
        started = time.perf_counter()
        if started < self._next:
            return probed
        gradients = self(probed.weights)
        ended = time.perf_counter()
        self._next = started + max(LEAST_SECONDS, (ended - started) / MOST_TIME)
        return replace(probed, gradients=gradients)


def _traced_gradients(experiment: Experiment) -> Any:
    """(weights, inputs, targets) -> gradients of the layers' weights. Cached by structure, so that another
    run of the same network traces nothing."""
    costs, encoding_arrays = entry("cost", experiment.cost).load(), len(weight_shapes(experiment)[0])

    def compute(weights: Sequence[Tensor], inputs: Tensor, targets: Tensor) -> list[Tensor]:
        layer_weights = weights[encoding_arrays:]
        with tf.GradientTape() as tape:
            tape.watch(layer_weights)
            cost = tf.reduce_mean(costs(forward(experiment, weights, inputs), targets))
        gradients = tape.gradient(cost, layer_weights, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [tf.convert_to_tensor(gradient) for gradient in gradients]

    # Without XLA: compiling takes longer than all evaluations of a run.
    return _traced_functions.get(network_and_cost(experiment), lambda: traced(compute))


_traced_functions = LruCache[Any]()


def gradient_rows(seed: int, training: Rows | EveryRow) -> Rows:
    """Training samples used for the gradients: all of a small training set."""
    if len(training) <= MOST_ROWS:
        return training[:]
    random = np.random.default_rng([seed, 7])
    return training[np.sort(random.choice(len(training), MOST_ROWS, replace=False))]


class LiveProbe:
    """Evaluates every neuron of the network in training at the rate that `control` requests.

    Creation, `switch_to` and `before_training` run on the training thread and trace there, so that the
    executor's thread never traces.
    """

    def __init__(
        self,
        experiment: Experiment,
        prepared: PreparedSamples,
        stepper: Stepper,
        control: Control,
        executor: Executor,
    ) -> None:
        self._prepared = prepared
        self._control = control
        self._executor = executor
        self._probe = Probe(experiment, prepared.samples)
        self.switch_to(experiment, stepper)
        self._pending: Future[Probed] | None = None
        self._last = -math.inf

    def switch_to(self, experiment: Experiment, stepper: Stepper) -> None:
        """Switches to another cost and stepper."""
        gradients = Gradients(experiment, self._prepared)
        if self._control.probe_seconds is not None:
            gradients.warm_up()
        self._stepper, self._gradients = stepper, gradients

    def before_training(self, point: Point) -> Iterator[Probed]:
        """Yields the values before the first step, where any are requested."""
        if self._control.probe_seconds is not None:
            yield self._evaluate(point.step, self._stepper.weights(point))

    def in_background(self, point: Point) -> Iterator[Probed]:
        """Starts an evaluation on the executor when one is due, and yields the result of the one before."""
        if self._pending is not None:
            if self._pending.done():
                yield self._pending.result()
                self._pending = None
            return
        interval, now = self._control.probe_seconds, time.perf_counter()
        if interval is not None and now - self._last >= interval:
            self._last = now
            # Only the weights: optimizer slots are twice as many numbers.
            self._pending = self._executor.submit(self._evaluate, point.step, self._stepper.weights(point))

    def in_wait(self, point: Point) -> Iterator[Probed]:
        """Yields the values at this point, where training waits and any are requested."""
        if self._control.probe_seconds is not None:
            self._last = time.perf_counter()
            weights = self._stepper.weights(point)
            yield self._executor.submit(self._evaluate, point.step, weights).result()

    def at_pause(self, point: Point) -> Iterator[Probed]:
        """Yields values and gradients where training pauses or ends."""
        self._pending = None
        if self._control.probe_seconds is not None:
            weights = self._stepper.weights(point)
            probed = self._probe.once(point.step, weights)
            yield replace(probed, gradients=self._gradients(weights))

    def _evaluate(self, step: int, weights: Sequence[Floats]) -> Probed:
        return self._gradients.add_to(self._probe(step, weights))
