"""Tiles of the start page, and the grid that they stand in."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.tile_button import TileButton, set_tab_stop, share_width
from cadl_desktop.ui.panels.thumbnails import Doubles, paint_curve
from cadl_desktop.ui.theme.icons import icon
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, text_font, theme

LEAST_WIDTH = 20 * GRID
PICTURE_HEIGHT = 14 * GRID
LINES = 4
_OVERHANG = 0.2
"""Share of a too high picture's excess that is cut off above."""
_TITLE_HEIGHT = 3 * GRID
_LINE_HEIGHT = 2 * GRID
HEIGHT = PICTURE_HEIGHT + _TITLE_HEIGHT + LINES * _LINE_HEIGHT + GRID


class StartTile(TileButton):
    """Button with a picture, a title and a sentence."""

    def __init__(self, key: str, title: str, text: str, icon_name: str) -> None:
        super().__init__(key, title, text)
        self.sentence = text
        self._icon = icon_name
        self._picture = QPixmap()
        self._curve: tuple[Doubles, Doubles | None] | None = None

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

    def sizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH // 2, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        card = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(card, RADIUS, RADIUS)
        painter.fillPath(shape, QColor(theme().hover if self.underMouse() else theme().raised))
        painter.save()
        painter.setClipPath(shape)
        self._paint_picture(painter, QRectF(0, 0, self.width(), PICTURE_HEIGHT))
        painter.restore()
        self._paint_words(painter)
        self._paint_frame(painter, card)
        painter.end()

    def _paint_picture(self, painter: QPainter, room: QRectF) -> None:
        painter.fillRect(room, QColor(theme().plot_background))
        if self._curve is not None:
            inset = 2 * GRID
            paint_curve(painter, room.adjusted(inset, inset, -inset, -inset), *self._curve)
        elif self.has_picture:
            _paint(painter, room, self._picture, whole=self._icon == "curve")
        else:
            square = QRect(0, 0, 3 * GRID, 3 * GRID)
            square.moveCenter(room.center().toPoint())
            icon(self._icon, "muted").paint(painter, square)
        painter.setPen(QColor(theme().border))
        below = room.bottom() - 0.5
        painter.drawLine(QPointF(0, below), QPointF(self.width(), below))

    def _paint_words(self, painter: QPainter) -> None:
        painter.setFont(_title_font())
        painter.setPen(QColor(theme().text))
        room = QRect(GRID, PICTURE_HEIGHT + GRID // 2, self._room(), _TITLE_HEIGHT)
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, side, self.shown_title())
        painter.setFont(text_font(SMALL))
        painter.setPen(QColor(theme().muted))
        room = QRect(GRID, room.bottom() + 1, room.width(), _LINE_HEIGHT)
        for line in self.lines():
            painter.drawText(room, Qt.AlignmentFlag.AlignTop, line)
            room.translate(0, room.height())

    def _room(self) -> int:
        """Width of a line of text."""
        return self.width() - 2 * GRID

    def shown_title(self) -> str:
        """Title, elided if needed."""
        letters = QFontMetrics(_title_font())
        return letters.elidedText(self.text(), Qt.TextElideMode.ElideRight, self._room())

    def lines(self) -> list[str]:
        """Sentence in at most `LINES` lines, the last one elided if needed."""
        width, font = self._room(), text_font(SMALL)
        layout = QTextLayout(self.sentence, font)
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        starts = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            starts.append(line.textStart())
        layout.endLayout()
        lines = [
            self.sentence[start:end].strip()
            for start, end in zip(starts, [*starts[1:], len(self.sentence)], strict=True)
        ]
        if len(lines) > LINES:
            rest = self.sentence[starts[LINES - 1] :]
            lines[LINES - 1] = QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width)
        return lines[:LINES]

    def _paint_frame(self, painter: QPainter, card: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(theme().muted if self.underMouse() else theme().border))
        if self.hasFocus():
            painter.setPen(QColor(theme().accent))
            painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.drawRoundedRect(card, RADIUS, RADIUS)


def _title_font() -> QFont:
    font = text_font(SMALL)
    font.setWeight(font.Weight.DemiBold)
    return font


def _paint(painter: QPainter, room: QRectF, picture: QPixmap, *, whole: bool) -> None:
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


GAP = 2 * GRID

Group = tuple[str, Sequence[StartTile]]
_Headed = tuple[QLabel, Sequence[StartTile]]


class TileGrid(QWidget):
    """Groups of tiles under headings; those that fit into one row stand side by side.

    One tile is in the tab order, arrow keys go on from there.
    """

    walked = Signal(object)  # the StartTile that an arrow key went to

    def __init__(self, groups: Sequence[Group]) -> None:
        super().__init__()
        self._groups = [(label(title, "heading"), tiles) for title, tiles in groups]
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(GAP)
        self.tiles = [tile for _, tiles in groups for tile in tiles]
        set_tab_stop(self.tiles, self.tiles[0])
        self._arrange(1)

    def focus_first(self) -> None:
        self._go_to(self.tiles[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = next((tile for tile in self.tiles if tile.hasFocus()), None)
        to = self._neighbour(focused, Qt.Key(event.key())) if focused else None
        if to is None:
            event.ignore()
        else:
            self._go_to(to)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(max(1, (self.width() + GAP) // (LEAST_WIDTH + GAP)))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        share_width(self._grid, columns, self._columns)
        self._columns = columns
        row = 0
        for line in self._lines():
            column = 0
            for heading, tiles in line:
                self._grid.addWidget(heading, row, column, 1, min(len(tiles), columns))
                column += len(tiles)
            for tiles in self._rows_of(line):
                row += 1
                for place, tile in enumerate(tiles):
                    self._grid.addWidget(tile, row, place)
            row += 1

    def _lines(self) -> list[list[_Headed]]:
        """Groups that stand side by side, from the top to the bottom. Rows are filled from the last group on,
        which leaves the first one alone where there is room."""
        lines: list[list[_Headed]] = []
        room = 0
        for group in reversed(self._groups):
            count = len(group[1])
            if count > room:
                lines.insert(0, [])
                room = self._columns
            lines[0].insert(0, group)
            room -= count
        return lines

    def _rows_of(self, line: Sequence[_Headed]) -> list[list[StartTile]]:
        tiles = [tile for _, group in line for tile in group]
        columns = self._columns
        return [tiles[start : start + columns] for start in range(0, len(tiles), columns)]

    def _neighbour(self, tile: StartTile, key: Qt.Key) -> StartTile | None:
        """Neighbouring tile, also of the next group; None at the edge."""
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            to = self.tiles.index(tile) + (1 if key == Qt.Key.Key_Right else -1)
            return self.tiles[to] if 0 <= to < len(self.tiles) else None
        if key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return None
        rows = [row for line in self._lines() for row in self._rows_of(line)]
        here = next(index for index, row in enumerate(rows) if tile in row)
        to = here + (1 if key == Qt.Key.Key_Down else -1)
        if not 0 <= to < len(rows):
            return None
        return rows[to][min(rows[here].index(tile), len(rows[to]) - 1)]

    def _go_to(self, tile: StartTile) -> None:
        set_tab_stop(self.tiles, tile)
        tile.setFocus(Qt.FocusReason.TabFocusReason)
        self.walked.emit(tile)
