"""What each layer knows: the best that a linear readout of it alone can make of its neurons."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.subsets import Rows
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.looking.probe import places_of
from cadl_desktop.engine.network.network import activations
from cadl_desktop.engine.samples import Prepared, prepare
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import is_encoded
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.readouts import Readouts

Doubles = NDArray[np.float64]
MOST_SAMPLES = 2048
RIDGE = 1e-4
"""Enough for neurons that say the same."""

_LARGEST = float(np.finfo(np.float32).max)


def ridge(values: Floats, targets: Floats, strength: float = RIDGE) -> tuple[Doubles, Doubles]:
    """Weights (neurons, outputs) and bias (outputs,) with which values (samples, neurons) come nearest to
    targets (samples, outputs) in the mean square, with a penalty on the weights' squares: ridge regression
    (Hoerl and Kennard, 1970). The penalty is `strength` times what a neuron's squares about its mean sum up
    to, in the mean; the bias is free."""
    # In double precision from the first sum on: a network that diverges gives numbers near the largest that
    # a single one can be.
    middle, aim = values.mean(axis=0, dtype=np.float64), targets.mean(axis=0)
    centred = values - middle
    scale = max(float(np.square(centred).sum(axis=0).mean()), 1e-12)
    samples, neurons = centred.shape
    away = np.asarray(targets - aim, np.float64)
    penalty = strength * scale
    if neurons <= samples:
        gram = centred.T @ centred
        gram[np.diag_indices(neurons)] += penalty
        weights = np.linalg.solve(gram, centred.T @ away)
    else:  # the same by fewer unknowns
        gram = centred @ centred.T
        gram[np.diag_indices(samples)] += penalty
        weights = centred.T @ np.linalg.solve(gram, away)
    return weights, aim - middle @ weights


def readouts(experiment: Experiment, weights: Sequence[Floats]) -> Readouts:
    """Of every column between input and output, fitted on the same few seen samples every time, and read at
    the places of a `Probed`. Raises `data.samples.DataError`."""
    began = time.perf_counter()
    prepared = prepare(experiment)
    rows = _rows(experiment, prepared)
    samples = prepared.samples
    _, places = places_of(experiment, samples)
    tensors = list(map(tf.constant, weights))
    seen = activations(experiment, tensors, tf.constant(prepared.to_input.apply(samples.inputs[rows])))
    shown = activations(experiment, tensors, tf.constant(prepared.to_input.apply(places)))
    first = 0 if is_encoded(experiment) else 1
    # Of these rows alone: a picture has many more.
    targets, found = prepared.to_target.apply(samples.targets[rows]), []
    for values, at_places in zip(seen[first:-1], shown[first:-1], strict=True):
        weight, bias = ridge(_finite(values.numpy()), targets)
        read = prepared.to_target.invert(_finite(at_places.numpy()) @ weight + bias)
        found.append(np.asarray(read.clip(-_LARGEST, _LARGEST), np.float32).T)
    return Readouts(tuple(found), time.perf_counter() - began)


def _rows(experiment: Experiment, prepared: Prepared) -> Rows:
    random = np.random.default_rng([experiment.seed, 4])
    count = min(MOST_SAMPLES, len(prepared.training))
    return prepared.training[random.choice(len(prepared.training), count, replace=False)]


def _finite(values: Floats) -> Floats:
    """Zeros where a network that diverges gives no number."""
    return np.nan_to_num(values, posinf=0.0, neginf=0.0)
