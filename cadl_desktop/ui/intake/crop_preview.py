"""The small picture as the network will see it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.ui.theme.theme import GRID, notifier, theme

SIDE = 28 * GRID


class CropPreview(QWidget):
    """Shows every pixel of a small picture as a square; a picture with more pixels than fit is reduced."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        notifier().changed.connect(self.update)

    @property
    def image(self) -> QImage:
        """What is shown; null until it has come."""
        return self._image

    def show_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = QRectF(self.rect())
        painter.fillRect(room, QColor(theme().plot_background))
        if not self._image.isNull():
            self._paint_image(painter, room.adjusted(1, 1, -1, -1))
        painter.setPen(QColor(theme().border))
        painter.drawRect(room.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_image(self, painter: QPainter, room: QRectF) -> None:
        shape = QSize(self._image.size()).scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        frame = QRectF(0, 0, max(1, shape.width()), max(1, shape.height()))
        frame.moveCenter(room.center().toPoint())
        smooth = self._image.width() > frame.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(frame, self._image)
