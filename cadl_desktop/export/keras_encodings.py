"""Our encodings as Keras layers and `keras.ops`."""

from collections.abc import Callable, Mapping
from itertools import product
from math import pi
from typing import Any

import numpy as np

from cadl_desktop.engine.encodings import REACH, fourier_waves
from cadl_desktop.engine.hash_grid import PRIMES
from cadl_desktop.experiment.catalog.encodings import grid_resolutions, grid_rows
from cadl_desktop.experiment.identity import Identity
from cadl_desktop.experiment.model import Part
from cadl_desktop.runs.events import Floats

Tensor = Any


def _none(encoding: Part, weights: list[Floats], values: Tensor) -> Tensor:
    return values


def _polynomial(encoding: Part, weights: list[Floats], values: Tensor) -> Tensor:
    from keras import ops

    ones = ops.ones_like(ops.sum(values, axis=1, keepdims=True))
    terms = _legendre if encoding["basis"] == "orthogonal" else _powers
    return ops.concatenate([ones, *terms(values, encoding["degree"])], axis=1)


def _powers(values: Tensor, degree: int) -> list[Tensor]:
    from keras import ops

    powers = [values]
    while len(powers) < degree:
        powers.append(ops.multiply(powers[-1], values))
    return powers


def _legendre(values: Tensor, degree: int) -> list[Tensor]:
    x = values / REACH
    found = [x]
    for n in range(1, degree):
        before = found[n - 2] if n > 1 else 1.0
        found.append(((2 * n + 1) * x * found[n - 1] - n * before) / (n + 1))
    return found


def _fourier(encoding: Part, weights: list[Floats], values: Tensor) -> Tensor:
    from keras import ops
    from keras.layers import Dense

    waves = fourier_waves(encoding, values.shape[1])
    project = Dense(waves.shape[1], use_bias=False, trainable=False, name="waves")
    swings = project(values)
    project.set_weights([waves])
    angles = ops.multiply(swings, 2 * pi)
    return ops.concatenate([ops.cos(angles), ops.sin(angles)], axis=1)


def _siren(encoding: Part, weights: list[Floats], values: Tensor) -> Tensor:
    from keras import ops
    from keras.layers import Dense

    dense = Dense(weights[0].shape[1], name="siren")
    summed = dense(values)
    dense.set_weights(weights)
    return ops.sin(ops.multiply(summed, encoding["w0"]))


def _hash_grid(encoding: Part, weights: list[Floats], values: Tensor) -> Tensor:
    from keras import ops
    from keras.layers import Embedding

    dimensions = values.shape[1]
    table = Embedding(*weights[0].shape, name="hash_grid")
    levels, first = [], 0
    for cells, size in zip(grid_resolutions(encoding), grid_rows(dimensions, encoding), strict=True):
        places = ops.clip((values + 0.5) * float(cells) - 0.5, 0.0, cells - 1.0)
        low = ops.floor(places)
        within = places - low
        blended = 0.0
        for corner in product((0, 1), repeat=dimensions):
            row = _entry(ops.cast(low, "int64"), corner, cells, size) + first
            blended = blended + table(row) * _share(within, corner)
        levels.append(blended)
        first += size
    table.set_weights(weights)
    return ops.concatenate(levels, axis=1)


def _share(within: Tensor, corner: tuple[int, ...]) -> Tensor:
    """How much a corner counts, (samples, 1)."""
    share = 1.0
    for axis, side in enumerate(corner):
        along = within[:, axis : axis + 1]
        share = share * (along if side else 1.0 - along)
    return share


def _entry(low: Tensor, corner: tuple[int, ...], cells: int, size: int) -> Tensor:
    """Where a knot stands in its level's table, (samples,)."""
    from keras import ops

    in_order = cells ** len(corner) <= size
    row = 0
    for axis, side in enumerate(corner):
        at = ops.minimum(low[:, axis] + side, cells - 1)
        if in_order:
            row = row + at * cells**axis
        else:
            product_ = at * PRIMES[axis]
            row = product_ if axis == 0 else ops.bitwise_xor(row, product_)
    return row if in_order else ops.mod(row, size)


def vectors(identity: Identity, weights: list[Floats], numbers: Tensor) -> Tensor:
    """The vectors that tell which of many pictures is meant, as `engine.identities` has them."""
    from keras import ops
    from keras.layers import Dense, Rescaling

    spread = Dense(identity.pictures, name="picture_numbers", trainable=False)
    away = spread(numbers)
    spread.set_weights(
        [np.ones((1, identity.pictures), np.float32), -np.arange(identity.pictures, dtype=np.float32)]
    )
    shares = ops.relu(Rescaling(-1.0, 1.0, name="picture_shares")(ops.absolute(away)))
    if identity.dimensions is None:
        return shares
    learned = Dense(identity.dimensions, use_bias=False, name="picture_vectors")
    found = learned(shares)
    learned.set_weights(weights)
    return found


ENCODINGS: Mapping[str, Callable[[Part, list[Floats], Tensor], Tensor]] = {
    "none": _none,
    "polynomial": _polynomial,
    "fourier": _fourier,
    "siren": _siren,
    "hash grid": _hash_grid,
}
