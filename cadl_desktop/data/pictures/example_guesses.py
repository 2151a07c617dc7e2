"""Guesses for the hidden pixels of a picture, copied from places of the same picture that look alike.

Each patch that contains a hidden pixel looks for the seen patch nearest to it, and each hidden pixel becomes
the mean of what the patches around it say; in turns, from coarse copies of the picture to fine ones (Wexler,
Shechtman and Irani, Space-time completion of video, 2007). In the end a pixel gets the colour of the single
source for which most patches vote, so that no texture is averaged away. What is compared and copied are
differences to the light around, which falls off across a page and a sky. Where copies are large, only places
around earlier matches and around those of neighbours are compared (Barnes et al., PatchMatch, 2009).
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_cdt, distance_transform_edt, maximum_filter, uniform_filter

from cadl_desktop.data.pictures.hole_filling import PATCH, Bools, Doubles

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

_REACH = PATCH // 2
_DEPTH = 3
"""Most pixels from the rim of the hidden part to its middle in the coarsest copy."""
_LEAST_SIDE = 6 * PATCH
"""Shorter side in pixels from which a copy is halved again."""
_COARSE_TURNS, _FINE_TURNS = 8, 6
_TRUST = np.float32(1.5)
"""Divisor of a hidden pixel's weight for each place farther from the rim."""
_LIGHT, _FAR = 0.25, 1e-4
"""Side of the square over which light is averaged thrice, as a fraction of the picture's longer side, and the
weight of the whole picture's mean, which counts amid large holes."""
_CENTRE = 0.9
"""Factor on a patch's vote for the source of a pixel, for each place farther from the patch's centre."""
_USUAL, _LEAST_VOTE = 0.9, 1e-6
"""Share of patches whose votes count 0.6 or more, and what the worst one counts at least."""
_MOST_TARGETS = 40_000
"""Most patches with hidden pixels in the finest copy that is filled in."""
_MOST_PAIRS, _MOST_SOURCES = 30_000_000, 30_000
"""Most pairs of patches that a turn compares one with another, and most sources among them."""
_BLOCK = 2**21
"""Pairs of patches in memory at once."""
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


