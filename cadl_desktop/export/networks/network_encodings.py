"""Encodings built by a file format's `Operations`: (part, weights, scaled inputs, operations) -> encoded.

The catalog finds them by name (`experiment/catalog/shipped.py`).
"""

import math
from functools import reduce
from itertools import product
from operator import add, mul

import numpy as np

from cadl_desktop.engine.network.encodings import BLENDS, PRIMES, REACH
from cadl_desktop.experiment.catalog.encoding_entries import GridLevel, grid_levels
from cadl_desktop.experiment.model import Identity
from cadl_desktop.experiment.part import Part
from cadl_desktop.export.networks.operations import Blending, Operations, Tensor
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import fourier_waves


def none(encoding: Part, weights: list[Floats], values: Tensor, operations: Operations) -> Tensor:
    return values


def polynomial(encoding: Part, weights: list[Floats], values: Tensor, operations: Operations) -> Tensor:
    ones = operations.column(values, 0) * 0.0 + 1.0
    terms = _legendre if encoding["basis"] == "orthogonal" else _powers
    return operations.join([ones, *terms(values, encoding["degree"])])


def _powers(values: Tensor, degree: int) -> list[Tensor]:
    powers = [values]
    while len(powers) < degree:
        powers.append(powers[-1] * values)
    return powers


def _legendre(values: Tensor, degree: int) -> list[Tensor]:
    x = values / REACH
    found = [x]
    for n in range(1, degree):
        before = found[n - 2] * float(n) if n > 1 else float(n)
        found.append((x * (2.0 * n + 1.0) * found[n - 1] - before) / (n + 1.0))
    return found


def fourier(encoding: Part, weights: list[Floats], values: Tensor, operations: Operations) -> Tensor:
    waves = fourier_waves(encoding, values.shape[1])
    angles = operations.waves(values, waves)
    return operations.join([operations.apply("cos", angles), operations.apply("sin", angles)])


def siren(encoding: Part, weights: list[Floats], values: Tensor, operations: Operations) -> Tensor:
    summed = operations.dense(values, weights, "siren")
    return operations.apply("sin", summed * float(encoding["w0"]))


def hash_grid(encoding: Part, weights: list[Floats], values: Tensor, operations: Operations) -> Tensor:
    dimensions = values.shape[1]
    look_up = operations.table(weights[0], "hash_grid")
    encoded, above = [], 0
    for level in grid_levels(dimensions, encoding):
        beside = [
            _along(operations.column(values, axis), axis, level, encoding["interpolation"], operations)
            for axis in range(dimensions)
        ]
        terms = []
        for knots in product(*beside):
            row = _entry([operations.to_integers(knot) for knot, _ in knots], level, operations)
            terms.append((row + above, reduce(mul, (share for _, share in knots))))
        if isinstance(operations, Blending):
            encoded.append(operations.blend(weights[0], terms))
        else:
            encoded.append(reduce(add, (look_up(row) * share for row, share in terms)))
        above += level.entries
    return operations.join(encoded)


def _along(
    value: Tensor, axis: int, level: GridLevel, interpolation: str, operations: Operations
) -> list[tuple[Tensor, Tensor]]:
    """Knots beside a position along one input, and the weight of each, both (samples, 1)."""
    last = level.sides[axis] - 1.0
    place = operations.clip((value + 0.5) * float(level.cells) - (0.5 + level.first[axis]), 0.0, last)
    low = operations.apply("floor", place)
    shares = BLENDS[interpolation](place - low)
    return [(operations.clip(low + float(knot), 0.0, last), share) for knot, share in shares.items()]


def _entry(knots: list[Tensor], level: GridLevel, operations: Operations) -> Tensor:
    """Index of a knot in its level's table, (samples, 1)."""
    if math.prod(level.sides) <= level.entries:
        return reduce(add, [knot * math.prod(level.sides[:axis]) for axis, knot in enumerate(knots)])
    return operations.hashed(knots, PRIMES[: len(knots)], max(level.sides) - 1, level.entries)


def vectors(identity: Identity, weights: list[Floats], numbers: Tensor, operations: Operations) -> Tensor:
    """Identity vectors of many pictures, as `engine.identities` defines them."""
    spread = np.ones((1, identity.pictures), np.float32), -np.arange(identity.pictures, dtype=np.float32)
    away = operations.dense(numbers, spread, "picture_numbers", learns=False)
    shares = operations.apply("relu", 1.0 - operations.apply("absolute", away))
    return shares if identity.dimensions is None else operations.dense(shares, weights, "picture_vectors")
