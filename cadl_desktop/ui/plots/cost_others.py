"""The cost curves of other runs, behind the current one in their own colours."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QGraphicsItem

from cadl_desktop.ui.plots.drawing import Line, draw_known, draw_nothing
from cadl_desktop.ui.plots.plot import shade
from cadl_desktop.ui.plots.smoothing import smoothed, window_of
from cadl_desktop.ui.theme.run_colours import COUNT, run_colour
from cadl_desktop.ui.theme.theme import Theme

Doubles = NDArray[np.float64]

_MOST_POINTS = 160
"""As many as can be told apart on the width of the plot; only a chosen run shows all of its rows."""
_BEHIND = -10
_QUIET = 0.55
"""How opaque a run is that nobody has chosen."""


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
    """Draws runs in their colours, those of one colour as one item; chosen ones in full above them."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self.runs: tuple[OtherRun, ...] = ()
        self.chosen: tuple[OtherRun, ...] = ()
        view = canvas.getPlotItem().getViewBox()
        quiet = [pg.PlotCurveItem(connect="finite", antialias=True) for _ in range(COUNT)]
        self.items = [*quiet, *(Line(view) for _ in range(COUNT))]
        """One for each colour, and then one for the chosen runs of each."""
        for place, item in enumerate(self.items):
            item.setZValue(_BEHIND + place // COUNT)
            # The current curve is drawn 30 times a second; what stands still behind it is only copied.
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            canvas.addItem(item, ignoreBounds=True)

    def show(self, runs: Sequence[OtherRun], chosen: Collection[int]) -> None:
        """Takes in the runs, the newest last, and the numbers of the chosen ones; one that has no rows yet
        shows nothing."""
        self.runs = tuple(run for run in runs if len(run.epochs))
        self.chosen = tuple(run for run in self.runs if run.number in chosen)

    def draw(self, as_shown: Callable[[Doubles], Doubles], *, smooth: bool) -> None:
        """Draws everything; `as_shown` turns costs into what the axis wants, and `smooth` makes them calm."""

        def drawn(costs: Doubles) -> Doubles:
            window = window_of(len(costs)) if smooth else 1
            return smoothed(as_shown(costs), window)

        quiet = [run for run in self.runs if run not in self.chosen]
        for first, runs, few in ((0, quiet, True), (COUNT, self.chosen, False)):
            for colour in range(COUNT):
                alike = [run for run in runs if run.number % COUNT == colour]
                draw_known(self.items[first + colour], *_joined(alike, drawn, few=few))

    def show_nothing(self) -> None:
        for item in self.items:
            draw_nothing(item)

    def extent(self, ruling: Callable[[Doubles], Doubles]) -> tuple[float, float, Doubles] | None:
        """The last epoch and the lowest cost of what is to be seen whole, of the chosen runs or of all where
        none is, and the highest of each run. `ruling` gives those of a run's costs that rule the axis, as it
        wants them."""
        seen = self.chosen or self.runs
        drawn = [costs[np.isfinite(costs)] for costs in (ruling(run.costs) for run in seen)]
        drawn = [costs for costs in drawn if len(costs)]
        if not drawn:
            return None
        tops = np.array([costs.max() for costs in drawn])
        return max(float(run.epochs[-1]) for run in seen), float(min(map(np.min, drawn))), tops

    @property
    def least(self) -> float:
        """The lowest cost above zero of all that is drawn; infinite where nothing is."""
        costs = np.concatenate([run.costs for run in self.runs] or [np.empty(0)])
        return float(costs[costs > 0].min(initial=np.inf))

    def wear(self, colours: Theme) -> None:
        for place, item in enumerate(self.items):
            colour = run_colour(colours, place % COUNT)
            is_chosen = place >= COUNT
            item.setPen(
                pg.mkPen(colour if is_chosen else shade(colour, _QUIET), width=1.5 if is_chosen else 1)
            )


def _joined(
    runs: Sequence[OtherRun], drawn: Callable[[Doubles], Doubles], *, few: bool
) -> tuple[Doubles, Doubles]:
    """All of these as one curve: a number that is none parts one run from the next."""
    x, y, gap = [np.empty(0)], [np.empty(0)], np.array([np.nan])
    for run in runs:
        epochs, costs = run.epochs, drawn(run.costs)
        if few:
            epochs, costs = _few(epochs), _few(costs)
        x += [epochs, epochs[-1:]]
        y += [costs, gap]
    return np.concatenate(x), np.concatenate(y)


def _few(values: Doubles) -> Doubles:
    """At most `_MOST_POINTS` of the values, evenly chosen, the first and the last among them."""
    if len(values) <= _MOST_POINTS:
        return values
    chosen: Doubles = values[np.linspace(0, len(values) - 1, _MOST_POINTS).round().astype(int)]
    return chosen
