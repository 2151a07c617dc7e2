"""The cost curves of other runs, behind the current one in a quiet colour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QGraphicsItem

from cadl_desktop.ui.plots.plot import shade
from cadl_desktop.ui.theme.theme import Theme

Doubles = NDArray[np.float64]

MOST_OTHERS = 12
_MOST_POINTS = 160
"""As many as can be told apart on the width of the plot; only a chosen run shows all of its rows."""
_BEHIND = -10


@dataclass(frozen=True, eq=False)
class OtherRun:
    """One run: its number, and its costs (rows,) over epochs (rows,)."""

    number: int
    epochs: Doubles
    costs: Doubles

    def cost_at(self, epoch: float) -> float:
        """The cost at the nearest epoch; not a number where it has no rows."""
        return float(self.costs[np.abs(self.epochs - epoch).argmin()]) if len(self.epochs) else np.nan


class CostOthers:
    """Draws up to `MOST_OTHERS` runs as one item, and the chosen one by itself above them."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self.runs: tuple[OtherRun, ...] = ()
        self.chosen: OtherRun | None = None
        self.all_item, self.chosen_item = _curve(), _curve()
        for place, item in enumerate((self.all_item, self.chosen_item)):
            item.setZValue(_BEHIND + place)
            # The current curve is drawn 30 times a second; what stands still behind it is only copied.
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            canvas.addItem(item, ignoreBounds=True)

    def show(self, runs: Sequence[OtherRun], chosen: int | None) -> None:
        """Takes in the runs, the newest last, and the number of the chosen one; one that has no rows yet
        shows nothing."""
        self.chosen = next((run for run in runs if run.number == chosen), None)
        self.runs = tuple(run for run in runs[-MOST_OTHERS:] if len(run.epochs))

    def draw(self, as_shown: Callable[[Doubles], Doubles]) -> None:
        """Draws everything; `as_shown` turns costs into what the axis wants."""
        drawn = [run for run in self.runs if run is not self.chosen and len(run.epochs)]
        parts = [(_few(run.epochs), as_shown(_few(run.costs))) for run in drawn]
        # A number that is none parts one run from the next.
        gap = np.array([np.nan])
        x = [piece for epochs, _ in parts for piece in (epochs, epochs[-1:])]
        y = [piece for _, costs in parts for piece in (costs, gap)]
        _draw(self.all_item, np.concatenate([*x, np.empty(0)]), np.concatenate([*y, np.empty(0)]))
        if self.chosen is None:
            self.chosen_item.setData([], [])
        else:
            _draw(self.chosen_item, self.chosen.epochs, as_shown(self.chosen.costs))

    def show_nothing(self) -> None:
        self.all_item.setData([], [])
        self.chosen_item.setData([], [])

    def extent(self, as_shown: Callable[[Doubles], Doubles]) -> tuple[float, float, float] | None:
        """The last epoch, the lowest and the highest cost of all that is drawn."""
        drawn = [*self.runs, *([self.chosen] if self.chosen else [])]
        costs = np.concatenate([as_shown(run.costs) for run in drawn] or [np.empty(0)])
        costs = costs[np.isfinite(costs)]
        if not len(costs):
            return None
        right = max(float(run.epochs[-1]) for run in drawn if len(run.epochs))
        return right, float(costs.min()), float(costs.max())

    def wear(self, colours: Theme) -> None:
        self.all_item.setPen(pg.mkPen(shade(colours.muted, 0.4), width=1))
        self.chosen_item.setPen(pg.mkPen(colours.text, width=1))


def _curve() -> pg.PlotCurveItem:
    return pg.PlotCurveItem(connect="finite", antialias=True)


def _few(values: Doubles) -> Doubles:
    """At most `_MOST_POINTS` of the values, evenly chosen, the first and the last among them."""
    if len(values) <= _MOST_POINTS:
        return values
    chosen: Doubles = values[np.linspace(0, len(values) - 1, _MOST_POINTS).round().astype(int)]
    return chosen


def _draw(item: pg.PlotCurveItem, x: Doubles, y: Doubles) -> None:
    if np.isfinite(y).any():
        item.setData(x, y)
    else:
        item.setData([], [])
