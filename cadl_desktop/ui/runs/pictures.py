"""What runs have made, as images of any size: a painting, or a curve in the colour of its run."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples
from cadl_desktop.runs.record import Thumbnail
from cadl_desktop.ui.painting.images import image_of
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.theme.theme import RADIUS, theme

Points = NDArray[np.float64]

_MARGIN = 0.12
"""The share of the height above and below a curve."""
_POINT = 3.0
_MOST_POINTS = 400


@dataclass(frozen=True, eq=False)
class Frame:
    """What several curves are drawn over: the observed points (points, 2), across from 0 to 1, and the values
    that are lowest and highest among them."""

    points: Points
    low: float
    high: float


def frame_of(samples: Samples) -> Frame:
    """Of a curve's samples, at most some hundred of them."""
    few = slice(None, None, max(1, len(samples.inputs) // _MOST_POINTS))
    positions = curve_positions(samples)
    left, right = float(positions[0, 0]), float(positions[-1, 0])
    across = (samples.inputs[few, 0] - left) / (right - left)
    return Frame(np.column_stack([across, samples.targets[few, 0]]), samples.target_low, samples.target_high)


def draw_made(
    painter: QPainter, room: QRect, made: Thumbnail | None, colour: str, frame: Frame | None = None
) -> None:
    """As large as it fits into the room, in the middle; an empty frame where nothing has been seen yet. A
    curve goes from its lowest value to its highest, unless it is drawn over a frame."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if made is not None and made.ndim == 3:
        image = image_of(made)
        where = QRect(room.topLeft(), image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio))
        where.moveCenter(room.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > where.width())
        painter.drawImage(where, image)
    else:
        painter.setPen(QPen(QColor(theme().border), 1))
        painter.setBrush(QColor(theme().plot_background))
        painter.drawRoundedRect(QRectF(room).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if made is not None:
            _draw_curve(painter, QRectF(room).adjusted(3, 3, -3, -3), made, colour, frame)
    painter.restore()


def _draw_curve(
    painter: QPainter, room: QRectF, curve: NDArray[np.float32], colour: str, frame: Frame | None
) -> None:
    known = curve[np.isfinite(curve)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    painter.setClipRect(room)
    if frame is not None:
        low, high = frame.low, frame.high
        pen = QPen(shade(theme().points, 0.5), _POINT)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(_placed(frame.points, room, low, high))
    values = np.nan_to_num(curve.astype(np.float64), nan=low, posinf=high, neginf=low)
    painter.setPen(QPen(QColor(colour), 1.5))
    line = np.column_stack([np.linspace(0, 1, len(curve)), values])
    painter.drawPolyline(_placed(line, room, low, high))


def _placed(points: Points, room: QRectF, low: float, high: float) -> QPolygonF:
    """Points (points, 2), across from 0 to 1, as they lie in the room, and not far beyond it."""
    top, height = room.top() + _MARGIN * room.height(), (1 - 2 * _MARGIN) * room.height()
    up = np.clip((points[:, 1] - low) / (high - low or 1.0), -1.0, 2.0)
    places = zip(
        (room.left() + points[:, 0] * room.width()).tolist(), (top + height * (1 - up)).tolist(), strict=True
    )
    return QPolygonF([QPointF(x, y) for x, y in places])
