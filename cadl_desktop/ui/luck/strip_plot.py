"""What each seed came to: a dot a run in a strip for each design, with its median and its range."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize
from PySide6.QtWidgets import QWidget

from cadl_desktop.sentences import filled
from cadl_desktop.sweeps.findings.design import Design, SeedRun
from cadl_desktop.ui.controls.figures import figure
from cadl_desktop.ui.luck.colours import NAMES, design_colour
from cadl_desktop.ui.plots.key import Sign
from cadl_desktop.ui.plots.plot import Plot, Range, shade
from cadl_desktop.ui.theme.theme import GRID, Theme, scaled, theme

_DECADES = 1.3
"""Costs that reach over more than so many powers of ten stand on a logarithmic axis."""
_MARGIN = 0.08
_APART = 0.035
"""Of the axis: dots that are nearer to one another stand above one another."""
_STEP = 0.16
_SIZE = 9
_NEAR = 12
"""Pixels."""


class StripPlot(Plot):
    """Filled dots are runs that are over, rings those that still train; a cross at the end stands for one
    that came to nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: list[tuple[QPointF, Design, SeedRun]] = []
        self._across: Range = (0.0, 1.0)
        self._designs: Sequence[Design] = ()
        self._rows = [_Row(self.canvas) for _ in NAMES]
        self._hide_heights()
        self.rename(self.tr("Cost of each seed"), self.tr("cost"), "")
        self.say_empty(self.tr("The costs come with the first epochs."))
        self.wear(theme())

    def sizeHint(self) -> QSize:
        return QSize(scaled(60 * GRID), scaled((16 + 4 * len(self._designs)) * GRID))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(30 * GRID), scaled(18 * GRID))

    def show_designs(self, designs: Sequence[Design]) -> None:
        """Draws what their runs have come to."""
        self._designs = designs
        values = [run.value for design in designs for run in design.runs if run.value is not None]
        if values or any(run.failed for design in designs for run in design.runs):
            self.say_empty("")
            self._hide_heights()
        logarithmic = bool(values) and min(values) > 0 and np.log10(max(values) / min(values)) > _DECADES
        self.canvas.axis("bottom").logarithmic = logarithmic
        self._across = _round(np.log10(values) if logarithmic else np.array(values))
        self._place(logarithmic)
        self._show_key()
        self.fit(*self.whole_range())
        self.read_again()

    def whole_range(self) -> tuple[Range, Range]:
        low, high = self._across
        return (low, high + 0.06 * (high - low)), (0.5 - max(1, len(self._designs)), 0.5)

    def read_out(self, where: QPointF) -> tuple[str, float | None]:
        view = self.canvas.getPlotItem().getViewBox()
        pixel = view.viewPixelSize()
        for place, design, run in self._runs:
            away = np.hypot((place.x() - where.x()) / pixel[0], (place.y() - where.y()) / pixel[1])
            if away <= _NEAR:
                return self._words(design, run), None
        return "", None

    def recolour(self, colours: Theme) -> None:
        for place, row in enumerate(self._rows):
            row.wear(design_colour(colours, place), colours)

    def _hide_heights(self) -> None:
        """They mean nothing."""
        self.canvas.axis("left").setStyle(showValues=False)
        self.canvas.getPlotItem().showGrid(y=False)

    def _place(self, logarithmic: bool) -> None:
        self._runs = []
        low, high = self._across
        for row, design, height in zip(self._rows, self._designs, range(0, -9, -1), strict=False):
            known = [run for run in design.runs if run.value is not None]
            values = np.array([run.value for run in known], np.float64)
            x = np.log10(values) if logarithmic else values
            y = height + _stacked(x, _APART * (high - low))
            failed = [run for run in design.runs if run.failed]
            at_end = np.full(len(failed), high + 0.03 * (high - low))
            beside = height + _stacked(at_end, 1.0)
            over = np.array([run.is_over for run in known], bool)
            row.draw(x[over], y[over], x[~over], y[~over], at_end, beside)
            spread = design.spread
            median = np.log10(spread.median) if logarithmic else spread.median
            row.draw_spread(x[over], median, height)
            places = zip(np.concatenate([x, at_end]), np.concatenate([y, beside]), strict=True)
            self._runs += [
                (QPointF(*place), design, run) for place, run in zip(places, known + failed, strict=True)
            ]

    def _words(self, design: Design, run: SeedRun) -> str:
        name = design.name if len(self._designs) > 1 else ""
        if run.failed:
            text = self.tr("{name} seed {seed}: came to nothing after {epochs:,} epochs")
        elif run.is_over:
            text = self.tr("{name} seed {seed}: {value}")
        else:
            text = self.tr("{name} seed {seed}: {value} so far, epoch {epochs:,}")
        value = figure(run.value, 4) if run.value is not None else ""
        return filled(text, name=name, seed=run.seed, value=value, epochs=run.epoch).strip()

    def _show_key(self) -> None:
        signs = [Sign(design.name, name) for design, name in zip(self._designs, NAMES, strict=False)]
        runs = [run for design in self._designs for run in design.runs]
        if any(not run.is_over for run in runs):
            signs.append(Sign(self.tr("still training"), "muted", "ring"))
        if any(run.failed for run in runs):
            signs.append(Sign(self.tr("came to nothing"), "red", "plus"))
        self.key.show_signs(*signs)


