"""Filling of holes in a small picture without a network, and tuning of the coherence penalty with it.

Minimises the coherence of `engine.training.picture_penalties` directly, by solving linear systems with the
tensors of the previous solution. By comparing solutions on test holes elsewhere in the picture, where the
colours are known, `tune_slopes` finds whether slopes or bends continue it better.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Vectors = list[tuple[Doubles, Doubles]]

FLOOR = 0.003
"""Changes from pixel to pixel below this fraction of the colours' range count as none."""
ANISOTROPY = 0.5
"""Around holes: how much of the part common to all directions is subtracted from the cost of a change."""
PATCH = 7
"""Side in pixels of the patches that are compared for guesses by example (`example_guesses`)."""
_MEAN_COLOUR_FACTOR = 0.8
"""Factor on the cubed share of first derivatives: textures, which need more of it, return to their mean
colour."""
_ROUNDS = 5
_AROUND = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]


def _stencil(*terms: tuple[int, int, float]) -> Doubles:
    """Returns the factors (9,) on the pixels around a place, row by row, from (row, column, factor)."""
    factors = np.zeros((3, 3))
    for row, column, factor in terms:
        factors[row + 1, column + 1] = factor
    return factors.ravel()


_HERE = _AROUND.index((0, 0))
_ALONG, _DOWN = _stencil((0, 1, 1), (0, 0, -1)), _stencil((1, 0, 1), (0, 0, -1))
_BENT_ALONG = _stencil((0, 1, 1), (0, 0, -2), (0, -1, 1))
_BENT_DOWN = _stencil((1, 0, 1), (0, 0, -2), (-1, 0, 1))
_TWISTED = _stencil((1, 1, 1), (1, 0, -1), (0, 1, -1), (0, 0, 1))
_FIRST: Vectors = [(_ALONG, _DOWN)]
_SECOND: Vectors = [(_BENT_ALONG, _TWISTED), (_TWISTED, _BENT_DOWN)]


def fill_hole(colours: Doubles, hole: Bools, slopes: float, window: int) -> Doubles:
    """Returns a copy of a picture (height, width, columns), colours between 0 and 1, with the `hole` (height,
    width) filled in. The hole must not touch the edges. `slopes` is the share of the first derivatives,
    `window` the side of the square over which tensors are averaged."""
    near = _places_touching(hole)
    around = np.flatnonzero(near)[:, np.newaxis] + [row * hole.shape[1] + column for row, column in _AROUND]
    unknown = np.flatnonzero(hole)
    picture = colours.reshape(hole.size, -1).copy()
    mean, variance = mean_and_variance(np.delete(picture, unknown, axis=0))
    picture -= mean
    picture[unknown] = 0.0
    for turn in range(_ROUNDS):
        matrices = np.zeros((len(around), 9, 9))
        matrices[:, _HERE, _HERE] = mean_colour_weight(slopes, variance) if turn else 0.0
        for vectors, share in ((_FIRST, slopes), (_SECOND, 1.0 - slopes)):
            measures = np.array([[1.0, 0.0, 1.0]])
            if turn:
                measures = _measures(picture.reshape(colours.shape), vectors, window)[near[1:-1, 1:-1]]
            matrices += share * (measures @ _products(vectors)).reshape(-1, 9, 9)
        _solve(picture, matrices, around, unknown)
    filled = colours.reshape(picture.shape).copy()
    filled[unknown] = np.clip(picture[unknown] + mean, 0.0, 1.0)
    return filled.reshape(colours.shape)


def mean_colour_weight(slopes: float, variance: float) -> float:
    """Returns the weight of the squared distance to the mean colour for a share of the first derivatives."""
    return _MEAN_COLOUR_FACTOR * slopes**3 / variance


def mean_and_variance(colours: Doubles) -> tuple[Doubles, float]:
    """Returns the mean (columns,) of colours (colours, columns), and their variance, which is never 0."""
    mean: Doubles = colours.mean(axis=0)
    return mean, float(np.square(colours - mean).sum(axis=1).mean()) + FLOOR**2


def _solve(
    picture: Doubles, matrices: Doubles, around: NDArray[np.int64], unknown: NDArray[np.int64]
) -> None:
    """Sets the `unknown` pixels to the minimum of the summed costs. `matrices` (places, 9, 9) are the costs
    for the pixels `around` (places, 9)."""
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
    """Returns the factors (3, 81) on the entries xx, xy and yy of a measure in the matrix of a place."""
    entries = np.zeros((3, 9, 9))
    for x, y in vectors:
        entries += [np.outer(x, x), np.outer(x, y) + np.outer(y, x), np.outer(y, y)]
    return entries.reshape(3, 81)


