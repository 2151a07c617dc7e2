"""Drawing of what a training has made, at any size: a painting, or a curve in the colour of its line."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples
from cadl_desktop.runs.record import Thumbnail
from cadl_desktop.ui.painting.images import image_of
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.theme.theme import RADIUS, theme

Points = NDArray[np.float64]

_MARGIN = 0.12
"""Share of the height above and below a curve."""
_POINT, _SPACING = 3.0, 2.0
"""Diameter of points, and their mean distance at least."""


@dataclass(frozen=True, eq=False)
class Frame:
    """Points that curves are drawn over, (points, 2) with positions from 0 to 1, and the lowest and the
    highest value of the room."""

    points: Points
    low: float
    high: float


def frame_of(samples: Samples) -> Frame:
    """Returns the observed points of a curve's samples."""
    left, right = curve_positions(samples)[[0, -1], 0]
    across = (samples.inputs[:, 0] - left) / (right - left)
    return Frame(np.column_stack([across, samples.targets[:, 0]]), samples.target_low, samples.target_high)


def draw_made(
    painter: QPainter, room: QRect, made: Thumbnail | None, colour: str, frame: Frame | None = None
) -> None:
    """Draws a painting or a curve as large as it fits, in the middle of the room; an empty box where nothing
    has been made yet. A curve goes from its lowest value to its highest, unless it is drawn over a frame."""
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
        every = max(1, int(_SPACING * len(frame.points) / room.width()))  # more would hide a small curve
        painter.setPen(
            QPen(shade(theme().points, 0.5), _POINT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        painter.drawPoints(_placed(frame.points[::every], room, low, high))
    values = np.nan_to_num(curve.astype(np.float64), nan=low, posinf=high, neginf=low)
    painter.setPen(QPen(QColor(colour), 1.5))
    line = np.column_stack([np.linspace(0, 1, len(curve)), values])
    painter.drawPolyline(_placed(line, room, low, high))


def _placed(points: Points, room: QRectF, low: float, high: float) -> QPolygonF:
    """Maps points (points, 2), across from 0 to 1, into the room; values far beyond it are clipped."""
    up = _MARGIN + (1 - 2 * _MARGIN) * np.clip((points[:, 1] - low) / (high - low or 1.0), -1.0, 2.0)
    across, down = room.left() + points[:, 0] * room.width(), room.bottom() - up * room.height()
    return arrayToQPolygonF(across, down)  # type: ignore[no-any-return]
