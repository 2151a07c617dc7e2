"""Paints the cost surface, the run's path over it, and the marks on it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from cadl_desktop.drawing.cost_surface import CONTOUR_OPACITY, RAMP, Dots, Scale, resampled
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.ui.landscape.relief import MESH, TALL, Relief
from cadl_desktop.ui.theme.theme import Theme, blend, theme

_MAP_SIDE = 151
_LIGHT = np.array([-0.4, -0.3, 0.85])
_DOT, _BALL = 6.0, 11.0


def paint_map(painter: QPainter, relief: Relief, heights: Doubles, scale: Scale) -> None:
    """Paints heights (n, n) seen from above: colours and contours."""
    square, finer = relief.square(), resampled(heights, _MAP_SIDE)
    colours = np.ascontiguousarray(height_colours(finer, theme())[::-1])
    image = QImage(colours.data, _MAP_SIDE, _MAP_SIDE, 4 * _MAP_SIDE, QImage.Format.Format_RGB32)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(square, image)
    painter.setPen(_thin(CONTOUR_OPACITY))
    for line in _contours(finer, scale.levels()):
        painter.drawPolyline(_polygon(relief.pixels(line[:, 0], line[:, 1], np.zeros(len(line)))))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme().border), 1))
    painter.drawRect(square)


def paint_relief(painter: QPainter, relief: Relief, heights: Doubles) -> None:
    """Paints heights (n, n) as a turned surface, from the farthest square to the nearest."""
    found = relief.mesh(heights)[..., 2:]
    squares = np.stack((found[:-1, :-1], found[:-1, 1:], found[1:, 1:], found[1:, :-1]), axis=2)
    order = np.argsort(-squares[..., 2].mean(axis=2).ravel())
    colours = _shaded(resampled(heights, MESH)).ravel()[order].tolist()
    corners = squares[..., :2].reshape(-1, 8)[order].tolist()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(_thin(0.16))
    # Plain numbers instead of polygons: building arrays and lists of four points took half of the time.
    brush, draw, opaque, point = painter.setBrush, painter.drawConvexPolygon, QColor.fromRgb, QPointF
    for colour, (a, b, c, d, e, f, g, h) in zip(colours, corners, strict=True):
        brush(opaque(colour))
        draw((point(a, b), point(c, d), point(e, f), point(g, h)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def paint_path(painter: QPainter, relief: Relief, dots: Dots) -> None:
    """Paints the run's states at their own costs, shown as colour, and seen from aside also as height with a
    line to the surface. States farther from the plane are fainter."""
    tops = relief.pixels(dots.x, dots.y, dots.heights)
    feet = relief.pixels(dots.x, dots.y, dots.feet)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_thin(0.5))
    painter.drawPolyline(_polygon(tops[dots.seen]))
    colours = height_colours(dots.heights, theme())
    for place in np.flatnonzero(dots.seen).tolist():
        painter.setOpacity(float(dots.opacities[place]))
        top = QPointF(*tops[place, :2].tolist())
        painter.setPen(QPen(QColor(theme().truth), 1))
        painter.drawLine(top, QPointF(*feet[place, :2].tolist()))
        painter.setBrush(QColor.fromRgb(int(colours[place])) if dots.known[place] else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(top, _DOT / 2, _DOT / 2)
    painter.setOpacity(1.0)


def paint_ball(painter: QPainter, place: QPointF) -> None:
    """Marks the current state."""
    painter.setPen(QPen(QColor(theme().plot_background), 2))
    painter.setBrush(QColor(theme().accent))
    painter.drawEllipse(place, _BALL / 2, _BALL / 2)


def paint_cross(painter: QPainter, place: QPointF, strong: bool) -> None:
    """Marks a chosen point (`strong`), or the reading mark of the keys."""
    arm = 7 if strong else 5
    for colour, width in ((theme().plot_background, 4), (theme().truth, 2)):
        painter.setPen(QPen(QColor(colour), width if strong else width - 1))
        painter.drawLine(place - QPointF(arm, 0), place + QPointF(arm, 0))
        painter.drawLine(place - QPointF(0, arm), place + QPointF(0, arm))


def nearest_place(places: Doubles, pixels: QPointF, reach: float) -> int | None:
    """Index of the place nearest to `pixels` among places (n, 2), or None beyond `reach` pixels."""
    if not len(places):
        return None
    apart = np.hypot(places[:, 0] - pixels.x(), places[:, 1] - pixels.y())
    nearest = int(np.argmin(apart))
    return nearest if apart[nearest] <= reach else None


def _contours(heights: Doubles, levels: Doubles) -> list[Doubles]:
    from contourpy import contour_generator

    side = np.linspace(-1, 1, len(heights))
    found = contour_generator(side, side, heights)
    return [np.asarray(line) for level in levels.tolist() for line in found.lines(level)]


def _shaded(heights: Doubles) -> NDArray[np.uint32]:
    """Colour of each square, darker where it turns away from the light."""
    middle = (heights[:-1, :-1] + heights[1:, 1:] + heights[:-1, 1:] + heights[1:, :-1]) / 4
    along, across = np.gradient(middle * TALL, 2.0 / len(middle))
    light = (-across * _LIGHT[0] - along * _LIGHT[1] + _LIGHT[2]) / np.sqrt(across**2 + along**2 + 1)
    bright = np.clip(0.55 + 0.5 * light, 0.45, 1.0)
    colours = height_colours(middle, theme())
    shade = QColor(blend(theme().plot_background, theme().truth, 0.12 if theme().dark else 0.5)).rgb()
    found = np.full(middle.shape, 0xFF000000, np.uint32)
    for shift in (0, 8, 16):
        own, dark = (colours >> shift) & 255, (shade >> shift) & 255
        found |= (own * bright + dark * (1 - bright)).astype(np.uint32) << shift
    return found


def _thin(opacity: float) -> QPen:
    colour = QColor(theme().truth)
    colour.setAlphaF(opacity)
    return QPen(colour, 1)


def _polygon(places: Doubles) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in places[:, :2].tolist()])


def height_colours(heights: Doubles, colours: Theme) -> NDArray[np.uint32]:
    """Colours 0xffrrggbb of heights from 0 to 1."""
    return _ramp(colours)[(heights * 255).astype(np.int64)]


@lru_cache(maxsize=4)
def _ramp(colours: Theme) -> NDArray[np.uint32]:
    low = blend(colours.plot_background, colours.series, RAMP[0])
    high = blend(colours.series, colours.truth, RAMP[1])
    return np.array([QColor(blend(low, high, step / 255)).rgb() for step in range(256)], np.uint32)
