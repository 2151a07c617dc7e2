"""Which part of the plane shows costs best: pure functions of the costs."""

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
_TOO_HIGH = 0.5
"""The share of the axis below which all costs must lie before it is brought down to them."""
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
    """Round numbers around both, from zero where nothing lies below it. It stands still as long as it serves:
    `before` is the range until now, None at first."""
    top, bottom = nice_ceiling(high * 1.02), 0.0 if low >= 0 else -nice_ceiling(-low * 1.02)
    if before is None:
        return bottom, top
    too_high = top <= _TOO_HIGH * before[1]
    return min(bottom, before[0]), top if too_high else max(top, before[1])


def logarithmic_range(low: float, high: float, before: Range | None) -> Range:
    """The same of logarithms: half decades, which only grow."""
    # A twentieth more, so that a curve never lies on the very edge.
    bottom = float(np.floor((low - 0.05) * _LOG_STEPS) / _LOG_STEPS)
    top = float(np.ceil((high + 0.05) * _LOG_STEPS) / _LOG_STEPS)
    return (bottom, top) if before is None else (min(bottom, before[0]), max(top, before[1]))
