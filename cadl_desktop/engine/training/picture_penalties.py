"""Penalties on a picture: roughness and incoherence.

Roughness is total variation, which favours few differences between neighbours (Rudin et al., 1992), and
bending energy, which favours straight continuations, as of a thin plate (Duchon, 1977).

Incoherence is a change, near hidden pixels, in other directions than in the surroundings. The gradients
around a place, of all colours together, have a structure tensor (Bigün and Granlund, Optimal orientation
detection of linear symmetry, 1987), which is large along the directions in which the picture changes. Each
gradient is measured by the inverse of that tensor, so that a change across an edge is cheap and one along it
expensive: learning then diffuses colours along edges (Weickert, Coherence-enhancing diffusion filtering,
1999), the more with larger `anisotropy`: at 1 the measure is the inverse times twice the share of the other
direction in the trace. Second derivatives have a tensor of their own. Around holes, the distance of a colour
from the mean of the visible ones, relative to their variance, adds a little. Tensors are those of the picture
at the present step and not differentiated, as in lagged diffusivity (Vogel and Oman, Iterative methods for
total variation denoising, 1996).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.pictures.coherence_tiles import Tiles, coherence_window
from cadl_desktop.data.pictures.hole_filling import FLOOR
from cadl_desktop.data.pictures.sample_neighbours import neighbours, stencils
from cadl_desktop.data.samples import Samples
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.forward_pass import forward
from cadl_desktop.engine.prepared_samples import Source, inputs_at
from cadl_desktop.experiment.effort import smoothing_batch
from cadl_desktop.experiment.model import Experiment

_STREAM = 8
"""Keeps random numbers drawn here apart from others of the experiment's seed."""


def neighbourhoods(experiment: Experiment, samples: Samples) -> NDArray[np.int32]:
    """Every sample, hidden ones too, followed by its neighbours, (samples, 1 + directions); shuffled by the
    seed, so that consecutive ones lie all over the input."""
    order = np.random.default_rng([experiment.seed, _STREAM]).permutation(len(samples.inputs))
    near = np.column_stack([np.arange(len(order), dtype=np.int32), neighbours(samples)])
    return near[order].astype(np.int32)


def bent_neighbourhoods(experiment: Experiment, samples: Samples) -> NDArray[np.int32]:
    """Rows of `stencils` that contain a hidden sample, or all where none is hidden, (samples, 3 or 6):
    shuffled like `neighbourhoods` and repeated up to the number of samples."""
    order = np.random.default_rng([experiment.seed, _STREAM]).permutation(len(samples.inputs))
    bent = stencils(samples)[order]
    if samples.hidden is not None and samples.hidden.any():
        bent = bent[samples.hidden[bent].any(axis=1)]
    # The same number for every mask: each shape is compiled separately.
    return np.resize(bent, (len(order), bent.shape[1]))


