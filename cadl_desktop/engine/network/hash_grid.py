"""Multiresolution hash encoding: Müller, Evans, Schied and Keller, Instant neural graphics primitives with a
multiresolution hash encoding, 2022."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.experiment.catalog.encodings import grid_resolutions, grid_rows
from cadl_desktop.experiment.part import Part

SPREAD = 1e-4
"""First entries are uniform between plus and minus this, as in the paper."""
PRIMES = (1, 2_654_435_761, 805_459_861)
"""What a knot's place is multiplied by, one for each input, before the products are mixed by xor."""


def hash_grid(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """Blends, on each level, the entries of the knots around an input.

    A level of n cells has n knots along each input, in the middles of its cells, as a texture has its
    colours: a grid as fine as a picture then has a knot on every pixel. Inputs are centred, between -1/2
    and 1/2; those beyond the outermost knots are taken to them. All levels' tables stand one after the
    other in a single weight (entries, features), so that one gather fetches everything.
    """
    dimensions = int(inputs.shape[1])
    rows, shares, first = [], [], 0
    for cells, size in zip(grid_resolutions(encoding), grid_rows(dimensions, encoding), strict=True):
        places = tf.clip_by_value((inputs + 0.5) * cells - 0.5, 0.0, cells - 1.0)
        low = tf.floor(places)
        within = places - low
        for corner in product((0, 1), repeat=dimensions):
            at = tf.minimum(tf.cast(low, tf.int32) + tf.constant(corner), cells - 1)
            rows.append(first + _entry(at, cells, size))
            shares.append(tf.reduce_prod(tf.where(tf.constant(corner) == 1, within, 1 - within), 1))
        first += size
    found = tf.gather(weights[0], tf.stack(rows, 1)) * tf.expand_dims(tf.stack(shares, 1), 2)
    levels, features = int(encoding["levels"]), int(encoding["features"])
    blended = tf.reduce_sum(tf.reshape(found, [-1, levels, 2**dimensions, features]), 2)
    return tf.reshape(blended, [-1, levels * features])


def _entry(knot: Tensor, cells: int, size: int) -> Tensor:
    """Where in a level's table a knot (samples, inputs) stands: in order where the table holds them all."""
    dimensions = int(knot.shape[1])
    if cells**dimensions <= size:
        strides = tf.constant([cells**power for power in range(dimensions)])
        return tf.reduce_sum(knot * strides, 1)
    mixed = tf.constant(0, tf.int64)
    for axis in range(dimensions):
        mixed = tf.bitwise.bitwise_xor(mixed, tf.cast(knot[:, axis], tf.int64) * PRIMES[axis])
    return tf.cast(mixed % size, tf.int32)


def grid_weights(
    random: np.random.Generator, shapes: Sequence[tuple[int, ...]], encoding: Part
) -> list[NDArray[np.float64]]:
    return [random.uniform(-SPREAD, SPREAD, shapes[0])]
