"""Costs as heights from 0 to 1, logarithmic where they are of very different sizes."""

from dataclasses import dataclass

import numpy as np

from cadl_desktop.lessons.figure import Doubles

RAMP = (0.05, 0.25)
"""How far the colour of the lowest is from the ground to a strong colour, and that of the highest from there
to the colour of letters."""
FAINTEST = 0.25
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
    def of(cls, costs: Doubles) -> "Scale":
        """That of a surface, whose costs may be infinite here and there."""
        finite = costs[np.isfinite(costs)]
        if not finite.size:
            return cls(0.0, 1.0, False)
        low, high = float(finite.min()), float(finite.max())
        return cls(low, high, 0 < low * _WIDE < high)

    def heights(self, costs: Doubles) -> Doubles:
        """0 to 1; what is no number is as high as the highest."""
        low, high = self._drawn(np.array([self.low, self.high]))
        shares = (self._drawn(np.asarray(costs, np.float64)) - low) / ((high - low) or 1.0)
        return np.where(np.isnan(shares), 1.0, np.clip(shares, 0.0, 1.0))

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


def resampled(heights: Doubles, side: int) -> Doubles:
    """Heights (rows, columns) between which others are put linearly, (side, side)."""
    wanted = np.linspace(0, 1, side)
    across, along = (np.linspace(0, 1, count) for count in heights.shape[::-1])
    rows = np.array([np.interp(wanted, across, row) for row in heights])
    return np.array([np.interp(wanted, along, column) for column in rows.T]).T


def height_at(heights: Doubles, x: Doubles, y: Doubles) -> Doubles:
    """Linearly between heights (rows, columns) at places from -1 to 1; beyond, those of the edge."""
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


def opacities(distances: Doubles, reach: float) -> Doubles:
    """Of moments so far from a plane that is seen as far as `reach`: the farther, the fainter."""
    return np.asarray(FAINTEST + (1 - FAINTEST) * np.exp(-distances / reach))
