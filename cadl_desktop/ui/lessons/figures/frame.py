"""What stands around a figure's items: its title and key above, its axes with their numbers beside them."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cadl_desktop.lessons.figure import Doubles, Figure, Line, Named, Points, Trail, key_name
from cadl_desktop.ui.controls.edits.numbers import plain_number
from cadl_desktop.ui.controls.fields import translated
from cadl_desktop.ui.lessons.figures.colours import colour_of, trail_colour
from cadl_desktop.ui.lessons.figures.height_field import Turned
from cadl_desktop.ui.lessons.figures.plane import Plane
from cadl_desktop.ui.lessons.words import paint_words, typeset, without_formulas, words_width
from cadl_desktop.ui.theme.theme import GRID, SMALL, TEXT, scaled, tabular_font, text_font, theme

_TITLE, _KEY, _NUMBERS, _LABEL = 24, 18, 18, 18
"""Heights in pixels, at 100 %."""
_SIDE = 44
"""For the numbers of the y axis."""
_TICKS_APART = (64, 40)
_LEAST = 0.8
"""As small as a title may become, to have it whole."""


def room_for(figure: Figure, whole: QRectF, key_lines: int) -> QRectF:
    """What is left of a widget for the plane."""
    top = scaled(_TITLE) + key_lines * scaled(_KEY) + scaled(GRID)
    side = scaled(GRID)
    if not figure.axes:
        return whole.adjusted(side, top, -side, -side)
    left = scaled(_SIDE) + (scaled(_LABEL) if figure.y.label else 0)
    bottom = scaled(_NUMBERS) + (scaled(_LABEL) if figure.x.label else 0) + side / 2
    return whole.adjusted(left, top, -2 * side, -bottom)


def paint_title(painter: QPainter, figure: Figure, width: float) -> None:
    font = text_font(TEXT)
    font.setWeight(font.Weight.DemiBold)
    painter.setFont(font)
    room = QRectF(scaled(GRID), scaled(2), width - 2 * scaled(GRID), scaled(_TITLE))
    words = translated(figure.title)
    too_wide = words_width(painter, words) / max(room.width(), 1.0)
    if too_wide > 1:
        font.setPixelSize(max(int(font.pixelSize() / too_wide), round(_LEAST * font.pixelSize())))
        painter.setFont(font)
    paint_words(painter, room, words, theme().text)


def key_places(painter: QPainter, figure: Figure, width: float) -> list[tuple[Named, QPointF]]:
    """Every item that is in the key, and where its entry begins; as many lines as it takes."""
    painter.setFont(text_font(SMALL))
    left, top, gap = float(scaled(GRID)), float(scaled(_TITLE)), scaled(2 * GRID)
    found: list[tuple[Named, QPointF]] = []
    x, y = left, top
    for item in figure.items:
        if isinstance(item, Named) and key_name(item):
            wide = scaled(3 * GRID) + words_width(painter, translated(item.name))
            if x > left and x + wide > width - left:
                x, y = left, y + scaled(_KEY)
            found.append((item, QPointF(x, y)))
            x += wide + gap
    return found


def key_lines(places: list[tuple[Named, QPointF]]) -> int:
    return len({place.y() for _, place in places})


def paint_key(painter: QPainter, places: list[tuple[Named, QPointF]]) -> None:
    painter.setFont(text_font(SMALL))
    for item, place in places:
        middle = place.y() + scaled(_KEY) / 2
        _paint_sign(painter, item, place.x(), middle)
        room = QRectF(place.x() + scaled(3 * GRID), place.y(), 1, scaled(_KEY))
        paint_words(painter, room, translated(item.name), theme().muted)


def _paint_sign(painter: QPainter, item: Named, left: float, middle: float) -> None:
    wide, unit = float(scaled(2 * GRID + GRID // 2)), scaled(100) / 100
    if isinstance(item, Line):
        pen = QPen(colour_of(item.role, item.opacity), 2 * unit)
        if item.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(left, middle), QPointF(left + wide, middle))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    if isinstance(item, Trail):
        for place in range(4):
            painter.setBrush(trail_colour((place + 1) / 4))
            painter.drawEllipse(QPointF(left + (place + 0.5) * wide / 4, middle), 2.5 * unit, 2.5 * unit)
        return
    painter.setBrush(colour_of(item.role, item.opacity))
    if isinstance(item, Points):
        painter.drawEllipse(QPointF(left + wide / 2, middle), 3 * unit, 3 * unit)
    else:
        painter.drawRect(QRectF(left + wide / 2 - 5 * unit, middle - 5 * unit, 10 * unit, 10 * unit))


def paint_axes(painter: QPainter, figure: Figure, plane: Plane) -> None:
    """Grid, frame, numbers and labels; painted below the items."""
    room = plane.room
    painter.fillRect(room, QColor(theme().plot_background))
    painter.setFont(tabular_font(SMALL))
    grid = QPen(QColor(theme().grid), 1)
    for value in plane.x.ticks(scaled(_TICKS_APART[0])):
        x = float(plane.x.at(value))
        painter.setPen(grid)
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        painter.setPen(QColor(theme().muted))
        where = QRectF(x - 60, room.bottom() + 2, 120, scaled(_NUMBERS))
        painter.drawText(where, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, _number(value))
    for value in plane.y.ticks(scaled(_TICKS_APART[1])):
        y = float(plane.y.at(value))
        painter.setPen(grid)
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        painter.setPen(QColor(theme().muted))
        where = QRectF(0, y - 10, room.left() - scaled(GRID // 2), 20)
        painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _number(value))
    painter.setPen(QPen(QColor(theme().border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(room)
    _paint_labels(painter, figure, room)


def _paint_labels(painter: QPainter, figure: Figure, room: QRectF) -> None:
    painter.setFont(text_font(SMALL))
    below = QRectF(room.left(), room.bottom() + scaled(_NUMBERS), room.width(), scaled(_LABEL))
    paint_words(painter, below, translated(figure.x.label), theme().muted, centred=True)
    if not figure.y.label:
        return
    painter.save()
    painter.translate(room.left() - scaled(_SIDE) - scaled(_LABEL) / 2, room.center().y())
    painter.rotate(-90)
    beside = QRectF(-room.height() / 2, -scaled(_LABEL) / 2, room.height(), scaled(_LABEL))
    paint_words(painter, beside, translated(figure.y.label), theme().muted, centred=True)
    painter.restore()


def paint_floor_labels(painter: QPainter, figure: Figure, plane: Turned, width: float) -> None:
    """Of a turned surface: what runs along the two edges of its plane that are in front."""
    corners, middle = plane.floor(), plane.floor().mean(axis=0)
    painter.setFont(text_font(SMALL))
    heights = plane.heights
    edges = (
        (figure.x, heights.x_range, corners[[0, 1]], corners[[3, 2]]),
        (figure.y, heights.y_range, corners[[0, 3]], corners[[1, 2]]),
    )
    for axis, ends, one, other in edges:
        edge = one if one[:, 1].mean() >= other[:, 1].mean() else other
        outward = _outward(edge, middle)
        for value, share in zip(ends, (0.07, 0.93), strict=True):  # a corner is the end of two edges
            place = edge[0] + share * (edge[1] - edge[0])
            _paint_outside(painter, place, outward, _number(value), scaled(10), width)
        _paint_outside(painter, edge.mean(axis=0), outward, translated(axis.label), scaled(16), width)


def _outward(edge: Doubles, middle: Doubles) -> Doubles:
    """Of length 1, at a right angle to an edge and away from the middle."""
    along = edge[1] - edge[0]
    across = np.array([-along[1], along[0]]) / (np.hypot(*along) or 1.0)
    return across if across @ (edge.mean(axis=0) - middle) >= 0 else -across


def _paint_outside(
    painter: QPainter, place: Doubles, outward: Doubles, words: str, away: float, width: float
) -> None:
    """Beside an edge, and never beyond the figure's sides."""
    wide = words_width(painter, words)
    x, y = (place + outward * (away + np.array([wide / 2, 0.0]))).tolist()
    left = max(min(x - wide / 2, width - wide), 0.0)
    paint_words(painter, QRectF(left, y - 8, wide, 16), words, theme().muted, centred=True)


def spoken(figure: Figure) -> str:
    """For a screen reader: the title and what is in the key."""
    names = [item.name for item in figure.items if isinstance(item, Named) and key_name(item)]
    return ", ".join(without_formulas(translated(words)) for words in (figure.title, *names) if words)


def _number(value: float) -> str:
    return typeset(plain_number(float(f"{value:.6g}")))
