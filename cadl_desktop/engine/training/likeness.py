"""What it costs that pixels differ whose surroundings are alike: what is between pixels kept by chance is
then filled in as it is elsewhere nearby (after Buades, Coll and Morel, A non-local algorithm for image
denoising, 2005). Surroundings are those of the picture as it is at a step, and no slope runs through them."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.pictures.hole_filling import FLOOR
from cadl_desktop.data.pictures.tiles import AROUND, REACH
from cadl_desktop.engine.device import Tensor, tf

OTHERS = [
    (down, along) for down in range(REACH + 1) for along in range(-REACH, REACH + 1) if down or along > 0
]
"""Where they stand from a pixel; each pair is looked at from one of its pixels."""


def unlikeness(picture: Tensor) -> Tensor:
    """What each pixel of a picture (height, width, columns) costs, (height, width), whose colours lie between
    0 and 1, or as far apart: its squared differences to others, by how far their surroundings are apart in
    the mean, most counting those that are least."""
    there = tf.stack([tf.roll(picture, (-down, -along), (0, 1)) for down, along in OTHERS])
    inside = _inside(*picture.shape[:2])
    apart = inside * tf.reduce_sum(tf.square(there - picture), -1)
    around = _mean_around(tf.stop_gradient(apart)) / _mean_around(tf.constant(inside))
    around = tf.where(inside > 0, around / picture.shape[2] + FLOOR**2, 1.0)
    alike = inside / tf.square(around)
    shares = tf.math.divide_no_nan(alike, tf.reduce_sum(alike, 0))
    return tf.reduce_sum(shares * apart / around, 0)


def _inside(height: int, width: int) -> NDArray[np.float32]:
    """1 where the other pixel is in the picture, too, else 0: (others, height, width)."""
    rows, columns = np.indices((height, width))
    return np.array(
        [
            (rows + down < height) & (columns + along >= 0) & (columns + along < width)
            for down, along in OTHERS
        ],
        np.float32,
    )


def _mean_around(values: Tensor) -> Tensor:
    """Of each of (others, height, width)."""
    values = values[..., tf.newaxis]
    for size in ((AROUND, 1), (1, AROUND)):
        values = tf.nn.avg_pool2d(values, size, 1, "SAME")
    return values[..., 0]
