"""Paints the network: lines below, tiles above them, and marks on top."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.network.composing import Cut
from cadl_desktop.ui.network.layout import Placed, Role
from cadl_desktop.ui.network.lines import (
    LEVELS,
    Lines,
    lines_a_gap,
    lines_of,
    unknown_lines,
)
from cadl_desktop.ui.network.look import Look, frame_colour
from cadl_desktop.ui.network.point_marks import (
    FollowedPoint,
    paint_point_end,
    paint_point_values,
    point_names,
)
from cadl_desktop.ui.theme.theme import GRID, SMALL, tabular_font, text_font, theme

LINE_WIDTHS = (0.8, 1.0, 1.3, 1.7, 2.2, 2.8)
LINE_OPACITIES = (0.25, 0.36, 0.48, 0.62, 0.78, 0.92)
_DIMMED = 0.22
_MUTED = 0.2
"""How much is left of lines that come from a muted neuron."""
_UNKNOWN = 0.3
_ON_THE_WAY = 0.2
"""A neuron with a smaller share of the way is dimmed."""
_VEIL = 0.66
_MANY = 200
"""Of more lines than so many, the weak ones are hairlines."""


Muted = Sequence[tuple[int, ...]]
"""The muted neurons of each column; nothing where none is."""
Ways = Sequence[Floats]
"""For each column, how much of the way of the neuron that is pointed at leads through each of its neurons."""


@dataclass(frozen=True)
class Pointed:
    """What the pointer or the keys are at: a neuron of a column, or the line from `line[0]` in the column
    before to `line[1]` in this one; or the column alone."""

    column: int
    neuron: int | None = None
    line: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """All that the lines depend on; without a look, a quiet drawing of what is connected."""

    placed: Sequence[Placed]
    look: Look | None
    pointed: Pointed | None = None
    muted: Muted = ()
    ways: Ways | None = None
    cuts: Sequence[Cut | None] = ()
    """What is seen of each column's tiles."""
    point: FollowedPoint | None = None
    readouts: Sequence[Floats] = ()
    """What a linear readout of each column between input and output makes, as far as it is known."""

    def lines(self, index: int) -> Lines:
        """Those that are drawn into a column while nothing is pointed at."""
        most = lines_a_gap(len(self.placed) - 1)
        if self.look is None:
            counts = (self.placed[index - 1].column.neurons, self.placed[index].column.neurons)
            return unknown_lines(*counts, most)
        return self.look.lines(index, most)


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


def _on_way(ways: Ways, index: int, lines: Lines) -> np.typing.NDArray[np.bool_]:
    shares = ways[index - 1][lines.before] * ways[index][lines.after]
    found: np.typing.NDArray[np.bool_] = shares >= _ON_THE_WAY
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
    """One path for each sign and size, the strongest on top."""
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
    for size in range(LEVELS + 1):
        for level in (size, -size) if size else (0,):
            own = ends[lines.levels == level]
            if len(own):
                width = LINE_WIDTHS[max(size - 1, 0)]
                thin = many and size <= LEVELS // 2  # Qt takes twenty times longer with a wider pen
                painter.setPen(_pen(line_colour(level), 0 if thin else width))
                painter.drawPath(_path(own))


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
    heights = [_heights(before, lines.before), _heights(after, lines.after)]
    found: Floats = np.stack(
        [np.full(len(lines), start), heights[0], np.full(len(lines), end), heights[1]], axis=1
    ).astype(np.float32)
    return found


def _heights(placed: Placed, neurons: np.typing.NDArray[np.intp]) -> list[float]:
    return [placed.mosaic.height_of_lines(int(neuron)) for neuron in neurons]


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
        line = QRectF(tile.left() - 2 * GRID, tile.bottom() + 1, tile.width() + 4 * GRID, 2 * GRID - 1)
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, name)


# Tiles


def paint_tiles(painter: QPainter, scene: Scene) -> None:
    """What changes with every news, over the ground."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for index, one in enumerate(scene.placed):
        if scene.look is None:
            _paint_empty(painter, one)
            continue
        _paint_column(painter, scene, scene.look, index)
        image = scene.look.result()
        if not one.result.isNull() and image is not None:
            painter.drawImage(one.result, image)
            _frame(painter, one.result)
        if scene.ways is not None:
            _paint_veil(painter, one, scene.ways[index])
        if scene.point is not None and scene.point.fills(index):
            _paint_point(painter, scene.point, one, index)
    if scene.pointed is not None and scene.pointed.neuron is not None:
        paint_mark(painter, scene.placed[scene.pointed.column], scene.pointed.neuron)


def _paint_column(painter: QPainter, scene: Scene, look: Look, index: int) -> None:
    seen, point = scene.cuts[index], scene.point
    if seen is None:
        return
    if point is not None and point.fills(index) and not scene.placed[index].is_curve:
        painter.drawImage(seen.corner, look.filled(index, seen, point.values[index]))
    else:
        painter.drawImage(seen.corner, look.mosaic(index, seen, is_band=scene.placed[index].mosaic.is_band))


def _paint_point(painter: QPainter, point: FollowedPoint, placed: Placed, index: int) -> None:
    if placed.column.role is Role.OUTPUT:
        paint_point_end(painter, placed, point)
    if not placed.is_curve:
        names = point_names(placed, point.numbers) if placed.column.role is Role.INPUT else ()
        paint_point_values(painter, placed, point.values[index], names)


def _paint_empty(painter: QPainter, placed: Placed) -> None:
    painter.setPen(QPen(QColor(theme().border), 1))
    painter.setBrush(QColor(theme().raised))
    mosaic = placed.mosaic
    if mosaic.is_band:
        painter.drawRect(mosaic.area.adjusted(0, 0, -1, -1))
    else:
        painter.drawRects([mosaic.tile(n).adjusted(0, 0, -1, -1) for n in range(mosaic.count)])
    if not placed.result.isNull():
        painter.drawRect(placed.result.adjusted(0, 0, -1, -1))


def _frame(painter: QPainter, place: QRectF) -> None:
    painter.setPen(QPen(QColor(frame_colour()), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.adjusted(0, 0, -1, -1))


def _paint_veil(painter: QPainter, placed: Placed, shares: Floats) -> None:
    """Over the neurons that are not on the way."""
    veil = QColor(theme().surface)
    veil.setAlphaF(_VEIL)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(veil)
    if placed.column.role is Role.OUTPUT and not placed.result.isNull():
        return
    painter.drawRects([placed.mosaic.tile(int(neuron)) for neuron in np.nonzero(shares < _ON_THE_WAY)[0]])


def paint_mark(painter: QPainter, placed: Placed, neuron: int) -> None:
    """Around the neuron that is pointed at."""
    frame = placed.mosaic.tile(neuron)
    painter.setPen(QPen(QColor(theme().accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame.adjusted(-1, -1, 1, 1))


def paint_number(painter: QPainter, tile: QRectF, name: str, figure: str) -> None:
    """At the foot of a tile: which neuron it is, and a figure about it."""
    strip = QRectF(tile.left() + 1, tile.bottom() - 2 * GRID - 1, tile.width() - 2, 2 * GRID)
    ground = QColor(theme().surface)
    ground.setAlphaF(0.85)
    painter.fillRect(strip, ground)
    painter.setFont(tabular_font(SMALL))
    painter.setPen(QColor(theme().text))
    text, metrics = strip.adjusted(3, 0, -3, 0), painter.fontMetrics()
    painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
    if metrics.horizontalAdvance(name) + metrics.horizontalAdvance(figure) + GRID <= text.width():
        painter.setPen(QColor(theme().muted))
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
