"""A grid of neurons' pictures: one painted widget, however many neurons there are."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from cadl_desktop.ui.network.gain_marks import Gain, paint_gain
from cadl_desktop.ui.network.layout import fitted
from cadl_desktop.ui.network.look import Look
from cadl_desktop.ui.network.neuron_menu import NEURON_KEYS, asks_for_menu, request_menu
from cadl_desktop.ui.theme.theme import GRID, SMALL, tabular_font, theme

SIDE = 7 * GRID
_WIDE = SIDE + GRID
_CAPTION = 2 * GRID
_HIGH = SIDE + _CAPTION + GRID // 2


class NeuronGrid(QWidget):
    """`order` is which neuron stands first, second, ...; `at` the one that the pointer or the keys are at.

    There is no `gain` where neurons can't be played.

    Arrow keys, Home and End walk; `pointed` tells of every change of `at`.
    """

    pointed = Signal(int)
    pressed = Signal(int)  # a key for the neuron at `at`
    menu_wanted = Signal()

    def __init__(self, gain: Gain | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.order: list[int] = []
        self.at = 0
        self._gain = gain
        self._captions: Sequence[str] = []
        self._look: Look | None = None
        self._column = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Neurons"))
        self.setAccessibleDescription(
            self.tr("Arrow keys walk; M mutes, S solos, + and − scale, W sets a weight.")
        )

    def show_look(self, look: Look, column: int) -> None:
        """Shows a column as it is now, in the order that there is."""
        self._look, self._column = look, column
        self.update()

    def set_order(self, order: Sequence[int], captions: Sequence[str]) -> None:
        """Shows neurons in this order; `captions`, by neuron, stand below them beside their numbers."""
        self.order, self._captions = list(order), captions
        self.at = min(self.at, max(len(order) - 1, 0))
        self.setMinimumHeight(self.heightForWidth(self.width()))
        self.update()

    def select(self, neuron: int) -> None:
        """Goes to a neuron."""
        if neuron != self.at:
            self.at = neuron
            self.update()
            self.pointed.emit(neuron)

    def cell(self, neuron: int) -> QRect:
        """Where a neuron's picture stands."""
        return self._place(self.order.index(neuron)) if neuron in self.order else QRect()

    def per_row(self) -> int:
        return max((self.width() - GRID) // _WIDE, 1)

    def heightForWidth(self, width: int) -> int:
        per_row = max((width - GRID) // _WIDE, 1)
        return -(-len(self.order) // per_row) * _HIGH + GRID

    def sizeHint(self) -> QSize:
        return QSize(8 * _WIDE, self.heightForWidth(8 * _WIDE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._look is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(tabular_font(SMALL))
        atlas = self._look.sheet(self._column, SIDE)
        for place, neuron in enumerate(self.order):
            cell = self._place(place)
            if neuron >= len(atlas) or not cell.adjusted(0, 0, 0, _CAPTION).intersects(event.rect()):
                continue
            frame = fitted(QRectF(cell), self._look.grid)
            painter.drawImage(frame, atlas.image, QRectF(atlas.place(neuron)))
            if self._gain is not None:
                paint_gain(painter, frame, self._gain(self._column, neuron))
            chosen = neuron == self.at
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme().accent if chosen else theme().muted), 2 if chosen else 1))
            painter.drawRect(frame.adjusted(0, 0, -1, -1))
            self._write(painter, cell, neuron)
        painter.end()

    def _write(self, painter: QPainter, cell: QRect, neuron: int) -> None:
        line = QRect(cell.left(), cell.bottom() + 1, cell.width(), _CAPTION)
        painter.setPen(QColor(theme().muted))
        number = str(neuron + 1)
        if neuron < len(self._captions):
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, number)
            painter.setPen(QColor(theme().text))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(line, flags, self._captions[neuron])
        else:
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position().toPoint())
        if found is not None:
            self.select(found)

    def _at(self, where: QPoint) -> int | None:
        return next((n for place, n in enumerate(self.order) if self._place(place).contains(where)), None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        found = self._at(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit()
        elif found is not None:
            self.select(found)
            self.menu_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.per_row(),
            Qt.Key.Key_Down: self.per_row(),
            Qt.Key.Key_Home: -len(self.order),
            Qt.Key.Key_End: len(self.order),
        }
        key = Qt.Key(event.key())
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if asks_for_menu(event):
            request_menu(self)
            return
        if plain and (key in NEURON_KEYS or key == Qt.Key.Key_Delete):
            self.pressed.emit(event.key())
            return
        if key not in steps or not self.order:
            super().keyPressEvent(event)
            return
        here = self.order.index(self.at) + steps[key] if self.at in self.order else 0
        self.select(self.order[min(max(here, 0), len(self.order) - 1)])
        self._bring_into_view()

    def _bring_into_view(self) -> None:
        viewport = self.parentWidget()
        scroll = viewport.parentWidget() if viewport else None
        if isinstance(scroll, QScrollArea):
            middle = self.cell(self.at).center()
            scroll.ensureVisible(middle.x(), middle.y(), SIDE, SIDE)

    def _place(self, place: int) -> QRect:
        per_row = self.per_row()
        return QRect(GRID + place % per_row * _WIDE, GRID + place // per_row * _HIGH, SIDE, SIDE)
