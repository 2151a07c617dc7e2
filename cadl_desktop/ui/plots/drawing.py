"""What a curve is given to draw."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def draw_known(curve: pg.PlotDataItem | pg.PlotCurveItem, x: Doubles, y: Doubles) -> None:
    """Draws a curve, or nothing where no value is a number, or they are those of other positions."""
    if len(x) == len(y) and np.isfinite(y).any():
        curve.setData(x, y)
    else:
        draw_nothing(curve)


def draw_nothing(curve: pg.PlotDataItem | pg.PlotCurveItem) -> None:
    """Empties a curve; one that is empty already isn't to be drawn again, with all that lies around it."""
    if curve.xData is not None and len(curve.xData):
        curve.setData([], [])
