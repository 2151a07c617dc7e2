"""Paints what lies below the network's tiles: lines, and names."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.network.geometry.layout import Placed
from cadl_desktop.ui.network.lines import LEVELS, Lines, lines_of
from cadl_desktop.ui.network.pictures.look import Look
from cadl_desktop.ui.network.scene import ON_THE_WAY, Pointed, Scene, Ways
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font, theme

LINE_WIDTHS = (0.8, 1.0, 1.3, 1.7, 2.2, 2.8)
LINE_OPACITIES = (0.25, 0.36, 0.48, 0.62, 0.78, 0.92)
_DIMMED = 0.22
_MUTED = 0.2
"""How much is left of lines that come from a muted neuron."""
_UNKNOWN = 0.3
_MANY = 200
"""Of more lines than so many, the weak ones are hairlines."""


def paint_ground(painter: QPainter, scene: Scene) -> None:
    """Lines, and what is written beside tiles."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for index in range(1, len(scene.placed)):
        _paint_lines(painter, scene, index)
    painter.setOpacity(1.0)
    if scene.pointed is not None and scene.look is not None:
        _paint_pointed(painter, scene, scene.look, scene.pointed)
    _paint_mixing(painter, scene.placed[-1])
    painter.setFont(text_font(SMALL))
    painter.setPen(QColor(theme().muted))
    for one in scene.placed:
        _paint_names(painter, one)


def _paint_lines(painter: QPainter, scene: Scene, index: int) -> None:
    before, after = scene.placed[index - 1], scene.placed[index]
    lines = scene.lines(index)
    pointed = scene.pointed
    busy = pointed is not None and (pointed.neuron is not None or pointed.line is not None)
    opacity = 1.0
    if busy and scene.ways is not None:
        on_way = _on_way(scene.ways, index, lines)
        painter.setOpacity(_DIMMED)
        _stroke(painter, lines.only(~on_way), before, after)
        lines = lines.only(on_way)
    elif busy:
        opacity = _DIMMED
    if scene.muted and scene.muted[index - 1]:
        lost = np.isin(lines.before, scene.muted[index - 1])
        painter.setOpacity(_MUTED * opacity)
        _stroke(painter, lines.only(lost), before, after)
        lines = lines.only(~lost)
    painter.setOpacity(opacity)
    _stroke(painter, lines, before, after)


def _on_way(ways: Ways, index: int, lines: Lines) -> NDArray[np.bool_]:
    shares = ways[index - 1][lines.before] * ways[index][lines.after]
    found: NDArray[np.bool_] = shares >= ON_THE_WAY
    return found


def _paint_pointed(painter: QPainter, scene: Scene, look: Look, pointed: Pointed) -> None:
    column, placed = pointed.column, scene.placed
    if pointed.neuron is not None:
        into, out = lines_of(look.columns, column, pointed.neuron)
        if len(into):
            _stroke(painter, into, placed[column - 1], placed[column])
        if len(out):
            _stroke(painter, out, placed[column], placed[column + 1])
    if pointed.line is not None:
        into, _ = lines_of(look.columns, column, pointed.line[1])
        one = into.only(into.before == pointed.line[0])
        path = _path(ends_of(one, placed[column - 1], placed[column]))
        # A ground of its own lifts it from those that it crosses.
        painter.setPen(_pen(QColor(theme().surface), 7))
        painter.drawPath(path)
        painter.setPen(_pen(line_colour(int(one.levels[0]) if len(one) else 0, opaque=True), 3.5))
        painter.drawPath(path)


def _stroke(painter: QPainter, lines: Lines, before: Placed, after: Placed) -> None:
    """Those of each sign and size together, the strongest on top."""
    if not len(lines):
        return
    ends = ends_of(lines, before, after)
    if lines.weights is None:
        colour = QColor(theme().muted)
        colour.setAlphaF(_UNKNOWN)
        painter.setPen(QPen(colour, 0))
        painter.drawPath(_path(ends))
        return
    many = len(lines) > _MANY
    for level in sorted(set(lines.levels.tolist()), key=lambda level: (abs(level), -level)):
        own = ends[lines.levels == level]
        thin = many and abs(level) <= LEVELS // 2  # Qt takes five times longer with a wider pen
        painter.setPen(_pen(line_colour(level), 0 if thin else LINE_WIDTHS[max(abs(level) - 1, 0)]))
        # As one path, wide lines take four times longer still.
        for part in [own] if thin else own[:, np.newaxis]:
            painter.drawPath(_path(part))


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)


def line_colour(level: int, *, opaque: bool = False) -> QColor:
    """Of a line's sign and size."""
    colour = QColor(theme().blue if level > 0 else theme().orange if level < 0 else theme().muted)
    if not opaque:
        colour.setAlphaF(LINE_OPACITIES[max(abs(level) - 1, 0)])
    return colour


def ends_of(lines: Lines, before: Placed, after: Placed) -> Floats:
    """Where each line begins and ends, (lines, 4) as x, y, x, y: at the edges of both mosaics."""
    start, end = before.mosaic.area.right() - before.mosaic.gap, after.mosaic.area.left()
    heights = before.mosaic.heights_of_lines(lines.before), after.mosaic.heights_of_lines(lines.after)
    found: Floats = np.stack(
        [np.full(len(lines), start), heights[0], np.full(len(lines), end), heights[1]], axis=1
    ).astype(np.float32)
    return found


def _path(ends: Floats) -> QPainterPath:
    path = QPainterPath()
    for x0, y0, x1, y1 in ends.tolist():
        middle = (x0 + x1) / 2
        path.moveTo(x0, y0)
        path.cubicTo(middle, y0, middle, y1, x1, y1)
    return path


def _paint_mixing(painter: QPainter, output: Placed) -> None:
    """From the tiles of red, green and blue to the picture that they make."""
    if output.result.isNull():
        return
    painter.setPen(_pen(QColor(theme().border), 1.5))
    end = QPointF(output.result.left(), output.result.center().y())
    for neuron in range(output.mosaic.count):
        tile = output.mosaic.tile(neuron)
        ends = [(tile.right(), tile.center().y(), end.x(), end.y())]
        painter.drawPath(_path(np.array(ends, np.float32)))


def _paint_names(painter: QPainter, placed: Placed) -> None:
    room = placed.mosaic.name_room
    if not room:
        return
    for neuron, name in enumerate(placed.column.names[: placed.mosaic.count]):
        tile = placed.mosaic.tile(neuron)
        line = QRectF(tile.left() - 3 * GRID, tile.bottom() + 1, tile.width() + 6 * GRID, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, name)
