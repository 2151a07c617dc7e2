"""Paints the network behind the designer's cards: cards, weights as lines, neurons as pictures."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.network.layout import Placed, fitted
from cadl_desktop.ui.network.lines import LEVELS, Lines, all_lines, ends_of, lines_of, unknown_lines
from cadl_desktop.ui.network.look import Look
from cadl_desktop.ui.theme.sign_colours import sign_colours
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, text_font, theme

_BIAS = 5
_SIGN = 2 * GRID
_WIDTHS = (1.0, 1.0, 1.0, 1.6, 2.3, 3.0)
_CLOSE = 1.0
"""How many pixels apart the strokes of one line may be."""
_OPACITIES = (0.2, 0.34, 0.5, 0.66, 0.82, 0.95)
_DIMMED = 0.35
_MUTED = 0.2
"""How much is left of lines that come from a muted neuron."""


Muted = Sequence[tuple[int, ...]]
"""The muted neurons of each column; nothing where none is."""


@dataclass(frozen=True)
class Pointed:
    """What the pointer or the keys are at: a neuron of a column, or the line from `line[0]` in the column
    before to `line[1]` in this one, or the number of those that don't fit."""

    column: int
    neuron: int | None = None
    line: tuple[int, int] | None = None
    rest: bool = False


def paint_ground(
    painter: QPainter,
    placed: Sequence[Placed],
    look: Look | None,
    clip: QRectF,
    pointed: Pointed | None = None,
    muted: Muted = (),
) -> None:
    """Cards at the back, then lines and words; without a look, a quiet drawing of what is connected.

    Nothing is painted of columns that lie outside `clip`.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for one in placed:
        if one.column.card.intersects(clip):
            _paint_card(painter, one)
    seen = [index for index in range(1, len(placed)) if _between(placed, index).intersects(clip)]
    _paint_lines(painter, placed, look, seen, pointed, muted)
    painter.setFont(text_font(SMALL))
    for index, one in enumerate(placed):
        if one.column.card.intersects(clip):
            if look is not None:
                _paint_biases(painter, one, look, index)
            _paint_words(painter, one, look, pointed is not None and pointed.rest and pointed.column == index)


def paint_neurons(
    painter: QPainter,
    placed: Sequence[Placed],
    look: Look | None,
    clip: QRectF,
    pointed: Pointed | None = None,
) -> None:
    """What changes with every news, over the ground: the neurons' pictures."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setPen(QPen(QColor(theme().muted), 1))
    for index, one in enumerate(placed):
        if one.column.card.intersects(clip):
            _paint_cells(painter, one, index, look)
    if pointed is not None and pointed.neuron is not None:
        _paint_mark(painter, placed[pointed.column], pointed.neuron, look)


def _between(placed: Sequence[Placed], index: int) -> QRectF:
    """From one card to the next, both included."""
    return placed[index - 1].column.card | placed[index].column.card


