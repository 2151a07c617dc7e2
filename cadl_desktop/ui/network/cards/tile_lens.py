"""Enlarged picture of one neuron, directly beside its tile."""

from PySide6.QtCore import QMargins, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.network.probe_pictures import ProbePictures
from cadl_desktop.ui.theme.theme import GRID, theme

SIDE = 12 * GRID
"""Longer side of the picture in pixels."""
_FRAME = 2
_MARGINS = QMargins(_FRAME, _FRAME, _FRAME, _FRAME)


class TileLens(QWidget):
    """Overlay on the drawing, transparent to the mouse. It has the frame of the tile that it enlarges."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._image = QImage()
        self.hide()

    def show_neuron(
        self, pictures: ProbePictures, column: int, neuron: int, tile: QRect, output: QRect
    ) -> None:
        """Enlarges a neuron right of its tile, or left of it where the `output` stands. Hides itself if the
        tile is as large."""
        if max(tile.width(), tile.height()) >= SIDE:
            self.hide()
            return
        rows, columns = pictures.grid or (1, 1)
        size = QSize(columns, rows).scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
        size = size.expandedTo(QSize(_FRAME, _FRAME))  # a strip a pixel wide still has a picture
        self._image = pictures.large_image(column, neuron, (size.height(), size.width()))
        frame = size.grownBy(_MARGINS)
        right = tile.right() + 1 + GRID
        left = right if right + frame.width() <= output.left() else tile.left() - GRID - frame.width()
        most = self._canvas.height() - frame.height()
        top = max(min(tile.center().y() - frame.height() // 2, most), 0)
        self.setGeometry(QRect(QPoint(max(left, 0), top), frame))
        self.update()
        if self.isHidden():
            self.show()
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect().marginsRemoved(_MARGINS), self._image)
        painter.setPen(QPen(QColor(theme().accent), _FRAME))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
