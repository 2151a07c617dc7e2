"""Curves of the cost plot: the current run's with a smoothed line, and those of other runs behind it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QGraphicsItem

from cadl_desktop.data.samples import Doubles
from cadl_desktop.ui.plots.fast_curves import FastCurve, draw_known, draw_nothing
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.theme.theme import RUN_COLOUR_COUNT, Theme, run_colour

_POINT = 5
_NOISE = 0.4
"""Opacity of the values below their smoothed line."""
_MOST_POINTS = 160
"""Points drawn of a run that is not chosen; more cannot be told apart on the width of the plot."""
_MOST_UNEVEN = 1000
"""Points drawn of this run over logarithmic epochs."""
_BEHIND = -10
_QUIET = 0.55
"""Opacity of a run that is not chosen."""
LEAST_ROWS = 80
"""Fewer rows are not smoothed, as each can be seen."""
_WINDOWS = 40
"""Number of smoothing windows over the whole curve; finer detail looks like noise."""


class CostLine:
    """Series of costs: `every` draws all values, at two points per pixel so that no extreme is lost; `calm`
    is the smoothed line over many."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self.every, self.calm = _curve(canvas), _curve(canvas)
        self._colour = "#000000"
        self._is_calm = False

    def draw(self, x: Doubles, shown: Doubles, *, smooth: bool, regular: bool = True) -> None:
        """Draws costs, converted for the axis, at their positions (rows,). pyqtgraph's thinning needs
        `regular` distances between these; without, rows are left out evenly along the axis."""
        window = window_of(len(x)) if smooth else 1
        is_calm = window > 1 and bool(np.isfinite(shown).any())
        if is_calm != self._is_calm:
            self._is_calm = is_calm
            self.apply_theme(self._colour)
        # A single value makes no line.
        self.every.setSymbol("o" if np.isfinite(shown).sum() == 1 else None)
        few = slice(None) if regular else evenly(x, _MOST_UNEVEN)
        for curve in (self.every, self.calm):
            curve.setDownsampling(auto=regular)
        draw_known(self.every, x[few], shown[few])
        if is_calm:
            draw_known(self.calm, x[few], smoothed(shown, window)[few])
        else:
            draw_nothing(self.calm)

    def apply_theme(self, colour: str) -> None:
        """Applies a colour of the theme to both curves."""
        self._colour = colour
        opacity, width = (_NOISE, 1.0) if self._is_calm else (1.0, 1.5)
        self.every.setPen(pg.mkPen(shade(colour, opacity), width=width))
        self.every.setSymbolBrush(colour)
        self.calm.setPen(pg.mkPen(colour, width=1.5))


def _curve(canvas: pg.PlotWidget) -> pg.PlotDataItem:
    curve = pg.PlotDataItem(connect="finite", antialias=True)
    # Set here, as passing one of them to the constructor would turn symbols on.
    curve.setSymbolSize(_POINT)
    curve.setSymbolPen(None)
    # Thousands of wide, smooth strokes at once are slow to draw; separate segments are not.
    curve.curve.setSegmentedLineMode("on")
    canvas.addItem(curve)
    # Set after adding, which applies the plot's settings: two points per pixel.
    curve.opts["autoDownsampleFactor"] = 1.0
    curve.setDownsampling(auto=True, method="peak")
    curve.setClipToView(True)
    return curve


@dataclass(frozen=True, eq=False)
class OtherRun:
    """Number of a run, and its costs or PSNR (rows,) over epochs (rows,)."""

    number: int
    epochs: Doubles
    costs: Doubles

    def cost_at(self, epoch: float) -> float:
        """Value at the nearest epoch; NaN if there are no rows."""
        return float(self.costs[np.abs(self.epochs - epoch).argmin()]) if len(self.epochs) else np.nan


