"""A picture whose view is shared: panes with the same `View` zoom and move as one.

A plain widget and not a pyqtgraph view: it keeps the picture's shape without locks between coupled
ranges, pixels stay crisp when magnified and are averaged when there are more than fit.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID, notifier, theme

Pixels = NDArray[np.uint8]

_STEP = 1.25
_WHOLE = QRectF(0, 0, 1, 1)
_HAIRLINE = 0.14
"""How opaque the line is in which a whole picture ends."""
_BETWEEN = 4
"""Pixels between images that are laid side by side."""
PlacedImage = tuple[QImage, QRectF]
"""An image, and the part of the plane that it shows, in units of the picture."""


def image_of(pixels: Pixels) -> QImage:
    """An image of (height, width, 3) colours that keeps no reference to the array."""
    height, width = pixels.shape[:2]
    rows = np.ascontiguousarray(pixels)
    return QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )


def side_by_side(images: Sequence[QImage]) -> QImage:
    """Images of one height as one, from left to right."""
    whole = QImage(
        sum(image.width() + _BETWEEN for image in images) - _BETWEEN,
        images[0].height(),
        QImage.Format.Format_RGB32,
    )
    whole.fill(QColor(theme().plot_background))
    painter = QPainter(whole)
    left = 0
    for image in images:
        painter.drawImage(left, 0, image)
        left += image.width() + _BETWEEN
    painter.end()
    return whole


class Pane(QWidget):
    """One picture, as large as fits and aligned to the top left, where its caption stands."""

    hovered = Signal(int, int)
    """Row and column under the cursor, which may lie outside the picture."""
    resized = Signal()
    left = Signal()
    menu_wanted = Signal(object)

    def __init__(self, view: View, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._empty = view, empty
        self.image = QImage()
        self._shape = (1, 1)
        self._layers: tuple[PlacedImage, ...] = ()
        self._grabbed: QPointF | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)
        view.changed.connect(self.update)
        notifier().changed.connect(self.update)

    @property
    def empty_text(self) -> str:
        """What is shown while there is no picture."""
        return "" if self._has_picture else self._empty

    @property
    def _has_picture(self) -> bool:
        return bool(self._layers) or not self.image.isNull()

    def show_image(self, image: QImage) -> None:
        """Draws another image in the frame; a null image shows the empty state."""
        self.image = image
        if not image.isNull():
            self._shape = (image.height(), image.width())
        self.update()

    def show_layers(self, layers: Sequence[PlacedImage]) -> None:
        """Draws other images over the picture, the first of them lowest."""
        self._layers = tuple(layers)
        self.update()

    def keep_shape(self, height: int, width: int) -> None:
        """The frame's shape while there is no picture yet."""
        self._shape = (height, width)
        self.update()

    def frame(self) -> QRectF:
        """What of the widget the view is drawn in, in whole pixels: it has the picture's shape."""
        height, width = self._shape
        scale = min(self.width() / width, self.height() / height)
        return QRectF(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))

    def at(self, where: QPointF) -> QPointF:
        """What lies at a point of the widget, in units of the picture."""
        frame, part = self.frame(), self._view.part()
        return QPointF(
            part.x() + where.x() / frame.width() * part.width(),
            part.y() + where.y() / frame.height() * part.height(),
        )

    def place(self, part: QRectF) -> QRectF:
        """Where a part of the plane, in units of the picture, is drawn in the widget."""
        frame, seen = self.frame(), self._view.part()
        across, down = frame.width() / seen.width(), frame.height() / seen.height()
        return QRectF(
            (part.x() - seen.x()) * across,
            (part.y() - seen.y()) * down,
            part.width() * across,
            part.height() * down,
        )

    def cell(self, where: QPointF) -> tuple[int, int] | None:
        """Row and column of the picture at a point of the widget; None where the picture is not."""
        cell, (rows, columns) = self._cell_of_plane(where), self._shape
        inside = cell is not None and 0 <= cell[0] < rows and 0 <= cell[1] < columns
        return cell if inside else None

    def _cell_of_plane(self, where: QPointF) -> tuple[int, int] | None:
        """The same beyond the picture's edges; None beside what is seen, or where there is no picture yet."""
        if not self._has_picture or not self.frame().contains(where):
            return None
        at, (rows, columns) = self.at(where), self._shape
        row, column = math.floor(at.y() * rows), math.floor(at.x() * columns)
        if self._view.whole:  # whose lower and right edge belong to the last pixels
            return min(row, rows - 1), min(column, columns - 1)
        return row, column

    def sizeHint(self) -> QSize:
        return QSize(240, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame = self.frame()
        if not self._has_picture:
            self._draw_empty(painter, frame)
        else:
            self._draw_part(painter, self.image, _WHOLE, smooth=False)
            for image, part in self._layers:
                self._draw_part(painter, image, part, smooth=True)
            self._draw_edge(painter, frame)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._cell_of_plane(event.position()) is not None:
            self._view.magnify(_STEP ** (event.angleDelta().y() / 120), self.at(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._view.move(self.at(self._grabbed) - self.at(event.position()))
            self._grabbed = event.position()
        cell = self._cell_of_plane(event.position())
        if cell is None:
            self.left.emit()
        else:
            self.hovered.emit(*cell)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._view.reset()

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 0.1 / self._view.zoom
        moves = {
            Qt.Key.Key_Left: QPointF(-step, 0),
            Qt.Key.Key_Right: QPointF(step, 0),
            Qt.Key.Key_Up: QPointF(0, -step),
            Qt.Key.Key_Down: QPointF(0, step),
        }
        factors = {Qt.Key.Key_Plus: _STEP, Qt.Key.Key_Equal: _STEP, Qt.Key.Key_Minus: 1 / _STEP}
        key = Qt.Key(event.key())
        if key in moves:
            self._view.move(moves[key])
        elif key in factors:
            self._view.magnify(factors[key], self._view.centre)
        else:
            super().keyPressEvent(event)

    def _draw_part(self, painter: QPainter, image: QImage, part: QRectF, smooth: bool) -> None:
        """Draws what can be seen of an image that shows a part of the plane."""
        seen = part & self._view.part()
        if seen.isEmpty() or image.isNull():
            return
        across, down = image.width() / part.width(), image.height() / part.height()
        source = QRectF(
            (seen.x() - part.x()) * across,
            (seen.y() - part.y()) * down,
            seen.width() * across,
            seen.height() * down,
        )
        target = self.place(seen)
        shrinks = source.width() > target.width() * self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth or shrinks)
        painter.drawImage(target, image, source)

    def _draw_edge(self, painter: QPainter, frame: QRectF) -> None:
        """The picture's own edge: dotted, when more or less than the picture is seen."""
        if self._view.whole:
            # A white picture on white paper, or a black one on black, would have no edge.
            hairline = QColor(theme().text)
            hairline.setAlphaF(_HAIRLINE)
            painter.setPen(QPen(hairline, 1))
            painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        edge = self.place(_WHOLE).adjusted(-0.5, -0.5, 0.5, 0.5)
        painter.setClipRect(frame)
        for colour, style in (
            (theme().plot_background, Qt.PenStyle.SolidLine),
            (theme().text, Qt.PenStyle.DotLine),
        ):
            painter.setPen(QPen(QColor(colour), 1, style))
            # Of a picture magnified a thousand times only the near lines can be drawn.
            painter.drawRect(edge & frame.adjusted(-2, -2, 2, 2))
        painter.setClipping(False)

    def _draw_empty(self, painter: QPainter, frame: QRectF) -> None:
        painter.setPen(QPen(QColor(theme().border), 1, Qt.PenStyle.DashLine))
        painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(QColor(theme().muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(frame.adjusted(GRID, GRID, -GRID, -GRID), flags, self._empty)