def guesses_by_example(colours: Doubles, hidden: Bools, seed: int) -> Iterator[Guesses]:
    """Yields ever better guesses, after each turn, for the `hidden` pixels (height, width) of a picture
    (height, width, columns) with colours between 0 and 1, whose hidden colours are not used.

    Yields nothing where no pixel is hidden, more are hidden than seen, no patch is wholly seen, and where
    very many patches are touched by holes too small for a coarser copy.
    """
    if 2 * np.count_nonzero(hidden) > hidden.size:
        return
    colours = np.where(hidden[..., np.newaxis], 0.0, colours)
    light = _light(colours, hidden)
    details = colours - light
    variance = details[~hidden].var(axis=0).sum() + 1e-9
    copies = _copies(details.astype(np.float32), hidden)
    filled, nearest, sampled = copies[0].picture, None, False
    for level, copy in enumerate(copies):
        if not len(copy.sources) or not 0 < len(copy.targets) <= _MOST_TARGETS:
            continue
        sources, most = copy.sources, min(_MOST_SOURCES, _MOST_PAIRS // len(copy.targets))
        if nearest is not None:
            turns = _FINE_TURNS
            filled, nearest, _ = _enlarged(copy.picture, copy.hides, filled, nearest, 2)
        else:
            filled, turns = copy.smooth(), _COARSE_TURNS
            if len(sources) > most:
                sources, sampled = copy.sample(most, np.random.default_rng([seed, level])), True
        for _ in range(turns):
            if nearest is None or len(sources) <= most:
                matches, distances = copy.search_all(filled, sources)
            else:
                matches, distances = copy.search_near(filled, nearest)
            filled, chosen, spread = copy.votes(matches, distances)
            nearest = np.full((*copy.hides.shape, 2), -1)
            nearest[tuple((copy.targets + _REACH).T)] = matches + _REACH
            factor = 2 ** (len(copies) - 1 - level)
            guessed, found, copied = _enlarged(details, hidden, filled, chosen, factor)
            spread = spread.repeat(factor, 0).repeat(factor, 1)[: len(hidden), : hidden.shape[1]]
            yield Guesses(
                np.where(hidden[..., np.newaxis], np.clip(light + guessed, 0.0, 1.0), colours),
                np.where(copied[..., np.newaxis], found, -1),
                np.where(hidden, np.exp(-spread / variance), 1.0),
                sampled or factor > 1,
            )


def _light(colours: Doubles, hidden: Bools) -> Doubles:
    """Returns the mean colour of what is seen widely around each pixel."""
    seen = np.where(hidden, 0.0, 1.0)[..., np.newaxis]
    sums, counts = colours * seen + _FAR * colours[~hidden].mean(axis=0), seen + _FAR
    side = max(round(_LIGHT * max(hidden.shape)), 1)
    for _ in range(3):
        sums, counts = (uniform_filter(values, (side, side, 0)) for values in (sums, counts))
    light: Doubles = sums / counts
    return light


def _enlarged(
    picture: NDArray[np.floating], hides: Bools, filled: Floats, sources: Integers, factor: int
) -> tuple[NDArray[np.floating], Integers, Bools]:
    """Returns a picture filled in with the pixels of the `sources` that a copy `factor` times smaller has, or
    with its `filled` ones where a source is hidden in part; the sources; and which pixels were copied."""
    rows, columns = np.indices(hides.shape)
    place = rows // factor, columns // factor
    inside = np.stack([rows % factor, columns % factor], -1)
    found = np.minimum(factor * sources[place] + inside, np.array(hides.shape) - 1)
    found[sources[place] < 0] = -1
    copied = hides & (found[..., 0] >= 0) & ~hides[tuple(np.moveaxis(found, -1, 0))]
    larger = np.where(hides[..., np.newaxis], filled[place], picture)
    larger[copied] = picture[tuple(found[copied].T)]
    return larger, found, copied


def _copies(colours: Floats, hidden: Bools) -> "list[_Copy]":
    """Returns copies of a picture and of what is hidden in it, each twice as large as the one before. A pixel
    of a copy is the mean of what is seen in it, and hidden where that is less than half."""
    copies = [_Copy(colours, hidden)]
    while min(hidden.shape) >= _LEAST_SIDE and copies[-1].depth.max() > _DEPTH:
        height, width = (-(-side // 2) for side in hidden.shape)
        spare = [(0, 2 * height - hidden.shape[0]), (0, 2 * width - hidden.shape[1])]
        seen = ~np.pad(hidden, spare, "edge").reshape(height, 2, width, 2)
        kept = np.pad(colours, [*spare, (0, 0)], "edge").reshape(height, 2, width, 2, -1) * seen[..., None]
        counts = seen.sum(axis=(1, 3))
        colours = kept.sum(axis=(1, 3)) / np.maximum(counts, 1, dtype=np.float32)[..., np.newaxis]
        hidden = counts < 2
        copies.append(_Copy(colours, hidden))
    return copies[::-1]


class _Copy:
    """Copy of a picture (height, width, columns) with what it `hides`, and `depth`, the distance to what is
    seen (both height, width).

    Patches are known by their corners: `targets` (targets, 2) contain a hidden pixel, as `touched` tells for
    every corner, and `sources` (sources, 2) none.
    """

    def __init__(self, picture: Floats, hides: Bools) -> None:
        self.picture, self.hides = picture, hides
        self.depth = distance_transform_cdt(hides, "chessboard")
        height, width = hides.shape
        self.touched: Bools = maximum_filter(hides, PATCH)[_REACH : height - _REACH, _REACH : width - _REACH]
        self.targets, self.sources = np.argwhere(self.touched), np.argwhere(~self.touched)

    @cached_property
    def weights(self) -> Floats:
        """Trust in the pixels of the targets, (targets, PATCH x PATCH)."""
        trust = _TRUST ** -self.depth.astype(np.float32)
        return _patches(trust[..., np.newaxis], self.targets)[..., 0]

    def smooth(self) -> Floats:
        """Returns the picture with the colours of the nearest seen pixels, blurred, in the hidden ones."""
        nearest = distance_transform_edt(self.hides, return_distances=False, return_indices=True)
        filled: Floats = self.picture[tuple(nearest)]
        for _ in range(4 * _DEPTH):
            filled = np.where(self.hides[..., np.newaxis], uniform_filter(filled, (3, 3, 0)), self.picture)
        return filled

    def sample(self, count: int, random: np.random.Generator) -> Integers:
        """Returns `count` of the sources: half of them those nearest to the targets, half of them any."""
        distances = np.square(self.sources - self.targets.mean(axis=0)).sum(axis=1)
        order = np.argsort(distances, kind="stable")
        others = random.choice(order[count // 2 :], count - count // 2, replace=False)
        chosen: Integers = self.sources[np.concatenate([order[: count // 2], others])]
        return chosen

    def search_all(self, filled: Floats, sources: Integers) -> tuple[Integers, Floats]:
        """Returns the corners of the nearest of the `sources`, (targets, 2), and their distances (targets,):
        squared, and weighted by the trust in each pixel."""
        known = _patches(self.picture, sources)
        squares = np.square(known).sum(axis=2).T.copy()
        known = known.reshape(len(sources), -1).T.copy()
        rows = max(_BLOCK // len(sources), 1)
        matches = np.empty_like(self.targets)
        distances = np.empty(len(matches), np.float32)
        for first in range(0, len(matches), rows):
            part = slice(first, first + rows)
            wanted, weights = _patches(filled, self.targets[part]), self.weights[part]
            weighted = wanted * weights[..., np.newaxis]
            costs = weights @ squares - 2.0 * weighted.reshape(len(wanted), -1) @ known
            best = costs.argmin(axis=1)
            matches[part] = sources[best]
            distances[part] = costs[np.arange(len(best)), best] + (wanted * weighted).sum(axis=(1, 2))
        return matches, np.maximum(distances, 0.0)

    def search_near(self, filled: Floats, nearest: Integers) -> tuple[Integers, Floats]:
        """Returns the same as `search_all`, of the sources around each target's earlier match and of those
        that continue its neighbours' matches. `nearest` (height, width, 2) are earlier matches' centres, -1
        where a place has none."""
        wanted = _patches(filled, self.targets)
        matches, distances = np.zeros_like(self.targets), np.full(len(self.targets), np.inf, np.float32)
        for step, beside in _MOVES:
            place = np.clip(self.targets + _REACH + beside, 0, np.array(self.hides.shape) - 1)
            earlier = nearest[tuple(place.T)]
            found = np.clip(earlier - _REACH + step, 0, np.array(self.touched.shape) - 1)
            apart = _patches(self.picture, found) - wanted
            costs = np.einsum("tpc,tpc,tp->t", apart, apart, self.weights)
            closer = (costs < distances) & (earlier[:, 0] >= 0) & ~self.touched[tuple(found.T)]
            matches[closer], distances[closer] = found[closer], costs[closer]
        return matches, distances

    def votes(self, matches: Integers, distances: Floats) -> tuple[Floats, Integers, Doubles]:
        """Returns what the patches around each hidden pixel say: the picture filled in with the mean of their
        colours; the sources (height, width, 2) for which most vote, -1 where there is none; and the squared
        spread (height, width) of the colours."""
        width, size = self.hides.shape[1], self.hides.size
        usual = np.quantile(distances[np.isfinite(distances)], _USUAL) + 1e-9
        strengths = np.exp(-distances / (2.0 * usual)) + _LEAST_VOTE
        strengths = (self.weights[:, PATCH**2 // 2] * strengths)[:, np.newaxis]
        places, origins = _places(self.targets, width), _places(matches, width)
        asked = self.hides.ravel()[places]
        votes = np.broadcast_to(strengths, places.shape)[asked]
        near = (strengths * _CENTRE ** np.abs(_SQUARE - _REACH).sum(axis=1))[asked]
        places, origins = places[asked], origins[asked]
        total = np.bincount(places, votes, size) + 1e-30
        said = self.picture.reshape(size, -1)[origins]
        means = np.stack([np.bincount(places, votes * column, size) / total for column in said.T], -1)
        spread = np.bincount(places, votes * np.square(said).sum(axis=1), size) / total
        spread = np.maximum(spread - np.square(means).sum(axis=1), 0.0).reshape(self.hides.shape)
        filled = np.where(self.hides[..., np.newaxis], means.reshape(self.picture.shape), self.picture)

        pairs, number = np.unique(places * size + origins, return_inverse=True)
        order = np.lexsort((np.bincount(number, near), pairs // size))  # a place's best pair comes last
        sources = np.full((size, 2), -1)
        sources[(pairs // size)[order]] = np.stack(np.divmod(pairs % size, width), -1)[order]
        return filled.astype(np.float32), sources.reshape(*self.hides.shape, 2), spread


def _places(corners: Integers, width: int) -> Integers:
    """Returns the places (patches, PATCH x PATCH) of patches' pixels in a picture, counted row by row."""
    steps = np.array([width, 1])
    places: Integers = (corners @ steps)[:, np.newaxis] + _SQUARE @ steps
    return places


def _patches(picture: Floats, corners: Integers) -> Floats:
    """Returns the colours (patches, PATCH x PATCH, columns) of patches."""
    return picture.reshape(-1, picture.shape[2])[_places(corners, picture.shape[1])]
