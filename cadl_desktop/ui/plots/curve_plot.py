"""The curve that is learned: observed points, the truth, the network's fit and its earlier selves."""

from collections.abc import Sequence
from operator import is_
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from cadl_desktop.computing.view_rendering import Curve, CurveRequest
from cadl_desktop.data.curves.curve_datasets import curve_positions, truth_line, truth_outside
from cadl_desktop.data.samples import Samples
from cadl_desktop.drawing.plot_data import FADED, observed_ranges
from cadl_desktop.runs.history import MOST_EARLIER_FITS
from cadl_desktop.ui.plots.axes import steady
from cadl_desktop.ui.plots.drawing import Line, draw_known, draw_nothing
from cadl_desktop.ui.plots.key import Sign
from cadl_desktop.ui.plots.plot import Plot, Range, shade
from cadl_desktop.ui.plots.together import Together, keep_anew
from cadl_desktop.ui.theme.theme import Theme, theme

Doubles = NDArray[np.float64]
Numbers = NDArray[Any]

MOST_POINTS = 2000
"""More points than this only make a cloud darker; so many are drawn, evenly chosen."""
FEW_POINTS, MANY_POINTS = 100, 1000
"""So few have to be seen one by one; so many overlap, and only together should be dark."""
LEAST_POSITIONS, MOST_POSITIONS = 481, 2000
"""Of a curve that is looked at beyond the data, or closely: about one per pixel."""
_FAR = 1000.0


