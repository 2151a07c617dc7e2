"""Paints the network's tiles, and what stands on them."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cadl_desktop.drawing.drawn_network import Role
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.gains import Gains
from cadl_desktop.ui.controls.figures import signed
from cadl_desktop.ui.network.geometry.layout import Placed
from cadl_desktop.ui.network.geometry.mosaic import Mosaic
from cadl_desktop.ui.network.pictures.composing import Cut, composed
from cadl_desktop.ui.network.pictures.look import Look, frame_colour
from cadl_desktop.ui.network.playing.gain_marks import paint_gain
from cadl_desktop.ui.network.point_marks import (
    FollowedPoint,
    paint_point_end,
    paint_point_values,
    point_names,
)
from cadl_desktop.ui.network.scene import ON_THE_WAY, Scene
from cadl_desktop.ui.theme.theme import GRID, SMALL, tabular_font, theme

_NUMBERED = 72.0
"""From this width on a tile says which neuron it is, unless it is less than half as high."""
_VEIL = 0.66


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
            _paint_veil(painter, one, scene.cuts[index], scene.ways[index])
        if scene.point is not None and scene.point.fills(index):
            _paint_point(painter, scene.point, one, index)
    if scene.pointed is not None and scene.pointed.neuron is not None:
        _paint_mark(painter, scene.placed[scene.pointed.column], scene.pointed.neuron)


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
        _paint_rows(painter, mosaic)
    if not placed.result.isNull():
        painter.drawRect(placed.result.adjusted(0, 0, -1, -1))


def _paint_rows(painter: QPainter, mosaic: Mosaic) -> None:
    """Draws one row again and again: of a thousand tiles, making each rectangle would take milliseconds."""
    row = [mosaic.tile_at(place).adjusted(0, 0, -1, -1) for place in range(min(mosaic.columns, mosaic.count))]
    painter.save()
    for index in range(mosaic.rows):
        painter.drawRects(row[: mosaic.count - index * mosaic.columns])
        painter.translate(0, mosaic.pitch.height())
    painter.restore()


def _frame(painter: QPainter, place: QRectF) -> None:
    painter.setPen(QPen(QColor(frame_colour()), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.adjusted(0, 0, -1, -1))


def _paint_veil(painter: QPainter, placed: Placed, seen: Cut | None, shares: Floats) -> None:
    """Over the neurons that are not on the way, as one image: thousands of rectangles take a tenth of a
    second."""
    if seen is None or (placed.column.role is Role.OUTPUT and not placed.result.isNull()):
        return
    colour = QColor(theme().surface)
    red, green, blue = (round(_VEIL * part) for part in (colour.red(), colour.green(), colour.blue()))
    veil = np.uint32(QColor(red, green, blue, round(_VEIL * 255)).rgba())
    dimmed = shares[seen.shown] < ON_THE_WAY
    painter.drawImage(seen.corner, composed(np.where(dimmed, veil, np.uint32(0))[:, None, None], seen))


def _paint_mark(painter: QPainter, placed: Placed, neuron: int) -> None:
    """Around the neuron that is pointed at."""
    frame = placed.mosaic.tile(neuron)
    painter.setPen(QPen(QColor(theme().accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame.adjusted(-1, -1, 1, 1))


def _paint_number(painter: QPainter, tile: QRectF, name: str, figure: str) -> None:
    """At the foot of a tile: which neuron it is, and a figure about it."""
    high = 2 * GRID
    strip = QRectF(tile.left() + 1, tile.bottom() - high - 1, tile.width() - 2, high)
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


def paint_gains(painter: QPainter, scene: Scene, gains: Gains) -> None:
    """Marks the neurons that are muted or scaled; columns count from the input."""
    for column, own in gains.items():
        mosaic = scene.placed[column].mosaic
        for neuron in np.nonzero(own[: mosaic.count] != 1)[0].tolist():
            paint_gain(painter, mosaic.tile(neuron), float(own[neuron]))


def paint_figures(
    painter: QPainter, scene: Scene, look: Look, figures: Mapping[int, Floats], area: QRectF
) -> None:
    """Number and figure of the neurons whose tiles have room for them: of a column's own `figures`, or the
    mean."""
    for index, one in enumerate(scene.placed):
        mosaic = one.mosaic
        named = bool(mosaic.name_room) or mosaic.count <= len(one.column.names)
        if named or not _has_room(mosaic.pitch) or not mosaic.area.intersects(area):
            continue
        own = figures.get(index, look.columns[index].means)
        for neuron in range(mosaic.count):
            tile = mosaic.tile(neuron)
            if tile.intersects(area):
                _paint_number(painter, tile, str(neuron + 1), signed(float(own[neuron]), 2))


def _has_room(tile: QSizeF) -> bool:
    return tile.width() >= _NUMBERED and tile.height() >= _NUMBERED / 2
