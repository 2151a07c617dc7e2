"""Encodings of scaled inputs for the first layer: (encoding, its weights, (samples, inputs)) -> (samples,
width).

`experiment/catalog/encoding_entries.py` names these functions and those for initial weights.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import product
from math import pi, prod, sqrt
from operator import add, mul

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Doubles
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.experiment.catalog.encoding_entries import GridLevel, grid_levels
from cadl_desktop.experiment.part import Part
from cadl_desktop.runs.network_weights import fourier_waves

REACH = sqrt(3.0)
"""Bound of evenly spread inputs when they are standardised; Legendre polynomials are scaled to it."""


def none(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    return inputs


def polynomial(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """1 once, then all inputs to the power 1, 2, ... up to the degree; with the orthogonal basis, Legendre
    polynomials of the inputs divided by `REACH`."""
    terms = _legendre if encoding["basis"] == "orthogonal" else _powers
    return tf.concat([tf.ones_like(inputs[:, :1]), *terms(inputs, encoding["degree"])], 1)


def _powers(inputs: Tensor, degree: int) -> list[Tensor]:
    powers = [inputs]
    while len(powers) < degree:
        powers.append(powers[-1] * inputs)
    return powers


def _legendre(inputs: Tensor, degree: int) -> list[Tensor]:
    """Legendre polynomials from degree 1 on, by Bonnet's recursion."""
    x = inputs / REACH
    found = [tf.ones_like(x), x]
    for n in range(1, degree):
        found.append(((2 * n + 1) * x * found[n] - n * found[n - 1]) / (n + 1))
    return found[1:]


def fourier(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """Fourier features (Tancik et al., Fourier features let networks learn high frequency functions in low
    dimensional domains, 2020): cosines and sines of 2 pi B x, with B drawn from a normal distribution."""
    angles = 2 * pi * tf.matmul(inputs, tf.constant(fourier_waves(encoding, int(inputs.shape[1]))))
    return tf.concat([tf.cos(angles), tf.sin(angles)], 1)


def siren(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """First layer of a SIREN (Sitzmann et al., Implicit neural representations with periodic activation
    functions, 2020)."""
    return tf.sin(encoding["w0"] * (tf.matmul(inputs, weights[0]) + weights[1]))


def siren_weights(
    random: np.random.Generator, shapes: Sequence[tuple[int, ...]], encoding: Part
) -> list[Doubles]:
    """Weights uniform between plus and minus 1 / inputs, and phases all around the circle."""
    inputs = shapes[0][0]
    phase = pi / encoding["w0"]
    return [random.uniform(-1 / inputs, 1 / inputs, shapes[0]), random.uniform(-phase, phase, shapes[1])]


FIRST_ENTRY_SPREAD = 1e-4
"""Bound of the uniform initial table entries, as in the paper."""
PRIMES = (1, 2_654_435_761, 805_459_861)
"""Factors of a knot's coordinates, one for each input, before the products are combined by xor."""


def hash_grid(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """Multiresolution hash encoding (Müller, Evans, Schied and Keller, Instant neural graphics primitives
    with a multiresolution hash encoding, 2022): on each level, blends the entries of the knots around an
    input.

    A level of n cells has n knots along each input, in the middles of its cells, as a texture has its
    colours: with square pixels a grid as fine as a picture has a knot on every pixel. Inputs lie between -1/2
    and 1/2; those beyond the outermost knots are clamped to them. The tables of all levels are concatenated
    in a single weight (entries, features), so that one gather reads everything.
    """
    dimensions = int(inputs.shape[1])
    blend = BLENDS[encoding["interpolation"]]
    rows, shares, offset = [], [], 0
    levels, features = grid_levels(dimensions, encoding), int(encoding["features"])
    for level in levels:
        knots, share = [], tf.constant(1.0)
        # The corners are an axis: with one tensor for each, compiling takes three times as long.
        for axis, (side, first) in enumerate(zip(level.sides, level.first, strict=True)):
            places = (inputs[:, axis : axis + 1] + 0.5) * level.cells - 0.5 - float(first)
            places = tf.clip_by_value(places, 0.0, side - 1.0)
            low = tf.floor(places)
            beside = blend(places - low)
            corner = np.array(list(product(range(len(beside)), repeat=dimensions)))[:, axis]
            knot = tf.cast(low, tf.int32) + np.array(list(beside), np.int32)[corner]
            knots.append(tf.clip_by_value(knot, 0, side - 1))
            share *= _chosen(list(beside.values()), corner)
        rows.append(offset + _entries(knots, level))
        shares.append(share)
        offset += level.entries
    found = tf.gather(weights[0], tf.concat(rows, 1)) * tf.expand_dims(tf.concat(shares, 1), 2)
    blended = tf.reduce_sum(tf.reshape(found, [-1, len(levels), found.shape[1] // len(levels), features]), 2)
    return tf.reshape(blended, [-1, len(levels) * features])


def _chosen(parts: Sequence[Tensor], which: NDArray[np.int64]) -> Tensor:
    """Chosen column for each corner, from columns (samples, 1): (samples, corners)."""
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
"""Weights of a knot and its neighbours, by their offset, for an input's distance past the knot."""


def _entries(knots: Sequence[Tensor], level: GridLevel) -> Tensor:
    """Rows of a level's table for knots, given as (samples, corners) of coordinates along each input: in
    order where the table holds all knots, otherwise hashed."""
    if prod(level.sides) <= level.entries:
        strides = (prod(level.sides[:axis]) for axis in range(len(level.sides)))
        return reduce(add, map(mul, knots, strides))
    if level.entries & (level.entries - 1) == 0:
        # The same remainder, with 32-bit numbers and without a division.
        short = map(mul, knots, (int(np.uint32(prime).astype(np.int32)) for prime in PRIMES))
        return tf.bitwise.bitwise_and(reduce(tf.bitwise.bitwise_xor, short), level.entries - 1)
    long = (tf.cast(knot, tf.int64) * prime for knot, prime in zip(knots, PRIMES, strict=False))
    return tf.cast(reduce(tf.bitwise.bitwise_xor, long) % level.entries, tf.int32)


def grid_weights(
    random: np.random.Generator, shapes: Sequence[tuple[int, ...]], encoding: Part
) -> list[NDArray[np.float64]]:
    return [random.uniform(-FIRST_ENTRY_SPREAD, FIRST_ENTRY_SPREAD, shapes[0])]
