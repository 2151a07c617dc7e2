"""How much each neuron of a layer matters: what the cost becomes without it."""

from collections.abc import Sequence

import numpy as np

from cadl_desktop.data.subsets import Rows
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.network import activations, continued
from cadl_desktop.engine.samples import Prepared, prepare
from cadl_desktop.engine.tracing import traced
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import parameter_count, widths
from cadl_desktop.runs.events import Floats

MOST_SAMPLES = 1024
LEAST_SAMPLES = 64
ARITHMETIC = 2e10
"""Floating-point operations that a question may take, some half a second on a core."""


def importance(experiment: Experiment, weights: Sequence[Floats], layer: int) -> Floats:
    """By how much the mean cost of a few training samples rises when each neuron of layer `layer`
    (counted from 0) gives 0 instead of what it computes, (neurons,). The samples are the same every time.

    Raises `data.samples.DataError`.
    """
    prepared = prepare(experiment)
    rows = _rows(experiment, prepared, widths(experiment)[layer + 1])
    tensors = list(map(tf.constant, weights))
    inputs = tf.constant(prepared.inputs_of(rows))
    targets = tf.constant(prepared.targets_of(rows))
    costs = entry("cost", experiment.cost).load()
    *before, values = activations(experiment, tensors, inputs)[: layer + 2]
    count = values.shape[1]

    def cost_with(kept: Tensor) -> Tensor:
        return tf.reduce_mean(costs(continued(experiment, tensors, [*before, values * kept]), targets))

    cost = traced(cost_with)
    whole = float(cost(tf.ones(count)))
    # One row after the other: those of 4,096 neurons together would be large.
    rises = [float(cost(tf.constant(_all_but(neuron, count)))) - whole for neuron in range(count)]
    return np.array(rises, np.float32)


def _all_but(neuron: int, count: int) -> Floats:
    kept = np.ones(count, np.float32)
    kept[neuron] = 0.0
    return kept


def _rows(experiment: Experiment, prepared: Prepared, neurons: int) -> Rows:
    """Which samples are asked: fewer where the network is large."""
    affordable = int(ARITHMETIC / (2 * parameter_count(experiment) * neurons))
    count = min(max(affordable, LEAST_SAMPLES), MOST_SAMPLES)
    random = np.random.default_rng([experiment.seed, 3])
    return prepared.training[random.permutation(len(prepared.training))[:count]]
