"""Curves that stay fast to draw: dense lines drawn in parts, and static curves cached as one picture."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cadl_desktop.data.samples import Doubles

_BUSY, _DENSE = 8, 20
"""Vertical travel of a curve, in plot widths, beyond which joints of its parts cannot be seen (`_BUSY`), and
beyond which smoothing and dashes cannot be seen (`_DENSE`)."""
_PADDING = 2
"""Pixels by which a line may extend beyond its points."""
_MOST_DENSE = 4
"""Number of dense curves that are drawn; more are a fog that takes a tenth of a second."""


class FastCurve(pg.PlotCurveItem):  # type: ignore[misc]
    """Antialiased curve. One that goes up and down so often that drawing would take a tenth of a second or
    more is drawn segment by segment, without antialiasing and dashes."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(connect="finite", antialias=True)
        self._view = view  # kept here, as a curve outside the scene cannot find its view

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        pen_set, travel = self.opts["pen"], self._travel()
        pen = QPen(pen_set)
        if travel > _DENSE:
            pen.setStyle(Qt.PenStyle.SolidLine)
        in_parts = travel > _DENSE or (travel > _BUSY and _hides_joints(pen))
        # Set directly in `opts`: the setters would request another paint, endlessly.
        self.opts |= {
            "pen": pen,
            "antialias": travel <= _DENSE,
            "segmentedLineMode": "on" if in_parts else "off",
        }
        super().paint(painter, option, widget)
        self.opts["pen"] = pen_set

    def is_dense(self) -> bool:
        """Whether the visible vertical travel is far longer than the plot is wide."""
        return self._travel() > _DENSE

    def _travel(self) -> float:
        """Visible vertical travel in plot widths."""
        view = self._view
        if self.xData is None or not view.width():
            return 0.0
        (left, right), (bottom, top) = view.viewRange()
        seen = np.clip(self.yData[(self.xData >= left) & (self.xData <= right)], bottom, top)
        heights = np.nansum(np.abs(np.diff(seen))) / (top - bottom)
        return float(heights * view.height() / view.width())


def _hides_joints(pen: QPen) -> bool:
    """Whether joints are invisible with this pen; dashes would restart in each part, and translucent parts
    overlap."""
    return pen.style() == Qt.PenStyle.SolidLine and pen.color().alpha() == 255


def draw_known(curve: pg.PlotDataItem | pg.PlotCurveItem, x: Doubles, y: Doubles) -> None:
    """Draws a curve, or nothing if no value is finite or the positions do not match."""
    if len(x) == len(y) and np.isfinite(y).any():
        curve.setData(x, y)
    else:
        draw_nothing(curve)


def draw_nothing(curve: pg.PlotDataItem | pg.PlotCurveItem) -> None:
    """Empties a curve. An empty one is left alone, since setting data repaints everything around it."""
    if curve.xData is not None and len(curve.xData):
        curve.setData([], [])


class StaticCurves(pg.GraphicsObject):  # type: ignore[misc]
    """Curves painted and cached as one picture until `changed` is called.

    They are not in the scene themselves, where each would be repainted whenever something above it moves. Of
    many dense curves only the last are drawn.
    """

    def __init__(self, curves: Sequence[FastCurve]) -> None:
        super().__init__()
        self._curves = curves
        self._bounds: QRectF | None = None
        renew_cache(self)

    def changed(self) -> None:
        # Qt must be told while the old bounds are still valid.
        self.prepareGeometryChange()
        self._bounds = None
        renew_cache(self)

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.changed()

    def boundingRect(self) -> QRectF:
        if self._bounds is None:
            found = QRectF()
            for curve in self._curves:
                found = found.united(curve.boundingRect())
            across, down = (_PADDING * (vector.length() if vector else 0.0) for vector in self.pixelVectors())
            self._bounds = found.adjusted(-across, -down, across, down)
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        dense = [curve for curve in self._curves if curve.is_dense()]
        for curve in self._curves:
            if curve not in dense[:-_MOST_DENSE]:
                curve.paint(painter, option, widget)


def renew_cache(item: QGraphicsItem) -> None:
    """Discards an item's cached picture. When a cached picture only moves, Qt paints no more than the exposed
    part, so that dashes would not meet and points from outside would be missing."""
    item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
    item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
