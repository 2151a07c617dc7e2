"""Which part of the plane shows costs best: pure functions of the costs."""

import math

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.ui.plots.axes import nice_ceiling

Doubles = NDArray[np.float64]
Range = tuple[float, float]

DECADES = 2.0
"""So far a cost has to fall before a logarithmic axis shows more of it."""
_BEGINNING = 0.05
"""The share of a run whose costs don't rule a linear axis: what comes later is hundreds of times closer."""
_LEAST_ROWS = 20
_FAR_FROM_ZERO = 0.8
"""The share of the highest cost above which the lowest lies where an axis doesn't begin at zero."""
_TOO_WIDE = 0.5
"""The share of the axis that must be enough for all costs before it is brought nearer to them."""
_STEPS, _LEAST_SPAN = 4, 0.05
"""Round steps in a range that doesn't begin at zero, and the share of a cost that is noise."""
_LOG_STEPS = 2
"""A logarithmic range grows by this part of a decade: half of one."""


def wants_logarithm(costs: Doubles, least: float) -> bool:
    """Whether costs (rows,), all of them above zero, have passed two decades, or lie as far above the `least`
    of those that are shown behind them."""
    known = costs[np.isfinite(costs)]
    if not len(known) or min(known.min(), least) <= 0:
        return False
    return bool(known.max() >= 10**DECADES * min(known.min(), least))


def without_beginning(costs: Doubles) -> Doubles:
    """Those that a linear axis has to show: of a run of some length all but its first."""
    return costs if len(costs) < _LEAST_ROWS else costs[max(1, round(_BEGINNING * len(costs))) :]


def linear_range(low: float, high: float, before: Range | None) -> Range:
    """Round numbers around both: from zero, unless all costs lie so far above it that they would be one
    line. It stands still as long as it serves: `before` is the range until now, None at first."""
    wanted = _close(low, high) if low > _FAR_FROM_ZERO * high else _from_zero(low, high)
    if before is None or wanted[1] - wanted[0] <= _TOO_WIDE * (before[1] - before[0]):
        return wanted
    return min(wanted[0], before[0]), max(wanted[1], before[1])


def _from_zero(low: float, high: float) -> Range:
    return (0.0 if low >= 0 else -nice_ceiling(-low * 1.02)), nice_ceiling(high * 1.02)


def _close(low: float, high: float) -> Range:
    missing = max(_LEAST_SPAN * high - (high - low), 0.0)
    low, high = low - missing / 2, high + missing / 2
    step = nice_ceiling((high - low) / _STEPS)
    return step * math.floor(low / step - 0.1), step * math.ceil(high / step + 0.1)


def logarithmic_range(low: float, high: float, before: Range | None) -> Range:
    """The same of logarithms: half decades, which only grow."""
    # A twentieth more, so that a curve never lies on the very edge.
    bottom = float(np.floor((low - 0.05) * _LOG_STEPS) / _LOG_STEPS)
    top = float(np.ceil((high + 0.05) * _LOG_STEPS) / _LOG_STEPS)
    return (bottom, top) if before is None else (min(bottom, before[0]), max(top, before[1]))
