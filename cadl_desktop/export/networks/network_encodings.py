"""Our encodings in the words of any file format: (part, weights, scaled inputs, operations) -> encoded."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from cadl_desktop.engine.network.encodings import REACH, fourier_waves
from cadl_desktop.engine.network.hash_grid import PRIMES
from cadl_desktop.experiment.catalog.encodings import grid_resolutions, grid_rows
from cadl_desktop.experiment.identity import Identity
from cadl_desktop.experiment.part import Part
from cadl_desktop.export.networks.vocabulary import Operations, Tensor
from cadl_desktop.runs.events import Floats


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
    levels, first = [], 0
    for cells, size in zip(grid_resolutions(encoding), grid_rows(dimensions, encoding), strict=True):
        places = operations.clip((values + 0.5) * float(cells) - 0.5, 0.0, cells - 1.0)
        low = operations.apply("floor", places)
        within = places - low
        high = operations.clip(low + 1.0, 0.0, cells - 1.0)
        corners = []
        for corner in product((0, 1), repeat=dimensions):
            knots = [operations.column(high if side else low, axis) for axis, side in enumerate(corner)]
            row = _entry([operations.whole(knot) for knot in knots], cells, size, operations)
            corners.append(look_up(row + first) * _share(within, corner, operations))
        levels.append(_added(corners))
        first += size
    return operations.join(levels)


def _share(within: Tensor, corner: tuple[int, ...], operations: Operations) -> Tensor:
    """How much a corner counts, (samples, 1)."""
    along = [operations.column(within, axis) for axis in range(len(corner))]
    shares = [share if side else 1.0 - share for share, side in zip(along, corner, strict=True)]
    product_ = shares[0]
    for share in shares[1:]:
        product_ = product_ * share
    return product_


def _entry(knots: list[Tensor], cells: int, size: int, operations: Operations) -> Tensor:
    """Where a knot stands in its level's table, (samples, 1)."""
    if cells ** len(knots) <= size:
        return _added([knot * cells**axis for axis, knot in enumerate(knots)])
    return operations.mixed(knots, PRIMES[: len(knots)], cells - 1, size)


def _added(parts: Sequence[Tensor]) -> Tensor:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def vectors(identity: Identity, weights: list[Floats], numbers: Tensor, operations: Operations) -> Tensor:
    """The vectors that tell which of many pictures is meant, as `engine.identities` has them."""
    spread = np.ones((1, identity.pictures), np.float32), -np.arange(identity.pictures, dtype=np.float32)
    away = operations.dense(numbers, spread, "picture_numbers", learns=False)
    shares = operations.apply("relu", 1.0 - operations.apply("absolute", away))
    return shares if identity.dimensions is None else operations.dense(shares, weights, "picture_vectors")
