"""What it costs that a picture is incoherent around its hidden pixels: that it changes in other directions
than elsewhere near them.

The gradients around a place, those of all colours together, have a structure tensor (Bigün and Granlund,
Optimal orientation detection of linear symmetry, 1987), large along the directions in which the picture
changes there. Each gradient is measured by the inverse of that tensor, which makes a change across an edge
cheap and one along it dear: learning then diffuses colours along edges (Weickert, Coherence-enhancing
diffusion filtering, 1999). More so by `anisotropy`: where
it is 1, what is taken is the inverse times twice the share that the other direction has in the trace. The
second derivatives have a tensor of their own, and around holes a little is asked of how far a colour is from
the mean of what is seen, by its variance. The tensors are those of the picture as it is at a step, and no
slope runs through them, as in lagged diffusivity (Vogel and Oman, Iterative methods for total variation
denoising, 1996).
"""

from collections.abc import Sequence

from cadl_desktop.data.pictures.coherence_tiles import Tiles, coherence_window
from cadl_desktop.data.pictures.hole_filling import FLOOR
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.network import forward
from cadl_desktop.engine.sources import Source, inputs_at
from cadl_desktop.experiment.model import Experiment


def incoherence_of_a_tile(
    experiment: Experiment, weights: Sequence[Tensor], source: Source, tiles: Tiles, step: Tensor
) -> Tensor:
    """What the network's outputs cost in one of the tiles, a number; which one depends on the step alone."""
    tile = tf.math.floormod(tf.cast(step, tf.int64), tf.shape(tiles.corners, tf.int64)[0])
    rows = tf.gather(tiles.corners, tile) + tiles.offsets
    outputs = forward(experiment, weights, inputs_at(source, tf.reshape(rows, [-1])))
    picture = tf.reshape(outputs / tiles.span, [*rows.shape, outputs.shape[1]])
    costs = tf.cast(tf.gather(tiles.near, rows[1:-1, 1:-1]), tf.float32)
    return incoherence(picture, costs, tiles, coherence_window(experiment))


def incoherence(picture: Tensor, costs: Tensor, tiles: Tiles, window: int) -> Tensor:
    """The sum over the places that cost, (height - 2, width - 2), in a picture (height, width, columns) whose
    colours lie between 0 and 1, or as far apart: a number. Of the `tiles` their mean, shares and anisotropy
    are looked at; the latter is between 0, for the tensors' inverses alone, and 1."""
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
    """Vectors of two components, each (height, width, columns), by the inverse of their tensor around each
    place: the sum of their squares, (height, width)."""
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