class CurvePlot(Plot):
    """Shows samples once, then a fit as often as there is a new one. Its range follows the samples alone.

    Where a person looks elsewhere, `wanted` says where, and `show_beyond` shows what the network makes there.
    """

    look_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: Samples | None = None
        self._edges: Range = (0.0, 1.0)
        self._range: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self._x: Doubles = np.empty(0)
        self._y: Doubles = np.empty(0)
        self._own: tuple[Numbers, Numbers] | None = None
        self._roamed: tuple[Numbers, Numbers] | None = None
        self._shown_selves: list[Numbers] = []
        self._has_validation = False
        self._beyond = [self._region(), self._region()]
        self._points, self.held_back = self._scatter(_plus()), self._scatter("o")
        self.self_items = [self._line() for _ in range(MOST_EARLIER_FITS)]
        self._truth, self.truth_outside_item = self._line(), self._line()
        self._still = Together([*self.self_items, self._truth, self.truth_outside_item])
        self.canvas.addItem(self._still, ignoreBounds=True)
        self.outside_item, self.fit_item = self._curve(), self._curve()
        self._keep_points()
        self.rename("Curve", "x", "y")
        self.show_samples(None)
        self.wear(theme())
        self.canvas.getPlotItem().getViewBox().sigRangeChanged.connect(self._tell_look)

    def show_samples(
        self,
        samples: Samples | None,
        validation_rows: NDArray[np.intp] | None = None,
        keep_view: bool = False,
    ) -> None:
        """Draws what is to be learned, and takes away what was learned of other samples.

        `validation_rows` are those of the samples that the network does not train on. With `keep_view`
        nobody's zoom is reset.
        """
        self._samples = samples
        self.clear_fit()
        empty = samples is None or not len(samples.inputs)
        self.say_empty("Choose a curve under Data to see its points here." if empty else "")
        if samples is None or empty:
            for item in (self._points, self.held_back, self._truth, self.truth_outside_item):
                item.setData([], [])
            self._has_validation = False
            self.key.show_signs()
        else:
            self._draw_samples(samples, validation_rows)
            self._take_range(samples)
            self._show_key()
        for region in self._beyond:
            region.setVisible(not empty)
        if not keep_view:
            self.reset_zoom()
        self._draw_truth_outside()
        self.read_again()

    def show_held_back(self, rows: NDArray[np.intp]) -> None:
        """Other rows of the same samples are not trained on."""
        if self._samples is not None and len(self._samples.inputs):
            self._draw_samples(self._samples, rows)
            self._show_key()

    def show_observed(self, on: bool) -> None:
        """Shows the samples, or not where handles stand in their place."""
        for item in (self._points, self.held_back):
            item.setVisible(on)

    def show_fit(self, positions: Numbers, prediction: Numbers) -> None:
        """Draws the curve (n, 1) or (n,) that the network makes now at `positions`."""
        self._own = positions, prediction
        if self._roamed is None:
            self._draw_fit(positions, prediction)

    def show_beyond(self, curve: Curve | None) -> None:
        """Draws the curve at the positions that are looked at in its place; None goes back to it."""
        self._roamed = (curve.x, curve.y) if curve else None
        shown = self._roamed or self._own
        if shown is not None:
            self._draw_fit(*shown)

    def wanted(self) -> CurveRequest | None:
        """The part of the number line on screen, where a person looks at another than at first."""
        if not self.zoomed or self._samples is None:
            return None
        low, high = self._looked_at()
        return CurveRequest(low, high, self._positions()) if high > low else None

    def _looked_at(self) -> Range:
        (low, high), _ = self.canvas.getPlotItem().getViewBox().viewRange()
        return float(low), float(high)

    def _positions(self) -> int:
        return int(np.clip(self.canvas.width(), LEAST_POSITIONS, MOST_POSITIONS))

    def _draw_fit(self, positions: Numbers, prediction: Numbers) -> None:
        self._x, self._y = np.asarray(positions, float).ravel(), self._drawable(prediction)
        self._draw_parted(self.fit_item, self.outside_item, self._x, self._y)
        self._show_key()
        self.read_again()

    def _draw_parted(
        self, within: pg.PlotCurveItem, outside: pg.PlotCurveItem, x: Doubles, y: Doubles
    ) -> None:
        """A curve as two: where there are samples, and where there are none."""
        inside = (x >= self._edges[0]) & (x <= self._edges[1])
        draw_known(within, x, np.where(inside, y, np.nan))
        # One position more on each side, so that the dashes meet the solid line.
        kept = inside.copy()
        kept[1:] &= inside[:-1]
        kept[:-1] &= inside[1:]
        draw_known(outside, x, np.where(kept, np.nan, y))

    def show_selves(self, selves: Sequence[Numbers]) -> None:
        """Draws earlier predictions at the fit's positions, the older the fainter."""
        newest = list(selves[-MOST_EARLIER_FITS:])
        if len(newest) == len(self._shown_selves) and all(map(is_, newest, self._shown_selves)):
            return
        self._shown_selves = newest
        for item, values in zip(reversed(self.self_items), reversed(newest), strict=False):
            shown = self._drawable(values)
            draw_known(item, curve_x(self._samples, shown), shown)
        for item in self.self_items[: MOST_EARLIER_FITS - len(newest)]:
            draw_nothing(item)
        self._still.changed()
        self._show_key()

    def clear_fit(self) -> None:
        """Takes away the fit and its earlier selves."""
        self._own = self._roamed = None
        self._x, self._y, self._shown_selves = np.empty(0), np.empty(0), []
        for item in (self.fit_item, self.outside_item, *self.self_items):
            draw_nothing(item)
        self._still.changed()
        if self._samples is not None:
            self._show_key()
        self.read_again()

    def _tell_look(self) -> None:
        self._keep_points()
        self._draw_truth_outside()
        self.look_changed.emit()

    def whole_range(self) -> tuple[Range, Range]:
        return self._range

    def read_out(self, where: QPointF) -> tuple[str, float | None]:
        if self._samples is None:
            return "", None
        words = [f"x {steady(where.x(), 2)}"]
        if len(self._x):
            words.append(f"network {steady(float(np.interp(where.x(), self._x, self._y)), 2)}")
        if self._samples.function is not None:
            known = float(self._samples.function(np.array([where.x()]))[0])
            if np.isfinite(known):
                words.append(f"truth {steady(known, 2)}")
        words.append(f"y {steady(where.y(), 2)}")
        return " · ".join(words), where.x()

    def recolour(self, colours: Theme) -> None:
        for region in self._beyond:
            region.setBrush(pg.mkBrush(shade(colours.muted, 0.08)))
        for item, pen in zip((self._points, self.held_back), self._mark_pens(colours), strict=True):
            item.setPen(pen)
        for item, colour in (
            (self._truth, colours.truth),
            (self.truth_outside_item, shade(colours.truth, 0.5)),
        ):
            item.setPen(pg.mkPen(colour, width=1.5, style=Qt.PenStyle.DashLine))
        self.fit_item.setPen(pg.mkPen(colours.series, width=2))
        self.outside_item.setPen(pg.mkPen(colours.series, width=1.5, dash=[3, 3]))
        for opacity, item in zip(
            np.linspace(*FADED, MOST_EARLIER_FITS).tolist(), self.self_items, strict=True
        ):
            item.setPen(pg.mkPen(shade(colours.ghost, opacity), width=1))
        self._still.changed()

    def _mark_pens(self, colours: Theme) -> tuple[QPen, QPen]:
        return self._mark_pen(colours.points, 0.35), self._mark_pen(colours.series_two, 0.7)

    def _mark_pen(self, colour: str, least: float) -> QPen:
        """Of the marks of all samples: the more they are, the fainter and thinner, down to this opacity."""
        count = 0 if self._samples is None else len(self._samples.inputs)
        boldness = np.interp(np.log(max(count, 1)), np.log([FEW_POINTS, MANY_POINTS]), [1.0, 0.0])
        return QPen(pg.mkPen(shade(colour, least + (1 - least) * float(boldness)), width=1 + float(boldness)))

    def _draw_samples(self, samples: Samples, validation_rows: NDArray[np.intp] | None) -> None:
        held = np.zeros(len(samples.inputs), bool)
        if validation_rows is not None:
            held[validation_rows] = True
        self._has_validation = bool(held.any())
        every = max(1, -(-len(held) // MOST_POINTS))
        pens, items = self._mark_pens(theme()), (self._points, self.held_back)
        for item, pen, rows in zip(items, pens, (~held, held), strict=True):
            chosen = np.flatnonzero(rows)[::every]
            item.setPen(pen, update=False)  # every mark is drawn anew with its place
            item.setData(samples.inputs[chosen, 0], samples.targets[chosen, 0])
        if samples.truth is None:
            draw_nothing(self._truth)
        else:
            self._truth.setData(*truth_line(samples, every))
        self._still.changed()

    def _keep_points(self) -> None:
        """The fit is drawn anew many times a second; what stands still below it is only copied."""
        for item in (self._points, self.held_back):
            keep_anew(item)

    def _draw_truth_outside(self) -> None:
        """What is true in the rest of what is looked at, where nothing was observed."""
        samples, (low, high) = self._samples, self._looked_at()
        if samples is None or samples.function is None:
            draw_nothing(self.truth_outside_item)
        else:
            x, y = truth_outside(samples, low, high, self._positions())
            draw_known(self.truth_outside_item, x, self._drawable(y))
        self._still.changed()

    def _take_range(self, samples: Samples) -> None:
        low, high = float(samples.low[0]), float(samples.high[0])
        self._edges, self._range = (low, high), observed_ranges(samples)
        far = _FAR * (high - low)
        self._beyond[0].setRegion((low - far, low))
        self._beyond[1].setRegion((high, high + far))

    def _drawable(self, values: Numbers) -> Doubles:
        """Finite and not absurdly far away, which Qt can't draw; gaps where a run went wrong."""
        bottom, top = self._range[1]
        if self.zoomed:
            seen = self.canvas.getPlotItem().getViewBox().viewRange()[1]
            bottom, top = min(bottom, seen[0]), max(top, seen[1])
        reach = 20 * (top - bottom)
        flat = np.asarray(values, float).ravel()
        return np.clip(np.where(np.isfinite(flat), flat, np.nan), bottom - reach, top + reach)

    def _show_key(self) -> None:
        signs = [Sign("observed", "points", "plus")]
        if self._has_validation:
            signs.append(Sign("validation", "series_two", "ring"))
        if self._samples is not None and self._samples.truth is not None:
            signs.append(Sign("truth", "truth", "dash"))
        if len(self._x):
            signs += [Sign("network", "series"), Sign("earlier", "ghost")]
        self.key.show_signs(*signs)

    def _curve(self) -> pg.PlotCurveItem:
        curve = self._line()
        self.canvas.addItem(curve, ignoreBounds=True)
        return curve

    def _line(self) -> Line:
        return Line(self.canvas.getPlotItem().getViewBox())

    def _scatter(self, symbol: str | QPainterPath) -> pg.ScatterPlotItem:
        points = _Marks(symbol=symbol, size=7, brush=None, pxMode=True, antialias=True)
        self.canvas.addItem(points, ignoreBounds=True)
        return points

    def _region(self) -> pg.LinearRegionItem:
        region = pg.LinearRegionItem(movable=False, pen=pg.mkPen(None))
        region.setZValue(-20)
        self.canvas.addItem(region, ignoreBounds=True)
        return region


class _Marks(pg.ScatterPlotItem):  # type: ignore[misc]
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """By its widget, pyqtgraph makes them as fine as the screen is; Qt names none where it keeps what is
        painted."""
        super().paint(painter, option, widget or self.getViewWidget())


def curve_x(samples: Samples | None, values: Doubles) -> Doubles:
    """The positions of a saved prediction: where every curve of these samples is drawn."""
    positions = np.empty(0) if samples is None else curve_positions(samples).ravel()
    return positions if len(positions) == len(values) else np.empty(0)


def _plus() -> QPainterPath:
    """Two thin strokes; pyqtgraph's own plus is an outline that closes up at this size."""
    path = QPainterPath()
    path.moveTo(-0.5, 0)
    path.lineTo(0.5, 0)
    path.moveTo(0, -0.5)
    path.lineTo(0, 0.5)
    return path
