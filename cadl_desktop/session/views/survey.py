"""The cost surface around one moment, as far as it is known: asked for from coarse to fine."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.lessons.descending.landscape import (
    FINEST,
    SIDES,
    Choice,
    Outlook,
    coordinates,
    extent,
    lines,
    most_moments,
    new_places,
    outlook,
    spread,
)
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.runs.costs import Costs
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.weights import flatten


class Survey:
    """`ball` is the moment in the middle and `cost` its own, over the whole training set; `states` are the
    run's moments where they are seen, and `path` (n,) their costs, no number as long as they aren't known.
    `side` is how many places along a side are known, 0 before the coarsest are. `samples` of the training
    set's `all_samples` are those that the surface and the path are measured on."""

    def __init__(
        self, choice: Choice, ball: RunState, states: Sequence[RunState], shapes: Sequence[tuple[int, ...]]
    ) -> None:
        """Takes a moment. Raises ValueError where main directions are wanted of too few moments."""
        self.choice, self.ball = choice, ball
        centre = flatten(ball.weights)
        self.states = [states[place] for place in spread(len(states), most_moments(len(centre)))]
        moments = [flatten(state.weights) for state in self.states]
        stacked = np.stack(moments) if moments else np.empty((0, len(centre)), np.float32)
        self.seen: Outlook = outlook(choice, centre, stacked, shapes)
        self.side = self.samples = self.all_samples = 0
        self.cost: float | None = None
        self.path = np.full(len(self.states), np.nan)
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
    def path_is_known(self) -> bool:
        return self.side > 0 and not np.isnan(self.path).any()

    def next_places(self, most_side: int, count: int) -> NDArray[np.int64]:
        """Which places, (n, 2) and `count` at most, are to be asked next; none where all of a grid of
        `most_side` are known."""
        for side in SIDES:
            places = new_places(side)
            left: NDArray[np.int64] = places[~self._known[tuple(places.T)]]
            if side <= most_side and len(left):
                return left[:count]
        return np.empty((0, 2), np.int64)

    def vectors(self, places: NDArray[np.int64]) -> list[Floats]:
        """The weights at some places."""
        return [self.seen.plane.at(place) for place in coordinates(places, self.seen.reach).tolist()]

    def take_places(self, places: NDArray[np.int64], costs: Costs) -> bool:
        """Takes in the costs at some places, and says whether a grid is complete with them."""
        index = tuple(places.T)
        self._costs[index], self._known[index] = costs.values, True
        self.samples = costs.samples
        whole = [side for side in SIDES if self._known[np.ix_(lines(side), lines(side))].all()]
        before, self.side = self.side, max(whole, default=0)
        return self.side > before

    def take_ball(self, costs: Costs) -> bool:
        """Takes in the cost of the ball over the whole set; the surface comes after it."""
        self.cost, self.all_samples = float(costs.values[0]), costs.samples
        return False

    def take_path(self, values: Sequence[float]) -> None:
        """Takes in the costs of the moments; what is no number counts as beyond all."""
        self.path = np.nan_to_num(np.array(values, np.float64), nan=np.inf)
