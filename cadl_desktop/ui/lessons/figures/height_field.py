"""Heights over a plane seen from above and aside: painted from back to front, without OpenGL."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from cadl_desktop.lessons.figure import Doubles, Heights
from cadl_desktop.ui.landscape.relief import TALL, Eye, Relief
from cadl_desktop.ui.lessons.figures.colours import height_colours, shares_of
from cadl_desktop.ui.theme.theme import blend, theme

MOST = 40
"""Squares along a side: more of them take longer than a drag has patience."""
_LIGHT = np.array([-0.4, -0.3, 0.85])


@dataclass(frozen=True)
class Turned:
    """A plane as `Plane` is one, seen from `around` degrees and `up` degrees above it."""

    heights: Heights
    room: QRectF
    around: float
    up: float

    def places(self, x: Doubles, y: Doubles) -> Doubles:
        """Pixels (n, 2) of points on the surface."""
        across, along = self._even(x, self.heights.x_range), self._even(y, self.heights.y_range)
        return self._project(across, along, self._shares_at(across, along))[:, :2]

    def at(self, x: float, y: float) -> QPointF:
        return QPointF(*self.places(np.array([x]), np.array([y]))[0].tolist())

    def back(self, pixels: QPointF) -> tuple[float, float]:
        """The point of the surface that is seen nearest to a place, the one in front of others."""
        x, y, shares = self._corners()
        found = self._project(x.ravel(), y.ravel(), shares.ravel())
        apart = np.hypot(found[:, 0] - pixels.x(), found[:, 1] - pixels.y())
        near = np.flatnonzero(apart <= apart.min() + 4.0)
        place = near[np.argmin(found[near, 2])]
        return (
            self._value(float(x.ravel()[place]), self.heights.x_range),
            self._value(float(y.ravel()[place]), self.heights.y_range),
        )

    def floor(self) -> Doubles:
        """Pixels (4, 2) of the plane's corners under the surface, in their order around it."""
        x, y = np.array([-1.0, 1.0, 1.0, -1.0]), np.array([-1.0, -1.0, 1.0, 1.0])
        return self._project(x, y, np.zeros(4))[:, :2]

    def paint(self, painter: QPainter) -> None:
        x, y, shares = self._corners()
        found = self._project(x.ravel(), y.ravel(), shares.ravel()).reshape(*x.shape, 3)
        squares = np.stack((found[:-1, :-1], found[:-1, 1:], found[1:, 1:], found[1:, :-1]), axis=2)
        depth = squares[..., 2].mean(axis=2).ravel()
        colours = _shaded(shares).ravel()
        corners = squares[..., :2].reshape(-1, 4, 2)
        order = np.argsort(-depth)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        edge = QColor(theme().truth)
        edge.setAlphaF(0.14)
        painter.setPen(QPen(edge, 0))
        for colour, points in zip(colours[order].tolist(), corners[order].tolist(), strict=True):
            painter.setBrush(QColor.fromRgb(colour))
            painter.drawConvexPolygon(QPolygonF([QPointF(*point) for point in points]))
        painter.restore()

    def paint_floor(self, painter: QPainter) -> None:
        painter.save()
        painter.setPen(QPen(QColor(theme().grid), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in self.floor().tolist()]))
        painter.restore()

    def turned(self, across: float, down: float) -> tuple[float, float]:
        """The angles after a drag by so many pixels."""
        eye = self._eye.turned(across, down)
        return eye.around, eye.up

    def _corners(self) -> tuple[Doubles, Doubles, Doubles]:
        values = self.heights.values
        rows = _some(values.shape[0])
        columns = _some(values.shape[1])
        shares = shares_of(values)[np.ix_(rows, columns)]
        x = np.linspace(-1, 1, values.shape[1])[columns]
        y = np.linspace(-1, 1, values.shape[0])[rows]
        return *np.meshgrid(x, y), shares

    def _shares_at(self, across: Doubles, along: Doubles) -> Doubles:
        """Heights between the values, linearly; beyond the plane that of its edge."""
        shares = shares_of(self.heights.values)
        rows, columns = shares.shape
        x = np.clip(np.nan_to_num((across + 1) / 2) * (columns - 1), 0, columns - 1)
        y = np.clip(np.nan_to_num((along + 1) / 2) * (rows - 1), 0, rows - 1)
        left, low = np.minimum(x.astype(int), columns - 2), np.minimum(y.astype(int), rows - 2)
        right, high = x - left, y - low
        below = shares[low, left] * (1 - right) + shares[low, left + 1] * right
        above = shares[low + 1, left] * (1 - right) + shares[low + 1, left + 1] * right
        return np.asarray(below * (1 - high) + above * high)

    @property
    def _eye(self) -> Eye:
        return Eye(self.around, self.up)

    def _project(self, x: Doubles, y: Doubles, shares: Doubles) -> Doubles:
        """Pixels and depth (n, 3), where what is further away is deeper."""
        return Relief(self.room, self._eye).pixels(x, y, shares)

    @staticmethod
    def _even(values: Doubles, ends: tuple[float, float]) -> Doubles:
        return 2 * (np.asarray(values, np.float64) - ends[0]) / ((ends[1] - ends[0]) or 1.0) - 1

    @staticmethod
    def _value(even: float, ends: tuple[float, float]) -> float:
        return ends[0] + (even + 1) / 2 * (ends[1] - ends[0])


def _some(count: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, count - 1, min(count, MOST + 1)).round().astype(np.int64))


def _shaded(shares: Doubles) -> NDArray[np.uint32]:
    """0xffrrggbb of each square: its height's colour, darker where it turns away from the light."""
    middle = (shares[:-1, :-1] + shares[1:, 1:] + shares[:-1, 1:] + shares[1:, :-1]) / 4
    step = 2.0 / max(shares.shape[0] - 1, 1)
    along, across = np.gradient(middle * TALL, step) if min(middle.shape) > 1 else (0 * middle, 0 * middle)
    length = np.sqrt(across**2 + along**2 + 1)
    light = (-across * _LIGHT[0] - along * _LIGHT[1] + _LIGHT[2]) / length
    dimmed = np.clip(0.55 + 0.5 * light, 0.45, 1.0)
    colours = height_colours(theme())[(middle * 255).astype(np.int64)]
    shade = QColor(blend(theme().plot_background, theme().truth, 0.5)).rgb()
    found = np.zeros(middle.shape, np.uint32)
    for shift in (0, 8, 16):
        own, dark = (colours >> shift) & 255, (shade >> shift) & 255
        mixed = own * dimmed + (dark if not theme().dark else dark * 0.25) * (1 - dimmed)
        found |= mixed.astype(np.uint32) << shift
    return found | np.uint32(0xFF000000)
