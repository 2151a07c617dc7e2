"""Heights of a lesson's figure seen from above and aside, as the landscape's are."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from cadl_desktop.drawing.cost_surface import height_at, shares_of
from cadl_desktop.lessons.figure import Doubles, Heights
from cadl_desktop.ui.landscape.painting import paint_relief
from cadl_desktop.ui.landscape.relief import Eye, Relief
from cadl_desktop.ui.theme.theme import theme


@dataclass(frozen=True)
class Turned:
    """A plane as `Plane` is one, seen from `around` degrees and `up` degrees above it."""

    heights: Heights
    room: QRectF
    around: float
    up: float

    def places(self, x: Doubles, y: Doubles) -> Doubles:
        """Pixels (n, 2) of points on the surface."""
        across, along = self.heights.even(x, y)
        shares = height_at(shares_of(self.heights.values), across, along)
        return self._relief.pixels(across, along, shares)[:, :2]

    def at(self, x: float, y: float) -> QPointF:
        return QPointF(*self.places(np.array([x]), np.array([y]))[0].tolist())

    def back(self, pixels: QPointF) -> tuple[float, float]:
        """The point of the surface that is seen nearest to a place, the one in front of others."""
        corners = self._relief.mesh(shares_of(self.heights.values)).reshape(-1, 5)
        apart = np.hypot(corners[:, 2] - pixels.x(), corners[:, 3] - pixels.y())
        near = corners[apart <= apart.min() + 4.0]
        x, y, *_ = near[np.argmin(near[:, 4])].tolist()
        return _value(x, self.heights.x_range), _value(y, self.heights.y_range)

    def floor(self) -> Doubles:
        """Pixels (4, 2) of the plane's corners under the surface, in their order around it."""
        x, y = np.array([-1.0, 1.0, 1.0, -1.0]), np.array([-1.0, -1.0, 1.0, 1.0])
        return self._relief.pixels(x, y, np.zeros(4))[:, :2]

    def paint(self, painter: QPainter) -> None:
        """The surface over its floor."""
        painter.setPen(QPen(QColor(theme().grid), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in self.floor().tolist()]))
        paint_relief(painter, self._relief, shares_of(self.heights.values))

    def turned(self, across: float, down: float) -> tuple[float, float]:
        """The angles after a drag by so many pixels."""
        eye = self._relief.eye.turned(across, down)
        return eye.around, eye.up

    @property
    def _relief(self) -> Relief:
        return Relief(self.room, Eye(self.around, self.up))


def _value(even: float, ends: tuple[float, float]) -> float:
    return ends[0] + (even + 1) / 2 * (ends[1] - ends[0])
