"""What it costs that a network's output is rough.

Total variation asks for few differences between neighbours (Rudin et al., 1992), bending energy for straight
continuations, as a thin plate has them (Duchon, 1977).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.pictures.sample_neighbours import neighbours, stencils
from cadl_desktop.data.samples import Samples
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.network import forward
from cadl_desktop.engine.sources import Source, inputs_at
from cadl_desktop.experiment.effort import smoothing_batch
from cadl_desktop.experiment.model import Experiment

_STREAM = 8
"""Keeps what is drawn here apart from what else is drawn from the experiment's seed."""


def neighbourhoods(experiment: Experiment, samples: Samples) -> NDArray[np.int32]:
    """Every sample, hidden ones too, followed by its neighbours, (samples, 1 + directions): shuffled by the
    seed, so that any few in a row are taken from all over the input."""
    order = np.random.default_rng([experiment.seed, _STREAM]).permutation(len(samples.inputs))
    near = np.column_stack([np.arange(len(order), dtype=np.int32), neighbours(samples)])
    return near[order].astype(np.int32)


def bent_neighbourhoods(experiment: Experiment, samples: Samples) -> NDArray[np.int32]:
    """The rows of `stencils` that hold a hidden sample, or all where none is hidden, shuffled like
    `neighbourhoods` and over again until they are as many as the samples, (samples, 3 or 6)."""
    order = np.random.default_rng([experiment.seed, _STREAM]).permutation(len(samples.inputs))
    bent = stencils(samples)[order]
    if samples.hidden is not None and samples.hidden.any():
        bent = bent[samples.hidden[bent].any(axis=1)]
    # As many for every mask: another shape would be compiled anew.
    return np.resize(bent, (len(order), bent.shape[1]))


def bent_share(bent: NDArray[np.int32]) -> float:
    """How many different groups `bent_neighbourhoods` holds, as a share of all samples.

    Times this, the mean over these groups is their sum over the number of all samples: a weight of bending
    then means the same for a small hole and for a large one.
    """
    return len(np.unique(bent[:, 0])) / len(bent)


def roughness(
    experiment: Experiment,
    weights: Sequence[Tensor],
    source: Source,
    near: Tensor | None,
    bent: Tensor | None,
    strengths: Tensor,
    step: Tensor,
) -> Tensor:
    """Total variation and bending energy by their `strengths` (2,): a number. Each is left out where what it
    looks at is None."""
    cost = tf.constant(0.0)
    if near is not None:
        cost += strengths[0] * variation(experiment, weights, source, near, step)
    if bent is not None:
        cost += strengths[1] * bending(experiment, weights, source, bent, step)
    return cost


def variation(
    experiment: Experiment, weights: Sequence[Tensor], source: Source, near: Tensor, step: Tensor
) -> Tensor:
    """The mean absolute difference between the outputs for a sample and for its neighbours, a number.

    `near` is what `neighbourhoods` gives; which few of them are looked at depends on the step alone.
    """
    _, outputs = _looked_at(experiment, weights, source, near, step)
    return tf.reduce_mean(tf.abs(outputs[:, 1:] - outputs[:, :1]))


def bending(
    experiment: Experiment, weights: Sequence[Tensor], source: Source, bent: Tensor, step: Tensor
) -> Tensor:
    """The mean of the squared second differences of the outputs, a number; for a picture with twice the
    mixed one.

    `bent` is what `bent_neighbourhoods` gives; which few of them are looked at depends on the step alone.
    """
    places, outputs = _looked_at(experiment, weights, source, bent, step)
    here, directions = outputs[:, 0], (bent.shape[1] - 1) // 2
    total = tf.zeros_like(here)
    for before in range(1, 1 + 2 * directions, 2):
        back, ahead = (
            tf.reduce_sum(tf.abs(places[:, beside] - places[:, 0]), 1, keepdims=True)
            for beside in (before, before + 1)
        )
        # Points along a curve lie unevenly: a straight line through both neighbours costs nothing.
        share = tf.math.divide_no_nan(ahead, back + ahead)
        straight = share * outputs[:, before] + (1.0 - share) * outputs[:, before + 1]
        total += tf.square(2.0 * (straight - here))
    if directions == 2:
        right, below, diagonal = outputs[:, 2], outputs[:, 4], outputs[:, 5]
        total += 2.0 * tf.square(here - right - below + diagonal)
    return tf.reduce_mean(total)


def _looked_at(
    experiment: Experiment, weights: Sequence[Tensor], source: Source, groups: Tensor, step: Tensor
) -> tuple[Tensor, Tensor]:
    """The inputs and outputs of some groups of samples, (groups, samples of a group, columns)."""
    count = smoothing_batch(experiment.batch_size)
    of = tf.shape(groups, tf.int64)[0]
    rows = tf.math.floormod(tf.cast(step, tf.int64) * count + tf.range(count, dtype=tf.int64), of)
    size = groups.shape[1]
    places = inputs_at(source, tf.reshape(tf.gather(groups, rows), [-1]))
    outputs = forward(experiment, weights, places)
    shapes = [count, size, places.shape[1]], [count, size, outputs.shape[1]]
    return tf.reshape(places, shapes[0]), tf.reshape(outputs, shapes[1])
