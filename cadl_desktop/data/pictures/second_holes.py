"""Whether slopes or bends continue a picture better into what is hidden: what fills in holes of the same
shape better elsewhere in it, where its colours are known."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cadl_desktop.data.pictures.hole_filling import Bools, Doubles, filled_in

USUAL, OTHERS = 0.2, (0.05, 0.6, 1.0)
"""Shares of the first derivatives, and those that must do better by more than chance."""
WINDOW, LEAST_WINDOW, MOST_WINDOW = 0.2, 7, 41
"""Of the square that tensors are averaged over, twice: its side as a share of the picture's, and the fewest
and most pixels. The fewest are enough between pixels kept by chance, of which some are always near; a hole is
spanned by what is around it."""
_SIDE, _MOST_HIDDEN = 64, 100
"""It is tried on a picture made as small as this, and which has about so many hidden pixels at most: for more
the linear algebra takes several threads, which wait for one another where others work."""
_MOST_HOLES = 6
_LEAST_ERROR = 0.003
"""As a share of what colours lie between: what is less counts as this."""
_CHANCE = 0.3
"""By so many dB one hole differs from another in any case."""


class Tuned(NamedTuple):
    """The share of the first derivatives, and on how many holes it was tried; 0 where none has room."""

    slopes: float
    holes: int


def window_over(longest: int) -> int:
    """The window's side in a picture with a hole, an odd number of pixels."""
    half = round(WINDOW * longest / 2)
    return min(max(2 * half + 1, LEAST_WINDOW), MOST_WINDOW)


def tuned(colours: Doubles, hidden: Bools) -> Tuned:
    """For a picture (height, width, columns), whose colours lie between 0 and 1, and of which those `hidden`
    (height, width) are not looked at."""
    small, hides = _reduced(colours, hidden)
    return _tuned(small.tobytes(), hides.tobytes(), small.shape)


@lru_cache(maxsize=8)
def _tuned(colours: bytes, hidden: bytes, shape: tuple[int, ...]) -> Tuned:
    """Kept, as a run and what is told of it ask alike."""
    picture, hides = np.frombuffer(colours).reshape(shape), np.frombuffer(hidden, np.bool_).reshape(shape[:2])
    holes = list(_second_holes(hides))
    if not holes:
        return Tuned(USUAL, 0)
    window = window_over(max(hides.shape))
    known = filled_in(picture, hides, USUAL, window)
    usual, *others = (
        np.array([_decibels(filled_in(known, hole, slopes, window)[hole], picture[hole]) for hole in holes])
        for slopes in (USUAL, *OTHERS)
    )
    surely = [_surely(other - usual) for other in others]
    best = int(np.argmax(surely))
    return Tuned(OTHERS[best] if surely[best] > 0 else USUAL, len(holes))


def _decibels(found: Doubles, truth: Doubles) -> float:
    return float(-10.0 * np.log10(np.square(found - truth).mean() + _LEAST_ERROR**2))


def _surely(gains: Doubles) -> float:
    """Their mean less its standard error."""
    return float(gains.mean() - (gains.std() + _CHANCE) / np.sqrt(len(gains)))


def _reduced(colours: Doubles, hidden: Bools) -> tuple[Doubles, Bools]:
    """The mean of what is seen of each block of pixels, and which blocks are hidden for the most part; the
    picture's edges count as seen, since no place is centred on them."""
    height, width = hidden.shape
    factor = -(-max(height, width) // _SIDE)
    while np.count_nonzero(hidden) > _MOST_HIDDEN * factor**2 and 8 * factor < min(height, width):
        factor += 1
    rows, columns = height // factor, width // factor
    blocks = (rows, factor, columns, factor)
    seen = ~hidden[: rows * factor, : columns * factor]
    counts = seen.reshape(blocks).sum(axis=(1, 3))
    kept = np.where(seen[..., np.newaxis], colours[: rows * factor, : columns * factor], 0.0)
    means = kept.reshape(*blocks, -1).sum(axis=(1, 3)) / np.maximum(counts, 1)[..., np.newaxis]
    means[counts == 0] = means.sum(axis=(0, 1)) / max(np.count_nonzero(counts), 1)
    hides = np.zeros((rows, columns), np.bool_)
    hides[1:-1, 1:-1] = (2 * counts < factor**2)[1:-1, 1:-1]
    return means, hides


def _second_holes(hidden: Bools) -> Iterator[Bools]:
    """The hidden shape moved to where it touches neither itself nor one before, in an order by chance that is
    always the same."""
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
