"""One series of costs: every value, and over it a calm line where there are many."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from cadl_desktop.ui.plots.drawing import draw_known, draw_nothing
from cadl_desktop.ui.plots.plot import shade
from cadl_desktop.ui.plots.smoothing import smoothed, window_of

Doubles = NDArray[np.float64]

_POINT = 5
_NOISE = 0.4
"""How opaque values are under the line that is made of them."""


class CostLine:
    """`every` draws all values, two a pixel so that none is lost; quietly where `calm` lies over it."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self.every, self.calm = _curve(canvas), _curve(canvas)
        self._colour = "#000000"
        self._is_calm = False

    def draw(self, x: Doubles, shown: Doubles, *, smooth: bool) -> None:
        """Costs as the axis wants them, at their places (rows,)."""
        window = window_of(len(x)) if smooth else 1
        is_calm = window > 1 and bool(np.isfinite(shown).any())
        if is_calm != self._is_calm:
            self._is_calm = is_calm
            self.wear(self._colour)
        # One value alone makes no line.
        self.every.setSymbol("o" if np.isfinite(shown).sum() == 1 else None)
        draw_known(self.every, x, shown)
        if is_calm:
            draw_known(self.calm, x, smoothed(shown, window))
        else:
            draw_nothing(self.calm)

    def wear(self, colour: str) -> None:
        self._colour = colour
        opacity, width = (_NOISE, 1.0) if self._is_calm else (1.0, 1.5)
        self.every.setPen(pg.mkPen(shade(colour, opacity), width=width))
        self.every.setSymbolBrush(colour)
        self.calm.setPen(pg.mkPen(colour, width=1.5))


def _curve(canvas: pg.PlotWidget) -> pg.PlotDataItem:
    curve = pg.PlotDataItem(connect="finite", antialias=True)
    # Not among the arguments: one of them alone would ask for symbols.
    curve.setSymbolSize(_POINT)
    curve.setSymbolPen(None)
    # Thousands of wide, smooth strokes at once are slow to draw; separate segments are not.
    curve.curve.setSegmentedLineMode("on")
    canvas.addItem(curve)
    # After adding, which would take the plot's settings: two points for every pixel.
    curve.opts["autoDownsampleFactor"] = 1.0
    curve.setDownsampling(auto=True, method="peak")
    curve.setClipToView(True)
    return curve
