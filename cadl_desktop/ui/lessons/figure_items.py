"""Painting of each kind of item on a figure's plane."""

import math
from collections.abc import Iterator, Mapping
from functools import singledispatch
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPath, arrayToQPolygonF
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from cadl_desktop.drawing.cost_surface import shares_of
from cadl_desktop.drawing.lesson_figures import FAINTEST, TRAIL_OPACITY, role_colour
from cadl_desktop.lessons.figure import (
    Arrow,
    Bars,
    Doubles,
    Figure,
    Heights,
    Item,
    Line,
    Node,
    Picture,
    Points,
    Role,
    Stroke,
    Trail,
)
from cadl_desktop.ui.landscape.surface_painting import height_colours
from cadl_desktop.ui.texts.formulas import paint_words, words_width
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, blend, tabular_font, theme


def colour_of(role: Role, opacity: float = 1.0) -> QColor:
    colour = QColor(role_colour(role, theme()))
    colour.setAlphaF(opacity)
    return colour


def trail_colour(share: float) -> QColor:
    """Colour of a trail at a share from 0 to 1: from cool to warm, increasingly opaque."""
    colour = QColor(blend(theme().blue, theme().orange, share))
    colour.setAlphaF(FAINTEST + (1 - FAINTEST) * share)
    return colour


_STYLES: Mapping[Stroke, Qt.PenStyle] = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
    "dash-dotted": Qt.PenStyle.DashDotLine,
}


def pen_of(item: Line, width: float) -> QPen:
    """Pen for a line; its ends are flat, or wide dashes would close their gaps."""
    ends, joins = Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin
    return QPen(colour_of(item.role, item.opacity), width, _STYLES[item.stroke], ends, joins)


_LIMIT = 1e5
"""Limit for pixel coordinates; Qt's painter fails on larger ones."""
_MANY, _APART = 300, 1.5
"""Lines of at least `_MANY` points are thinned to points `_APART` pixels apart."""
_SHADES = 16
"""Number of colours in which a trail is painted."""
_SMALLEST, _LARGEST = 0.75, 1.1
"""Limits for the font of a diagram, relative to that of an axis."""


class Places(Protocol):
    """Plane of a figure, flat or a 3-D surface."""

    @property
    def room(self) -> QRectF: ...

    def places(self, x: Doubles, y: Doubles) -> Doubles:
        """Pixels (n, 2) of points x (n,), y (n,)."""

    def at(self, x: float, y: float) -> QPointF:
        """Pixel of one point."""


@singledispatch
def paint_item(item: Item, painter: QPainter, plane: Places) -> None:
    """Paints an item on a plane. Handles are widgets of their own."""


