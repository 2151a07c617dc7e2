"""Guesses for the hidden pixels of a picture, copied from places of the same picture that look alike.

Each patch that contains a hidden pixel looks for the seen patch nearest to it, and each hidden pixel becomes
the mean of what the patches around it say; in turns, from coarse copies of the picture to fine ones (Wexler,
Shechtman and Irani, Space-time completion of video, 2007). In the end a pixel gets the colour of the single
source for which most patches vote, so that no texture is averaged away. What is compared and copied are
differences to the light around, which falls off across a page and a sky. Where copies are large, only places
around earlier matches and around those of neighbours are compared (Barnes et al., PatchMatch, 2009).
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_cdt, distance_transform_edt, maximum_filter, uniform_filter

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

PATCH = 7
"""Side of a patch in pixels."""
_REACH = PATCH // 2
_DEPTH = 3
"""Most pixels from the rim of the hidden part to its middle in the coarsest copy."""
_LEAST_SIDE = 6 * PATCH
"""Shorter side in pixels from which a copy is halved again."""
_COARSE_TURNS, _FINE_TURNS = 8, 6
_TRUST = 1.5
"""Divisor of a hidden pixel's weight for each place farther from the rim."""
_LIGHT, _FAR = 0.25, 1e-4
"""Side of the square over which light is averaged thrice, as a fraction of the picture's longer side, and the
weight of the whole picture's mean, which counts amid large holes."""
_CENTRE = 0.9
"""Factor on a patch's vote for the source of a pixel, for each place farther from the patch's centre."""
_USUAL, _LEAST_VOTE = 0.9, 1e-6
"""Share of patches whose votes count 0.6 or more, and what the worst one counts at least."""
_MOST_PIXELS, _MOST_TARGETS = 2**20, 40_000
"""Most pixels of a picture, and most patches with hidden pixels in the finest copy that is filled in."""
_MOST_PAIRS, _MOST_SOURCES = 30_000_000, 30_000
"""Most pairs of patches that a turn compares one with another, and most sources among them."""
_BLOCK = 2**21
"""Pairs of patches, or values of patches, in memory at once."""
_SQUARE = np.argwhere(np.ones((PATCH, PATCH)))
"""Places (PATCH x PATCH, 2) of a patch's pixels from its corner, which is its upper left pixel."""
_MOVES = [(step, np.zeros(2, np.int64)) for step in np.argwhere(np.ones((3, 3))) - 1]
_MOVES += [(-beside, beside) for beside in np.array([(-1, 0), (0, -1), (0, 1), (1, 0)])]
"""Steps from an earlier match to what is compared, and from a place to the one whose match it is."""


class Guesses(NamedTuple):
    """Guesses for hidden pixels.

    `colours` (height, width, columns) is the picture with hidden pixels filled in. `sources` (height, width,
    2) is the (row, column) from which each hidden pixel was copied, -1 where not. `sure` (height, width) is
    how much the patches around a hidden pixel agree, between 0 and 1; 1 elsewhere. `partly` tells whether
    only a part of the picture was searched, or only a coarse copy of it.
    """

    colours: Doubles
    sources: Integers
    sure: Doubles
    partly: bool


class _Targets(NamedTuple):
    """Patches of a copy that contain a hidden pixel: their `corners` (targets, 2), and the `weights`
    (targets, PATCH x PATCH) of their pixels."""

    corners: Integers
    weights: Floats


