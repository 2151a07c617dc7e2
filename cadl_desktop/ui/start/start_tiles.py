"""Tiles of the start page: a picture with a name."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy

from cadl_desktop.ui.controls.tile_button import TileButton, paint_card, paint_card_frame
from cadl_desktop.ui.panels.thumbnails import Doubles, paint_curve
from cadl_desktop.ui.theme.icons import icon
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, TEXT, text_font, theme

_OVERHANG = 0.2
"""Share of a too high picture's excess that is cut off above."""
_PAD = GRID // 2
_DROP = (2 * GRID, 2 * GRID, -2 * GRID, -2 * GRID)
"""Distance from a tile's sides of the frame into which something may be dropped."""
LINE_HEIGHT = 2 * GRID
MOST_LINES = 2


class StartTile(TileButton):
    """Button with a picture above its title, and a note below that where it is large.

    The sentence that says what it is for is shown elsewhere while the pointer or the focus is on the tile.
    """

    pointed = Signal(bool)
    """Whether the pointer or the focus has come to the tile, or has left it."""

    def __init__(self, key: str, title: str, sentence: str, icon_name: str, note: str = "") -> None:
        super().__init__(key, title, sentence)
        self.sentence, self.note = sentence, note
        self.large = self.takes_drops = False
        self.caption = 0
        """Height of the words of all tiles in the row; 0 for what this one needs."""
        self._icon = icon_name
        self._picture = QPixmap()
        self._curve: tuple[Doubles, Doubles | None] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)  # the grid places it

    @property
    def has_picture(self) -> bool:
        return not self._picture.isNull() or self._curve is not None

    def set_picture(self, picture: QPixmap) -> None:
        """Shows a picture; a null pixmap shows the icon."""
        self._picture = picture
        self.update()

    def set_curve(self, points: Doubles, truth: Doubles | None) -> None:
        """Shows points and true curve, as `small_curve` gives them."""
        self._curve = points, truth
        self.update()

    # Size

    def caption_height(self, width: int) -> int:
        """Height that the words below the picture need in a tile of this width."""
        notes = LINE_HEIGHT if self.large else 0
        return len(self.title_lines(width)) * self._line_height() + notes + 2 * _PAD

    def title_lines(self, width: int) -> list[str]:
        """Title in one line if it fits, else in two, the second one elided if needed."""
        letters, room = QFontMetrics(self._title_font()), width - 2 * GRID
        words, first = self.text().split(" "), ""
        while words and letters.horizontalAdvance(longer := f"{first} {words[0]}".strip()) <= room:
            first = longer
            words.pop(0)
        if not first:
            return [letters.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)]
        rest = letters.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, room)
        return [first, rest] if rest else [first]

    def _line_height(self) -> int:
        return 5 * GRID // 2 if self.large else LINE_HEIGHT

    def _title_font(self) -> QFont:
        font = text_font(TEXT if self.large else SMALL)
        font.setWeight(font.Weight.DemiBold if self.large else font.Weight.Normal)
        return font

    # Events

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.pointed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.pointed.emit(False)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        shape = paint_card(painter, self)
        room = QRectF(0, 0, self.width(), self.picture_height())
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(room, QColor(theme().plot_background))
        self.paint_picture(painter, room)
        painter.setPen(QColor(theme().border))
        painter.drawLine(QPointF(0, room.bottom() - 0.5), QPointF(self.width(), room.bottom() - 0.5))
        painter.restore()
        self._paint_words(painter)
        paint_card_frame(painter, self)
        painter.end()

    def picture_height(self) -> int:
        """Height of the picture above the words."""
        return self.height() - (self.caption or self.caption_height(self.width()))

    def paint_picture(self, painter: QPainter, room: QRectF) -> None:
        """Paints the picture, the curve, or the icon of a tile without either."""
        if self._curve is not None:
            across = room.width() / 6
            frame = room.adjusted(across, GRID, -across, -GRID)
            paint_curve(painter, frame, *self._curve, scale=1.5 if self.large else 1.0)
        elif self.has_picture:
            paint_filling(painter, room, self._picture, whole=self._icon == "curve")
        else:
            side = (5 if self.large else 3) * GRID
            square = QRect(0, 0, side, side)
            square.moveCenter(room.center().toPoint())
            icon(self._icon, "muted").paint(painter, square)
            if self.takes_drops:
                painter.setPen(QPen(QColor(theme().muted), 1, Qt.PenStyle.DashLine))
                painter.drawRoundedRect(room.adjusted(*_DROP), 2 * RADIUS, 2 * RADIUS)

    def _paint_words(self, painter: QPainter) -> None:
        painter.setFont(self._title_font())
        painter.setPen(QColor(theme().text))
        room = QRect(GRID, self.picture_height() + _PAD, self.width() - 2 * GRID, self._line_height())
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for line in self.title_lines(self.width()):
            painter.drawText(room, side, line)
            room.translate(0, room.height())
        if self.large:
            painter.setFont(text_font(SMALL))
            painter.setPen(QColor(theme().muted))
            room.setHeight(LINE_HEIGHT)
            letters = painter.fontMetrics()
            painter.drawText(
                room, side, letters.elidedText(self.note, Qt.TextElideMode.ElideRight, room.width())
            )


def paint_filling(painter: QPainter, room: QRectF, picture: QPixmap, *, whole: bool) -> None:
    """Paints a curve whole, a picture so that it fills the room, rather its upper part, where faces are."""
    mode = Qt.AspectRatioMode.KeepAspectRatio if whole else Qt.AspectRatioMode.KeepAspectRatioByExpanding
    frame = QRectF(QPointF(), QSizeF(picture.size()).scaled(room.size(), mode))
    frame.moveCenter(room.center())
    if not whole:
        frame.moveTop(room.top() - _OVERHANG * (frame.height() - room.height()))
    painter.save()
    painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
    painter.drawPixmap(frame, picture, QRectF(picture.rect()))
    painter.restore()
