"""The gradients that the histograms and the doctor look at: on a few training samples, now and then."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cadl_desktop.data.subsets import EveryRow, Rows
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.kept import Kept
from cadl_desktop.engine.network.network import forward
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.engine.tracing import traced
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, network_and_cost
from cadl_desktop.experiment.shapes import weight_shapes
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.weights import shapes_of

MOST_ROWS = 256
"""Training samples that are looked at: the mean gradient of a layer is then known well enough to be drawn."""
MOST_TIME = 0.02
"""How much of the time gradients may take, on the second thread."""
LEAST_SECONDS = 0.25
"""How long there are no new ones in any case: a histogram over time needs no more."""


class Gradients:
    """Of one experiment's cost by its weights, whatever the weights are.

    The samples are a pure function of the seed and stay the same, so that a change of the gradients is one
    of the network.
    """

    def __init__(self, experiment: Experiment, prepared: Prepared) -> None:
        rows = gradient_rows(experiment.seed, prepared.training)
        self._experiment, self._encoded = experiment, len(weight_shapes(experiment)[0])
        self._inputs = tf.constant(prepared.inputs_of(rows))
        self._targets = tf.constant(prepared.targets_of(rows))
        self._compute = _computing(experiment)
        self._next = -math.inf

    def __call__(self, weights: Sequence[Floats]) -> tuple[Floats, ...]:
        """One array for each of the weights, of its shape; traced at the first call. 0 for what an encoding
        learns, which no histogram counts: the slopes of a large picture's table are as large as it is."""
        found = self._compute(list(map(tf.constant, weights)), self._inputs, self._targets)
        nought = (np.broadcast_to(np.float32(0), array.shape) for array in weights[: self._encoded])
        return *nought, *(slope.numpy() for slope in found)

    def warm_up(self) -> None:
        """Traces what will be called."""
        self([np.zeros(shape, np.float32) for shape in shapes_of(self._experiment)])

    def add_to(self, probed: Probed) -> Probed:
        """The same with gradients, where they haven't been asked for too lately."""
        began = time.perf_counter()
        if began < self._next:
            return probed
        gradients = self(probed.weights)
        ended = time.perf_counter()
        self._next = began + max(LEAST_SECONDS, (ended - began) / MOST_TIME)
        return replace(probed, gradients=gradients)


def _computing(experiment: Experiment) -> Any:
    """(weights, inputs, targets) -> the slopes of the layers' weights, for this structure: kept, so that a
    run of a network that was seen before traces nothing."""
    costs, encoded = entry("cost", experiment.cost).load(), len(weight_shapes(experiment)[0])

    def compute(weights: Sequence[Tensor], inputs: Tensor, targets: Tensor) -> list[Tensor]:
        of_layers = weights[encoded:]
        with tf.GradientTape() as tape:
            tape.watch(of_layers)
            cost = tf.reduce_mean(costs(forward(experiment, weights, inputs), targets))
        slopes = tape.gradient(cost, of_layers, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [tf.convert_to_tensor(slope) for slope in slopes]

    # Not by XLA: compiling would take longer than all that a run asks.
    return _kept.get(network_and_cost(experiment), lambda: traced(compute))


_kept = Kept[Any]()


def gradient_rows(seed: int, training: Rows | EveryRow) -> Rows:
    """The samples that the gradients are taken on: all of a small training set."""
    if len(training) <= MOST_ROWS:
        return training[:]
    random = np.random.default_rng([seed, 7])
    return training[np.sort(random.choice(len(training), MOST_ROWS, replace=False))]
