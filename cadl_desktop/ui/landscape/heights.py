"""Costs as heights and colours: logarithmic where they are of very different sizes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from cadl_desktop.ui.theme.theme import Theme, blend

Doubles = NDArray[np.float64]

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

    def levels(self) -> Doubles:
        """At which heights contours are drawn: evenly between the lowest and the highest."""
        return np.arange(1, _LEVELS) / _LEVELS

    def _drawn(self, costs: Doubles) -> Doubles:
        if not self.logarithmic:
            return costs
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log(costs))


def resampled(heights: Doubles, side: int) -> Doubles:
    """Heights (n, n) between which others are put linearly, (side, side)."""
    known, wanted = np.linspace(0, 1, len(heights)), np.linspace(0, 1, side)
    rows = np.array([np.interp(wanted, known, row) for row in heights])
    return np.array([np.interp(wanted, known, column) for column in rows.T]).T


def height_at(heights: Doubles, x: Doubles, y: Doubles) -> Doubles:
    """Linearly between heights (n, n) at places from -1 to 1; beyond, those of the edge."""
    last = len(heights) - 1
    across, along = (np.clip((values + 1) / 2 * last, 0, last) for values in (x, y))
    left, low = (np.minimum(values.astype(int), last - 1) for values in (across, along))
    right, up = across - left, along - low
    below = heights[low, left] * (1 - right) + heights[low, left + 1] * right
    above = heights[low + 1, left] * (1 - right) + heights[low + 1, left + 1] * right
    return np.asarray(below * (1 - up) + above * up)


def colours_of(heights: Doubles, colours: Theme) -> NDArray[np.uint32]:
    """0xffrrggbb of each height."""
    return _ramp(colours)[(heights * 255).astype(np.int64)]


@lru_cache(maxsize=4)
def _ramp(colours: Theme) -> NDArray[np.uint32]:
    """From the lowest, as the ground, to a strong colour."""
    low = blend(colours.plot_background, colours.series, 0.05)
    high = blend(colours.series, colours.truth, 0.25)
    return np.array([QColor(blend(low, high, step / 255)).rgb() for step in range(256)], np.uint32)
