"""The cost surface around one moment of a run, and what is known of the other moments."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.lessons.descending.landscape import Choice, most_moments, spread
from cadl_desktop.lessons.descending.survey import Survey
from cadl_desktop.runs.evaluations import Costs
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.network_weights import flatten


class RunSurvey(Survey):
    """`ball` is the moment in the middle and `cost` its own, over the whole training set; `states` are the
    run's moments where they are seen, and `path` (n,) their costs, no number as long as they aren't known.
    `samples` of the training set's `all_samples` are those that the surface and the path are measured on."""

    def __init__(
        self, choice: Choice, ball: RunState, states: Sequence[RunState], shapes: Sequence[tuple[int, ...]]
    ) -> None:
        """Slow where the network is large. Raises ValueError where main directions are wanted of too few
        moments."""
        self.ball, centre = ball, flatten(ball.weights)
        self.states = [states[place] for place in spread(len(states), most_moments(len(centre)))]
        moments = [flatten(state.weights) for state in self.states]
        stacked = np.stack(moments) if moments else np.empty((0, len(centre)), np.float32)
        super().__init__(choice, centre, stacked, shapes)
        self.samples = self.all_samples = 0
        self.cost: float | None = None
        self.path = np.full(len(self.states), np.nan)

    @property
    def path_is_known(self) -> bool:
        return self.side > 0 and not np.isnan(self.path).any()

    def take_places(self, places: NDArray[np.int64], costs: Costs) -> bool:
        """Takes in the costs at some places, and says whether a grid is complete with them."""
        self.samples = costs.samples
        return self.take_costs(places, costs.values)

    def take_ball(self, costs: Costs) -> bool:
        """Takes in the cost of the ball over the whole set; the surface comes after it."""
        self.cost, self.all_samples = float(costs.values[0]), costs.samples
        return False

    def take_path(self, values: Sequence[float]) -> None:
        """Takes in the costs of the moments; what is no number counts as beyond all."""
        self.path = np.nan_to_num(np.array(values, np.float64), nan=np.inf)
