"""Multiresolution hash encoding: Müller, Evans, Schied and Keller, Instant neural graphics primitives with a
multiresolution hash encoding, 2022."""

import math
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import product
from operator import mul

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.experiment.catalog.encodings import GridLevel, grid_levels
from cadl_desktop.experiment.part import Part

SPREAD = 1e-4
"""First entries are uniform between plus and minus this, as in the paper."""
PRIMES = (1, 2_654_435_761, 805_459_861)
"""What a knot's place is multiplied by, one for each input, before the products are mixed by xor."""


def hash_grid(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """Blends, on each level, the entries of the knots around an input.

    A level of n cells has n knots along each input, in the middles of its cells, as a texture has its
    colours: behind the scaling to square pixels a grid as fine as a picture has a knot on every pixel.
    Inputs lie between -1/2 and 1/2; those beyond the outermost knots are taken to them. All levels' tables
    stand one after the other in a single weight (entries, features), so that one gather fetches everything.
    """
    dimensions = int(inputs.shape[1])
    blend = BLENDS[encoding["interpolation"]]
    rows, shares, above = [], [], 0
    levels, features = grid_levels(dimensions, encoding), int(encoding["features"])
    for level in levels:
        last = tf.constant(level.sides) - 1
        places = (inputs + 0.5) * level.cells - 0.5 - tf.constant(level.first, tf.float32)
        places = tf.clip_by_value(places, 0.0, tf.cast(last, tf.float32))
        low = tf.floor(places)
        beside = blend(places - low)
        for knots in product(beside, repeat=dimensions):
            at = tf.clip_by_value(tf.cast(low, tf.int32) + tf.constant(knots), 0, last)
            rows.append(above + _entry(at, level))
            shares.append(reduce(mul, (beside[knot][:, axis] for axis, knot in enumerate(knots))))
        above += level.entries
    found = tf.gather(weights[0], tf.stack(rows, 1)) * tf.expand_dims(tf.stack(shares, 1), 2)
    blended = tf.reduce_sum(tf.reshape(found, [-1, len(levels), len(rows) // len(levels), features]), 2)
    return tf.reshape(blended, [-1, len(levels) * features])


def _linear(within: Tensor) -> dict[int, Tensor]:
    return {0: 1 - within, 1: within}


def _cubic(within: Tensor) -> dict[int, Tensor]:
    """Uniform cubic B-splines (Unser, Splines: a perfect fit for signal and image processing, 1999)."""
    square, cube = within * within, within * within * within
    return {
        -1: (1 - 3 * within + 3 * square - cube) / 6,
        0: (4 - 6 * square + 3 * cube) / 6,
        1: (1 + 3 * within + 3 * square - 3 * cube) / 6,
        2: cube / 6,
    }


BLENDS: dict[str, Callable[[Tensor], dict[int, Tensor]]] = {"linear": _linear, "cubic": _cubic}
"""How far an input lies past a knot -> how much that knot and its neighbours, by their distance, count."""


def _entry(knot: Tensor, level: GridLevel) -> Tensor:
    """Where in a level's table a knot (samples, inputs) stands: in order where the table holds them all."""
    if math.prod(level.sides) <= level.entries:
        strides = [math.prod(level.sides[:axis]) for axis in range(len(level.sides))]
        return tf.reduce_sum(knot * tf.constant(strides), 1)
    mixed = tf.constant(0, tf.int64)
    for axis in range(len(level.sides)):
        mixed = tf.bitwise.bitwise_xor(mixed, tf.cast(knot[:, axis], tf.int64) * PRIMES[axis])
    return tf.cast(mixed % level.entries, tf.int32)


def grid_weights(
    random: np.random.Generator, shapes: Sequence[tuple[int, ...]], encoding: Part
) -> list[NDArray[np.float64]]:
    return [random.uniform(-SPREAD, SPREAD, shapes[0])]
