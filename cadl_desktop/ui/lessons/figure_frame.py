"""Frame of a figure: title and key above the plane, axes with numbers and labels around it."""

import re

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cadl_desktop.lessons.figure import Doubles, Figure, Line, Named, Points, Trail, key_name
from cadl_desktop.ui.controls.number_text import plain_number
from cadl_desktop.ui.lessons.figure_items import colour_of, pen_of, trail_colour
from cadl_desktop.ui.lessons.figure_plane import Plane, Turned
from cadl_desktop.ui.texts.formulas import paint_words, typeset, without_formulas, words_width
from cadl_desktop.ui.theme.theme import GRID, SMALL, TEXT, tabular_font, text_font, theme

LEAST_SCALE = 0.8
"""Smallest factor by which text is scaled down to fit."""
_SPACE = re.compile(r" (?=(?:[^$]*\$[^$]*\$)*[^$]*$)")  # outside formulas


def shrink_font(painter: QPainter, words: str, width: float) -> None:
    """Reduces the painter's font until the text fits `width`, within a limit."""
    too_wide = words_width(painter, words) / max(width, 1.0)
    if too_wide > 1:
        font = painter.font()
        font.setPixelSize(max(int(font.pixelSize() / too_wide), round(LEAST_SCALE * font.pixelSize())))
        painter.setFont(font)


def elided(painter: QPainter, words: str, width: float) -> str:
    """Text elided to `width`; screen readers get it whole."""
    if words_width(painter, words) <= width:
        return words
    cut = painter.fontMetrics().elidedText(without_formulas(words), Qt.TextElideMode.ElideRight, int(width))
    return cut.replace("$", "")


def split_lines(painter: QPainter, words: str, width: float) -> list[str]:
    """Splits a text into one line, or two of similar width if one is too wide."""
    breaks = [found.start() for found in _SPACE.finditer(words)]
    if words_width(painter, words) <= width or not breaks:
        return [elided(painter, words, width)]
    halves = ((words[:place], words[place + 1 :]) for place in breaks)
    best = min(halves, key=lambda parts: max(words_width(painter, part) for part in parts))
    return [elided(painter, part, width) for part in best]


_TITLE, _KEY, _NUMBERS, _LABEL = 24, 18, 18, 18
"""Heights in pixels."""
_THINNEST, _THICKEST = 2, 8
"""Limits for the width of a line in the key."""
_SIDE = 44
"""Width for the numbers of the y axis in pixels."""
_TICKS_APART = (64, 40)


def room_for(figure: Figure, whole: QRectF, key_lines: int) -> QRectF:
    """Rectangle that the frame leaves for the plane."""
    top = _TITLE + key_lines * _KEY + GRID
    if not figure.axes:
        return whole.adjusted(GRID, top, -GRID, -GRID)
    left = _SIDE + (_LABEL if figure.y.label else 0)
    bottom = _NUMBERS + (_LABEL if figure.x.label else 0) + GRID / 2
    return whole.adjusted(left, top, -2 * GRID, -bottom)


def paint_title(painter: QPainter, figure: Figure, width: float) -> None:
    font = text_font(TEXT)
    font.setWeight(font.Weight.DemiBold)
    painter.setFont(font)
    room = QRectF(GRID, 2, width - 2 * GRID, _TITLE)
    shrink_font(painter, figure.title, room.width())
    lines = split_lines(painter, figure.title, room.width())
    room.setHeight(room.height() / len(lines))
    for line in lines:
        paint_words(painter, room, line, theme().text)
        room.translate(0, room.height())


def key_places(painter: QPainter, figure: Figure, width: float) -> list[tuple[Named, QPointF]]:
    """Items in the key and the positions of their entries, on as many lines as needed.

    Sets the painter's font to the size at which the widest entry fits.
    """
    painter.setFont(text_font(SMALL))
    left, top, gap = float(GRID), float(_TITLE), 2 * GRID
    named = [item.name for item in figure.items if isinstance(item, Named) and key_name(item)]
    widest = max(named, key=lambda words: words_width(painter, words), default="")
    shrink_font(painter, widest, width - 2 * left - 3 * GRID)
    found: list[tuple[Named, QPointF]] = []
    x, y = left, top
    for item in figure.items:
        if isinstance(item, Named) and key_name(item):
            wide = 3 * GRID + words_width(painter, item.name)
            if x > left and x + wide > width - left:
                x, y = left, y + _KEY
            found.append((item, QPointF(x, y)))
            x += wide + gap
    return found


def key_name_at(painter: QPainter, figure: Figure, width: float, place: QPointF) -> str:
    """Name in the key at a position in the figure; empty elsewhere."""
    for item, begin in key_places(painter, figure, width):
        if QRectF(begin.x(), begin.y(), 3 * GRID + words_width(painter, item.name), _KEY).contains(place):
            return item.name
    return ""


def key_lines(places: list[tuple[Named, QPointF]]) -> int:
    return len({place.y() for _, place in places})


def paint_key(painter: QPainter, figure: Figure, width: float) -> None:
    for item, place in key_places(painter, figure, width):
        middle = place.y() + _KEY / 2
        _paint_symbol(painter, item, place.x(), middle)
        left = place.x() + 3 * GRID
        words = elided(painter, item.name, width - GRID - left)
        paint_words(painter, QRectF(left, place.y(), 1, _KEY), words, theme().muted)


