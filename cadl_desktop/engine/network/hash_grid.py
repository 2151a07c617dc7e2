"""Multiresolution hash encoding: Müller, Evans, Schied and Keller, Instant neural graphics primitives with a
multiresolution hash encoding, 2022."""

import math
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import product
from operator import add, mul

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.experiment.catalog.encoding_entries import GridLevel, grid_levels
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
        knots, share = [], tf.constant(1.0)
        # One more axis for the corners, not a tensor for each: compiling would take three times as long.
        for axis, (side, first) in enumerate(zip(level.sides, level.first, strict=True)):
            places = (inputs[:, axis : axis + 1] + 0.5) * level.cells - 0.5 - float(first)
            places = tf.clip_by_value(places, 0.0, side - 1.0)
            low = tf.floor(places)
            beside = blend(places - low)
            corner = np.array(list(product(range(len(beside)), repeat=dimensions)))[:, axis]
            knot = tf.cast(low, tf.int32) + np.array(list(beside), np.int32)[corner]
            knots.append(tf.clip_by_value(knot, 0, side - 1))
            share *= _chosen(list(beside.values()), corner)
        rows.append(above + _entries(knots, level))
        shares.append(share)
        above += level.entries
    found = tf.gather(weights[0], tf.concat(rows, 1)) * tf.expand_dims(tf.concat(shares, 1), 2)
    blended = tf.reduce_sum(tf.reshape(found, [-1, len(levels), found.shape[1] // len(levels), features]), 2)
    return tf.reshape(blended, [-1, len(levels) * features])


def _chosen(parts: Sequence[Tensor], which: NDArray[np.int64]) -> Tensor:
    """Of columns (samples, 1) the chosen one for each corner, (samples, corners)."""
    chosen = parts[-1]
    for number, part in enumerate(parts[:-1]):
        chosen = tf.where(which == number, part, chosen)
    return chosen


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


def _entries(knots: Sequence[Tensor], level: GridLevel) -> Tensor:
    """Where in a level's table knots stand, (samples, corners) of their places along each input: in order
    where the table holds them all."""
    if math.prod(level.sides) <= level.entries:
        strides = (math.prod(level.sides[:axis]) for axis in range(len(level.sides)))
        return reduce(add, map(mul, knots, strides))
    if level.entries & (level.entries - 1) == 0:
        # The same remainder, of numbers half as long and without a division.
        short = map(mul, knots, (int(np.uint32(prime).astype(np.int32)) for prime in PRIMES))
        return tf.bitwise.bitwise_and(reduce(tf.bitwise.bitwise_xor, short), level.entries - 1)
    long = (tf.cast(knot, tf.int64) * prime for knot, prime in zip(knots, PRIMES, strict=False))
    return tf.cast(reduce(tf.bitwise.bitwise_xor, long) % level.entries, tf.int32)


def grid_weights(
    random: np.random.Generator, shapes: Sequence[tuple[int, ...]], encoding: Part
) -> list[NDArray[np.float64]]:
    return [random.uniform(-SPREAD, SPREAD, shapes[0])]
