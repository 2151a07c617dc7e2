"""Planes of figures, which map their coordinates to pixels: flat ones with axes, and 3-D surfaces."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from cadl_desktop.drawing.cost_surface import height_at, shares_of
from cadl_desktop.drawing.lesson_figures import ranges_of
from cadl_desktop.lessons.figure import Doubles, Figure, Heights
from cadl_desktop.ui.landscape.relief import Relief, Viewpoint
from cadl_desktop.ui.landscape.surface_painting import paint_relief
from cadl_desktop.ui.theme.theme import Theme, theme

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """Axis from `begin` to `end` in its units, which are at `first` and `last` in pixels. It may be
    descending."""

    begin: float
    end: float
    first: float
    last: float
    logarithmic: bool = False

    def at(self, value: Doubles | float) -> Doubles:
        """Pixels of values of any shape; NaN for values <= 0 on a logarithmic axis."""
        return self.first + (self._linear(value) - self._low) / self._span * (self.last - self.first)

    def back(self, pixels: float) -> float:
        """Value at a pixel."""
        share = (pixels - self.first) / ((self.last - self.first) or 1.0)
        linear = self._low + share * self._span
        return float(10**linear) if self.logarithmic else float(linear)

    def clamped(self, value: float) -> float:
        low, high = sorted((self.begin, self.end))
        return min(max(value, low), high)

    def ticks(self, room: float) -> list[float]:
        """Round numbers along the axis, at least `room` pixels apart."""
        length = abs(self.last - self.first)
        most = max(2, int(length / room))
        low, high = sorted((self.begin, self.end))
        if self.logarithmic:
            decades = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
            every = max(1, math.ceil(len(decades) / most))
            return [10.0**decade for decade in decades if decade % every == 0]
        found = _multiples(low, high, most)
        if len(found) > 1:
            return found
        closer = _multiples(low, high, most + 2)
        return closer[::2] if len(closer) > most + 2 else closer

    @property
    def _low(self) -> float:
        return float(self._linear(self.begin))

    @property
    def _span(self) -> float:
        return float(self._linear(self.end)) - self._low or 1.0

    def _linear(self, value: Doubles | float) -> Doubles:
        values = np.asarray(value, np.float64)
        if not self.logarithmic:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log10(values), np.nan)


@dataclass(frozen=True)
class Plane:
    """Flat plane of a figure: both axes and the rectangle between them."""

    x: Scale
    y: Scale
    room: QRectF

    def places(self, x: Doubles, y: Doubles) -> Doubles:
        """Pixels (n, 2) of points x (n,), y (n,)."""
        return np.column_stack((self.x.at(x), self.y.at(y)))

    def at(self, x: float, y: float) -> QPointF:
        return QPointF(*self.places(np.array([x]), np.array([y]))[0].tolist())

    def back(self, pixels: QPointF) -> tuple[float, float]:
        """Values at a pixel, clamped to the ranges of the axes."""
        x, y = self.x.back(pixels.x()), self.y.back(pixels.y())
        return self.x.clamped(x), self.y.clamped(y)


def plane_of(figure: Figure, room: QRectF) -> Plane:
    """Plane of a figure in a rectangle; a `square` figure may leave a part of it free."""
    x, y = ranges_of(figure)
    if figure.square and not (figure.x.logarithmic or figure.y.logarithmic):
        room = _square(room, abs(x[1] - x[0]), abs(y[1] - y[0]))
    return Plane(
        Scale(*x, room.left(), room.right(), figure.x.logarithmic),
        Scale(*y, room.bottom(), room.top(), figure.y.logarithmic),
        room,
    )


def _square(room: QRectF, width: float, height: float) -> QRectF:
    unit = min(room.width() / (width or 1.0), room.height() / (height or 1.0))
    inner = QRectF(0, 0, unit * (width or 1.0), unit * (height or 1.0))
    inner.moveCenter(room.center())
    return inner


def _multiples(low: float, high: float, most: int) -> list[float]:
    """Multiples of a round step between two ends, with at most `most` steps."""
    step = _nice((high - low) / most)
    first = math.ceil(low / step - 1e-9)
    return [round(place * step, 12) for place in range(first, math.floor(high / step + 1e-9) + 1)]


def _nice(least: float) -> float:
    """Smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `least`, except 2.5 itself, which
    would mark whole numbers at halves."""
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    steps = (nice * power for nice in _NICE if nice * power != 2.5)
    return next(step for step in steps if step >= least * 0.999999)


@dataclass(frozen=True)
class Turned:
    """Surface of a figure in 3-D, seen from azimuth `around` and elevation `up` in degrees."""

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
        """Point (x, y) of the surface that is drawn closest to a pixel; of several, the front one."""
        corners = self._relief.mesh(shares_of(self.heights.values)).reshape(-1, 5)
        distances = np.hypot(corners[:, 2] - pixels.x(), corners[:, 3] - pixels.y())
        near = corners[distances <= distances.min() + 4.0]
        x, y, *_ = near[np.argmin(near[:, 4])].tolist()
        return _value(x, self.heights.x_range), _value(y, self.heights.y_range)

    def floor(self) -> Doubles:
        """Pixels (4, 2) of the corners of the plane under the surface, in order around it."""
        x, y = np.array([-1.0, 1.0, 1.0, -1.0]), np.array([-1.0, -1.0, 1.0, 1.0])
        return self._relief.pixels(x, y, np.zeros(4))[:, :2]

    def paint(self, painter: QPainter) -> None:
        """Paints the surface over its floor."""
        painter.setPen(QPen(QColor(theme().grid), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in self.floor().tolist()]))
        paint_relief(painter, self._relief, shares_of(self.heights.values))

    def turned(self, across: float, down: float) -> tuple[float, float]:
        """Azimuth and elevation after a drag by some pixels."""
        eye = self._relief.eye.turned(across, down)
        return eye.around, eye.up

    @property
    def _relief(self) -> Relief:
        return Relief(self.room, Viewpoint(self.around, self.up))


def _value(even: float, ends: tuple[float, float]) -> float:
    return ends[0] + (even + 1) / 2 * (ends[1] - ends[0])


class LayerCache:
    """Cached pixmap of the lowest layer of a figure, a map or a surface, which is slow to paint and seldom
    changes."""

    def __init__(self) -> None:
        self._heights: Heights | None = None
        self._key: tuple[Any, ...] = ()
        self._pixmap = QPixmap()

    def paint(
        self,
        painter: QPainter,
        heights: Heights,
        key: tuple[QSize, float, Theme, Any],
        paint: Callable[[QPainter], object],
    ) -> None:
        """Draws the pixmap, painted again if `heights` or `key` changed.

        `key` has the widget's size, the device pixel ratio, the theme, and the position of the viewer.
        """
        if self._heights is None or not _same(heights, self._heights) or key != self._key:
            size, ratio, *_ = key
            self._heights, self._key = heights, key
            self._pixmap = QPixmap(size * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            below = QPainter(self._pixmap)
            below.setRenderHints(painter.renderHints())
            paint(below)
            below.end()
        painter.drawPixmap(0, 0, self._pixmap)


def _same(one: Heights, other: Heights) -> bool:
    """Whether heights are the same; demonstrations return the same array while values do not change."""
    return one.values is other.values and tuple(one.levels) == tuple(other.levels)
