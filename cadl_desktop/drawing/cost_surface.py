"""Cost surface around a moment of a run: its measurement, and heights, contours and dots to draw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.lessons.cost_plane import PlaneChoice, Survey, evenly_spread, most_moments
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.runs.evaluations import Costs
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.network_weights import flatten


class RunSurvey(Survey):
    """Cost surface around a moment of a run, as far as it is measured.

    `ball` is the moment in the middle and `cost` its cost over the whole training set. `states` are the
    moments that are shown, and `path` (n,) their costs, NaN until they are measured. The surface and the path
    are measured on `samples` of the training set's `all_samples`.
    """

    def __init__(
        self,
        choice: PlaneChoice,
        ball: RunState,
        states: Sequence[RunState],
        shapes: Sequence[tuple[int, ...]],
    ) -> None:
        """Slow for large networks. Raises ValueError if main directions are chosen with too few moments."""
        self.ball, centre = ball, flatten(ball.weights)
        self.states = [states[place] for place in evenly_spread(len(states), most_moments(len(centre)))]
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
        """Records the costs at some grid points, and returns whether they complete a grid."""
        self.samples = costs.samples
        return self.take_costs(places, costs.values)

    def take_ball(self, costs: Costs) -> bool:
        """Records the cost of the ball over the whole set, which precedes the surface."""
        self.cost, self.all_samples = float(costs.values[0]), costs.samples
        return False

    def take_path(self, values: Sequence[float]) -> None:
        """Records the costs of the moments; NaN becomes infinity."""
        self.path = np.nan_to_num(np.array(values, np.float64), nan=np.inf)


ASIDE = (35.0, 40.0)
"""Initial azimuth and elevation of the 3-D view in degrees."""
RAMP = (0.05, 0.25)
"""Position of the lowest cost's colour between the background and the strong colour, and of the highest
cost's between the strong colour and that of text."""
CONTOUR_OPACITY = 0.35
_FAINTEST = 0.25
"""Least opacity of moments far from the plane."""
_WIDE = 8.0
"""Ratio of the highest to the lowest cost above which heights are logarithmic."""
_LEVELS = 12


@dataclass(frozen=True)
class Scale:
    """Mapping of costs from `low` to `high` to heights from 0 to 1."""

    low: float
    high: float
    logarithmic: bool

    @classmethod
    def even(cls, values: Doubles) -> "Scale":
        """Linear scale over the finite values."""
        finite = values[np.isfinite(values)]
        return cls(float(finite.min()), float(finite.max()), False) if finite.size else cls(0.0, 1.0, False)

    @classmethod
    def of(cls, costs: Doubles) -> "Scale":
        """Scale for a surface's costs, logarithmic if they span a large range."""
        found = cls.even(costs)
        return replace(found, logarithmic=0 < found.low * _WIDE < found.high)

    def heights(self, costs: Doubles) -> Doubles:
        """Heights from 0 to 1; NaN becomes 1."""
        low, high = self._drawn(np.array([self.low, self.high]))
        shares = (self._drawn(np.asarray(costs, np.float64)) - low) / ((high - low) or 1.0)
        return np.where(np.isnan(shares), 1.0, np.clip(shares, 0.0, 1.0))

    def bounded(self, costs: Doubles) -> Doubles:
        """Costs with `high` in place of NaN and infinity."""
        return np.where(np.isfinite(costs), costs, self.high)

    def costs(self, heights: Doubles) -> Doubles:
        """Costs at some heights: the inverse of `heights`."""
        if self.logarithmic:
            return np.asarray(self.low * (self.high / self.low) ** heights)
        return np.asarray(self.low + heights * (self.high - self.low))

    def levels(self) -> Doubles:
        """Heights of the contours, evenly spaced."""
        return np.arange(1, _LEVELS) / _LEVELS

    def _drawn(self, costs: Doubles) -> Doubles:
        if not self.logarithmic:
            return costs
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log(costs))


def shares_of(values: Doubles) -> Doubles:
    """Values as shares of their range; NaN becomes 1, and an empty range 0."""
    return Scale.even(values).heights(values)


@dataclass(frozen=True, eq=False)
class Dots:
    """Moments of a run on the square from -1 to 1: x, y (n,), and their costs as heights.

    `feet` are the surface's heights below them, `opacities` decrease with the distance from the plane,
    `known` marks measured costs, and `seen` those inside the square.
    """

    x: Doubles
    y: Doubles
    heights: Doubles
    feet: Doubles
    opacities: Doubles
    known: NDArray[np.bool_]
    seen: NDArray[np.bool_]


def dots_of(survey: RunSurvey, scale: Scale, heights: Doubles) -> Dots:
    """Dots for the moments of a survey; a moment whose cost is not known yet lies on the surface."""
    x, y = (survey.seen.places / survey.extent).T
    known, feet = ~np.isnan(survey.path), height_at(heights, x, y)
    nearness = np.exp(-survey.seen.distances / survey.seen.length)
    return Dots(
        x,
        y,
        np.where(known, scale.heights(survey.path), feet),
        feet,
        np.asarray(_FAINTEST + (1 - _FAINTEST) * nearness),
        known,
        np.maximum(np.abs(x), np.abs(y)) <= 1,
    )


def resampled(heights: Doubles, side: int) -> Doubles:
    """Heights (rows, columns) interpolated linearly to (side, side)."""
    wanted = np.linspace(0, 1, side)
    across, along = (np.linspace(0, 1, count) for count in heights.shape[::-1])
    rows = np.array([np.interp(wanted, across, row) for row in heights])
    return np.array([np.interp(wanted, along, column) for column in rows.T]).T


def height_at(heights: Doubles, x: Doubles, y: Doubles) -> Doubles:
    """Heights (rows, columns) interpolated linearly at places from -1 to 1, clamped at the edges."""
    ends = [count - 1 for count in heights.shape[::-1]]
    across, along = (
        np.clip(np.nan_to_num((values + 1) / 2) * last, 0, last)
        for values, last in zip((x, y), ends, strict=True)
    )
    left, low = np.minimum(across.astype(int), ends[0] - 1), np.minimum(along.astype(int), ends[1] - 1)
    right, up = across - left, along - low
    below = heights[low, left] * (1 - right) + heights[low, left + 1] * right
    above = heights[low + 1, left] * (1 - right) + heights[low + 1, left + 1] * right
    return np.asarray(below * (1 - up) + above * up)
