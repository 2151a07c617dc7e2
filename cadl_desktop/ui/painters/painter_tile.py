"""Tiles of painters: a painting, and below it its name, its size and what makes it look so."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from cadl_desktop.experiment.painters import Painter
from cadl_desktop.ui.controls.layouts import remove_widgets
from cadl_desktop.ui.controls.tile_button import ARROWS, TileButton, paint_card, paint_card_frame
from cadl_desktop.ui.painting.images import Pixels, image_of
from cadl_desktop.ui.theme.theme import GRID, SMALL, TEXT, text_font, theme

_COLUMNS = 3
_TITLE_HEIGHT, _LINE_HEIGHT = 5 * GRID // 2, 2 * GRID
_WIDE = 50 * GRID
"""Width from which every note fits into two lines; narrower tiles have three."""
_LEAST = QSize(28 * GRID, 20 * GRID)


class PainterTile(TileButton):
    """Button with a painting that changes while its network learns."""

    def __init__(self, painter: Painter, size: str, parent: QWidget | None = None) -> None:
        super().__init__(painter.name, painter.name, painter.note, parent)
        self._note, self._size = painter.note, size
        self._picture = QPixmap()
        self._drawn: Pixels | None = None
        self._times = 1.0
        self.setMinimumSize(_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_picture(self, pixels: Pixels | None, times: float = 1.0) -> None:
        """Shows a painting (height, width, 3), `times` as high and wide as the picture, whose frame is then
        drawn; None shows none."""
        if pixels is not self._drawn:
            self._drawn, self._times = pixels, times
            self._picture = QPixmap() if pixels is None else QPixmap.fromImage(image_of(pixels))
            self.update()

    def _note_height(self) -> int:
        return (2 if self.width() >= _WIDE else 3) * _LINE_HEIGHT

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        shape = paint_card(painter, self)
        words = _TITLE_HEIGHT + self._note_height() + GRID
        room = QRectF(0, 0, self.width(), self.height() - words)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(room, QColor(theme().plot_background))
        painter.restore()
        if self._picture.isNull():
            painter.setFont(text_font(SMALL))
            painter.setPen(QColor(theme().muted))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "Waits for its turn…")
        else:
            self._paint_picture(painter, room)
        self._paint_words(painter, round(room.bottom()) + GRID // 2)
        paint_card_frame(painter, self)
        painter.end()

    def _paint_picture(self, painter: QPainter, room: QRectF) -> None:
        inner = room.adjusted(GRID, GRID, -GRID, -GRID)
        size = QSizeF(self._picture.size()).scaled(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
        frame = QRectF(QPointF(), size)
        frame.moveCenter(room.center())
        painter.drawPixmap(frame, self._picture, QRectF(self._picture.rect()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(theme().border))  # a white picture would have no edge
        painter.drawRect(frame)
        if self._times > 1:
            target = QRectF(QPointF(), size / self._times)
            target.moveCenter(room.center())
            painter.setPen(QPen(QColor(255, 255, 255, 160), 1, Qt.PenStyle.DashLine))
            painter.drawRect(target)

    def _paint_words(self, painter: QPainter, top: int) -> None:
        font = text_font(TEXT)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(theme().text))
        room = QRect(GRID, top, self.width() - 2 * GRID, _TITLE_HEIGHT)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setFont(text_font(SMALL))
        painter.setPen(QColor(theme().muted))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, self._size)
        room = QRect(GRID, top + _TITLE_HEIGHT, room.width(), self._note_height())
        painter.drawText(room, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, self._note)


class PainterGrid(QWidget):
    """Tiles in rows, among which arrow keys move the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles: list[PainterTile] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2 * GRID)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def show_tiles(self, tiles: list[PainterTile]) -> None:
        """Shows these tiles in place of those before."""
        remove_widgets(self._grid, self.tiles)
        self.tiles = tiles
        for place, tile in enumerate(tiles):
            self._grid.addWidget(tile, place // _COLUMNS, place % _COLUMNS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = dict(zip(ARROWS, (-1, 1, -_COLUMNS, _COLUMNS), strict=True))
        focused = next((place for place, tile in enumerate(self.tiles) if tile.hasFocus()), None)
        if focused is None or event.key() not in moves:
            super().keyPressEvent(event)
        elif 0 <= (to := focused + moves[Qt.Key(event.key())]) < len(self.tiles):
            self.tiles[to].setFocus(Qt.FocusReason.TabFocusReason)