def guesses_by_example(colours: Doubles, hidden: Bools, seed: int) -> Iterator[Guesses]:
    """Yields ever better guesses for the `hidden` pixels (height, width) of a picture (height, width,
    columns) with colours between 0 and 1, whose hidden colours are not used.

    Yields nothing where no pixel is hidden, more are hidden than seen, no patch is wholly seen, where very
    many patches are touched by holes too small for a coarser copy, and for pictures of more than 2^20 pixels.
    """
    if 2 * np.count_nonzero(hidden) > hidden.size or hidden.size > _MOST_PIXELS:
        return
    colours = np.where(hidden[..., np.newaxis], 0.0, colours)
    light = _light(colours, hidden)
    details = (colours - light).astype(np.float32)
    filled, nearest, sampled = None, None, False
    for level, (picture, hides) in enumerate(copies := _copies(details, hidden)):
        touched = _touched(hides)
        sources, targets = np.argwhere(~touched), _targets(hides, touched)
        if not len(sources) or not 0 < len(targets.corners) <= _MOST_TARGETS:
            continue
        if filled is None or nearest is None:
            filled, turns = _smooth(picture, hides), _COARSE_TURNS
        else:
            (filled, nearest), turns = _finer(picture, hides, filled, nearest), _FINE_TURNS
        most = min(_MOST_SOURCES, _MOST_PAIRS // len(targets.corners))
        if len(sources) > most and nearest is None:
            sources, sampled = _sample(sources, targets, most, np.random.default_rng([seed, level])), True
        for _ in range(turns):
            if nearest is None or len(sources) <= most:
                matches, distances = _search_all(filled, picture, targets, sources)
            else:
                matches, distances = _search_near(filled, picture, touched, targets, nearest)
            votes = _votes(picture, hides, targets, matches, distances)
            filled = votes.colours
            nearest = np.full((*hides.shape, 2), -1)
            nearest[tuple((targets.corners + _REACH).T)] = matches + _REACH
        factor = 2 ** (len(copies) - 1 - level)
        yield _of_full_size(votes, factor, colours, light, hidden, sampled or factor > 1)


def _light(colours: Doubles, hidden: Bools) -> Doubles:
    """Returns the mean colour of what is seen widely around each pixel."""
    seen = np.where(hidden, 0.0, 1.0)[..., np.newaxis]
    sums, counts = colours * seen + _FAR * colours[~hidden].mean(axis=0), seen + _FAR
    side = max(round(_LIGHT * max(hidden.shape)), 1)
    for _ in range(3):
        sums, counts = (uniform_filter(values, (side, side, 0)) for values in (sums, counts))
    light: Doubles = sums / counts
    return light


def _copies(colours: Floats, hidden: Bools) -> list[tuple[Floats, Bools]]:
    """Returns copies of a picture and of what is hidden in them, each twice as large as the one before. A
    pixel of a copy is the mean of what is seen in it, and hidden where that is less than half."""
    copies = [(colours, hidden)]
    while min(hidden.shape) >= _LEAST_SIDE and distance_transform_cdt(hidden, "chessboard").max() > _DEPTH:
        height, width = (-(-side // 2) for side in hidden.shape)
        spare = [(0, 2 * height - hidden.shape[0]), (0, 2 * width - hidden.shape[1])]
        seen = ~np.pad(hidden, spare, "edge").reshape(height, 2, width, 2)
        kept = np.pad(colours, [*spare, (0, 0)], "edge").reshape(height, 2, width, 2, -1) * seen[..., None]
        counts = seen.sum(axis=(1, 3))
        colours = kept.sum(axis=(1, 3)) / np.maximum(counts, 1, dtype=np.float32)[..., np.newaxis]
        hidden = counts < 2
        copies.append((colours, hidden))
    return copies[::-1]


def _touched(hidden: Bools) -> Bools:
    """Returns for each corner whether its patch contains a hidden pixel."""
    height, width = hidden.shape
    touched: Bools = maximum_filter(hidden, PATCH)[_REACH : height - _REACH, _REACH : width - _REACH]
    return touched


def _targets(hidden: Bools, touched: Bools) -> _Targets:
    corners = np.argwhere(touched)
    trust = np.float32(_TRUST) ** -distance_transform_cdt(hidden, "chessboard").astype(np.float32)
    return _Targets(corners, trust.ravel()[_places(corners, hidden.shape[1])])


def _places(corners: Integers, width: int) -> Integers:
    """Returns the places (patches, PATCH x PATCH) of patches' pixels in a picture, counted row by row."""
    steps = np.array([width, 1])
    places: Integers = (corners @ steps)[:, np.newaxis] + _SQUARE @ steps
    return places


def _patches(picture: Floats, corners: Integers) -> Floats:
    """Returns the colours (patches, PATCH x PATCH, columns) of patches."""
    return picture.reshape(-1, picture.shape[2])[_places(corners, picture.shape[1])]


def _smooth(picture: Floats, hides: Bools) -> Floats:
    """Returns a copy of a picture whose hidden pixels have the colours of the nearest seen ones, blurred."""
    nearest = distance_transform_edt(hides, return_distances=False, return_indices=True)
    filled: Floats = picture[tuple(nearest)]
    for _ in range(4 * _DEPTH):
        filled = np.where(hides[..., np.newaxis], uniform_filter(filled, (3, 3, 0)), picture)
    return filled


def _finer(picture: Floats, hides: Bools, filled: Floats, nearest: Integers) -> tuple[Floats, Integers]:
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
    chosen: Integers = sources[np.concatenate([order[: count // 2], others])]
    return chosen


def _search_all(
    filled: Floats, picture: Floats, targets: _Targets, sources: Integers
) -> tuple[Integers, Floats]:
    """Returns the corners of the nearest sources (targets, 2), and their distances (targets,): squared, and
    weighted by the targets' trust in each pixel."""
    known = _patches(picture, sources)
    squares = np.square(known).sum(axis=2).T.copy()
    known = known.reshape(len(sources), -1).T.copy()
    rows = max(_BLOCK // len(sources), 1)
    matches = np.empty_like(targets.corners)
    distances = np.empty(len(targets.corners), np.float32)
    for first in range(0, len(matches), rows):
        part = slice(first, first + rows)
        wanted, weights = _patches(filled, targets.corners[part]), targets.weights[part]
        weighted = wanted * weights[..., np.newaxis]
        costs = weights @ squares - 2.0 * weighted.reshape(len(wanted), -1) @ known
        best = costs.argmin(axis=1)
        matches[part] = sources[best]
        distances[part] = costs[np.arange(len(best)), best] + (wanted * weighted).sum(axis=(1, 2))
    return matches, np.maximum(distances, 0.0)


def _search_near(
    filled: Floats, picture: Floats, touched: Bools, targets: _Targets, nearest: Integers
) -> tuple[Integers, Floats]:
    """Returns the same as `_search_all`, of the sources around each target's earlier match and of those that
    continue its neighbours' matches. `nearest` (height, width, 2) are earlier matches' centres, -1 where a
    place has none."""
    last = np.array(touched.shape) - 1
    matches = np.zeros_like(targets.corners)
    distances = np.full(len(targets.corners), np.inf, np.float32)
    rows = max(_BLOCK // (PATCH**2 * picture.shape[2]), 1)
    for first in range(0, len(matches), rows):
        part = slice(first, first + rows)
        corners, weights = targets.corners[part], targets.weights[part]
        wanted = _patches(filled, corners)
        for step, beside in _MOVES:
            place = np.clip(corners + _REACH + beside, 0, np.array(nearest.shape[:2]) - 1)
            earlier = nearest[tuple(place.T)]
            found = np.clip(earlier - _REACH + step, 0, last)
            usable = np.flatnonzero((earlier[:, 0] >= 0) & ~touched[tuple(found.T)])
            apart = _patches(picture, found[usable]) - wanted[usable]
            costs = np.einsum("tpc,tpc,tp->t", apart, apart, weights[usable])
            closer = costs < distances[part][usable]
            better = usable[closer]
            matches[part][better], distances[part][better] = found[better], costs[closer]
    return matches, distances


class _Votes(NamedTuple):
    """What the patches around each hidden pixel say: the mean of the `colours` (height, width, columns), the
    `sources` (height, width, 2) for which most patches vote, -1 where there is none, and the `spread`
    (height, width) of the colours, squared."""

    colours: Floats
    sources: Integers
    spread: Doubles


def _votes(picture: Floats, hides: Bools, targets: _Targets, matches: Integers, distances: Floats) -> _Votes:
    width, size = hides.shape[1], hides.size
    usual = np.quantile(distances[np.isfinite(distances)], _USUAL) + 1e-9
    strengths = targets.weights[:, PATCH * _REACH + _REACH] * (
        np.exp(-distances / (2.0 * usual)) + _LEAST_VOTE
    )
    places, origins = _places(targets.corners, width), _places(matches, width)
    asked = hides.ravel()[places]
    votes = np.broadcast_to(strengths[:, np.newaxis], places.shape)[asked]
    closeness = _CENTRE ** np.abs(_SQUARE - _REACH).sum(axis=1)
    near = (strengths[:, np.newaxis] * closeness)[asked]
    places, origins = places[asked], origins[asked]
    totals = np.bincount(places, votes, size) + 1e-30
    said = picture.reshape(size, -1)[origins]
    means = np.stack([np.bincount(places, votes * column, size) for column in said.T], -1) / totals[:, None]
    spread = np.bincount(places, votes * np.square(said).sum(axis=1), size) / totals
    spread = np.maximum(spread - np.square(means).sum(axis=1), 0.0).reshape(hides.shape)

    pairs, number = np.unique(places * size + origins, return_inverse=True)
    for_pair = np.bincount(number, near)
    order = np.lexsort((for_pair, pairs // size))
    sources = np.full((size, 2), -1)
    sources[(pairs // size)[order]] = np.stack(np.divmod(pairs % size, width), -1)[order]
    colours = np.where(hides[..., np.newaxis], means.reshape(picture.shape), picture).astype(np.float32)
    return _Votes(colours, sources.reshape(*hides.shape, 2), spread)


def _of_full_size(
    votes: _Votes, factor: int, colours: Doubles, light: Doubles, hidden: Bools, partly: bool
) -> Guesses:
    """Returns guesses for the whole picture from the votes of a copy `factor` times smaller: the details of
    the sources, and the means where a source is hidden in part."""
    rows, columns = np.indices(hidden.shape)
    place = rows // factor, columns // factor
    inside = np.stack([rows % factor, columns % factor], -1)
    found = np.minimum(factor * votes.sources[place] + inside, np.array(hidden.shape) - 1)
    copied = hidden & (votes.sources[place][..., 0] >= 0)
    copied[copied] = ~hidden[tuple(found[copied].T)]
    guessed = light + votes.colours[place]
    origins = tuple(found[copied].T)
    guessed[copied] = colours[origins] - light[origins] + light[copied]
    filled = np.where(hidden[..., np.newaxis], np.clip(guessed, 0.0, 1.0), colours)
    sources = np.where(copied[..., np.newaxis], found, -1)
    variance = (colours - light)[~hidden].var(axis=0).sum() + 1e-9
    sure = np.where(hidden, np.exp(-votes.spread[place] / variance), 1.0)
    return Guesses(filled, sources, sure, partly)
