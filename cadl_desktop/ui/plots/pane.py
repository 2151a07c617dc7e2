"""A picture in a frame whose view is shared: panes with the same `View` zoom and move as one.

A plain widget and not a pyqtgraph view: the frame keeps the picture's shape without locks between
coupled ranges, pixels stay crisp when magnified and are averaged when there are more than fit.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.ui.theme import GRID, notifier, theme

Pixels = NDArray[np.uint8]

_MOST_ZOOM = 64.0
_STEP = 1.25


def image_of(pixels: Pixels) -> QImage:
    """An image of (height, width, 3) colours that keeps no reference to the array."""
    height, width = pixels.shape[:2]
    rows = np.ascontiguousarray(pixels)
    return QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )


class View(QObject):
    """Which part of the picture is looked at: how often magnified, about which centre (both 0 to 1)."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zoom = 1.0
        self.centre = QPointF(0.5, 0.5)

    @Slot()
    def reset(self) -> None:
        self._set(1.0, QPointF(0.5, 0.5))

    def magnify(self, factor: float, about: QPointF) -> None:
        """Zooms so that `about` (0 to 1 in the picture) stays where it is on screen."""
        zoom = min(max(self.zoom * factor, 1.0), _MOST_ZOOM)
        self._set(zoom, about + (self.centre - about) * (self.zoom / zoom))

    def move(self, by: QPointF) -> None:
        """Moves what is seen, by a part of the picture."""
        self._set(self.zoom, self.centre + by)

    def part(self) -> QRectF:
        """What is seen, in the picture's unit square."""
        side = 1.0 / self.zoom
        return QRectF(self.centre.x() - side / 2, self.centre.y() - side / 2, side, side)

    def _set(self, zoom: float, centre: QPointF) -> None:
        half = 0.5 / zoom
        self.zoom = zoom
        self.centre = QPointF(min(max(centre.x(), half), 1 - half), min(max(centre.y(), half), 1 - half))
        self.changed.emit()


class Pane(QWidget):
    """One picture, as large as fits and aligned to the top left, where its caption stands."""

    hovered = Signal(int, int)
    """Row and column under the cursor."""
    left = Signal()
    menu_wanted = Signal(object)

    def __init__(self, view: View, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._empty = view, empty
        self._image = QImage()
        self._shape = (1, 1)
        self._grabbed: QPointF | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)
        view.changed.connect(self._refresh)
        notifier().changed.connect(self._refresh)

    @property
    def image(self) -> QImage:
        return self._image

    @property
    def empty_text(self) -> str:
        """What is shown while there is no picture."""
        return self._empty if self._image.isNull() else ""

    def show_image(self, image: QImage) -> None:
        """Draws another image in the frame; a null image shows the empty state."""
        self._image = image
        if not image.isNull():
            self._shape = (image.height(), image.width())
        self.update()

    def keep_shape(self, height: int, width: int) -> None:
        """The frame's shape while there is no picture yet."""
        self._shape = (height, width)
        self.update()

    def frame(self) -> QRectF:
        """Where the picture is drawn, in whole pixels."""
        height, width = self._shape
        scale = min(self.width() / width, self.height() / height)
        return QRectF(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))

    def cell(self, where: QPointF) -> tuple[int, int] | None:
        """Row and column of the picture at a point of the widget."""
        if self._image.isNull() or not self.frame().contains(where):
            return None
        at = self._at(where)
        rows, columns = self._shape
        return min(max(int(at.y() * rows), 0), rows - 1), min(max(int(at.x() * columns), 0), columns - 1)

    def sizeHint(self) -> QSize:
        return QSize(240, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame = self.frame()
        if self._image.isNull():
            self._draw_empty(painter, frame)
        else:
            part = self._view.part()
            rows, columns = self._shape
            source = QRectF(part.x() * columns, part.y() * rows, part.width() * columns, part.height() * rows)
            shrinks = source.width() > frame.width() * self.devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
            painter.drawImage(frame, self._image, source)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.cell(event.position()) is not None:
            self._view.magnify(_STEP ** (event.angleDelta().y() / 120), self._at(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._view.move(self._at(self._grabbed) - self._at(event.position()))
            self._grabbed = event.position()
        cell = self.cell(event.position())
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

    def _at(self, where: QPointF) -> QPointF:
        frame, part = self.frame(), self._view.part()
        return QPointF(
            part.x() + where.x() / frame.width() * part.width(),
            part.y() + where.y() / frame.height() * part.height(),
        )

    def _draw_empty(self, painter: QPainter, frame: QRectF) -> None:
        painter.setPen(QPen(QColor(theme().border), 1, Qt.PenStyle.DashLine))
        painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(QColor(theme().muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(frame.adjusted(GRID, GRID, -GRID, -GRID), flags, self._empty)

    @Slot()
    def _refresh(self) -> None:
        self.update()
