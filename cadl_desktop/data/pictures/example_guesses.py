"""Guesses for the hidden pixels of a picture, copied from places of the same picture that look alike.

Each patch that contains a hidden pixel looks for the seen patch nearest to it, and each hidden pixel becomes
the mean of what the patches around it say; in turns, from coarse copies of the picture to fine ones (Wexler,
Shechtman and Irani, Space-time completion of video, 2007). In the last turn a pixel gets the colour of a
single source, so that no texture is averaged away. Where copies are large, only places around earlier
matches and around those of neighbours are compared (Barnes et al., PatchMatch, 2009).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_cdt, distance_transform_edt, uniform_filter

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

PATCH = 7
"""Side of a patch in pixels."""
_REACH = PATCH // 2
_DEPTH = 3
"""Most pixels from the rim of the hidden part to its middle in the coarsest copy."""
_LEAST_SIDE = 6 * PATCH
"""Shorter side in pixels from which a copy is halved again."""
_COARSE_TURNS, _FINE_TURNS = 8, 4
_TRUST = 1.3
"""Divisor of a hidden pixel's weight for each place farther from the rim."""
_CENTRE = 0.9
"""Factor on a patch's vote for the source of a pixel, for each place farther from the patch's centre."""
_MOST_PAIRS, _MOST_SOURCES = 30_000_000, 30_000
"""Most pairs of patches that a turn compares one with another, and most sources among them."""
_BLOCK = 2**21
"""Pairs of patches, or values of patches, in memory at once."""
_AROUND = np.array([(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)])
_BESIDE = np.array([(-1, 0), (0, -1), (0, 1), (1, 0)])


class Guesses(NamedTuple):
    """Guesses for hidden pixels.

    `colours` (height, width, columns) is the picture with hidden pixels filled in. `sources` (height, width,
    2) is the (row, column) from which each hidden pixel was copied, -1 elsewhere. `sure` (height, width) is
    how much the patches around a hidden pixel agree, between 0 and 1; 1 elsewhere. `partly` tells whether
    only a part of the picture was searched.
    """

    colours: Doubles
    sources: Integers
    sure: Doubles
    partly: bool


class _Targets(NamedTuple):
    """Patches of a copy that contain a hidden pixel: the places `corners` (targets, 2) of their upper left
    pixels, the `weights` (targets, PATCH, PATCH) of their pixels, and the `trust` (targets,) in a centre."""

    corners: Integers
    weights: Doubles
    trust: Doubles


