"""What a curve is given to draw."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

Doubles = NDArray[np.float64]

_BUSY, _HAIRY = 8, 20
"""How many times the plot's width a curve's way is from which on nobody sees how its parts meet, and from
which on nobody sees whether it is smooth, or dashed."""


class Line(pg.PlotCurveItem):  # type: ignore[misc]
    """A smooth line. One that goes up and down so much that it would take a tenth of a second or more is
    drawn part by part, without what can't be seen of it."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(connect="finite", antialias=True)
        self._view = view  # of a line that isn't in the scene nobody would know it

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        asked, way = self.opts["pen"], self._way()
        pen = _solid(asked) if way > _HAIRY else asked
        in_parts = way > _HAIRY or (way > _BUSY and _hides_where_parts_meet(pen))
        # Set where pyqtgraph reads them: its methods ask for another painting, which would never end.
        self.opts |= {
            "pen": pen,
            "antialias": way <= _HAIRY,
            "segmentedLineMode": "on" if in_parts else "off",
        }
        super().paint(painter, option, widget)
        self.opts["pen"] = asked

    def is_hairy(self) -> bool:
        """Whether its way up and down, as far as it is seen, is far longer than the plot is wide."""
        return self._way() > _HAIRY

    def _way(self) -> float:
        """Its way up and down, as far as it is seen, in widths of the plot."""
        view = self._view
        if self.xData is None or not view.width():
            return 0.0
        (left, right), (bottom, top) = view.viewRange()
        seen = np.clip(self.yData[(self.xData >= left) & (self.xData <= right)], bottom, top)
        heights = np.nansum(np.abs(np.diff(seen))) / (top - bottom)
        return float(heights * view.height() / view.width())


def _solid(pen: QPen) -> QPen:
    solid = QPen(pen)
    solid.setStyle(Qt.PenStyle.SolidLine)
    return solid


def _hides_where_parts_meet(pen: QPen) -> bool:
    """A dash would begin anew in each part, and two faint parts be bolder where they meet."""
    return pen.style() == Qt.PenStyle.SolidLine and pen.color().alpha() == 255


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
