"""Draws the network's neurons and connections between cards; it knows rectangles and numbers only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cadl_desktop.ui.theme import GRID, RADIUS, SMALL, text_font, theme

CELL = 2 * GRID
_PITCH = CELL + GRID
_REST_HEIGHT = 2 * GRID
_LABEL_GAP = GRID // 2
_SHIFT = 2 * GRID  # so that names on the left have room


@dataclass(frozen=True)
class DrawnColumn:
    """One card and the neurons in it. `area` is where they may stand; `labels` name the first of them."""

    card: QRectF
    area: QRectF
    neurons: int
    labels: tuple[str, ...] = ()
    labels_left: bool = False
    sign: str = ""
    """What stands inside every neuron, such as a sum sign."""
    focused: bool = False
    lifted: bool = False


def cells_of(column: DrawnColumn) -> list[QRectF]:
    """The squares of the neurons that fit, centred in the column's area."""
    height, count = column.area.height(), column.neurons
    fitting = int((height + GRID) // _PITCH)
    if count > fitting:
        fitting = max(int((height - _REST_HEIGHT + GRID) // _PITCH), 1)
    shown = min(count, fitting)
    used = shown * _PITCH - GRID + (_REST_HEIGHT if shown < count else 0)
    top = column.area.top() + max((height - used) / 2, 0)
    left = column.area.center().x() - CELL / 2 + (_SHIFT if column.labels_left else 0)
    return [QRectF(round(left), round(top) + row * _PITCH, CELL, CELL) for row in range(shown)]


def paint_network(painter: QPainter, columns: Sequence[DrawnColumn]) -> None:
    """Cards at the back, then lines, then neurons."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for column in columns:
        _paint_card(painter, column)
    placed = [(column, cells_of(column)) for column in columns]
    for (_, before), (_, after) in pairwise(placed):
        _paint_lines(painter, before, after)
    painter.setFont(text_font(SMALL))
    for column, cells in placed:
        _paint_cells(painter, column, cells)


def _paint_card(painter: QPainter, column: DrawnColumn) -> None:
    edge = theme().accent if column.focused or column.lifted else theme().border
    painter.setPen(QPen(QColor(edge), 1))
    painter.setBrush(QColor(theme().hover if column.lifted else theme().surface))
    painter.drawRoundedRect(column.card.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _paint_lines(painter: QPainter, before: Sequence[QRectF], after: Sequence[QRectF]) -> None:
    """One grey line for each connection: which neurons are connected, and nothing about weights."""
    colour = QColor(theme().muted)
    colour.setAlphaF(max(0.22, 0.6 / math.sqrt(max(len(before), len(after), 1))))
    path = QPainterPath()
    for start in before:
        for end in after:
            _add_line(path, QPointF(start.right(), start.center().y()), QPointF(end.left(), end.center().y()))
    painter.setPen(QPen(colour, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _add_line(path: QPainterPath, start: QPointF, end: QPointF) -> None:
    bend = (end.x() - start.x()) / 2
    path.moveTo(start)
    path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)


def _paint_cells(painter: QPainter, column: DrawnColumn, cells: Sequence[QRectF]) -> None:
    for cell in cells:
        painter.setPen(QPen(QColor(theme().muted), 1))
        painter.setBrush(QColor(theme().raised))
        painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS - 1, RADIUS - 1)
        if column.sign:
            painter.setPen(QColor(theme().text))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, column.sign)
    painter.setPen(QColor(theme().muted))
    for cell, label in zip(cells, column.labels, strict=False):
        _paint_label(painter, column, cell, label)
    if cells and len(cells) < column.neurons:
        below = QRectF(column.area.left(), cells[-1].bottom(), column.area.width(), _REST_HEIGHT)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"+{column.neurons - len(cells)}")


def _paint_label(painter: QPainter, column: DrawnColumn, cell: QRectF, label: str) -> None:
    side = Qt.AlignmentFlag.AlignRight if column.labels_left else Qt.AlignmentFlag.AlignLeft
    left = column.area.left() if column.labels_left else cell.right() + _LABEL_GAP
    right = cell.left() - _LABEL_GAP if column.labels_left else column.area.right()
    room = QRectF(left, cell.top(), right - left, cell.height())
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, label)
