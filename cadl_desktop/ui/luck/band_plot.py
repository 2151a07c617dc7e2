"""The curves of all seeds: each thin, their median, and the bands in which half and all of them lie."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.curves.columns import X
from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples
from cadl_desktop.sentences import shown
from cadl_desktop.sweeps.findings.seed_comparison import Band, Design, band_of
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.luck.colours import NAMES, design_colour
from cadl_desktop.ui.plots.axes import steady
from cadl_desktop.ui.plots.curve_plot import MOST_POINTS
from cadl_desktop.ui.plots.fast_curves import FastCurve
from cadl_desktop.ui.plots.key import KeyEntry
from cadl_desktop.ui.plots.plot import Plot, Range
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.theme.theme import Theme, theme

Doubles = NDArray[np.float64]

_MARGIN = 0.3
_MOST_LINES = 50
"""More thin lines than these are one area; so many are drawn, evenly chosen."""


class BandPlot(Plot):
    """Plot of one design or two over the points that they learn from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._x: Doubles = np.empty(0)
        self._range: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self._bands: list[tuple[str, Band]] = []
        self._across = X
        self._points = pg.ScatterPlotItem(symbol="o", size=3, pen=None, pxMode=True)
        self.canvas.addItem(self._points, ignoreBounds=True)
        self.layers = [_Layer(self.canvas) for _ in NAMES]
        self.rename("Curves of all seeds", "x", "y")
        self.show_empty_text("The curves come with the first epochs.")
        self.apply_theme(theme())

    def show_samples(self, samples: Samples) -> None:
        """What all of them learn."""
        self._across, _ = samples.columns
        self.rename("Curves of all seeds", *(column.whole for column in samples.columns))
        for side, column in zip(("bottom", "left"), samples.columns, strict=True):
            self.canvas.axis(side).count_dates(column.counts)
        few = slice(None, None, max(1, -(-len(samples.inputs) // MOST_POINTS)))
        self._points.setData(samples.inputs[few, 0], samples.targets[few, 0])
        margin = _MARGIN * ((samples.target_high - samples.target_low) or 1.0)
        positions = curve_positions(samples)
        self._range = (
            (float(positions[0, 0]), float(positions[-1, 0])),
            (samples.target_low - margin, samples.target_high + margin),
        )
        self.show_empty_text("")  # or it would stand on them
        self.reset_zoom()

    def show_designs(self, designs: Sequence[Design]) -> None:
        """Draws what their runs make now."""
        self._bands = []
        (low, high), _ = self._range
        for layer, design in zip(self.layers, designs, strict=False):
            curves = design.curves
            band = band_of(curves) if curves else None
            self._x = np.linspace(low, high, len(curves[0])) if curves else self._x
            layer.draw(self._x, curves[:: max(1, -(-len(curves) // _MOST_LINES))], band)
            if band is not None:
                self._bands.append((design.name, band))
        if self._bands:
            self.show_empty_text("")
        self._show_key(designs)
        self.update_readout()

    def full_range(self) -> tuple[Range, Range]:
        return self._range

    def readout_at(self, where: QPointF) -> tuple[str, float | None]:
        if not self._bands:
            return "", None
        words = [f"x {self._across.shown(where.x(), partial(steady, places=2))}"]
        for name, band in self._bands:
            low, median, high = (
                figure(float(np.interp(where.x(), self._x, values)))
                for values in (band.low, band.median, band.high)
            )
            words.append(f"{shown(name)}: {median} ({low} to {high})")
        return " · ".join(words), where.x()

    def recolour(self, colours: Theme) -> None:
        self._points.setBrush(pg.mkBrush(shade(colours.points, 0.6)))
        for place, layer in enumerate(self.layers):
            layer.apply_theme(design_colour(colours, place))

    def _show_key(self, designs: Sequence[Design]) -> None:
        one = len(designs) == 1
        titles = ["median of the seeds" if one else design.name for design in designs]
        signs = [KeyEntry(title, colour) for title, colour in zip(titles, NAMES, strict=False)]
        self.key.show_entries(KeyEntry("observed", "points", "ring"), *signs)


class _Layer:
    """Curves and areas of one design."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self._edges = [pg.PlotCurveItem(pen=None) for _ in range(4)]
        low, lower, upper, high = self._edges
        self._areas = [pg.FillBetweenItem(low, high), pg.FillBetweenItem(lower, upper)]
        self.lines = pg.PlotCurveItem(connect="finite", antialias=True)
        self.median = FastCurve(canvas.getPlotItem().getViewBox())
        for item in (*self._edges, *self._areas, self.lines, self.median):
            canvas.addItem(item, ignoreBounds=True)

    def draw(self, x: Doubles, curves: Sequence[NDArray[np.float32]], band: Band | None) -> None:
        if band is None:
            for item in (*self._edges, self.lines, self.median):
                item.setData([], [])
            return
        gap = [np.nan]
        across = np.concatenate([part for _ in curves for part in (x, gap)])
        self.lines.setData(across, np.concatenate([part for curve in curves for part in (curve, gap)]))
        for item, values in zip(self._edges, (band.low, band.lower, band.upper, band.high), strict=True):
            item.setData(x, values)
        self.median.setData(x, band.median)

    def apply_theme(self, colour: str) -> None:
        for area, opacity in zip(self._areas, (0.12, 0.2), strict=True):
            area.setBrush(pg.mkBrush(shade(colour, opacity)))
        self.lines.setPen(pg.mkPen(shade(colour, 0.45), width=1))
        self.median.setPen(pg.mkPen(colour, width=2.5))
