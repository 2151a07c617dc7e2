"""Tile of the gallery: a small picture, its name, and a frame if it is in use."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.ui.controls.focus_ring import paint_ring_on_picture
from cadl_desktop.ui.controls.tile_button import TileButton
from cadl_desktop.ui.painting.images import Pixels, image_of
from cadl_desktop.ui.panels.thumbnails import Doubles, paint_curve
from cadl_desktop.ui.theme.icons import icon
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, text_font, theme

SIDE = 7 * GRID
"""Smallest side of the square picture, in pixels; it grows with the tile."""
CAPTION_HEIGHT = 2 * GRID


class Tile(TileButton):
    """Button with a picture. Its owner checks it; clicks don't."""

    def __init__(self, key: str, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(key, title, text, parent)
        self._picture: QPixmap | None = None
        self._curve: tuple[Doubles, Doubles | None] | None = None
        self._icon = "picture"
        self.setCheckable(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_icon_name(self, name: str) -> None:
        """Sets the icon that is shown without a picture."""
        self._icon = name
        self.update()

    def set_picture(self, pixels: Pixels | None) -> None:
        """Shows a picture, (height, width, 3), or the icon for None."""
        self._picture = None if pixels is None else QPixmap.fromImage(image_of(pixels))
        self.update()

    def set_curve(self, points: Doubles, truth: Doubles | None) -> None:
        """Shows points and true curve, as `small_curve` gives them."""
        self._curve = points, truth
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, self.heightForWidth(SIDE))

    def minimumSizeHint(self) -> QSize:
        least = 5 * GRID
        return QSize(least, self.heightForWidth(least))

    def heightForWidth(self, width: int) -> int:
        return width + CAPTION_HEIGHT

    def nextCheckState(self) -> None:
        """Does nothing: the document decides which tile is checked."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(0, 0, self.width(), self.height() - CAPTION_HEIGHT).adjusted(1, 1, -1, -1)
        self._paint_ground(painter, frame)
        self._paint_frame(painter, frame)
        self._paint_caption(painter)
        painter.end()

    def _paint_ground(self, painter: QPainter, frame: QRectF) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(frame, RADIUS, RADIUS)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(frame, QColor(theme().hover if self.underMouse() else theme().raised))
        if self._picture is not None:
            paint_covering(painter, frame, self._picture)
        elif self._curve is not None:
            paint_curve(painter, frame.adjusted(5, 9, -5, -9), *self._curve)
        else:
            square = QRect(0, 0, 2 * GRID, 2 * GRID)
            square.moveCenter(frame.center().toPoint())
            icon(self._icon, "muted").paint(painter, square)
        painter.restore()

    def _paint_frame(self, painter: QPainter, frame: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked():
            painter.setPen(QPen(QColor(theme().accent), 2))
        else:
            painter.setPen(QColor(theme().muted if self.underMouse() else theme().border))
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        if self.hasFocus():
            paint_ring_on_picture(painter, frame.adjusted(2, 2, -2, -2))

    def _paint_caption(self, painter: QPainter) -> None:
        painter.setFont(text_font(SMALL))
        painter.setPen(QColor(theme().text if self.isChecked() else theme().muted))
        room = QRect(0, self.height() - CAPTION_HEIGHT, self.width(), CAPTION_HEIGHT)
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)


def paint_covering(painter: QPainter, frame: QRectF, picture: QPixmap) -> None:
    """Paints a picture's middle, scaled to fill the frame."""
    scale = max(frame.width() / picture.width(), frame.height() / picture.height())
    source = QRectF(0, 0, frame.width() / scale, frame.height() / scale)
    source.moveCenter(QRectF(picture.rect()).center())
    painter.drawPixmap(frame, picture, source)
