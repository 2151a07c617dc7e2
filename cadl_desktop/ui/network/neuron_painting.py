"""Paints the network's tiles, and the readouts below them."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from cadl_desktop.drawing.drawn_network import Role
from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.network.layout import PlacedColumn
from cadl_desktop.ui.network.mosaic import Mosaic, VisibleTiles, compose_tiles
from cadl_desktop.ui.network.neuron_pictures import Part, Size, colour_picture, curve_tiles, image_of
from cadl_desktop.ui.network.probe_pictures import ProbePictures, frame_colour
from cadl_desktop.ui.network.scene import ON_PATH, FollowedPoint, Scene
from cadl_desktop.ui.network.tile_marks import paint_point_end, paint_point_values, point_names
from cadl_desktop.ui.theme.theme import theme

_VEIL = 0.66


def paint_tiles(painter: QPainter, scene: Scene) -> None:
    """Paints what changes with every probe, over the background."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if scene.pictures is not None and scene.point is None:
        scene.pictures.render_layers(scene.visible, [one.mosaic.is_band for one in scene.placed])
    for index, one in enumerate(scene.placed):
        if scene.pictures is None:
            _paint_empty(painter, one)
            continue
        _paint_column(painter, scene, scene.pictures, index)
        image = scene.pictures.result_image()
        if not one.result.isNull() and image is not None:
            painter.drawImage(one.result, image)
            _draw_frame(painter, one.result)
        if scene.path_shares is not None:
            _paint_veil(painter, one, scene.visible[index], scene.path_shares[index])
        if scene.point is not None and scene.point.fills(index):
            _paint_point(painter, scene.point, scene.placed, index)
    if scene.highlight is not None and scene.highlight.neuron is not None:
        _paint_highlight(painter, scene.placed[scene.highlight.column], scene.highlight.neuron)


def _paint_column(painter: QPainter, scene: Scene, pictures: ProbePictures, index: int) -> None:
    seen, point = scene.visible[index], scene.point
    if seen is None:
        return
    if point is not None and point.fills(index) and not scene.placed[index].is_curve:
        painter.drawImage(seen.corner, pictures.filled_image(index, seen, point.values[index]))
    else:
        painter.drawImage(
            seen.corner, pictures.mosaic_image(index, seen, is_band=scene.placed[index].mosaic.is_band)
        )


def _paint_point(
    painter: QPainter, point: FollowedPoint, columns: Sequence[PlacedColumn], index: int
) -> None:
    placed = columns[index]
    if placed.column.role is Role.OUTPUT:
        paint_point_end(painter, placed, point)
    if not placed.is_curve:
        names = point_names(placed, point.texts) if placed.column.role is Role.INPUT else ()
        right = columns[index + 1].mosaic.area.left() if index + 1 < len(columns) else np.inf
        paint_point_values(painter, placed, point.values[index], names, right)


def _paint_empty(painter: QPainter, placed: PlacedColumn) -> None:
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
    """Draws one row of frames repeatedly: building a thousand rectangles would take milliseconds."""
    row = [mosaic.tile_at(place).adjusted(0, 0, -1, -1) for place in range(min(mosaic.columns, mosaic.count))]
    painter.save()
    for index in range(mosaic.rows):
        painter.drawRects(row[: mosaic.count - index * mosaic.columns])
        painter.translate(0, mosaic.pitch.height())
    painter.restore()


def _draw_frame(painter: QPainter, place: QRectF) -> None:
    painter.setPen(QPen(QColor(frame_colour()), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.adjusted(0, 0, -1, -1))


def _paint_veil(painter: QPainter, placed: PlacedColumn, seen: VisibleTiles | None, shares: Floats) -> None:
    """Dims the neurons off the highlighted neuron's paths with one image: thousands of rectangles take a
    tenth of a second."""
    if seen is None or (placed.column.role is Role.OUTPUT and not placed.result.isNull()):
        return
    colour = QColor(theme().surface)
    red, green, blue = (round(_VEIL * part) for part in (colour.red(), colour.green(), colour.blue()))
    veil = np.uint32(QColor(red, green, blue, round(_VEIL * 255)).rgba())
    dimmed = shares[seen.shown] < ON_PATH
    painter.drawImage(seen.corner, compose_tiles(np.where(dimmed, veil, np.uint32(0))[:, None, None], seen))


def _paint_highlight(painter: QPainter, placed: PlacedColumn, neuron: int) -> None:
    frame = placed.mosaic.tile(neuron)
    painter.setPen(QPen(QColor(theme().accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame.adjusted(-1, -1, 1, 1))


def readout_image(values: Floats, pictures: ProbePictures, place: QRectF) -> QImage | None:
    """Outputs (outputs, places) of a readout: a painting, or a curve on the output's scale. None where they
    do not fit the probe's grid."""
    if pictures.grid is not None:
        # The probe may be of a newer picture, whose readouts are still to come.
        fits = values.shape == (3, math.prod(pictures.grid))
        return colour_picture(values, pictures.grid) if fits else None
    return _curve(values, pictures, _size(place, pictures.ratio))


def _size(place: QRectF, ratio: float) -> Size:
    return round(place.height() * ratio), round(place.width() * ratio)


def _curve(values: Floats, pictures: ProbePictures, size: Size, part: Part | None = None) -> QImage:
    limit = np.asarray(pictures.limits(len(pictures.columns) - 1)[:1])
    return image_of(curve_tiles(values[:1], limit, size, pictures.ratio, plain=True, part=part)[0])


def _visible_curve(
    values: Floats, pictures: ProbePictures, place: QRectF, view: QRectF
) -> tuple[QImage, QRectF]:
    """Image of the visible part of a curve larger than the view, and its rectangle."""
    seen, size = place & view, _size(place, pictures.ratio)
    down, across = place.height() / size[0], place.width() / size[1]
    top, left = int((seen.top() - place.top()) / down), int((seen.left() - place.left()) / across)
    foot = min(math.ceil((seen.bottom() - place.top()) / down), size[0])
    right = min(math.ceil((seen.right() - place.left()) / across), size[1])
    image = _curve(values, pictures, size, (np.arange(top, foot), np.arange(left, right)))
    where = QPointF(place.left() + left * across, place.top() + top * down)
    return image, QRectF(where, QSizeF((right - left) * across, (foot - top) * down))


def paint_readouts(
    painter: QPainter,
    placed: Sequence[PlacedColumn],
    pictures: ProbePictures | None,
    outputs: Sequence[Floats],
) -> None:
    """Paints the visible readouts below the layers; empty frames where none is known yet."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    view = painter.clipBoundingRect()
    for index, one in enumerate(placed[1:-1]):
        place = one.readout
        if not place.intersects(view):
            continue
        image = None
        if pictures is not None and index < len(outputs):
            if pictures.grid is None and not view.contains(place):
                image, place = _visible_curve(outputs[index], pictures, place, view)
            else:
                image = readout_image(outputs[index], pictures, place)
        painter.setBrush(Qt.BrushStyle.NoBrush if image else QColor(theme().raised))
        if image is not None:
            painter.drawImage(place, image)
        painter.setPen(QPen(QColor(frame_colour()), 1))
        painter.drawRect(one.readout.adjusted(0, 0, -1, -1))
