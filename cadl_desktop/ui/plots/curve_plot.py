"""Plot of a learned curve: observed points, the truth, the network's fit and earlier fits."""

from collections.abc import Sequence
from functools import partial
from operator import is_
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from cadl_desktop.computing.view_rendering import Curve, CurveRequest
from cadl_desktop.data.curves.columns import Column, X, Y
from cadl_desktop.data.curves.curve_datasets import curve_positions, truth_line, truth_outside
from cadl_desktop.data.curves.curve_summary import in_words
from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.drawing.plot_data import FADED, observed_ranges
from cadl_desktop.runs.history import MOST_EARLIER_FITS
from cadl_desktop.ui.controls.number_text import figure, signed
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.plots.axes import steady
from cadl_desktop.ui.plots.curve_reading import farthest_point, point_near, reading_stops
from cadl_desktop.ui.plots.fast_curves import FastCurve, StaticCurves, draw_known, draw_nothing, renew_cache
from cadl_desktop.ui.plots.key import KeyEntry
from cadl_desktop.ui.plots.plot import Plot, Range
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.theme.theme import Theme, theme

Numbers = NDArray[Any]

MOST_POINTS = 2000
"""Points drawn, evenly chosen; more would only darken a cloud."""
_NEAR_PX = 8
"""As near to a point the mouse reads it out, in pixels."""
FEW_POINTS, MANY_POINTS = 100, 1000
"""Up to the first number, points are drawn boldly; from the second on they overlap and are drawn faintly."""
LEAST_POSITIONS, MOST_POSITIONS = 481, 2000
"""Positions of a curve beyond the data or zoomed in: about one per pixel."""
_FAR = 1000.0
_BATCH_SIZE, _LARGE_BATCH_SIZE = 7, 4
"""Diameters in pixels of the marks of a batch; those of many samples would cover one another."""
_ABOVE_LINES = 10


