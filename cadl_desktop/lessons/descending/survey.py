"""The cost over a plane, as far as it is known: asked for from coarse to fine."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.lessons.descending.landscape import (
    FINEST,
    SIDES,
    Choice,
    coordinates,
    extent,
    lines,
    new_places,
    outlook,
)
from cadl_desktop.lessons.figure import Doubles


class Survey:
    """Of the plane through a centre (parameters,) that is chosen by a run's moments (n, parameters). `side`
    is how many places along a side are known, 0 before the coarsest are."""

    def __init__(
        self,
        choice: Choice,
        centre: NDArray[np.floating],
        moments: NDArray[np.floating],
        shapes: Sequence[tuple[int, ...]],
    ) -> None:
        """Raises ValueError where main directions are wanted of too few moments."""
        self.choice = choice
        self.seen = outlook(choice, centre, moments, shapes)
        self.side = 0
        self._costs = np.full((FINEST, FINEST), np.nan)
        self._known = np.zeros((FINEST, FINEST), bool)

    @property
    def values(self) -> Doubles:
        """The costs (side, side) at all places of the finest grid that is known; rows are y, from below."""
        grid = lines(self.side)
        return self._costs[np.ix_(grid, grid)]

    @property
    def extent(self) -> float:
        """How far from the middle the outer places are."""
        return extent(self.side, self.seen.reach)

    @property
    def along(self) -> Doubles:
        """Where the places of a side are, (side,), from one end to the other."""
        grid = lines(self.side)
        return coordinates(np.column_stack((grid, grid)), self.seen.reach)[:, 0]

    def next_places(self, most_side: int, count: int = FINEST**2) -> NDArray[np.int64]:
        """Which places, (n, 2) and `count` at most, are to be asked next; none where all of a grid of
        `most_side` are known."""
        for side in SIDES:
            places = new_places(side)
            left: NDArray[np.int64] = places[~self._known[tuple(places.T)]]
            if side <= most_side and len(left):
                return left[:count]
        return np.empty((0, 2), np.int64)

    def vectors(self, places: NDArray[np.int64]) -> list[NDArray[np.float32]]:
        """The weights at some places."""
        return [self.seen.plane.at(place) for place in coordinates(places, self.seen.reach).tolist()]

    def take_costs(self, places: NDArray[np.int64], costs: Doubles) -> bool:
        """Takes in the costs at some places, and says whether a grid is complete with them."""
        index = tuple(places.T)
        self._costs[index], self._known[index] = costs, True
        whole = [side for side in SIDES if self._known[np.ix_(lines(side), lines(side))].all()]
        before, self.side = self.side, max(whole, default=0)
        return self.side > before