def _paint_symbol(painter: QPainter, item: Named, left: float, middle: float) -> None:
    wide = float(2 * GRID + GRID // 2)
    if isinstance(item, Line):
        width = min(max(item.width, _THINNEST), _THICKEST)
        painter.setPen(pen_of(item, width))
        painter.drawLine(QPointF(left, middle), QPointF(left + wide, middle))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    if isinstance(item, Trail):
        for place in range(4):
            painter.setBrush(trail_colour((place + 1) / 4))
            painter.drawEllipse(QPointF(left + (place + 0.5) * wide / 4, middle), 2.5, 2.5)
        return
    painter.setBrush(colour_of(item.role, item.opacity))
    if isinstance(item, Points):
        painter.drawEllipse(QPointF(left + wide / 2, middle), 3, 3)
    else:
        painter.drawRect(QRectF(left + wide / 2 - 5, middle - 5, 10, 10))


def paint_axes(painter: QPainter, figure: Figure, plane: Plane) -> None:
    """Paints grid, frame, numbers and labels, below the items."""
    room = plane.room
    painter.fillRect(room, QColor(theme().plot_background))
    painter.setFont(tabular_font(SMALL))
    grid = QPen(QColor(theme().grid), 1)
    for value in plane.x.ticks(_TICKS_APART[0]):
        x = float(plane.x.at(value))
        painter.setPen(grid)
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        painter.setPen(QColor(theme().muted))
        where = QRectF(x - 60, room.bottom() + 2, 120, _NUMBERS)
        painter.drawText(where, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, _number(value))
    for value in plane.y.ticks(_TICKS_APART[1]):
        y = float(plane.y.at(value))
        painter.setPen(grid)
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        painter.setPen(QColor(theme().muted))
        where = QRectF(0, y - 10, room.left() - GRID // 2, 20)
        painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _number(value))
    painter.setPen(QPen(QColor(theme().border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(room)
    _paint_labels(painter, figure, room)


def _paint_labels(painter: QPainter, figure: Figure, room: QRectF) -> None:
    painter.setFont(text_font(SMALL))
    aside, ground = 2 * GRID, room.bottom() + _NUMBERS
    below = QRectF(room.left() - aside, ground, room.width() + 2 * aside, _LABEL)
    _paint_label(painter, below, figure.x.label)
    if not (words := figure.y.label):
        return
    painter.save()
    end = room.bottom() if words_width(painter, words) <= room.height() else ground + _LABEL
    middle = QPointF(room.left() - _SIDE - _LABEL / 2, (room.top() + end) / 2)
    painter.translate(middle)
    painter.rotate(-90)
    height = end - room.top()
    _paint_label(painter, QRectF(-height / 2, -_LABEL / 2, height, _LABEL), words)
    painter.restore()


def _paint_label(painter: QPainter, room: QRectF, words: str) -> None:
    painter.setFont(text_font(SMALL))
    shrink_font(painter, words, room.width())
    paint_words(painter, room, elided(painter, words, room.width()), theme().muted, centred=True)


def paint_floor_labels(painter: QPainter, figure: Figure, plane: Turned, width: float) -> None:
    """Paints numbers and labels along the two front edges of a 3-D surface's plane.

    Labels without room beside the numbers are left out.
    """
    corners, middle = plane.floor(), plane.floor().mean(axis=0)
    painter.setFont(text_font(SMALL))
    heights = plane.heights
    edges = (
        (figure.x, heights.x_range, corners[[0, 1]], corners[[3, 2]]),
        (figure.y, heights.y_range, corners[[0, 3]], corners[[1, 2]]),
    )
    numbers: list[tuple[Doubles, Doubles, str, int]] = []
    labels: list[tuple[Doubles, Doubles, str, int]] = []
    for axis, ends, one, other in edges:
        edge = one if one[:, 1].mean() >= other[:, 1].mean() else other
        outward = _outward(edge, middle)
        for value, share in zip(ends, (0.07, 0.93), strict=True):  # not at the corners, which two edges share
            place = edge[0] + share * (edge[1] - edge[0])
            numbers.append((place, outward, _number(value), 10))
        labels.append((edge.mean(axis=0), outward, axis.label, 16))
    occupied: list[QRectF] = []
    for words in (*numbers, *labels):
        room = _words_rect(painter, *words, width)
        if not any(room.intersects(other) for other in occupied):
            paint_words(painter, room, words[2], theme().muted, centred=True)
            occupied.append(room)


def _outward(edge: Doubles, middle: Doubles) -> Doubles:
    """Unit vector perpendicular to an edge, pointing away from the middle."""
    along = edge[1] - edge[0]
    across = np.array([-along[1], along[0]]) / (np.hypot(*along) or 1.0)
    return across if across @ (edge.mean(axis=0) - middle) >= 0 else -across


def _words_rect(
    painter: QPainter, place: Doubles, outward: Doubles, words: str, away: float, width: float
) -> QRectF:
    """Rectangle for words beside an edge, inside the figure; sets the painter's font for them."""
    painter.setFont(text_font(SMALL))
    left_over = float(place[0] if outward[0] < 0 else width - place[0])
    slant = abs(float(outward[0]))
    shrink_font(painter, words, 2 * (left_over - slant * away) / (1 + slant))
    wide = words_width(painter, words)
    x, y = (place + outward * (away + np.array([wide / 2, 0.0]))).tolist()
    left = max(min(x - wide / 2, width - wide), 0.0)
    return QRectF(left, y - 8, wide, 16)


def accessible_text(figure: Figure) -> str:
    """Title and key of a figure as text for screen readers."""
    names = [item.name for item in figure.items if isinstance(item, Named) and key_name(item)]
    return ", ".join(without_formulas(words) for words in (figure.title, *names) if words)


def _number(value: float) -> str:
    return typeset(plain_number(float(f"{value:.6g}")))
