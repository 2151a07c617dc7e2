"""Holes of a small picture filled in without a network, by the same cost that
`engine.training.penalties.coherence` asks of one: what it comes to is solved for, with the tensors of the
solution before."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Vectors = list[tuple[Doubles, Doubles]]

FLOOR = 0.003
"""Changes from pixel to pixel below this, as a share of what colours lie between, count as none."""
ANISOTROPY = 0.5
"""Around holes: how much of what all directions have in common is taken off what a change costs."""
_PULL = 0.8
"""The cubed share of the first derivatives is multiplied by it: textures, which ask for more of that share,
return to their mean colour."""
_ROUNDS = 5
_AROUND = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]


def _change(*terms: tuple[int, int, float]) -> Doubles:
    """What the nine pixels around a place, row by row, are multiplied by: (row, column, factor)."""
    factors = np.zeros((3, 3))
    for row, column, factor in terms:
        factors[row + 1, column + 1] = factor
    return factors.ravel()


_HERE = _AROUND.index((0, 0))
_ALONG, _DOWN = _change((0, 1, 1), (0, 0, -1)), _change((1, 0, 1), (0, 0, -1))
_BENT_ALONG = _change((0, 1, 1), (0, 0, -2), (0, -1, 1))
_BENT_DOWN = _change((1, 0, 1), (0, 0, -2), (-1, 0, 1))
_TWISTED = _change((1, 1, 1), (1, 0, -1), (0, 1, -1), (0, 0, 1))
_FIRST: Vectors = [(_ALONG, _DOWN)]
_SECOND: Vectors = [(_BENT_ALONG, _TWISTED), (_TWISTED, _BENT_DOWN)]


def filled_in(colours: Doubles, hole: Bools, slopes: float, window: int) -> Doubles:
    """A copy of a picture (height, width, columns), colours between 0 and 1, with other colours in the `hole`
    (height, width), which doesn't reach its edges. `slopes` is the share of the first derivatives, `window`
    the side of the square that tensors are averaged over."""
    near = _touched(hole)
    around = np.flatnonzero(near)[:, np.newaxis] + [row * hole.shape[1] + column for row, column in _AROUND]
    unknown = np.flatnonzero(hole)
    picture = colours.reshape(hole.size, -1).copy()
    mean, variance = mean_and_variance(np.delete(picture, unknown, axis=0))
    picture -= mean
    picture[unknown] = 0.0
    for turn in range(_ROUNDS):
        matrices = np.zeros((len(around), 9, 9))
        matrices[:, _HERE, _HERE] = pull(slopes, variance) if turn else 0.0
        for vectors, share in ((_FIRST, slopes), (_SECOND, 1.0 - slopes)):
            measures = np.array([[1.0, 0.0, 1.0]])
            if turn:
                measures = _measures(picture.reshape(colours.shape), vectors, window)[near[1:-1, 1:-1]]
            matrices += share * (measures @ _products(vectors)).reshape(-1, 9, 9)
        _solve(picture, matrices, around, unknown)
    filled = colours.reshape(picture.shape).copy()
    filled[unknown] = np.clip(picture[unknown] + mean, 0.0, 1.0)
    return filled.reshape(colours.shape)


def pull(slopes: float, variance: float) -> float:
    """How much a squared distance to the mean colour counts, for a share of the first derivatives."""
    return _PULL * slopes**3 / variance


def mean_and_variance(colours: Doubles) -> tuple[Doubles, float]:
    """The mean of some colours (colours, columns), (columns,), and their mean squared distance to it, which
    isn't 0."""
    mean: Doubles = colours.mean(axis=0)
    return mean, float(np.square(colours - mean).sum(axis=1).mean()) + FLOOR**2


def _solve(
    picture: Doubles, matrices: Doubles, around: NDArray[np.int64], unknown: NDArray[np.int64]
) -> None:
    """Moves the `unknown` pixels to where the sum of the places' costs is least; `matrices` (places, 9, 9)
    are those of the pixels `around` (places, 9) each."""
    count = len(unknown)
    number = np.full(len(picture), -1)
    number[unknown] = np.arange(count)
    own = number[around]
    inside = own >= 0
    both = inside[:, :, np.newaxis] & inside[:, np.newaxis, :]
    pairs = own[:, :, np.newaxis] * count + own[:, np.newaxis, :]
    system = np.bincount(pairs[both], matrices[both], count**2).astype(np.float64).reshape(count, count)
    system += np.diag(1e-9 * system.diagonal())
    slopes = np.moveaxis(matrices @ picture[around], -1, 0)
    right = [np.bincount(own[inside], slope[inside], count) for slope in slopes]
    picture[unknown] -= np.linalg.solve(system, np.stack(right, -1))


def _products(vectors: Vectors) -> Doubles:
    """What the entries xx, xy and yy of a measure are multiplied by in a place's matrix, (3, 81)."""
    entries = np.zeros((3, 9, 9))
    for x, y in vectors:
        entries += [np.outer(x, x), np.outer(x, y) + np.outer(y, x), np.outer(y, y)]
    return entries.reshape(3, 81)


def _measures(picture: Doubles, vectors: Vectors, window: int) -> Doubles:
    """xx, xy and yy of what measures the changes at each inner place: (height - 2, width - 2, 3)."""
    nine = np.lib.stride_tricks.sliding_window_view(picture, (3, 3), axis=(0, 1))
    nine = nine.reshape(*nine.shape[:3], 9)
    own = np.zeros((*nine.shape[:2], 3))
    for x, y in ((nine @ x, nine @ y) for x, y in vectors):
        own += np.stack([x * x, x * y, y * y], -1).sum(axis=2)
    for axis in (0, 1, 0, 1):
        own = _means(own, axis, window)
    xx, xy, yy = np.moveaxis(own, -1, 0)
    xx, yy = xx + FLOOR**2, yy + FLOOR**2
    inverses: Doubles = np.stack([yy, -xy, xx], -1) / (xx * yy - xy**2)[..., np.newaxis]
    common = np.stack([np.ones_like(xx), np.zeros_like(xx), np.ones_like(xx)], -1)
    common /= (xx + yy)[..., np.newaxis]
    measures: Doubles = (1.0 + ANISOTROPY) * inverses - 2.0 * ANISOTROPY * common
    return measures


def _means(values: Doubles, axis: int, window: int) -> Doubles:
    """Over as much of the window as there is."""
    values = np.swapaxes(values, 0, axis)
    sums = np.concatenate([np.zeros_like(values[:1]), values.cumsum(axis=0)])
    places = np.arange(len(values))
    first, last = np.maximum(places - window // 2, 0), np.minimum(places + window // 2 + 1, len(values))
    means = (sums[last] - sums[first]) / (last - first)[:, np.newaxis, np.newaxis]
    return np.swapaxes(means, 0, axis)


def _touched(hole: Bools) -> Bools:
    """The inner places that a pixel of the hole counts for."""
    touched = np.zeros_like(hole)
    height, width = hole.shape
    for row, column in _AROUND:
        touched[1:-1, 1:-1] |= hole[1 + row : height - 1 + row, 1 + column : width - 1 + column]
    return touched