class CurvePlot(Plot):
    """Shows samples once, then each new fit. Its range depends on the samples alone.

    If the user zooms elsewhere, `wanted` says where, and `show_requested_curve` shows the network's curve
    there.
    """

    look_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_topic(self, "output.md#the-curve")
        self._samples: Samples | None = None
        self._edges: Range = (0.0, 1.0)
        self._range: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self._x: Doubles = np.empty(0)
        self._y: Doubles = np.empty(0)
        self._fit: tuple[Numbers, Numbers] | None = None
        self._outputs: Numbers | None = None
        self._requested: tuple[Numbers, Numbers] | None = None
        self._shown_earlier_fits: list[Numbers] = []
        self._has_validation = False
        self._outside_regions = [self._region(), self._region()]
        self._points, self.held_out = self._scatter(_plus()), self._scatter("o")
        self.batch_item = self._scatter("o")
        self.batch_item.setZValue(_ABOVE_LINES)
        self.earlier_items = [self._line() for _ in range(MOST_EARLIER_FITS)]
        self._truth, self.truth_outside_item = self._line(), self._line()
        self._static = StaticCurves([*self.earlier_items, self._truth, self.truth_outside_item])
        self.canvas.addItem(self._static, ignoreBounds=True)
        self.outside_item, self.fit_item = self._curve(), self._curve()
        self._cache_marks()
        self._name_axes((X, Y))
        self.show_samples(None)
        self.apply_theme(theme())
        self.canvas.getPlotItem().getViewBox().sigRangeChanged.connect(self._range_changed)

    def show_samples(
        self,
        samples: Samples | None,
        validation_rows: NDArray[np.intp] | None = None,
        keep_view: bool = False,
    ) -> None:
        """Draws samples and clears what was learned of others.

        `validation_rows` are the rows that the network does not train on. With `keep_view` the zoom stays.
        """
        self._samples = samples
        self._name_axes(samples.columns if samples else (X, Y))
        self.clear_fit()
        empty = samples is None or not len(samples.inputs)
        self.show_empty_text("Choose a curve under Data to see its points here." if empty else "")
        if samples is None or empty:
            for item in (self._points, self.held_out, self.batch_item, self._truth, self.truth_outside_item):
                item.setData([], [])
            self._has_validation = False
            self.key.show_entries()
        else:
            self._draw_samples(samples, validation_rows)
            self._set_range(samples)
            self._show_key()
        for region in self._outside_regions:
            region.setVisible(not empty)
        if not keep_view:
            self.reset_zoom()
        self._draw_truth_outside()
        self.update_readout()

    def _name_axes(self, columns: tuple[Column, Column]) -> None:
        across, up = columns
        self._columns = columns
        self.rename("Curve", across.whole, up.whole)
        for side, column in (("bottom", across), ("left", up)):
            self.canvas.axis(side).count_dates(column.counts)

    def show_held_out(self, rows: NDArray[np.intp]) -> None:
        """Changes the rows of the same samples that the network does not train on."""
        if self._samples is not None and len(self._samples.inputs):
            self._draw_samples(self._samples, rows)
            self._show_key()

    def show_batch(self, rows: NDArray[np.int32] | None) -> None:
        """Marks the samples of the newest step; None marks none."""
        if self._samples is None or rows is None:
            self.batch_item.setData([], [])
        else:
            few = rows[:: max(1, -(-len(rows) // MOST_POINTS))]
            self.batch_item.setSize(_BATCH_SIZE if len(few) <= MANY_POINTS // 2 else _LARGE_BATCH_SIZE)
            self.batch_item.setData(self._samples.inputs[few, 0], self._samples.targets[few, 0])
        self._show_key()

    def show_observed(self, on: bool) -> None:
        """Shows the samples, or hides them where handles replace them."""
        for item in (self._points, self.held_out):
            item.setVisible(on)

    def show_fit(self, positions: Numbers, prediction: Numbers, fitted: Numbers | None = None) -> None:
        """Draws the network's present curve, (n, 1) or (n,), at `positions`; `fitted` are its outputs at the
        samples, (samples,)."""
        self._fit = positions, prediction
        known = fitted is not None and self._samples is not None and len(fitted) == len(self._samples.targets)
        self._outputs = fitted if known else None
        self.summary.change()
        if self._requested is None:
            self._draw_fit(positions, prediction)

    def show_requested_curve(self, curve: Curve | None) -> None:
        """Draws the curve at the requested positions instead of the fit; None returns to the fit."""
        self._requested = (curve.x, curve.y) if curve else None
        shown = self._requested or self._fit
        if shown is not None:
            self._draw_fit(*shown)

    def wanted(self) -> CurveRequest | None:
        """Request for the visible part of the number line; None unless the user has zoomed."""
        if not self.zoomed or self._samples is None:
            return None
        low, high = self._visible_x()
        return CurveRequest(low, high, self._positions()) if high > low else None

    def _visible_x(self) -> Range:
        (low, high), _ = self.canvas.getPlotItem().getViewBox().viewRange()
        return float(low), float(high)

    def _positions(self) -> int:
        return int(np.clip(self.canvas.width(), LEAST_POSITIONS, MOST_POSITIONS))

    def _draw_fit(self, positions: Numbers, prediction: Numbers) -> None:
        self._x, self._y = np.asarray(positions, float).ravel(), self._drawable(prediction)
        self._draw_split(self.fit_item, self.outside_item, self._x, self._y)
        self._show_key()
        self.update_readout()

    def _draw_split(
        self, within: pg.PlotCurveItem, outside: pg.PlotCurveItem, x: Doubles, y: Doubles
    ) -> None:
        """Draws a curve in two items, where there are samples and where there are none."""
        inside = (x >= self._edges[0]) & (x <= self._edges[1])
        draw_known(within, x, np.where(inside, y, np.nan))
        # One more position on each side, so that the dashes meet the solid line.
        kept = inside.copy()
        kept[1:] &= inside[:-1]
        kept[:-1] &= inside[1:]
        draw_known(outside, x, np.where(kept, np.nan, y))

    def show_earlier_fits(self, fits: Sequence[Numbers]) -> None:
        """Draws earlier predictions at the samples' positions, older ones fainter."""
        newest = list(fits[-MOST_EARLIER_FITS:])
        if len(newest) == len(self._shown_earlier_fits) and all(map(is_, newest, self._shown_earlier_fits)):
            return
        self._shown_earlier_fits = newest
        for item, values in zip(reversed(self.earlier_items), reversed(newest), strict=False):
            shown = self._drawable(values)
            draw_known(item, curve_x(self._samples, shown), shown)
        for item in self.earlier_items[: MOST_EARLIER_FITS - len(newest)]:
            draw_nothing(item)
        self._static.changed()
        self._show_key()

    def clear_fit(self) -> None:
        """Clears the fit and the earlier ones."""
        self._fit = self._requested = self._outputs = None
        self._x, self._y, self._shown_earlier_fits = np.empty(0), np.empty(0), []
        for item in (self.fit_item, self.outside_item, *self.earlier_items):
            draw_nothing(item)
        self._static.changed()
        if self._samples is not None:
            self._show_key()
        self.summary.change()
        self.update_readout()

    def _range_changed(self) -> None:
        self._cache_marks()
        self._draw_truth_outside()
        self.look_changed.emit()

    def full_range(self) -> tuple[Range, Range]:
        return self._range

    def readout_at(self, where: QPointF) -> tuple[str, float | None]:
        if self._samples is None:
            return "", None
        row = self._row_near(self._samples, where)
        if row is not None:
            x = float(self._samples.inputs[row, 0])
            return " · ".join([*self._words(x), *self._row_words(self._samples, row)]), x
        return " · ".join([*self._words(where.x()), f"y {self.value_text(1, where.y())}"]), where.x()

    def _row_near(self, samples: Samples, where: QPointF) -> int | None:
        """Row of the point under the mouse; None where there is none, or among so many that they overlap."""
        if len(samples.inputs) >= MANY_POINTS:
            return None
        across, up = self.canvas.getPlotItem().getViewBox().viewPixelSize()
        return point_near(samples, (where.x(), where.y()), (_NEAR_PX * across, _NEAR_PX * up))

    def readout_along(self, x: float) -> str:
        return "" if self._samples is None else " · ".join([*self._words(x), *self._point_words(x)])

    def stops(self) -> Doubles:
        if self._samples is None or not len(self._samples.inputs):
            return np.empty(0)
        return reading_stops(self._samples, self._visible_x(), self._range[0])

    def summary_words(self) -> str:
        if self._samples is None or not len(self._samples.inputs):
            return ""
        return in_words(self._samples, self._outputs, figure)

    def _words(self, x: float) -> list[str]:
        """Network and truth at a position."""
        words = [f"x {self.value_text(0, x)}"]
        if len(self._x):
            words.append(f"network {self.value_text(1, float(np.interp(x, self._x, self._y)))}")
        if self._samples is not None and self._samples.function is not None:
            known = float(self._samples.function(np.array([x]))[0])
            if np.isfinite(known):
                words.append(f"truth {steady(known, 2)}")
        return words

    def _point_words(self, x: float) -> list[str]:
        """The point at a position, and how far the network is from it."""
        samples = self._samples
        found = None if samples is None else farthest_point(samples, x, self._outputs)
        return [] if samples is None or found is None else self._row_words(samples, *found)

    def _row_words(self, samples: Samples, row: int, count: int = 1) -> list[str]:
        """A point, one of so many at its position, and how far the network is from it."""
        observed = float(samples.targets[row, 0])
        words = [f"observed {self.value_text(1, observed)}" + (f", one of {count}" if count > 1 else "")]
        if self._outputs is not None:
            residual = signed(observed - float(self._outputs[row]))
            words.append(f"residual {residual} {self._columns[1].unit}".rstrip())
        return words

    def value_text(self, place: int, value: float) -> str:
        """A value of x (0) or y (1) for the readout."""
        return self._columns[place].shown(value, partial(steady, places=2))

    def recolour(self, colours: Theme) -> None:
        for region in self._outside_regions:
            region.setBrush(pg.mkBrush(shade(colours.muted, 0.08)))
        for item, pen in zip((self._points, self.held_out), self._mark_pens(colours), strict=True):
            item.setPen(pen)
        self.batch_item.setBrush(pg.mkBrush(colours.text))
        self.batch_item.setPen(pg.mkPen(colours.plot_background, width=1))
        for item, colour in (
            (self._truth, colours.truth),
            (self.truth_outside_item, shade(colours.truth, 0.5)),
        ):
            item.setPen(pg.mkPen(colour, width=1.5, style=Qt.PenStyle.DashLine))
        self.fit_item.setPen(pg.mkPen(colours.series, width=2))
        self.outside_item.setPen(pg.mkPen(colours.series, width=1.5, dash=[3, 3]))
        for opacity, item in zip(
            np.linspace(*FADED, MOST_EARLIER_FITS).tolist(), self.earlier_items, strict=True
        ):
            item.setPen(pg.mkPen(shade(colours.ghost, opacity), width=1))
        self._static.changed()

    def _mark_pens(self, colours: Theme) -> tuple[QPen, QPen]:
        return self._mark_pen(colours.points, 0.35), self._mark_pen(colours.series_two, 0.7)

    def _mark_pen(self, colour: str, least: float) -> QPen:
        """Pen of the samples' marks, fainter and thinner the more there are, down to opacity `least`."""
        count = 0 if self._samples is None else len(self._samples.inputs)
        boldness = np.interp(np.log(max(count, 1)), np.log([FEW_POINTS, MANY_POINTS]), [1.0, 0.0])
        return QPen(pg.mkPen(shade(colour, least + (1 - least) * float(boldness)), width=1 + float(boldness)))

    def _draw_samples(self, samples: Samples, validation_rows: NDArray[np.intp] | None) -> None:
        held = np.zeros(len(samples.inputs), bool)
        if validation_rows is not None:
            held[validation_rows] = True
        self._has_validation = bool(held.any())
        every = max(1, -(-len(held) // MOST_POINTS))
        pens, items = self._mark_pens(theme()), (self._points, self.held_out)
        for item, pen, rows in zip(items, pens, (~held, held), strict=True):
            chosen = np.flatnonzero(rows)[::every]
            item.setPen(pen, update=False)  # setData below redraws every mark
            item.setData(samples.inputs[chosen, 0], samples.targets[chosen, 0])
        if samples.truth is None:
            draw_nothing(self._truth)
        else:
            self._truth.setData(*truth_line(samples, every))
        self._static.changed()

    def _cache_marks(self) -> None:
        """Caches the marks, since the fit above is drawn many times a second."""
        for item in (self._points, self.held_out):
            renew_cache(item)

    def _draw_truth_outside(self) -> None:
        """Draws the truth in the visible part where nothing was observed."""
        samples, (low, high) = self._samples, self._visible_x()
        if samples is None or samples.function is None:
            draw_nothing(self.truth_outside_item)
        else:
            x, y = truth_outside(samples, low, high, self._positions())
            draw_known(self.truth_outside_item, x, self._drawable(y))
        self._static.changed()

    def _set_range(self, samples: Samples) -> None:
        low, high = float(samples.low[0]), float(samples.high[0])
        self._edges, self._range = (low, high), observed_ranges(samples)
        far = _FAR * (high - low)
        self._outside_regions[0].setRegion((low - far, low))
        self._outside_regions[1].setRegion((high, high + far))

    def _drawable(self, values: Numbers) -> Doubles:
        """Finite values within a range that Qt can draw; NaN where a run diverged."""
        bottom, top = self._range[1]
        if self.zoomed:
            seen = self.canvas.getPlotItem().getViewBox().viewRange()[1]
            bottom, top = min(bottom, seen[0]), max(top, seen[1])
        reach = 20 * (top - bottom)
        flat = np.asarray(values, float).ravel()
        return np.clip(np.where(np.isfinite(flat), flat, np.nan), bottom - reach, top + reach)

    def _show_key(self) -> None:
        signs = [KeyEntry("observed", "points", "plus")]
        if self._has_validation:
            signs.append(KeyEntry("validation", "series_two", "ring"))
        if len(self.batch_item.data):
            signs.append(KeyEntry("in this step", "text", "dot"))
        if self._samples is not None and self._samples.truth is not None:
            signs.append(KeyEntry("truth", "truth", "dash"))
        if len(self._x):
            signs += [KeyEntry("network", "series"), KeyEntry("earlier", "ghost")]
        self.key.show_entries(*signs)

    def _curve(self) -> pg.PlotCurveItem:
        curve = self._line()
        self.canvas.addItem(curve, ignoreBounds=True)
        return curve

    def _line(self) -> FastCurve:
        return FastCurve(self.canvas.getPlotItem().getViewBox())

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
        """Passes the plot's widget, by which pyqtgraph adapts marks to the screen's resolution; Qt passes
        none while it caches."""
        super().paint(painter, option, widget or self.getViewWidget())


def curve_x(samples: Samples | None, values: Doubles) -> Doubles:
    """Positions of a saved prediction; empty if its length doesn't fit the samples."""
    positions = np.empty(0) if samples is None else curve_positions(samples).ravel()
    return positions if len(positions) == len(values) else np.empty(0)


def _plus() -> QPainterPath:
    """Plus sign of two thin strokes; pyqtgraph's own is an outline that closes up at this size."""
    path = QPainterPath()
    path.moveTo(-0.5, 0)
    path.lineTo(0.5, 0)
    path.moveTo(0, -0.5)
    path.lineTo(0, 0.5)
    return path
