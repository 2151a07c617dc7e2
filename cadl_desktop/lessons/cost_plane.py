"""Cost over a plane through a network's weights: the plane's directions, and the grid it is measured on.

Not a page of the lessons: the engine, the window and the exports use it for the cost landscape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.lessons.figure import Doubles

SIDES = (7, 13, 25, 51)
"""Grid points per side, from coarse to fine; each grid contains the coarser ones."""
FINEST = SIDES[-1]
_MIDDLE = FINEST // 2
_STRIDES = {7: 8, 13: 4, 25: 2, 51: 1}
LEAST_MOMENTS = 3
"""Fewer moments do not span a plane."""
_ROUNDING = 1e-13
"""Share of the variance below which a direction is rounding error."""
MOST_MOMENTS, MOST_NUMBERS = 64, 2**23
"""Limits on the moments of a run that are used, and on the numbers in all of them."""


@dataclass(frozen=True, eq=False)
class Plane:
    """Plane of points `centre + x * directions[0] + y * directions[1]` in the space of weights.

    `centre` is (parameters,), `directions` (2, parameters). `shares` are the shares of the moments' variance
    along each direction, if the plane was computed from moments.
    """

    centre: Doubles
    directions: Doubles
    shares: tuple[float, float] | None = None

    def at(self, place: Sequence[float]) -> NDArray[np.float32]:
        """Weights (parameters,) at (x, y)."""
        x, y = place
        return np.asarray(self.centre + x * self.directions[0] + y * self.directions[1], np.float32)

    def projected(self, vectors: NDArray[np.floating]) -> tuple[Doubles, Doubles]:
        """Least-squares projections (n, 2) of vectors (n, parameters) on the plane, and their distances (n,).

        Random directions are not quite perpendicular, so dot products do not suffice.
        """
        differences = vectors.astype(np.float64) - self.centre
        gram = self.directions @ self.directions.T
        nearest = np.linalg.lstsq(gram, self.directions @ differences.T, rcond=None)[0]
        places = nearest.T.astype(np.float64)
        squares_off = np.square(differences - places @ self.directions).sum(axis=1)
        return places, np.sqrt(squares_off)


def main_plane(centre: NDArray[np.floating], moments: NDArray[np.floating]) -> Plane:
    """Plane through `centre` (parameters,) along the first two principal components of a run's moments
    (n, parameters): orthonormal. Moments that coincide or lie on a line are completed by an arbitrary
    direction. Raises ValueError for fewer than `LEAST_MOMENTS`."""
    if len(moments) < LEAST_MOMENTS:
        raise ValueError(f"{len(moments)} moments have no two main directions")
    deviations = np.asarray(moments, np.float64) - np.mean(moments, axis=0, dtype=np.float64)
    # The eigenvalues of the Gram matrix are the squared singular values, at a twentieth of the work.
    squares, sides = np.linalg.eigh(deviations @ deviations.T)
    shares = np.maximum(squares[::-1], 0.0) / (squares.sum() or 1.0)
    directions = np.zeros((2, deviations.shape[1]))
    for index, side in enumerate(sides.T[:-3:-1]):
        direction = side @ deviations
        if shares[index] < _ROUNDING:
            direction = np.random.default_rng(0).normal(size=len(direction))
        direction -= (direction @ directions[0]) * directions[0]
        directions[index] = direction / np.linalg.norm(direction)
    return Plane(np.asarray(centre, np.float64), directions, (float(shares[0]), float(shares[1])))


def random_plane(centre: NDArray[np.floating], shapes: Sequence[tuple[int, ...]], seed: int) -> Plane:
    """Plane through `centre` along two random directions with filter normalisation: each neuron's incoming
    weights have the same norm as at the centre; biases do not change.

    Li, Xu, Taylor, Studer and Goldstein, 'Visualizing the loss landscape of neural nets' (2018). `shapes` are
    the shapes of the arrays that `centre` consists of, whose last axis counts the neurons.
    """
    random, middle = np.random.default_rng([seed, 6]), np.asarray(centre, np.float64)
    ends = np.cumsum([prod(shape) for shape in shapes])[:-1]
    directions = np.zeros((2, len(middle)))
    for direction in directions:
        pieces = zip(np.split(direction, ends), np.split(middle, ends), shapes, strict=True)
        for piece, own, shape in pieces:
            if len(shape) > 1:
                piece[:] = _scaled_filters(random.normal(size=shape), own.reshape(shape)).ravel()
    return Plane(middle, directions)


def _scaled_filters(drawn: Doubles, own: Doubles) -> Doubles:
    """Scales random filters to the norms of the network's own."""
    others = tuple(range(drawn.ndim - 1))
    lengths = np.sqrt(np.square(drawn).sum(axis=others))
    return np.asarray(drawn * np.sqrt(np.square(own).sum(axis=others)) / lengths)


