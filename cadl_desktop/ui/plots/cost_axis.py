"""Ranges and scales of the cost plot's axes."""

import math

import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.ui.plots.axes import nice_ceiling
from cadl_desktop.ui.plots.plot import Range

DECADES = 2.0
"""Decades by which a cost must fall before the axis becomes logarithmic."""
_LOG_START = 0.5
"""Where a logarithmic horizontal axis begins."""
_FIRST, _MOST_OF_FALL = 0.1, 0.85
"""Epochs become logarithmic where the first `_FIRST` of a run has `_MOST_OF_FALL` of its fall."""
_BEGINNING = 0.05
"""Share of a run whose costs do not determine a linear axis; later costs are hundreds of times closer
together."""
_LEAST_ROWS = 20
_FAR_FROM_ZERO = 0.8
"""Ratio of lowest to highest cost above which the axis does not start at zero."""
_TOO_WIDE = 0.5
"""The axis shrinks when the costs need no more than this share of it."""
_STEPS, _LEAST_SPAN = 4, 0.05
"""Round steps in a range that does not start at zero, and the relative spread that counts as noise."""
_LOG_STEPS = 2
"""Steps per decade in which a logarithmic range grows."""


def wants_logarithm(costs: Doubles, least: float) -> bool:
    """Whether costs (rows,) are all positive and have fallen by two decades, or are that far above `least`,
    the lowest cost of the runs drawn behind."""
    known = costs[np.isfinite(costs)]
    if not len(known) or min(known.min(), least) <= 0:
        return False
    return bool(known.max() >= 10**DECADES * min(known.min(), least))


def falls_at_first(x: Doubles, shown: Doubles) -> bool:
    """Whether costs, as they are drawn at `x` (rows,), fall almost as far in the first tenth of a long run as
    in all of it, so that only a logarithmic horizontal axis shows how."""
    known = np.isfinite(shown)
    x, shown = x[known][1:], shown[known][1:]  # a single high value at the start is no course
    if len(x) < _LEAST_ROWS:
        return False
    fall, at_first = np.ptp(shown), shown[0] - shown[x <= _FIRST * x[-1]].min(initial=np.inf)
    return bool(fall > 0 and at_first >= _MOST_OF_FALL * fall)


def placed(x: Doubles, *, logarithmic: bool) -> Doubles:
    """Positions of epochs, steps or seconds (rows,) on the horizontal axis. A logarithmic axis begins at 0.5;
    whatever is earlier, such as epoch 0, stands there."""
    return np.log10(np.maximum(x, _LOG_START)) if logarithmic else x


def without_beginning(costs: Doubles) -> Doubles:
    """Costs that a linear axis must show: all but the first twentieth of a long run."""
    return costs if len(costs) < _LEAST_ROWS else costs[max(1, round(_BEGINNING * len(costs))) :]


def linear_range(low: float, high: float, before: Range | None, *, from_zero: bool = True) -> Range:
    """Round range around both values: from zero where that is wanted, unless they are so far above it that
    the curve would be flat.

    `before` is the previous range, kept as long as it fits; None at first.
    """
    is_near = from_zero and low <= _FAR_FROM_ZERO * high
    wanted = _from_zero(low, high) if is_near else _round_range(low, high)
    if before is None or wanted[1] - wanted[0] <= _TOO_WIDE * (before[1] - before[0]):
        return wanted
    return min(wanted[0], before[0]), max(wanted[1], before[1])


def _from_zero(low: float, high: float) -> Range:
    return (0.0 if low >= 0 else -nice_ceiling(-low * 1.02)), nice_ceiling(high * 1.02)


def _round_range(low: float, high: float) -> Range:
    missing = max(_LEAST_SPAN * high - (high - low), 0.0)
    low, high = low - missing / 2, high + missing / 2
    step = nice_ceiling((high - low) / _STEPS)
    return step * math.floor(low / step - 0.1), step * math.ceil(high / step + 0.1)


def logarithmic_range(low: float, high: float, before: Range | None) -> Range:
    """Range of log10 costs in half decades, which only grows."""
    # A margin, so that no curve lies on the edge.
    bottom = float(np.floor((low - 0.05) * _LOG_STEPS) / _LOG_STEPS)
    top = float(np.ceil((high + 0.05) * _LOG_STEPS) / _LOG_STEPS)
    return (bottom, top) if before is None else (min(bottom, before[0]), max(top, before[1]))


def place_of_step(step: int, steps: Doubles, x: Doubles) -> float:
    """Position of a step on the axis, interpolated between rows."""
    if not len(x):
        return 0.0
    return float(np.interp(step, np.concatenate([[0.0], steps]), np.concatenate([[0.0], x])))
