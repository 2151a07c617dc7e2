"""Course of a run's costs: when they hardly fall any more, and a summary in words."""

from collections.abc import Callable

import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.runs.history import History

ROWS = 10
"""Rows of the history, usually epochs, over which costs are averaged before they are compared."""
HARDLY_FALLS = 0.01
"""Share of the cost below which a fall from one mean to the next is too small."""
_MOST_MEANS = 10
"""Most means of a run that are compared: the many small falls of a long one add up to one that counts."""
_FEW_ROWS, _ENOUGH_STEPS = 12, 500
"""Least measurements by which a run is judged, over at least so many steps."""
_FEWEST_ROWS, _MEANS_FOR_A_RISE = 3, 20
"""Measurements in a mean, and means of a run, by which its rise is told."""
_RISEN = 0.1
"""Rise above the lowest mean, as a share of it, from which on a summary names the lowest cost."""


def means(costs: Doubles, rows: int = ROWS) -> Doubles:
    """Means over so many rows each, the last one over the newest."""
    found: Doubles = costs[len(costs) % rows :].reshape(-1, rows).mean(1)
    return found


def few_means(costs: Doubles, steps: Doubles) -> Doubles | None:
    """Four means or more; None where there are too few measurements. A long run may be measured few times."""
    if len(costs) < _FEW_ROWS or (len(costs) < 2 * ROWS and steps[-1] - steps[0] < _ENOUGH_STEPS):
        return None
    return means(costs, min(ROWS, len(costs) // 4))


def falls(averages: Doubles) -> Doubles:
    """Fall from each mean to the next one as a share of it; negative where the cost rises."""
    return 1 - averages[1:] / np.maximum(averages[:-1], 1e-300)


def rise(costs: Doubles) -> float:
    """Rise of the mean cost above its lowest, as a share of that. In a run that is measured few times a mean
    of many measurements would have its best and its worst in one."""
    averages = means(costs, min(ROWS, max(_FEWEST_ROWS, len(costs) // _MEANS_FOR_A_RISE)))
    return float(averages[-1] / max(averages.min(), 1e-300) - 1) if len(averages) else 0.0


def flat_since(costs: Doubles) -> int | None:
    """Row from which on the mean cost hardly falls or rises; None where it still does."""
    rows = max(ROWS, len(costs) // _MOST_MEANS)
    changes = np.abs(falls(means(costs, rows)))
    moving = np.flatnonzero(changes >= HARDLY_FALLS)
    first = int(moving[-1]) + 1 if len(moving) else 0
    return len(costs) % rows + first * rows if first < len(changes) else None


def in_words(history: History, figure: Callable[[float], str]) -> str:
    """Summary of a run's costs; '' where none was measured. `figure` writes costs."""
    epochs = history.column("epoch")
    told = [
        _course(name, epochs, history.column(column), figure)
        for name, column in (("cost", "cost"), ("validation cost", "validation_cost"))
    ]
    return " ".join(sentence for sentence in told if sentence)


def psnr_in_words(history: History, figure: Callable[[float], str]) -> str:
    """Summary of a painting's PSNR. `figure` writes decibels."""
    epochs, values = history.column("epoch"), history.column("psnr")
    known = np.isfinite(values)
    first, last = (figure(float(values[known][end])) for end in (0, -1))
    return f"The PSNR went from {first} to {last} in {_counted(epochs[known][-1])}."


def _course(name: str, epochs: Doubles, costs: Doubles, figure: Callable[[float], str]) -> str:
    known = np.isfinite(costs)
    epochs, costs = epochs[known], costs[known]
    if not len(costs):
        return ""
    first, last = figure(float(costs[0])), figure(float(costs[-1]))
    if len(costs) == 1:
        return f"The {name} is {last} after {_counted(epochs[0])}."
    if first == last:
        words = f"The {name} is {last} after {_counted(epochs[-1])}, as in the beginning"
    else:
        way = "fell" if costs[-1] < costs[0] else "rose"
        words = f"The {name} {way} from {first} to {last} in {_counted(epochs[-1])}"
    if rise(costs) > _RISEN:
        lowest = int(costs.argmin())
        words += f", lowest at epoch {epochs[lowest]:,.0f} with {figure(float(costs[lowest]))}"
    since = flat_since(costs)
    return f"{words}, flat since {epochs[since]:,.0f}." if since is not None else f"{words}."


def _counted(epochs: float) -> str:
    return f"{epochs:,.0f} {'epoch' if epochs == 1 else 'epochs'}"