class OtherCostLines:
    """Costs of other runs in their colours. Runs of one colour form one item; chosen runs are drawn in full,
    above."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self.runs: tuple[OtherRun, ...] = ()
        self.chosen: tuple[OtherRun, ...] = ()
        view = canvas.getPlotItem().getViewBox()
        quiet = [pg.PlotCurveItem(connect="finite", antialias=True) for _ in range(RUN_COLOUR_COUNT)]
        self.items = [*quiet, *(FastCurve(view) for _ in range(RUN_COLOUR_COUNT))]
        """Items of each colour, followed by the items for chosen runs of each colour."""
        for place, item in enumerate(self.items):
            item.setZValue(_BEHIND + place // RUN_COLOUR_COUNT)
            # Cached, as the current curve in front is drawn 30 times a second.
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            canvas.addItem(item, ignoreBounds=True)

    def show(self, runs: Sequence[OtherRun], chosen: Collection[int]) -> None:
        """Sets the runs, the newest last, and the numbers of the chosen ones; runs without rows are
        skipped."""
        self.runs = tuple(run for run in runs if len(run.epochs))
        self.chosen = tuple(run for run in self.runs if run.number in chosen)

    def draw(
        self, placed: Callable[[Doubles], Doubles], as_shown: Callable[[Doubles], Doubles], *, smooth: bool
    ) -> None:
        """Draws all runs; `placed` and `as_shown` convert epochs and costs for the axes, `smooth` smooths
        the costs."""

        def drawn(costs: Doubles) -> Doubles:
            window = window_of(len(costs)) if smooth else 1
            return smoothed(as_shown(costs), window)

        quiet = [run for run in self.runs if run not in self.chosen]
        for first, runs, few in ((0, quiet, True), (RUN_COLOUR_COUNT, self.chosen, False)):
            for colour in range(RUN_COLOUR_COUNT):
                alike = [run for run in runs if run.number % RUN_COLOUR_COUNT == colour]
                curves = [(placed(run.epochs), drawn(run.costs)) for run in alike]
                draw_known(self.items[first + colour], *joined(curves, _MOST_POINTS if few else 0))

    def show_nothing(self) -> None:
        for item in self.items:
            draw_nothing(item)

    def extent(self, range_costs: Callable[[Doubles], Doubles]) -> tuple[float, float, Doubles] | None:
        """Last epoch, lowest cost, and each run's highest cost, of the chosen runs or else of all.
        `range_costs` returns those costs of a run that determine the axis, converted for it."""
        seen = self.chosen or self.runs
        drawn = [costs[np.isfinite(costs)] for costs in (range_costs(run.costs) for run in seen)]
        drawn = [costs for costs in drawn if len(costs)]
        if not drawn:
            return None
        tops = np.array([costs.max() for costs in drawn])
        return max(float(run.epochs[-1]) for run in seen), float(min(map(np.min, drawn))), tops

    @property
    def least(self) -> float:
        """Lowest cost above zero; infinite if there is none."""
        costs = np.concatenate([run.costs for run in self.runs] or [np.empty(0)])
        return float(costs[costs > 0].min(initial=np.inf))

    def apply_theme(self, colours: Theme) -> None:
        for place, item in enumerate(self.items):
            colour = run_colour(colours, place % RUN_COLOUR_COUNT)
            is_chosen = place >= RUN_COLOUR_COUNT
            item.setPen(
                pg.mkPen(colour if is_chosen else shade(colour, _QUIET), width=1.5 if is_chosen else 1)
            )


def joined(curves: Sequence[tuple[Doubles, Doubles]], most: int) -> tuple[Doubles, Doubles]:
    """Curves of `x` and `y` (rows,) as one, separated by NaN. With `most` no more points are drawn of each,
    as `evenly` chooses them."""
    parts = [np.empty((2, 0))]
    for curve in curves:
        rows = np.array(curve)
        if most:
            rows = rows[:, evenly(rows[0], most)]
        parts += [rows, np.array([[rows[0, -1]], [np.nan]])]
    x, y = np.concatenate(parts, axis=1)
    return x, y


def evenly(x: Doubles, most: int) -> NDArray[np.int64]:
    """Indices of at most `most` rows, evenly distributed over their ascending positions `x` (rows,), with the
    first and last."""
    if len(x) <= most:
        return np.arange(len(x))
    return np.unique(np.searchsorted(x, np.linspace(x[0], x[-1], most)).clip(max=len(x) - 1))


def window_of(rows: int) -> int:
    """Odd number of rows to average, of `rows`; 1 means no smoothing."""
    return 1 if rows < LEAST_ROWS else 2 * (rows // (2 * _WINDOWS)) + 1


def smoothed(values: Doubles, window: int) -> Doubles:
    """Moving average over `window` rows, (rows,), with smaller windows towards the ends: the first value is
    that of its row alone. Non-finite values are left out and remain gaps."""
    known = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    places = np.arange(len(values))
    # Symmetric windows, or a falling line would be lifted at its end, and lowered at its start; at the end
    # never a single value, which would jump.
    reach = np.clip(np.minimum(places, places[::-1]), np.minimum(places, window // 4), window // 2)
    first, last = np.maximum(places - reach, 0), np.minimum(places + reach + 1, len(values))
    means = (sums[last] - sums[first]) / np.maximum(counts[last] - counts[first], 1)
    return np.where(known, means, np.nan)
