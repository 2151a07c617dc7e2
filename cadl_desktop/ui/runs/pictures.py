"""What runs have made, as small images: a painting, or a curve in the colour of its run."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from cadl_desktop.runs.thumbnail import Thumbnail
from cadl_desktop.ui.painting.images import image_of
from cadl_desktop.ui.theme.theme import RADIUS, theme

_MARGIN = 0.12
"""The share of the height above and below a curve."""


def draw_thumbnail(painter: QPainter, room: QRect, thumbnail: Thumbnail | None, colour: str) -> None:
    """As large as it fits into the room, in the middle; an empty frame where nothing has been seen yet."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if thumbnail is not None and thumbnail.ndim == 3:
        image = image_of(thumbnail)
        size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        where = QRect(room.topLeft(), size)
        where.moveCenter(room.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > where.width())
        painter.drawImage(where, image)
    else:
        painter.setPen(QPen(QColor(theme().border), 1))
        painter.setBrush(QColor(theme().plot_background))
        painter.drawRoundedRect(QRectF(room).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if thumbnail is not None:
            painter.setPen(QPen(QColor(colour), 1.5))
            painter.drawPolyline(_line(thumbnail, QRectF(room).adjusted(3, 0, -3, 0)))
    painter.restore()


def _line(curve: NDArray[np.float32], room: QRectF) -> QPolygonF:
    known = curve[np.isfinite(curve)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    span = high - low or 1.0
    top, height = room.top() + _MARGIN * room.height(), (1 - 2 * _MARGIN) * room.height()
    places = np.linspace(room.left(), room.right(), len(curve))
    heights = top + height * (1 - (np.nan_to_num(curve, nan=low, posinf=high, neginf=low) - low) / span)
    return QPolygonF([QPointF(x, y) for x, y in zip(places.tolist(), heights.tolist(), strict=True)])
