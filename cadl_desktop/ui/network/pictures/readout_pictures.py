"""The small pictures below layers: what each of them knows already."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.network.geometry.layout import Placed
from cadl_desktop.ui.network.pictures.look import Look, frame_colour
from cadl_desktop.ui.network.pictures.neuron_pictures import colour_picture, curve_tiles, image_of
from cadl_desktop.ui.theme.theme import theme


def readout_image(values: Floats, look: Look, place: QRectF) -> QImage | None:
    """What outputs (outputs, places) look like: as a painting, or as a curve that has the output's height."""
    if look.grid is not None:
        # The neurons may be of another picture already: its readouts come later.
        fits = values.shape == (3, math.prod(look.grid))
        return colour_picture(values, look.grid) if fits else None
    size = round(place.height() * look.ratio), round(place.width() * look.ratio)
    limit = look.limits(len(look.columns) - 1)[: len(values)]
    tile = curve_tiles(values[:1], np.asarray(limit[:1]), size, look.ratio, plain=True)[0]
    return image_of(tile)


def paint_readouts(
    painter: QPainter, placed: Sequence[Placed], look: Look | None, outputs: Sequence[Floats]
) -> None:
    """Of every column that has room for one; empty frames while nothing is known."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for index, one in enumerate(placed[1:-1]):
        if one.readout.isNull():
            continue
        image = readout_image(outputs[index], look, one.readout) if look and index < len(outputs) else None
        painter.setBrush(Qt.BrushStyle.NoBrush if image else QColor(theme().raised))
        if image is not None:
            painter.drawImage(one.readout, image)
        painter.setPen(QPen(QColor(frame_colour()), 1))
        painter.drawRect(one.readout.adjusted(0, 0, -1, -1))
