"""The small pictures below layers: what each of them knows already."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.network.geometry.layout import Placed
from cadl_desktop.ui.network.pictures.look import Look, frame_colour
from cadl_desktop.ui.network.pictures.neuron_pictures import Part, Size, colour_picture, curve_tiles, image_of
from cadl_desktop.ui.theme.theme import theme


def readout_image(values: Floats, look: Look, place: QRectF) -> QImage | None:
    """What outputs (outputs, places) look like: as a painting, or as a curve that has the output's height."""
    if look.grid is not None:
        # The neurons may be of another picture already: its readouts come later.
        fits = values.shape == (3, math.prod(look.grid))
        return colour_picture(values, look.grid) if fits else None
    return _curve(values, look, _size(place, look.ratio))


def _size(place: QRectF, ratio: float) -> Size:
    return round(place.height() * ratio), round(place.width() * ratio)


def _curve(values: Floats, look: Look, size: Size, part: Part | None = None) -> QImage:
    limit = np.asarray(look.limits(len(look.columns) - 1)[:1])
    return image_of(curve_tiles(values[:1], limit, size, look.ratio, plain=True, part=part)[0])


def _seen_of_curve(values: Floats, look: Look, place: QRectF, view: QRectF) -> tuple[QImage, QRectF]:
    """What is in sight of a curve that is larger than the view, and where that stands."""
    seen, size = place & view, _size(place, look.ratio)
    down, across = place.height() / size[0], place.width() / size[1]
    top, left = int((seen.top() - place.top()) / down), int((seen.left() - place.left()) / across)
    foot = min(math.ceil((seen.bottom() - place.top()) / down), size[0])
    right = min(math.ceil((seen.right() - place.left()) / across), size[1])
    image = _curve(values, look, size, (np.arange(top, foot), np.arange(left, right)))
    where = QPointF(place.left() + left * across, place.top() + top * down)
    return image, QRectF(where, QSizeF((right - left) * across, (foot - top) * down))


def paint_readouts(
    painter: QPainter, placed: Sequence[Placed], look: Look | None, outputs: Sequence[Floats]
) -> None:
    """Of every column that has room for one, where it is in sight; empty frames while nothing is known."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    view = painter.clipBoundingRect()
    for index, one in enumerate(placed[1:-1]):
        place = one.readout
        if not place.intersects(view):
            continue
        image = None
        if look is not None and index < len(outputs):
            if look.grid is None and not view.contains(place):
                image, place = _seen_of_curve(outputs[index], look, place, view)
            else:
                image = readout_image(outputs[index], look, place)
        painter.setBrush(Qt.BrushStyle.NoBrush if image else QColor(theme().raised))
        if image is not None:
            painter.drawImage(place, image)
        painter.setPen(QPen(QColor(frame_colour()), 1))
        painter.drawRect(one.readout.adjusted(0, 0, -1, -1))