def evenly_spread(count: int, most: int) -> NDArray[np.int64]:
    """Evenly spaced indices below `count`, at most `most`, including the first and the last."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


def grid_lines(side: int) -> NDArray[np.int64]:
    """Rows (or columns) of the finest grid that make up the grid of `side` points per side."""
    return np.asarray(_MIDDLE + _STRIDES[side] * (np.arange(side) - side // 2))


def new_places(side: int) -> NDArray[np.int64]:
    """Rows and columns (n, 2) in the finest grid of the points that no coarser grid has, from the middle
    outward."""
    points = np.stack(np.meshgrid(grid_lines(side), grid_lines(side), indexing="ij"), -1).reshape(-1, 2)
    coarser = [smaller for smaller in SIDES if smaller < side]
    if coarser:
        known = np.isin(points, grid_lines(coarser[-1])).all(axis=1)
        points = points[~known]
    return points[np.argsort(np.square(points - _MIDDLE).sum(axis=1), kind="stable")]


def coordinates(places: NDArray[np.int64], reach: float) -> Doubles:
    """Coordinates x, y (n, 2) of rows and columns (n, 2) of the finest grid, which spans -reach to reach."""
    return np.asarray((places[:, ::-1] - _MIDDLE) * (reach / _MIDDLE))


def grid_extent(side: int, reach: float) -> float:
    """Distance of a grid's outer points from the middle; those of coarse grids lie a little inside."""
    return (side // 2) * _STRIDES[side] * reach / _MIDDLE


def reach_of(places: Doubles) -> float:
    """Half the side of a square that holds all projections (n, 2), with a margin of a tenth."""
    return 1.1 * float(np.abs(places).max(initial=0.0)) or 1.0


@dataclass(frozen=True)
class PlaneChoice:
    """Choice of the plane and of how much of it is shown.

    With `zoom` 1 that is the whole path of the run; along random directions, as far as the weights are large.
    """

    directions: Literal["main", "random"] = "main"
    seed: int = 1
    zoom: float = 1.0


@dataclass(frozen=True, eq=False)
class PlaneView:
    """Part of a plane that is shown, `reach` in every direction, with the moments' projections on it (n, 2)
    and their distances from it (n,)."""

    plane: Plane
    reach: float
    places: Doubles
    distances: Doubles

    @property
    def length(self) -> float:
        """Distance of the edge from the middle, in units of the weights."""
        return self.reach * (float(np.linalg.norm(self.plane.directions[0])) or 1.0)


def view_plane(
    choice: PlaneChoice,
    centre: NDArray[np.floating],
    moments: NDArray[np.floating],
    shapes: Sequence[tuple[int, ...]],
) -> PlaneView:
    """View of the chosen plane through `centre` (parameters,), with a run's moments (n, parameters).

    `shapes` are those of the arrays in `centre`. Raises ValueError if main directions are chosen with fewer
    than `LEAST_MOMENTS`.
    """
    main = choice.directions == "main"
    plane = main_plane(centre, moments) if main else random_plane(centre, shapes, choice.seed)
    places, distances = plane.projected(moments)
    return PlaneView(plane, choice.zoom * (reach_of(places) if main else 1.0), places, distances)


def most_moments(parameters: int) -> int:
    """Number of moments to use for a network; fewer for a large one, since all are in memory at once."""
    return min(MOST_MOMENTS, max(LEAST_MOMENTS, MOST_NUMBERS // parameters))


class Survey:
    """Costs over the chosen plane through `centre` (parameters,), measured from coarse to fine.

    `moments` (n, parameters) are those of the run. `side` is the size of the finest complete grid, 0 before
    the coarsest is complete.
    """

    def __init__(
        self,
        choice: PlaneChoice,
        centre: NDArray[np.floating],
        moments: NDArray[np.floating],
        shapes: Sequence[tuple[int, ...]],
    ) -> None:
        """Raises ValueError if main directions are chosen with too few moments."""
        self.choice = choice
        self.seen = view_plane(choice, centre, moments, shapes)
        self.side = 0
        self._costs = np.full((FINEST, FINEST), np.nan)
        self._known = np.zeros((FINEST, FINEST), bool)

    @property
    def values(self) -> Doubles:
        """Costs (side, side) of the finest complete grid; rows are y, from below."""
        grid = grid_lines(self.side)
        return self._costs[np.ix_(grid, grid)]

    @property
    def extent(self) -> float:
        """Distance of the outer points of that grid from the middle."""
        return grid_extent(self.side, self.seen.reach)

    @property
    def along(self) -> Doubles:
        """Coordinates (side,) of that grid along either axis."""
        grid = grid_lines(self.side)
        return coordinates(np.column_stack((grid, grid)), self.seen.reach)[:, 0]

    def next_places(self, most_side: int, count: int = FINEST**2) -> NDArray[np.int64]:
        """Up to `count` grid points (n, 2) to measure next; none when a grid of `most_side` is complete."""
        for side in SIDES:
            places = new_places(side)
            left: NDArray[np.int64] = places[~self._known[tuple(places.T)]]
            if side <= most_side and len(left):
                return left[:count]
        return np.empty((0, 2), np.int64)

    def vectors(self, places: NDArray[np.int64]) -> list[NDArray[np.float32]]:
        """Weights at some grid points."""
        return [self.seen.plane.at(place) for place in coordinates(places, self.seen.reach).tolist()]

    def take_costs(self, places: NDArray[np.int64], costs: Doubles) -> bool:
        """Records the costs at some grid points, and returns whether they complete a grid."""
        index = tuple(places.T)
        self._costs[index], self._known[index] = costs, True
        complete = [side for side in SIDES if self._known[np.ix_(grid_lines(side), grid_lines(side))].all()]
        before, self.side = self.side, max(complete, default=0)
        return self.side > before
