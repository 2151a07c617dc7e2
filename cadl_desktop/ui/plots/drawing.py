"""What a curve is given to draw."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

Doubles = NDArray[np.float64]

_HAIRY = 20
"""How many times the plot's width a curve's way is from which on nobody sees whether it is smooth."""


class Line(pg.PlotCurveItem):  # type: ignore[misc]
    """A smooth line, unless it goes up and down so much that to smooth it would take a tenth of a second, and
    its dashes a whole one: nobody sees either there."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(connect="finite", antialias=True)
        self._view = view  # of a line that isn't in the scene nobody would know it

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        hairy, pen = self.is_hairy(), self.opts["pen"]
        self.opts["antialias"], self.opts["pen"] = not hairy, _solid(pen) if hairy else pen
        super().paint(painter, option, widget)
        self.opts["pen"] = pen

    def is_hairy(self) -> bool:
        """Whether its way up and down, as far as it is seen, is far longer than the plot is wide."""
        view = self._view
        if self.xData is None or not view.width():
            return False
        (left, right), (bottom, top) = view.viewRange()
        seen = np.clip(self.yData[(self.xData >= left) & (self.xData <= right)], bottom, top)
        heights = np.nansum(np.abs(np.diff(seen))) / (top - bottom)
        return bool(heights * view.height() > _HAIRY * view.width())


def _solid(pen: QPen) -> QPen:
    solid = QPen(pen)
    solid.setStyle(Qt.PenStyle.SolidLine)
    return solid


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
