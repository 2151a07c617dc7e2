"""A cost surface as it is drawn: heights from 0 to 1, contours, and a run's moments on it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.drawing.run_survey import RunSurvey
from cadl_desktop.lessons.figure import Doubles

ASIDE = (35.0, 40.0)
"""From how many degrees around, and how many above the plane, a surface is seen as hills."""
RAMP = (0.05, 0.25)
"""How far the colour of the lowest is from the ground to a strong colour, and that of the highest from there
to the colour of letters."""
CONTOUR_OPACITY = 0.35
_FAINTEST = 0.25
"""How opaque what is far from a plane is drawn over it at least."""
_WIDE = 8.0
"""From so many times the lowest cost as the highest on, heights are logarithmic."""
_LEVELS = 12


@dataclass(frozen=True)
class Scale:
    """Between which costs heights go from 0 to 1."""

    low: float
    high: float
    logarithmic: bool

    @classmethod
    def even(cls, values: Doubles) -> "Scale":
        """A linear scale of values, of which some may be infinite."""
        finite = values[np.isfinite(values)]
        return cls(float(finite.min()), float(finite.max()), False) if finite.size else cls(0.0, 1.0, False)

    @classmethod
    def of(cls, costs: Doubles) -> "Scale":
        """The scale of a surface's costs, logarithmic where these are of very different sizes."""
        found = cls.even(costs)
        return replace(found, logarithmic=0 < found.low * _WIDE < found.high)

    def heights(self, costs: Doubles) -> Doubles:
        """0 to 1; what is no number is as high as the highest."""
        low, high = self._drawn(np.array([self.low, self.high]))
        shares = (self._drawn(np.asarray(costs, np.float64)) - low) / ((high - low) or 1.0)
        return np.where(np.isnan(shares), 1.0, np.clip(shares, 0.0, 1.0))

    def bounded(self, costs: Doubles) -> Doubles:
        """The costs, with the highest in place of what is no number."""
        return np.where(np.isfinite(costs), costs, self.high)

    def costs(self, heights: Doubles) -> Doubles:
        """Which costs stand at some heights."""
        if self.logarithmic:
            return np.asarray(self.low * (self.high / self.low) ** heights)
        return np.asarray(self.low + heights * (self.high - self.low))

    def levels(self) -> Doubles:
        """At which heights contours are drawn: evenly between the lowest and the highest."""
        return np.arange(1, _LEVELS) / _LEVELS

    def _drawn(self, costs: Doubles) -> Doubles:
        if not self.logarithmic:
            return costs
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log(costs))


def shares_of(values: Doubles) -> Doubles:
    """Values as shares of their range, 0 where it has none; what is no number is as the highest."""
    return Scale.even(values).heights(values)


@dataclass(frozen=True, eq=False)
class Dots:
    """The run's moments on the square from -1 to 1: x, y (n,), their costs as heights, the surface's heights
    there (`feet`), and how opaque their distance from the plane leaves them; those beyond the square aren't
    seen. `known` says whose costs are."""

    x: Doubles
    y: Doubles
    heights: Doubles
    feet: Doubles
    opacities: Doubles
    known: NDArray[np.bool_]
    seen: NDArray[np.bool_]


def dots_of(survey: RunSurvey, scale: Scale, heights: Doubles) -> Dots:
    """The moments of a survey over its heights. As long as a moment's cost isn't known it lies on the
    surface."""
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
    """Heights (rows, columns), interpolated linearly to (side, side)."""
    wanted = np.linspace(0, 1, side)
    across, along = (np.linspace(0, 1, count) for count in heights.shape[::-1])
    rows = np.array([np.interp(wanted, across, row) for row in heights])
    return np.array([np.interp(wanted, along, column) for column in rows.T]).T


def height_at(heights: Doubles, x: Doubles, y: Doubles) -> Doubles:
    """Heights (rows, columns), interpolated linearly at places from -1 to 1; beyond, those of the edge."""
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