class _Row:
    """What is drawn of one design."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self._range = pg.PlotCurveItem()
        self._median = pg.PlotCurveItem()
        self.over, self.going_on, self.failed = (
            pg.ScatterPlotItem(symbol=symbol, size=_SIZE, pxMode=True, antialias=True) for symbol in "oox"
        )
        for item in (self._range, self.going_on, self.over, self.failed, self._median):
            canvas.addItem(item, ignoreBounds=True)

    def draw(self, *places: NDArray[np.float64]) -> None:
        for item, x, y in zip(
            (self.over, self.going_on, self.failed), places[::2], places[1::2], strict=True
        ):
            item.setData(x, y)

    def draw_spread(self, x: NDArray[np.float64], median: float, height: int) -> None:
        """The range as a line through the strip, and the median as one across it."""
        if len(x) < 2:
            self._range.setData([], [])
            self._median.setData([], [])
            return
        self._range.setData([x.min(), x.max()], [height, height])
        known = np.isfinite(median)
        self._median.setData(
            [median, median] if known else [], [height - 0.45, height + 0.45] if known else []
        )

    def wear(self, colour: str, colours: Theme) -> None:
        self._range.setPen(pg.mkPen(shade(colour, 0.5), width=2))
        self._median.setPen(pg.mkPen(colours.text, width=2))
        self.over.setPen(pg.mkPen(colours.plot_background, width=1))
        self.over.setBrush(pg.mkBrush(shade(colour, 0.85)))
        self.going_on.setPen(pg.mkPen(colour, width=1.5))
        self.going_on.setBrush(pg.mkBrush(None))
        self.failed.setPen(pg.mkPen(colours.red, width=1.5))
        self.failed.setBrush(pg.mkBrush(colours.red))


def _round(values: NDArray[np.float64]) -> Range:
    """What the axis shows of these: all, with some room beside them."""
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = _MARGIN * (high - low) or 0.1 * abs(low) or 0.1
    return low - room, high + room


def _stacked(x: NDArray[np.float64], apart: float) -> NDArray[np.float64]:
    """Heights (n,) at which dots at `x` (n,) don't hide one another: those that are near stand alternately
    above and below the middle, never further than half of a strip."""
    heights = np.zeros(len(x))
    taken: list[tuple[float, float]] = []
    for place in np.argsort(x, kind="stable"):
        near = {height for other, height in taken if x[place] - other < apart}
        free = (sign * step * _STEP for step in range(3) for sign in (1, -1))
        heights[place] = next((height for height in free if height not in near), 0.0)
        taken.append((float(x[place]), float(heights[place])))
    return heights
