"""Tiles of a gallery: the button, the tab order, and the widths of the columns."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from cadl_desktop.ui.controls.focus_ring import paint_focus_ring
from cadl_desktop.ui.controls.looks import set_tip
from cadl_desktop.ui.theme.theme import RADIUS, theme

ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class TileButton(QAbstractButton):
    """Tile of a gallery. Enter clicks it; arrow keys are passed on to the gallery."""

    def __init__(self, key: str, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.setText(title)
        self.setAccessibleName(title)
        set_tip(self, text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ARROWS:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def paint_card(painter: QPainter, tile: TileButton) -> QPainterPath:
    """Paints the ground of a tile, lit under the mouse, and returns its shape."""
    shape = QPainterPath()
    shape.addRoundedRect(_card(tile), RADIUS, RADIUS)
    lit = tile.isEnabled() and tile.underMouse()
    painter.fillPath(shape, QColor(theme().hover if lit else theme().raised))
    return shape


def paint_card_frame(painter: QPainter, tile: TileButton) -> None:
    """Paints the border of a tile, and a ring where it has the focus."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QColor(theme().border))
    painter.drawRoundedRect(_card(tile), RADIUS, RADIUS)
    if tile.hasFocus():
        paint_focus_ring(painter, QRectF(tile.rect()))


def _card(tile: TileButton) -> QRectF:
    return QRectF(tile.rect()).adjusted(1, 1, -1, -1)


def set_tab_stop(tiles: Iterable[QWidget], chosen: QWidget) -> None:
    """Makes `chosen` the only tile that Tab visits; arrow keys move on from there."""
    for tile in tiles:
        one = tile is chosen
        tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if one else Qt.FocusPolicy.ClickFocus)


def share_width(grid: QGridLayout, columns: int, before: int) -> None:
    """Gives `columns` columns of a grid equal widths; the grid had `before` columns until now."""
    for column in range(max(columns, before)):
        grid.setColumnStretch(column, 1 if column < columns else 0)
