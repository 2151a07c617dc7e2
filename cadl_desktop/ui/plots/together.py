"""Curves that stand still, painted as one picture."""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cadl_desktop.ui.plots.drawing import Line

_PADDING = 2
"""Pixels by which a line may lie beyond its points."""
_MOST_HAIRY = 4
"""More curves than these that go up and down all over a plot are a fog, which takes a tenth of a second."""


class Together(pg.GraphicsObject):  # type: ignore[misc]
    """Keeps what these curves look like until it is told that they `changed`. They aren't in the scene: there
    each would be painted whenever something moves above it. Of many that are hairy it shows the last."""

    def __init__(self, curves: Sequence[Line]) -> None:
        super().__init__()
        self._curves = curves
        self._bounds: QRectF | None = None
        keep_anew(self)

    def changed(self) -> None:
        # Qt wants to know of it while the bounds are still those of before.
        self.prepareGeometryChange()
        self._bounds = None
        keep_anew(self)

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.changed()

    def boundingRect(self) -> QRectF:
        if self._bounds is None:
            self._bounds = self._padded(self._united())
        return self._bounds

    def _united(self) -> QRectF:
        found = QRectF()
        for curve in self._curves:
            found = found.united(curve.boundingRect())
        return found

    def _padded(self, bounds: QRectF) -> QRectF:
        across, down = (_PADDING * (vector.length() if vector else 0.0) for vector in self.pixelVectors())
        return bounds.adjusted(-across, -down, across, down)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        hairy = [curve for curve in self._curves if curve.is_hairy()]
        for curve in self._curves:
            if curve in hairy[:-_MOST_HAIRY]:
                continue
            curve.paint(painter, option, widget)


def keep_anew(item: QGraphicsItem) -> None:
    """Keeps what an item looks like when it is painted next. Where a picture of it only moves, Qt would paint
    no more than what comes into sight: dashes would not meet, and points from out of sight be missing."""
    item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
    item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