def bent_share(bent: NDArray[np.int32]) -> float:
    """Number of distinct groups in `bent_neighbourhoods`, divided by that of all samples.

    Multiplied by it, the mean over these groups becomes their sum divided by the number of all samples, so
    that a weight of bending means the same for a small and a large hole.
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
    """Total variation and bending energy weighted by `strengths` (2,), a scalar. A term is left out where its
    groups are None."""
    cost = tf.constant(0.0)
    if near is not None:
        cost += strengths[0] * variation(experiment, weights, source, near, step)
    if bent is not None:
        cost += strengths[1] * bending(experiment, weights, source, bent, step)
    return cost


def variation(
    experiment: Experiment, weights: Sequence[Tensor], source: Source, near: Tensor, step: Tensor
) -> Tensor:
    """Mean absolute difference between the outputs for a sample and its neighbours, a scalar.

    `near` is from `neighbourhoods`; the step alone decides which few of them are used.
    """
    _, outputs = _evaluated(experiment, weights, source, near, step)
    return tf.reduce_mean(tf.abs(outputs[:, 1:] - outputs[:, :1]))


def bending(
    experiment: Experiment, weights: Sequence[Tensor], source: Source, bent: Tensor, step: Tensor
) -> Tensor:
    """Mean squared second difference of the outputs, a scalar; for a picture with twice the mixed one.

    `bent` is from `bent_neighbourhoods`; the step alone decides which few of them are used.
    """
    places, outputs = _evaluated(experiment, weights, source, bent, step)
    here, directions = outputs[:, 0], (bent.shape[1] - 1) // 2
    total = tf.zeros_like(here)
    for before in range(1, 1 + 2 * directions, 2):
        back, ahead = (
            tf.reduce_sum(tf.abs(places[:, beside] - places[:, 0]), 1, keepdims=True)
            for beside in (before, before + 1)
        )
        # Weighted, as points of a curve are unevenly spaced: a straight line through both neighbours costs 0.
        share = tf.math.divide_no_nan(ahead, back + ahead)
        straight = share * outputs[:, before] + (1.0 - share) * outputs[:, before + 1]
        total += tf.square(2.0 * (straight - here))
    if directions == 2:
        right, below, diagonal = outputs[:, 2], outputs[:, 4], outputs[:, 5]
        total += 2.0 * tf.square(here - right - below + diagonal)
    return tf.reduce_mean(total)


def _evaluated(
    experiment: Experiment, weights: Sequence[Tensor], source: Source, groups: Tensor, step: Tensor
) -> tuple[Tensor, Tensor]:
    """Inputs and outputs of some groups of samples, (groups, samples of a group, columns)."""
    rows, size = rows_of_step(experiment, groups, step), groups.shape[1]
    places = inputs_at(source, tf.reshape(tf.gather(groups, rows), [-1]))
    outputs = forward(experiment, weights, places)
    shapes = [rows.shape[0], size, places.shape[1]], [rows.shape[0], size, outputs.shape[1]]
    return tf.reshape(places, shapes[0]), tf.reshape(outputs, shapes[1])


def rows_of_step(experiment: Experiment, shuffled: Tensor, step: Tensor) -> Tensor:
    """Indices of the next few rows of a shuffled tensor; the step alone decides which."""
    count = smoothing_batch(experiment.batch_size)
    total = tf.shape(shuffled, tf.int64)[0]
    return tf.math.floormod(tf.cast(step, tf.int64) * count + tf.range(count, dtype=tf.int64), total)


def incoherence_of_a_tile(
    experiment: Experiment, weights: Sequence[Tensor], source: Source, tiles: Tiles, step: Tensor
) -> Tensor:
    """Incoherence of the network's output in one of the tiles, a scalar; the step alone decides in which."""
    tile = tf.math.floormod(tf.cast(step, tf.int64), tf.shape(tiles.corners, tf.int64)[0])
    rows = tf.gather(tiles.corners, tile) + tiles.offsets
    outputs = forward(experiment, weights, inputs_at(source, tf.reshape(rows, [-1])))
    picture = tf.reshape(outputs / tiles.span, [*rows.shape, outputs.shape[1]])
    costs = tf.cast(tf.gather(tiles.near, rows[1:-1, 1:-1]), tf.float32)
    return incoherence(picture, costs, tiles, coherence_window(experiment))


def incoherence(picture: Tensor, costs: Tensor, tiles: Tiles, window: int) -> Tensor:
    """Incoherence of a picture (height, width, columns) with a range of colours of 1, summed over its places
    with weights `costs` (height - 2, width - 2): a scalar. Of `tiles` the mean, shares and anisotropy are
    used; the latter is between 0, for the tensors' inverses alone, and 1."""
    if min(picture.shape[:2]) < 3:
        return tf.constant(0.0)
    here, right, below = picture[1:-1, 1:-1], picture[1:-1, 2:], picture[2:, 1:-1]
    along, down = right - here, below - here
    bent_along, bent_down = along - here + picture[1:-1, :-2], down - here + picture[:-2, 1:-1]
    twisted = picture[2:, 2:] - below - right + here
    first = _measured([(along, down)], tiles.anisotropy, window)
    second = _measured([(bent_along, twisted), (twisted, bent_down)], tiles.anisotropy, window)
    level, slopes, bends = tf.unstack(tiles.shares)
    far = tf.reduce_sum(tf.square(here - tiles.mean), -1)
    return 0.5 * tf.reduce_sum(costs * (level * far + slopes * first + bends * second))


def _measured(vectors: Sequence[tuple[Tensor, Tensor]], anisotropy: Tensor, window: int) -> Tensor:
    """Sum of squares, (height, width), of vectors with two components, each (height, width, columns),
    measured by the inverse of their tensor around each place."""
    own = [
        tf.add_n([tf.reduce_sum(vector[i] * vector[j], -1) for vector in vectors])
        for i, j in ((0, 0), (0, 1), (1, 1))
    ]
    around = tf.stop_gradient(tf.stack(own, -1)[tf.newaxis])
    for size in ((window, 1), (1, window)) * 2:
        around = tf.nn.avg_pool2d(around, size, 1, "SAME")
    (xx, xy, yy), (own_xx, own_xy, own_yy) = tf.unstack(around[0], axis=-1), own
    xx, yy = xx + FLOOR**2, yy + FLOOR**2
    inverse = (yy * own_xx - 2.0 * xy * own_xy + xx * own_yy) / (xx * yy - tf.square(xy))
    return (1.0 + anisotropy) * inverse - 2.0 * anisotropy * (own_xx + own_yy) / (xx + yy)