def _measures(picture: Doubles, vectors: Vectors, window: int) -> Doubles:
    """Returns xx, xy and yy of the metric of changes at each inner place, (height - 2, width - 2, 3)."""
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
    """Returns moving averages over the part of the window that is inside."""
    values = np.swapaxes(values, 0, axis)
    sums = np.concatenate([np.zeros_like(values[:1]), values.cumsum(axis=0)])
    places = np.arange(len(values))
    first, last = np.maximum(places - window // 2, 0), np.minimum(places + window // 2 + 1, len(values))
    means = (sums[last] - sums[first]) / (last - first)[:, np.newaxis, np.newaxis]
    return np.swapaxes(means, 0, axis)


def _places_touching(hole: Bools) -> Bools:
    """Returns the inner places whose cost depends on a pixel of the hole."""
    touching = np.zeros_like(hole)
    height, width = hole.shape
    for row, column in _AROUND:
        touching[1:-1, 1:-1] |= hole[1 + row : height - 1 + row, 1 + column : width - 1 + column]
    return touching


DEFAULT_SLOPES, OTHER_SLOPES = 0.2, (0.05, 0.6, 1.0)
"""Default share of the first derivatives, and alternatives that have to be better by more than chance."""
WINDOW, LEAST_WINDOW, MOST_WINDOW = 0.2, 7, 41
"""Side of the square over which tensors are averaged twice, as a fraction of the picture's side, and its
least and greatest number of pixels. The least is enough between pixels kept at random, some of which are
always near; a hole has to be spanned by its surroundings."""
_SIDE, _MOST_HIDDEN = 64, 100
"""Size to which the picture is reduced for tuning, and about the most hidden pixels in it: with more of them
the linear algebra uses several threads, which would wait for other work."""
_MOST_HOLES = 6
_LEAST_ERROR = 0.003
"""Smallest error that matters, as a fraction of the colours' range."""
_HOLE_DEVIATION = 0.3
"""Assumed deviation between holes in dB, added to the measured one."""


class SlopeTuning(NamedTuple):
    """Share of the first derivatives, and the number of test holes; 0 where there is no room for one."""

    slopes: float
    holes: int


def window_side(longest: int) -> int:
    """Returns the side of the window for a picture with a hole, an odd number of pixels."""
    half = round(WINDOW * longest / 2)
    return min(max(2 * half + 1, LEAST_WINDOW), MOST_WINDOW)


def tune_slopes(colours: Doubles, hidden: Bools) -> SlopeTuning:
    """Tunes the share of the first derivatives for a picture (height, width, columns), colours between 0 and
    1. The colours of `hidden` pixels (height, width) are not used."""
    small, hides = reduced(colours, hidden, _SIDE, _MOST_HIDDEN)
    return _tuned(small.tobytes(), without_edges(hides).tobytes(), small.shape)


@lru_cache(maxsize=8)
def _tuned(colours: bytes, hidden: bytes, shape: tuple[int, ...]) -> SlopeTuning:
    """Cached, since a run and the messages about it ask for the same tuning."""
    picture, hides = np.frombuffer(colours).reshape(shape), np.frombuffer(hidden, np.bool_).reshape(shape[:2])
    holes = list(moved_holes(hides))
    if not holes:
        return SlopeTuning(DEFAULT_SLOPES, 0)
    window = window_side(max(hides.shape))
    known = fill_hole(picture, hides, DEFAULT_SLOPES, window)
    usual, *others = (
        np.array([decibels(fill_hole(known, hole, slopes, window)[hole], picture[hole]) for hole in holes])
        for slopes in (DEFAULT_SLOPES, *OTHER_SLOPES)
    )
    surely = [_lower_bound(other - usual) for other in others]
    best = int(np.argmax(surely))
    return SlopeTuning(OTHER_SLOPES[best] if surely[best] > 0 else DEFAULT_SLOPES, len(holes))


def decibels(found: Doubles, truth: Doubles) -> float:
    """Returns the PSNR of colours between 0 and 1, in dB."""
    return float(-10.0 * np.log10(np.square(found - truth).mean() + _LEAST_ERROR**2))


def _lower_bound(gains: Doubles) -> float:
    """Returns the mean gain less its standard error."""
    return float(gains.mean() - (gains.std() + _HOLE_DEVIATION) / np.sqrt(len(gains)))


def reduced(colours: Doubles, hidden: Bools, side: int, most_hidden: int) -> tuple[Doubles, Bools]:
    """Returns the mean of the visible pixels in each block, and which blocks are mostly hidden: blocks of a
    size with which the longer side is at most `side`, and about `most_hidden` are hidden at most."""
    height, width = hidden.shape
    factor = -(-max(height, width) // side)
    while np.count_nonzero(hidden) > most_hidden * factor**2 and 8 * factor < min(height, width):
        factor += 1
    rows, columns = height // factor, width // factor
    blocks = (rows, factor, columns, factor)
    seen = ~hidden[: rows * factor, : columns * factor]
    counts = seen.reshape(blocks).sum(axis=(1, 3))
    kept = np.where(seen[..., np.newaxis], colours[: rows * factor, : columns * factor], 0.0)
    means = kept.reshape(*blocks, -1).sum(axis=(1, 3)) / np.maximum(counts, 1)[..., np.newaxis]
    means[counts == 0] = means.sum(axis=(0, 1)) / max(np.count_nonzero(counts), 1)
    return means, 2 * counts < factor**2


def without_edges(hidden: Bools) -> Bools:
    """Returns a mask in which the edges count as visible, since no place is centred there."""
    inner = np.zeros_like(hidden)
    inner[1:-1, 1:-1] = hidden[1:-1, 1:-1]
    return inner


def moved_holes(hidden: Bools) -> Iterator[Bools]:
    """Yields the hidden shape, moved in random but fixed order to where it touches neither itself nor earlier
    holes."""
    rows, columns = np.nonzero(hidden)
    if not len(rows):
        return
    downs, alongs = (
        np.arange(1 - places.min(), side - 1 - places.max())
        for places, side in ((rows, hidden.shape[0]), (columns, hidden.shape[1]))
    )
    moves = np.stack(np.meshgrid(downs, alongs), -1).reshape(-1, 2)
    taken, found = _with_neighbours(hidden), 0
    for down, along in np.random.default_rng(0).permutation(moves):
        if found == _MOST_HOLES:
            return
        if not taken[rows + down, columns + along].any():
            hole = np.zeros_like(hidden)
            hole[rows + down, columns + along] = True
            yield hole
            taken, found = taken | _with_neighbours(hole), found + 1


def _with_neighbours(mask: Bools) -> Bools:
    nine = np.lib.stride_tricks.sliding_window_view(np.pad(mask, 1), (3, 3))
    wide: Bools = np.logical_or.reduce(nine, axis=(2, 3))
    return wide