@paint_item.register
def _line(item: Line, painter: QPainter, plane: Places) -> None:
    found = plane.places(item.x, item.y)
    if len(found) < 2:
        return
    painter.setPen(pen_of(item, item.width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    found = _thinned(np.clip(found, -_LIMIT, _LIMIT))
    painter.drawPath(arrayToQPath(found[:, 0].copy(), found[:, 1].copy(), connect="finite"))


@paint_item.register
def _points(item: Points, painter: QPainter, plane: Places) -> None:
    _dots(painter, plane.places(item.x, item.y), colour_of(item.role, item.opacity), item.size)


@paint_item.register
def _trail(item: Trail, painter: QPainter, plane: Places) -> None:
    found = plane.places(item.x, item.y)
    count = len(found)
    if not count:
        return
    if count > 1:
        line = QColor(theme().muted)
        line.setAlphaF(TRAIL_OPACITY)
        painter.setPen(QPen(line, 1))
        painter.drawPolyline(_polygon(np.clip(found[np.isfinite(found).all(axis=1)], -_LIMIT, _LIMIT)))
    for begin, end in _chunks(count):
        _dots(painter, found[begin:end], trail_colour((end - 1) / max(count - 1, 1)), item.size)


@paint_item.register
def _bars(item: Bars, painter: QPainter, plane: Places) -> None:
    lower = plane.places(item.edges, np.zeros_like(item.edges))
    upper = plane.places(item.edges[:-1], item.counts)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour_of(item.role, item.opacity))
    for left, right, top, ground in zip(
        lower[:-1, 0].tolist(),
        lower[1:, 0].tolist(),
        upper[:, 1].tolist(),
        lower[:-1, 1].tolist(),
        strict=True,
    ):
        if math.isfinite(top):
            painter.drawRect(
                QRectF(QPointF(left, top), QPointF(right - min(1.0, (right - left) / 4), ground))
            )


@paint_item.register
def _heights(item: Heights, painter: QPainter, plane: Places) -> None:
    colours = height_colours(shares_of(item.values), theme())
    (left, right), (low, high) = item.x_range, item.y_range
    room = QRectF(plane.at(left, high), plane.at(right, low))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    _image(painter, room, colours[::-1])
    if len(item.levels):
        _contours(item, painter, plane)


@paint_item.register
def _picture(item: Picture, painter: QPainter, plane: Places) -> None:
    rows, columns = item.colours.shape[:2]
    reds, greens, blues = np.moveaxis(item.colours.astype(np.uint32), 2, 0)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    pixels = np.uint32(0xFF000000) | (reds << 16) | (greens << 8) | blues
    _image(painter, QRectF(plane.at(0, 0), plane.at(columns, rows)), pixels.astype(np.uint32))


@paint_item.register
def _arrow(item: Arrow, painter: QPainter, plane: Places) -> None:
    start, end = plane.at(*item.start), plane.at(*item.end)
    length = math.hypot(end.x() - start.x(), end.y() - start.y())
    if not length:
        return
    head = min(4 + 3 * item.width, length)
    along = (end - start) / length
    across = QPointF(-along.y(), along.x())
    colour = colour_of(item.role)
    painter.setPen(QPen(colour, item.width))
    painter.drawLine(start, end - along * head * 0.8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    neck = end - along * head
    painter.drawPolygon(QPolygonF([end, neck + across * head * 0.42, neck - across * head * 0.42]))


@paint_item.register
def _node(item: Node, painter: QPainter, plane: Places) -> None:
    """Paints a node in the painter's font."""
    box = QRectF(QPointF(), _node_size(item, painter))
    box.moveCenter(plane.at(item.x, item.y))
    lines, height, padding = item.text.split("\n"), painter.fontMetrics().height(), _padding(item)
    colour = colour_of(item.role)
    if item.framed:
        painter.setPen(QPen(colour, 2.0 if item.strong else 1.0))
        painter.setBrush(QColor(theme().raised))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
    top = box.top() + padding / 2
    words = theme().text if item.framed else colour.name()
    for place, line in enumerate(lines):
        paint_words(painter, QRectF(box.left(), top + place * height, box.width(), height), line, words, True)


def node_font(painter: QPainter, figure: Figure, plane: Places) -> QFont:
    """Font, within limits, in which the boxes of a diagram neither overlap nor leave the plane."""
    font = tabular_font(SMALL)
    nodes = [] if figure.axes else [item for item in figure.items if isinstance(item, Node)]
    if not nodes:
        return font
    places = plane.places(np.array([node.x for node in nodes]), np.array([node.y for node in nodes]))
    painter.setFont(font)
    halves = np.empty_like(places)
    for place, node in enumerate(nodes):
        painter.save()
        size = _node_size(node, painter)
        painter.restore()
        halves[place] = size.width() / 2, size.height() / 2
    gaps_in_boxes = np.abs(places[:, None] - places[None]) / (halves[:, None] + halves[None])
    fits = gaps_in_boxes.max(axis=2)[~np.eye(len(nodes), dtype=bool)]
    room = plane.room
    edges = np.minimum(places - [room.left(), room.top()], [room.right(), room.bottom()] - places) / halves
    share = min(float(fits.min(initial=_LARGEST)), float(edges.min()))
    font.setPixelSize(round(font.pixelSize() * min(max(share, _SMALLEST), _LARGEST)))
    return font


def _node_size(item: Node, painter: QPainter) -> QSizeF:
    """Size of a node's box; sets the painter's font weight for it."""
    font = painter.font()
    font.setWeight(font.Weight.DemiBold if item.strong else font.Weight.Normal)
    painter.setFont(font)
    lines = item.text.split("\n")
    width = max(words_width(painter, line) for line in lines)
    padding = _padding(item)
    return QSizeF(width + 2 * padding, painter.fontMetrics().height() * len(lines) + padding)


def _padding(item: Node) -> int:
    return GRID if item.framed else 0


def _contours(item: Heights, painter: QPainter, plane: Places) -> None:
    from contourpy import contour_generator

    rows, columns = item.values.shape
    x, y = np.linspace(*item.x_range, columns), np.linspace(*item.y_range, rows)
    colour = QColor(theme().truth)
    colour.setAlphaF(0.3)
    painter.setPen(QPen(colour, 1))
    found = contour_generator(x, y, item.values)
    lines = [np.asarray(line) for level in item.levels for line in found.lines(float(level))]
    if lines:
        # In one call, as there may be hundreds of short lines.
        together = plane.places(*np.concatenate(lines).T)
        for line in np.split(together, np.cumsum([len(line) for line in lines])[:-1]):
            painter.drawPolyline(_polygon(line))


def _image(painter: QPainter, room: QRectF, colours: NDArray[np.uint32]) -> None:
    pixels = np.ascontiguousarray(colours, np.uint32)
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    painter.drawImage(room.normalized(), image)


def _thinned(places: Doubles) -> Doubles:
    """Removes points too close to others to be visible, since wide lines are slow to paint."""
    if len(places) < _MANY:
        return places
    steps = np.hypot(*np.diff(places, axis=0).T)
    gaps = np.isnan(places).any(axis=1)
    stretch = np.floor(np.concatenate(([0.0], np.cumsum(np.nan_to_num(steps)))) / _APART)
    seen = np.concatenate(([True], np.diff(stretch) > 0))
    seen[-1] = True
    beside = np.convolve(gaps, np.ones(3), "same") > 0  # keep the ends of lines
    return places[seen | beside]


def _dots(painter: QPainter, places: Doubles, colour: QColor, size: float) -> None:
    places = places[np.isfinite(places).all(axis=1)]
    if not len(places):
        return
    pen = QPen(colour, size)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPoints(_polygon(np.clip(places, -_LIMIT, _LIMIT)))


def _polygon(places: Doubles) -> QPolygonF:
    return arrayToQPolygonF(places[:, 0], places[:, 1])  # type: ignore[no-any-return]


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    ends = np.unique(np.linspace(0, count, min(count, _SHADES) + 1).round().astype(int)).tolist()
    return pairwise(ends)