def _paint_card(painter: QPainter, placed: Placed) -> None:
    column = placed.column
    edge = theme().accent if column.focused or column.lifted else theme().border
    painter.setPen(QPen(QColor(edge), 1))
    painter.setBrush(QColor(theme().hover if column.lifted else theme().surface))
    painter.drawRoundedRect(column.card.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


# Lines


def _paint_lines(
    painter: QPainter,
    placed: Sequence[Placed],
    look: Look | None,
    seen: Iterable[int],
    pointed: Pointed | None,
    muted: Muted,
) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if look is None:
        for index in seen:
            before, after = placed[index - 1].cells, placed[index].cells
            _stroke_unknown(painter, unknown_lines(len(before), len(after)), before, after)
        return
    busy = pointed is not None and (pointed.neuron is not None or pointed.line is not None)
    opacity = _DIMMED if busy else 1.0
    for index in seen:
        before, after = placed[index - 1].cells, placed[index].cells
        lines = look.lines(index, len(before), len(after))
        if muted and muted[index - 1]:
            lost = np.isin(lines.before, muted[index - 1])
            painter.setOpacity(_MUTED * opacity)
            _stroke(painter, lines.only(lost), before, after)
            lines = lines.only(~lost)
        painter.setOpacity(opacity)
        _stroke(painter, lines, before, after)
    painter.setOpacity(1.0)
    if pointed is not None:
        _paint_pointed_lines(painter, placed, look, pointed)


def _paint_pointed_lines(painter: QPainter, placed: Sequence[Placed], look: Look, pointed: Pointed) -> None:
    column, shown = pointed.column, [len(one.cells) for one in placed]
    if pointed.neuron is not None:
        into, out = lines_of(look.columns, column, pointed.neuron, shown)
        if len(into):
            _stroke(painter, into, placed[column - 1].cells, placed[column].cells)
        if len(out):
            _stroke(painter, out, placed[column].cells, placed[column + 1].cells)
    if pointed.line is not None:
        before, after = placed[column - 1].cells[pointed.line[0]], placed[column].cells[pointed.line[1]]
        lines = all_lines(1, 1)
        known = look.lines(column, shown[column - 1], shown[column])
        here = (known.before == pointed.line[0]) & (known.after == pointed.line[1])
        levels = known.levels[here] if here.any() else lines.levels
        # A ground of its own lifts it from those that it crosses.
        painter.setPen(QPen(QColor(theme().surface), 7))
        painter.drawPath(_path(ends_of(lines, [before], [after])))
        painter.setPen(QPen(_line_colour(int(levels[0]), opaque=True), 3.5))
        painter.drawPath(_path(ends_of(lines, [before], [after])))


def _stroke_unknown(
    painter: QPainter, lines: Lines, before: Sequence[QRectF], after: Sequence[QRectF]
) -> None:
    """Grey: which neurons are connected, and nothing about weights."""
    colour = QColor(theme().muted)
    colour.setAlphaF(max(0.16, 0.6 / math.sqrt(max(len(before), len(after), 1))))
    painter.setPen(QPen(colour, 0))
    painter.drawPath(_path(ends_of(lines, before, after)))


def _stroke(painter: QPainter, lines: Lines, before: Sequence[QRectF], after: Sequence[QRectF]) -> None:
    """One path for each sign and size, the strongest on top."""
    if lines.weights is None:
        _stroke_unknown(painter, lines, before, after)
        return
    ends = ends_of(lines, before, after)
    for size in range(LEVELS + 1):
        for level in (size, -size) if size else (0,):
            own = ends[lines.levels == level]
            if len(own):
                painter.setPen(QPen(_line_colour(level), 0))
                _stroke_wide(painter, _path(own), _WIDTHS[max(size - 1, 0)])


def _stroke_wide(painter: QPainter, path: QPainterPath, width: float) -> None:
    """Draws the path with the finest pen side by side: Qt takes twenty times longer with a wider one."""
    pixel = 1 / painter.device().devicePixelRatioF()
    copies = max(round(width / (_CLOSE * pixel)), 1)
    reach = max(width - pixel, 0) / 2
    for copy in range(copies):
        painter.drawPath(path.translated(0, reach * (2 * copy / (copies - 1) - 1) if copies > 1 else 0))


def _line_colour(level: int, *, opaque: bool = False) -> QColor:
    colour = QColor(theme().blue if level > 0 else theme().orange if level < 0 else theme().muted)
    if not opaque:
        colour.setAlphaF(_OPACITIES[max(abs(level) - 1, 0)])
    return colour


def _path(ends: Floats) -> QPainterPath:
    path = QPainterPath()
    for x0, y0, x1, y1 in ends.tolist():
        middle = (x0 + x1) / 2
        path.moveTo(x0, y0)
        path.cubicTo(middle, y0, middle, y1, x1, y1)
    return path


# Neurons


def _paint_cells(painter: QPainter, placed: Placed, index: int, look: Look | None) -> None:
    painter.setBrush(QColor(theme().raised))
    if look is None:
        painter.drawRects([cell.adjusted(0, 0, -1, -1) for cell in placed.cells])
    elif placed.cells:
        atlas = look.atlas(index, len(placed.cells))
        frames = [fitted(cell, look.grid) for cell in placed.cells]
        for number, frame in enumerate(frames):
            painter.drawImage(frame, atlas.image, QRectF(atlas.place(number)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects([frame.adjusted(0, 0, -1, -1) for frame in frames])
    _paint_result(painter, placed, look)


def _paint_biases(painter: QPainter, placed: Placed, look: Look, index: int) -> None:
    """A small square where a neuron's lines come in, in the colour of its sign and size."""
    biases = look.biases(index)
    if biases is None:
        return
    scale = sign_colours(theme())
    half, edge = len(scale) // 2, QColor(theme().muted)
    for cell, bias in zip(placed.cells, biases, strict=False):
        frame = fitted(cell, look.grid)
        place = QRectF(frame.left() - _BIAS - 2, frame.bottom() - _BIAS, _BIAS, _BIAS)
        painter.fillRect(place, edge)
        painter.fillRect(place.adjusted(1, 1, -1, -1), QColor.fromRgb(int(scale[half + round(bias * half)])))


def _paint_result(painter: QPainter, placed: Placed, look: Look | None) -> None:
    if placed.result.isNull():
        return
    image = look.result() if look else None
    frame = fitted(placed.result, look.grid if look else None)
    painter.setBrush(QColor(theme().raised))
    if image is not None:
        painter.drawImage(frame, image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame.adjusted(0, 0, -1, -1))


def _paint_mark(painter: QPainter, placed: Placed, neuron: int, look: Look | None) -> None:
    """Around the neuron that is pointed at, or the number of those that aren't shown."""
    shown = neuron < len(placed.cells)
    frame = fitted(placed.cells[neuron], look.grid if look else None) if shown else placed.rest
    painter.setPen(QPen(QColor(theme().accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame.adjusted(-1, -1, 1, 1))


# Words


def _paint_words(painter: QPainter, placed: Placed, look: Look | None, rest_pointed: bool) -> None:
    column = placed.column
    if column.sign and placed.cells:
        _paint_sign(painter, placed, look)
    painter.setPen(QColor(theme().muted))
    for cell, label in zip(placed.cells, column.labels, strict=False):
        _paint_label(painter, placed, cell, label)
    if not placed.rest.isNull():
        painter.setPen(QPen(QColor(theme().muted if rest_pointed else theme().border), 1))
        painter.setBrush(QColor(theme().hover if rest_pointed else theme().raised))
        radius = placed.rest.height() / 2
        painter.drawRoundedRect(placed.rest.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setPen(QColor(theme().text if rest_pointed else theme().muted))
        hidden = column.neurons - len(placed.cells)
        painter.drawText(placed.rest, Qt.AlignmentFlag.AlignCenter, f"+{hidden}")


def _paint_sign(painter: QPainter, placed: Placed, look: Look | None) -> None:
    """In the cell while it is empty, before it when it holds a picture."""
    cell = placed.cells[0]
    if look is not None:
        middle = QPointF(cell.left() - _SIGN / 2 - 2, cell.center().y())
        cell = QRectF(middle.x() - _SIGN / 2, middle.y() - _SIGN / 2, _SIGN, _SIGN)
        painter.setPen(QPen(QColor(theme().muted), 1))
        painter.setBrush(QColor(theme().raised))
        painter.drawEllipse(cell)
    painter.setPen(QColor(theme().text))
    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, placed.column.sign)


def _paint_label(painter: QPainter, placed: Placed, cell: QRectF, label: str) -> None:
    column = placed.column
    side = Qt.AlignmentFlag.AlignRight if column.labels_left else Qt.AlignmentFlag.AlignLeft
    left = column.area.left() if column.labels_left else cell.right() + GRID // 2
    right = cell.left() - GRID // 2 if column.labels_left else column.area.right()
    room = QRectF(left, cell.top(), right - left, cell.height())
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, label)