def guesses_by_example(colours: Doubles, hidden: Bools, seed: int) -> Iterator[Guesses]:
    """Yields ever better guesses for the `hidden` pixels (height, width) of a picture (height, width,
    columns) with colours between 0 and 1, whose hidden colours are not used.

    Yields nothing where no pixel is hidden, or where no patch is wholly seen.
    """
    filled, nearest, partly = None, None, False
    for level, (picture, hides) in enumerate(_copies(colours, hidden)):
        sources, targets = _sources(hides), _targets(hides)
        if not len(sources) or not len(targets.corners):
            continue
        if filled is None or nearest is None:
            filled, turns = _smooth(picture, hides), _COARSE_TURNS
        else:
            (filled, nearest), turns = _finer(picture, hides, filled, nearest), _FINE_TURNS
        most = min(_MOST_SOURCES, _MOST_PAIRS // len(targets.corners))
        if len(sources) > most and nearest is None:
            sources, partly = _sample(sources, targets, most, np.random.default_rng([seed, level])), True
        for _ in range(turns):
            if nearest is None or len(sources) <= most:
                matches, distances = _search_all(filled, picture, targets, sources)
            else:
                matches, distances = _search_near(filled, picture, hides, targets, nearest)
            votes = _votes(picture, hides, targets, matches, distances)
            filled = votes.colours
            nearest = np.full((*hides.shape, 2), -1)
            nearest[tuple((targets.corners + _REACH).T)] = matches + _REACH
        yield _of_full_size(votes, colours, hidden, partly)


def _copies(colours: Doubles, hidden: Bools) -> list[tuple[Doubles, Bools]]:
    """Returns copies of a picture and of what is hidden in them, each twice as large as the one before. A
    pixel of a copy is the mean of what is seen in it, and hidden where that is less than half."""
    copies = [(colours, hidden)]
    while min(hidden.shape) >= _LEAST_SIDE and _depths(hidden).max() > _DEPTH:
        height, width = (-(-side // 2) for side in hidden.shape)
        spare = [(0, 2 * height - hidden.shape[0]), (0, 2 * width - hidden.shape[1])]
        seen = ~np.pad(hidden, spare, "edge").reshape(height, 2, width, 2)
        kept = np.pad(colours, [*spare, (0, 0)], "edge").reshape(height, 2, width, 2, -1) * seen[..., None]
        counts = seen.sum(axis=(1, 3))
        colours = kept.sum(axis=(1, 3)) / np.maximum(counts, 1)[..., np.newaxis]
        hidden = counts < 2
        copies.append((colours, hidden))
    return copies[::-1]


def _depths(hidden: Bools) -> Integers:
    """Returns how many places each hidden pixel is from the nearest seen one, 0 where it is seen."""
    depths: Integers = distance_transform_cdt(hidden, "chessboard").astype(np.int64)
    return depths


def _sources(hidden: Bools) -> Integers:
    """Returns the corners (sources, 2) of patches in which nothing is hidden."""
    return np.argwhere(~_windows(hidden).any(axis=(2, 3)))


def _targets(hidden: Bools) -> _Targets:
    corners = np.argwhere(_windows(hidden).any(axis=(2, 3)))
    trust = _TRUST ** -_depths(hidden).astype(np.float64)
    return _Targets(corners, _windows(trust)[tuple(corners.T)], trust[tuple((corners + _REACH).T)])


def _windows(values: NDArray[Any]) -> NDArray[Any]:
    """Returns all patches of an array (height, width, ...), (rows, columns, ..., PATCH, PATCH)."""
    return sliding_window_view(values, (PATCH, PATCH), axis=(0, 1))


def _smooth(picture: Doubles, hides: Bools) -> Doubles:
    """Returns a copy of a picture whose hidden pixels have the colours of the nearest seen ones, blurred."""
    nearest = distance_transform_edt(hides, return_distances=False, return_indices=True)
    filled: Doubles = picture[tuple(nearest)]
    for _ in range(4 * _DEPTH):
        filled = np.where(hides[..., np.newaxis], uniform_filter(filled, (3, 3, 0)), picture)
    return filled


def _finer(picture: Doubles, hides: Bools, filled: Doubles, nearest: Integers) -> tuple[Doubles, Integers]:
    """Returns the filled picture and the nearest centres for a copy of twice the size."""
    rows, columns = np.indices(hides.shape)
    half = rows // 2, columns // 2
    odd = np.stack([rows % 2, columns % 2], -1)
    found = nearest[half]
    moved = np.where(found < 0, -1, np.minimum(2 * found + odd, np.array(hides.shape) - 1))
    finer = filled[half]
    known = hides & (moved[..., 0] >= 0)
    known[known] = ~hides[tuple(moved[known].T)]
    finer[known] = picture[tuple(moved[known].T)]
    return np.where(hides[..., np.newaxis], finer, picture), moved


def _sample(sources: Integers, targets: _Targets, count: int, random: np.random.Generator) -> Integers:
    """Returns `count` of the sources: half of them those nearest to the targets, half of them any."""
    middle = targets.corners.mean(axis=0)
    order = np.argsort(np.square(sources - middle).sum(axis=1), kind="stable")
    others = random.choice(order[count // 2 :], count - count // 2, replace=False)
    return sources[np.concatenate([order[: count // 2], others])]


def _search_all(
    filled: Doubles, picture: Doubles, targets: _Targets, sources: Integers
) -> tuple[Integers, Doubles]:
    """Returns the corners of the nearest sources (targets, 2), and their distances (targets,): squared, and
    weighted by the targets' trust in each pixel."""
    known = _windows(picture)[tuple(sources.T)].astype(np.float32)
    squares = np.square(known).sum(axis=1).reshape(len(sources), -1).T.copy()
    known = known.reshape(len(sources), -1).T.copy()
    rows = max(_BLOCK // len(sources), 1)
    matches, distances = np.empty_like(targets.corners), np.empty(len(targets.corners))
    for first in range(0, len(matches), rows):
        part = slice(first, first + rows)
        wanted = _windows(filled)[tuple(targets.corners[part].T)].astype(np.float32)
        weights = targets.weights[part, np.newaxis].astype(np.float32)
        weighted = (wanted * weights).reshape(len(wanted), -1)
        costs = weights.reshape(len(wanted), -1) @ squares - 2.0 * weighted @ known
        best = costs.argmin(axis=1)
        matches[part] = sources[best]
        distances[part] = costs[np.arange(len(best)), best] + (np.square(wanted) * weights).sum(axis=(1, 2, 3))
    return matches, np.maximum(distances, 0.0)


def _search_near(
    filled: Doubles, picture: Doubles, hides: Bools, targets: _Targets, nearest: Integers
) -> tuple[Integers, Doubles]:
    """Returns the same as `_search_all`, of the sources around each target's earlier match and of those that
    continue its neighbours' matches. `nearest` (height, width, 2) are earlier matches' centres, -1 where a
    place has none."""
    seen = ~_windows(hides).any(axis=(2, 3))
    last = np.array(seen.shape) - 1
    matches, distances = np.zeros_like(targets.corners), np.full(len(targets.corners), np.inf)
    rows = max(_BLOCK // (PATCH**2 * picture.shape[2]), 1)
    moves = [(step, np.zeros(2, np.int64)) for step in _AROUND] + [(-beside, beside) for beside in _BESIDE]
    for first in range(0, len(matches), rows):
        part = slice(first, first + rows)
        corners = targets.corners[part]
        wanted, weights = _windows(filled)[tuple(corners.T)], targets.weights[part, np.newaxis]
        for step, beside in moves:
            place = np.clip(corners + _REACH + beside, 0, np.array(hides.shape) - 1)
            earlier = nearest[tuple(place.T)]
            found = np.clip(earlier - _REACH + step, 0, last)
            usable = (earlier[:, 0] >= 0) & seen[tuple(found.T)]
            apart = _windows(picture)[tuple(found[usable].T)] - wanted[usable]
            costs = np.full(len(corners), np.inf)
            costs[usable] = (np.square(apart) * weights[usable]).sum(axis=(1, 2, 3))
            better = costs < distances[part]
            matches[part][better], distances[part][better] = found[better], costs[better]
    return matches, distances


class _Votes(NamedTuple):
    """What the patches around each hidden pixel say: the mean of the `colours` (height, width, columns), the
    best patch's `sources` (height, width, 2), -1 where there is none, and the `spread` (height, width) of the
    colours, squared."""

    colours: Doubles
    sources: Integers
    spread: Doubles


def _votes(
    picture: Doubles, hides: Bools, targets: _Targets, matches: Integers, distances: Doubles
) -> _Votes:
    usual = np.quantile(distances[np.isfinite(distances)], 0.75) + 1e-9
    strengths = targets.trust * np.exp(-distances / (2.0 * usual))
    sums, squares = np.zeros_like(picture), np.zeros(hides.shape)
    totals, most = np.full(hides.shape, 1e-12), np.zeros(hides.shape)
    sources = np.full((*hides.shape, 2), -1)
    for step in np.argwhere(np.ones((PATCH, PATCH))):
        places, origins = tuple((targets.corners + step).T), matches + step
        said = picture[tuple(origins.T)]
        sums[places] += strengths[:, np.newaxis] * said
        squares[places] += strengths * np.square(said).sum(axis=1)
        totals[places] += strengths
        votes = strengths * _CENTRE ** np.abs(step - _REACH).sum()
        better = votes > most[places]
        best = tuple((targets.corners[better] + step).T)
        most[best], sources[best] = votes[better], origins[better]
    means = sums / totals[..., np.newaxis]
    spread = np.maximum(squares / totals - np.square(means).sum(axis=2), 0.0)
    sources[~hides] = -1
    return _Votes(np.where(hides[..., np.newaxis], means, picture), sources, spread)


def _of_full_size(votes: _Votes, colours: Doubles, hidden: Bools, partly: bool) -> Guesses:
    """Returns guesses for the whole picture from the votes of a copy: of the last copy the sources' own
    colours, of an earlier one the means."""
    rows, columns = np.indices(hidden.shape)
    factor = -(-hidden.shape[0] // len(votes.spread))
    place = rows // factor, columns // factor
    sources = np.where((votes.sources < 0) | (factor > 1), -1, votes.sources)[place]
    guessed = votes.colours[place]
    copied = hidden & (sources[..., 0] >= 0)
    guessed[copied] = colours[tuple(sources[copied].T)]
    variance = colours[~hidden].var(axis=0).sum() + 1e-9
    sure = np.where(hidden, np.exp(-votes.spread[place] / variance), 1.0)
    return Guesses(np.where(hidden[..., np.newaxis], guessed, colours), sources, sure, partly)
