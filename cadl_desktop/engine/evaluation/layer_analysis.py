"""Contribution of neurons and layers: importance of each neuron, and a linear readout of each layer."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.subsets import Rows
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.evaluation.probe import places_of
from cadl_desktop.engine.network.forward_pass import activations, forward_from
from cadl_desktop.engine.prepared_samples import PreparedSamples, prepare
from cadl_desktop.engine.tracing import traced
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import is_encoded, parameter_count, widths
from cadl_desktop.runs.evaluations import Readouts
from cadl_desktop.runs.events import Floats

MOST_IMPORTANCE_SAMPLES = 1024
LEAST_SAMPLES = 64
ARITHMETIC = 2e10
"""Floating-point operations allowed for the importance of one layer, half a second on a core."""


def importance(experiment: Experiment, weights: Sequence[Floats], layer: int) -> Floats:
    """Rise of the mean cost of some training samples when a neuron of layer `layer` (counted from 0) outputs
    0, for each neuron, (neurons,). The samples are the same every time. The window calls this function by
    name.

    Raises `data.samples.DataError`.
    """
    prepared = prepare(experiment)
    rows = _importance_rows(experiment, prepared, widths(experiment)[layer + 1])
    tensors = list(map(tf.constant, weights))
    inputs = tf.constant(prepared.inputs_of(rows))
    targets = tf.constant(prepared.targets_of(rows))
    costs = entry("cost", experiment.cost).load()
    *before, values = activations(experiment, tensors, inputs)[: layer + 2]
    count = values.shape[1]

    def cost_with(kept: Tensor) -> Tensor:
        return tf.reduce_mean(costs(forward_from(experiment, tensors, [*before, values * kept]), targets))

    cost = traced(cost_with)
    baseline = float(cost(tf.ones(count)))
    # One at a time: all masks of 4,096 neurons together would be large.
    rises = [float(cost(tf.constant(_all_but(neuron, count)))) - baseline for neuron in range(count)]
    return np.array(rises, np.float32)


def _all_but(neuron: int, count: int) -> Floats:
    kept = np.ones(count, np.float32)
    kept[neuron] = 0.0
    return kept


def _importance_rows(experiment: Experiment, prepared: PreparedSamples, neurons: int) -> Rows:
    """Rows of the samples used: fewer for a large network."""
    affordable = int(ARITHMETIC / (2 * parameter_count(experiment) * neurons))
    count = min(max(affordable, LEAST_SAMPLES), MOST_IMPORTANCE_SAMPLES)
    random = np.random.default_rng([experiment.seed, 3])
    return prepared.training[random.permutation(len(prepared.training))[:count]]


Doubles = NDArray[np.float64]
MOST_READOUT_SAMPLES = 2048
RIDGE = 1e-4
"""Penalty strength that suffices for neurons with equal outputs."""

_LARGEST = float(np.finfo(np.float32).max)


def ridge(values: Floats, targets: Floats, strength: float = RIDGE) -> tuple[Doubles, Doubles]:
    """Ridge regression (Hoerl and Kennard, 1970) of targets (samples, outputs) on values (samples, neurons):
    weights (neurons, outputs) and bias (outputs,).

    The penalty on the squared weights is `strength` times the mean over the neurons of their summed squared
    deviations; the bias is not penalised.
    """
    # Double precision from the first sum on: values of a diverging network come near the largest float32.
    middle, mean_target = values.mean(axis=0, dtype=np.float64), targets.mean(axis=0)
    centred = values - middle
    scale = max(float(np.square(centred).sum(axis=0).mean()), 1e-12)
    samples, neurons = centred.shape
    deviation = np.asarray(targets - mean_target, np.float64)
    penalty = strength * scale
    if neurons <= samples:
        gram = centred.T @ centred
        gram[np.diag_indices(neurons)] += penalty
        weights = np.linalg.solve(gram, centred.T @ deviation)
    else:  # the dual form has fewer unknowns
        gram = centred @ centred.T
        gram[np.diag_indices(samples)] += penalty
        weights = centred.T @ np.linalg.solve(gram, deviation)
    return weights, mean_target - middle @ weights


def readouts(experiment: Experiment, weights: Sequence[Floats]) -> Readouts:
    """Best linear readout of every column between input and output, fitted on the same training samples every
    time and evaluated at the places of a `Probed`. The window calls this function by name. Raises
    `data.samples.DataError`."""
    started = time.perf_counter()
    prepared = prepare(experiment)
    rows = _readout_rows(experiment, prepared)
    samples = prepared.samples
    _, places = places_of(experiment, samples)
    tensors = list(map(tf.constant, weights))
    seen = activations(experiment, tensors, tf.constant(prepared.to_input.apply(samples.inputs[rows])))
    shown = activations(experiment, tensors, tf.constant(prepared.to_input.apply(places)))
    first = 0 if is_encoded(experiment) else 1
    # Only these rows are scaled: a picture has many more.
    targets, found = prepared.to_target.apply(samples.targets[rows]), []
    for values, at_places in zip(seen[first:-1], shown[first:-1], strict=True):
        weight, bias = ridge(_finite(values.numpy()), targets)
        read = prepared.to_target.invert(_finite(at_places.numpy()) @ weight + bias)
        found.append(np.asarray(read.clip(-_LARGEST, _LARGEST), np.float32).T)
    return Readouts(tuple(found), time.perf_counter() - started)


def _readout_rows(experiment: Experiment, prepared: PreparedSamples) -> Rows:
    random = np.random.default_rng([experiment.seed, 4])
    count = min(MOST_READOUT_SAMPLES, len(prepared.training))
    return prepared.training[random.choice(len(prepared.training), count, replace=False)]


def _finite(values: Floats) -> Floats:
    """Values with 0 for NaN and infinity, which diverged networks give."""
    return np.nan_to_num(values, posinf=0.0, neginf=0.0)
