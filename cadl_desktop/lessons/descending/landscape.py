"""The cost over a plane through a network's weights: the plane's directions, and where it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.lessons.figure import Doubles

SIDES = (7, 13, 25, 51)
"""Places along a side, from coarse to fine; each holds all places of the one before."""
FINEST = SIDES[-1]
_MIDDLE = FINEST // 2
_STRIDES = {7: 8, 13: 4, 25: 2, 51: 1}
LEAST_MOMENTS = 3
"""Fewer have no two directions."""
_STRAIGHT = 1e-13
"""A direction with less of the variance is rounding."""
MOST_MOMENTS, MOST_NUMBERS = 64, 2**23
"""So many of a run's moments stand for all, as long as they are no more numbers than these."""


@dataclass(frozen=True, eq=False)
class Plane:
    """All points `centre + x * directions[0] + y * directions[1]`: centre (parameters,), directions
    (2, parameters). `shares` says how much of the moments' variance lies along each, where they were made
    of moments."""

    centre: Doubles
    directions: Doubles
    shares: tuple[float, float] | None = None

    def at(self, place: Sequence[float]) -> NDArray[np.float32]:
        """The weights (parameters,) at (x, y)."""
        x, y = place
        return np.asarray(self.centre + x * self.directions[0] + y * self.directions[1], np.float32)

    def projected(self, vectors: NDArray[np.floating]) -> tuple[Doubles, Doubles]:
        """Where on the plane the points nearest to some vectors (n, parameters) lie, (n, 2), and how far
        away the vectors are from them, (n,), both by least squares: random directions are not quite
        perpendicular."""
        away = vectors.astype(np.float64) - self.centre
        gram = self.directions @ self.directions.T
        nearest = np.linalg.lstsq(gram, self.directions @ away.T, rcond=None)[0]
        places = nearest.T.astype(np.float64)
        beside = np.square(away - places @ self.directions).sum(axis=1)
        return places, np.sqrt(beside)


def main_plane(centre: NDArray[np.floating], moments: NDArray[np.floating]) -> Plane:
    """Through a centre (parameters,), along the two main directions of a run's moments (n, parameters):
    perpendicular, of length 1, by the singular values of the moments about their mean (principal component
    analysis). Where moments lie on a line, or on one another, any direction takes the place of one that there
    isn't. Raises ValueError of fewer than `LEAST_MOMENTS`."""
    if len(moments) < LEAST_MOMENTS:
        raise ValueError(f"{len(moments)} moments have no two main directions")
    about_mean = np.asarray(moments, np.float64) - np.mean(moments, axis=0, dtype=np.float64)
    # The singular values' squares: of so few moments that is a twentieth of the work.
    squares, sides = np.linalg.eigh(about_mean @ about_mean.T)
    shares = np.maximum(squares[::-1], 0.0) / (squares.sum() or 1.0)
    directions = np.zeros((2, about_mean.shape[1]))
    for place, side in enumerate(sides.T[:-3:-1]):
        found = side @ about_mean
        if shares[place] < _STRAIGHT:
            found = np.random.default_rng(0).normal(size=len(found))
        found -= (found @ directions[0]) * directions[0]
        directions[place] = found / np.linalg.norm(found)
    return Plane(np.asarray(centre, np.float64), directions, (float(shares[0]), float(shares[1])))


def random_plane(centre: NDArray[np.floating], shapes: Sequence[tuple[int, ...]], seed: int) -> Plane:
    """Through a centre, along two random directions in which each neuron's incoming weights are as long as
    those of the centre; biases stay as they are. Filter normalisation, Li, Xu, Taylor, Studer and Goldstein,
    'Visualizing the loss landscape of neural nets' (2018). `shapes` are those of the arrays that the centre
    was made of, whose last axis counts the neurons."""
    random, middle = np.random.default_rng([seed, 6]), np.asarray(centre, np.float64)
    ends = np.cumsum([prod(shape) for shape in shapes])[:-1]
    directions = np.zeros((2, len(middle)))
    for direction in directions:
        pieces = zip(np.split(direction, ends), np.split(middle, ends), shapes, strict=True)
        for piece, own, shape in pieces:
            if len(shape) > 1:
                piece[:] = _as_long(random.normal(size=shape), own.reshape(shape)).ravel()
    return Plane(middle, directions)


