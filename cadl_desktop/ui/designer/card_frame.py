"""Frame with the settings card beside a column's head: one card for all layers, one for the output."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from cadl_desktop.ui.controls.fields import order_tabs
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.designer.column_heads import OpenHead
from cadl_desktop.ui.designer.part_card import LayerCard, PartCard
from cadl_desktop.ui.theme.theme import GRID

_WIDTH = 32 * GRID


class CardFrame(QFrame):
    """Overlay on the window, after its head in the tab order. Closes on Escape, or when focus or mouse go
    elsewhere."""

    opened = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        set_topic(self, "network.md#add-change-and-move-layers")
        self.layer, self.output = LayerCard(), PartCard("output")
        self.head: OpenHead | None = None
        in_column(self.layer, self.output, on=self, margins=(2 * GRID, GRID, 2 * GRID, 2 * GRID))
        self.setFixedWidth(_WIDTH)
        for card in (self.layer, self.output):
            card.close_wanted.connect(self.leave)
        self.hide()

    @property
    def card(self) -> PartCard:
        """Card that is shown."""
        return self.output if self.layer.isHidden() else self.layer

    def open(self, head: OpenHead, *, is_layer: bool, slot: QRect) -> None:
        """Opens and focuses the card of a head, beside `slot`, its column's rectangle on the screen."""
        self.close_card()
        self.head = head
        self.layer.setVisible(is_layer)
        self.output.setVisible(not is_layer)
        self.setParent(head.window())
        order_tabs([head, *self.card.tab_widgets()])
        self.setAccessibleName(self.card.name)
        self._slot = slot
        head.show_open(is_open=True)
        self.opened.emit()
        self.show()
        self.fit()
        self.raise_()
        self.card.first().setFocus(Qt.FocusReason.PopupFocusReason)
        _application().focusChanged.connect(self._focus_moved)

    @Slot()
    def close_card(self) -> None:
        """Closes the frame without moving the focus."""
        if self.head is None:
            return
        _application().focusChanged.disconnect(self._focus_moved)
        head, self.head = self.head, None
        head.show_open(is_open=False)
        self.hide()
        self.closed.emit()

    @Slot()
    def leave(self) -> None:
        """Closes the frame and gives the focus back to its head."""
        head = self.head
        if head is not None:
            head.setFocus(Qt.FocusReason.PopupFocusReason)
        self.close_card()

    def fit(self) -> None:
        """Resizes the frame to its content and places it."""
        if self.head is None:
            return
        for widget in (self.card, self):
            if layout := widget.layout():
                layout.activate()  # so that the size hint reflects what is shown
        self.adjustSize()
        self.setGeometry(QRect(self._place(), self.size()))

    def _place(self) -> QPoint:
        """Position right of the column, or left of it where the window ends, level with its head."""
        window, size = self.window(), self.size()
        slot = QRect(window.mapFromGlobal(self._slot.topLeft()), self._slot.size())
        right, left = slot.right() + GRID // 2, slot.left() - size.width() - GRID // 2
        x = right if right + size.width() <= window.width() or left < 0 else left
        return QPoint(
            max(min(x, window.width() - size.width()), 0),
            max(min(slot.top(), window.height() - size.height() - GRID // 2), 0),
        )

    @Slot(QWidget, QWidget)
    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        """Closes the frame when the focus goes elsewhere in this window. Menus, lists of controls and other
        windows do not count."""
        if now is None or now.window() is not self.window():
            return
        if now is not self.head and not self.isAncestorOf(now):
            self.close_card()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)


def _application() -> QApplication:
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found
