"""Paints the background of the network's drawing: connection lines and names."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.controls.looks import fitted_name
from cadl_desktop.ui.network.layout import PlacedColumn
from cadl_desktop.ui.network.lines import LEVELS, Lines, lines_of_neuron
from cadl_desktop.ui.network.probe_pictures import ProbePictures
from cadl_desktop.ui.network.scene import ON_PATH, Highlight, Scene
from cadl_desktop.ui.network.tile_marks import name_width
from cadl_desktop.ui.theme.theme import SMALL, text_font, theme

LINE_WIDTHS = (0.8, 1.0, 1.3, 1.7, 2.2, 2.8)
LINE_OPACITIES = (0.25, 0.36, 0.48, 0.62, 0.78, 0.92)
_DIMMED = 0.22
_MUTED_SHARE = 0.2
"""Opacity of lines that leave a muted neuron."""
_UNKNOWN = 0.3
_MANY = 200
"""Number of lines in a gap above which weak ones are drawn as hairlines."""


def paint_background(painter: QPainter, scene: Scene) -> None:
    """Paints the lines between columns and the names beside tiles."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for index in range(1, len(scene.placed)):
        _paint_lines(painter, scene, index)
    painter.setOpacity(1.0)
    if scene.highlight is not None and scene.pictures is not None:
        _paint_highlighted(painter, scene, scene.pictures, scene.highlight)
    _paint_channel_mixing(painter, scene.placed[-1])
    painter.setFont(text_font(SMALL))
    painter.setPen(QColor(theme().muted))
    for one in scene.placed:
        _paint_names(painter, one)


def _paint_lines(painter: QPainter, scene: Scene, index: int) -> None:
    before, after = scene.placed[index - 1], scene.placed[index]
    lines = scene.lines(index)
    highlight = scene.highlight
    is_highlighting = highlight is not None and (highlight.neuron is not None or highlight.line is not None)
    opacity = 1.0
    if is_highlighting and scene.path_shares is not None:
        shares = scene.path_shares[index - 1][lines.before] * scene.path_shares[index][lines.after]
        on_path = shares >= ON_PATH
        painter.setOpacity(_DIMMED)
        _draw_lines(painter, lines.select(~on_path), before, after)
        lines = lines.select(on_path)
    elif is_highlighting:
        opacity = _DIMMED
    if scene.muted and scene.muted[index - 1]:
        is_muted = np.isin(lines.before, scene.muted[index - 1])
        painter.setOpacity(_MUTED_SHARE * opacity)
        _draw_lines(painter, lines.select(is_muted), before, after)
        lines = lines.select(~is_muted)
    painter.setOpacity(opacity)
    _draw_lines(painter, lines, before, after)


def _paint_highlighted(
    painter: QPainter, scene: Scene, pictures: ProbePictures, highlight: Highlight
) -> None:
    column, placed = highlight.column, scene.placed
    if highlight.neuron is not None:
        into, out = lines_of_neuron(pictures.columns, column, highlight.neuron)
        if len(into):
            _draw_lines(painter, into, placed[column - 1], placed[column])
        if len(out):
            _draw_lines(painter, out, placed[column], placed[column + 1])
    if highlight.line is not None:
        into, _ = lines_of_neuron(pictures.columns, column, highlight.line[1])
        one = into.select(into.before == highlight.line[0])
        path = _path(line_ends(one, placed[column - 1], placed[column]))
        # An outline in the surface colour lifts the line from those that it crosses.
        painter.setPen(_pen(QColor(theme().surface), 7))
        painter.drawPath(path)
        painter.setPen(_pen(line_colour(int(one.levels[0]) if len(one) else 0, opaque=True), 3.5))
        painter.drawPath(path)


def _draw_lines(painter: QPainter, lines: Lines, before: PlacedColumn, after: PlacedColumn) -> None:
    """Draws lines grouped by sign and size, the strongest last."""
    if not len(lines):
        return
    ends = line_ends(lines, before, after)
    if lines.weights is None:
        colour = QColor(theme().muted)
        colour.setAlphaF(_UNKNOWN)
        painter.setPen(QPen(colour, 0))
        painter.drawPath(_path(ends))
        return
    many = len(lines) > _MANY
    for level in sorted(set(lines.levels.tolist()), key=lambda level: (abs(level), -level)):
        own = ends[lines.levels == level]
        thin = many and abs(level) <= LEVELS // 2  # a wider pen takes Qt five times longer
        painter.setPen(_pen(line_colour(level), 0 if thin else LINE_WIDTHS[max(abs(level) - 1, 0)]))
        # Wide lines in one path take another four times longer, so each is a path of its own.
        for part in [own] if thin else own[:, np.newaxis]:
            painter.drawPath(_path(part))


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)


def line_colour(level: int, *, opaque: bool = False) -> QColor:
    """Colour of a line's level (sign and size), translucent unless `opaque`."""
    colour = QColor(theme().blue if level > 0 else theme().orange if level < 0 else theme().muted)
    if not opaque:
        colour.setAlphaF(LINE_OPACITIES[max(abs(level) - 1, 0)])
    return colour


def line_ends(lines: Lines, before: PlacedColumn, after: PlacedColumn) -> Floats:
    """Ends of each line at the edges of both mosaics, (lines, 4) as x, y, x, y."""
    start, end = before.mosaic.area.right() - before.mosaic.gap, after.mosaic.area.left()
    heights = before.mosaic.line_heights(lines.before), after.mosaic.line_heights(lines.after)
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


def _paint_channel_mixing(painter: QPainter, output: PlacedColumn) -> None:
    """Lines from the red, green and blue tiles to the picture that they make."""
    if output.result.isNull():
        return
    painter.setPen(_pen(QColor(theme().border), 1.5))
    end = QPointF(output.result.left(), output.result.center().y())
    for neuron in range(output.mosaic.count):
        tile = output.mosaic.tile(neuron)
        ends = [(tile.right(), tile.center().y(), end.x(), end.y())]
        painter.drawPath(_path(np.array(ends, np.float32)))


def _paint_names(painter: QPainter, placed: PlacedColumn) -> None:
    room = placed.mosaic.name_room
    if not room:
        return
    for neuron, name in enumerate(placed.column.names[: placed.mosaic.count]):
        tile = placed.mosaic.tile(neuron)
        width = name_width(tile)
        line = QRectF(tile.center().x() - width / 2, tile.bottom() + 1, width, room)
        shown = fitted_name(name, painter.fontMetrics(), width)
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, shown)