def _as_long(drawn: Doubles, own: Doubles) -> Doubles:
    """What was drawn, with each filter as long as the network's own."""
    others = tuple(range(drawn.ndim - 1))
    lengths = np.sqrt(np.square(drawn).sum(axis=others))
    return np.asarray(drawn * np.sqrt(np.square(own).sum(axis=others)) / lengths)


def spread(count: int, most: int) -> NDArray[np.int64]:
    """Which of `count` moments stand for all where `most` are too many: evenly, the first and last among
    them."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


def lines(side: int) -> NDArray[np.int64]:
    """Which rows, and columns, of the finest grid one of `side` places consists of; the middle is among
    them."""
    return np.asarray(_MIDDLE + _STRIDES[side] * (np.arange(side) - side // 2))


def new_places(side: int) -> NDArray[np.int64]:
    """Rows and columns (n, 2) in the finest grid of those places that no coarser grid has, those near the
    middle first."""
    here = np.stack(np.meshgrid(lines(side), lines(side), indexing="ij"), -1).reshape(-1, 2)
    coarser = [smaller for smaller in SIDES if smaller < side]
    if coarser:
        known = np.isin(here, lines(coarser[-1])).all(axis=1)
        here = here[~known]
    return here[np.argsort(np.square(here - _MIDDLE).sum(axis=1), kind="stable")]


def coordinates(places: NDArray[np.int64], reach: float) -> Doubles:
    """x and y (n, 2) of rows and columns (n, 2) of the finest grid, which goes from -reach to reach."""
    return np.asarray((places[:, ::-1] - _MIDDLE) * (reach / _MIDDLE))


def extent(side: int, reach: float) -> float:
    """How far from the middle the outer places of a grid are: those of coarse ones lie a little inside."""
    return (side // 2) * _STRIDES[side] * reach / _MIDDLE


def reach_of(places: Doubles) -> float:
    """How far a plane is to be seen from its middle, so that all projections (n, 2) lie on it: as far as the
    farthest and a tenth more."""
    return 1.1 * float(np.abs(places).max(initial=0.0)) or 1.0


@dataclass(frozen=True)
class Choice:
    """Which plane is looked at, and how much of it: `zoom` 1 is all that the run went through, or of random
    directions as far as the weights are large."""

    directions: Literal["main", "random"] = "main"
    seed: int = 1
    zoom: float = 1.0


@dataclass(frozen=True, eq=False)
class Outlook:
    """A plane as far as `reach` from its middle, the nearest points of moments on it (n, 2), and how far the
    moments themselves are from those, (n,)."""

    plane: Plane
    reach: float
    places: Doubles
    distances: Doubles

    @property
    def length(self) -> float:
        """How far its edge is from the middle, as distances are measured."""
        return self.reach * (float(np.linalg.norm(self.plane.directions[0])) or 1.0)


def outlook(
    choice: Choice,
    centre: NDArray[np.floating],
    moments: NDArray[np.floating],
    shapes: Sequence[tuple[int, ...]],
) -> Outlook:
    """What is seen of a run's moments (n, parameters) from a centre (parameters,), whose arrays have these
    shapes. Raises ValueError where main directions are wanted of fewer than `LEAST_MOMENTS`."""
    main = choice.directions == "main"
    plane = main_plane(centre, moments) if main else random_plane(centre, shapes, choice.seed)
    places, distances = plane.projected(moments)
    return Outlook(plane, choice.zoom * (reach_of(places) if main else 1.0), places, distances)


def most_moments(parameters: int) -> int:
    """How many moments of a network are looked at: fewer of a large one, as all are held at once."""
    return min(MOST_MOMENTS, max(LEAST_MOMENTS, MOST_NUMBERS // parameters))
