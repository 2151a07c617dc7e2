"""The bar above the drawing that says what went wrong and what to do; never a dialog."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import order_tabs, tab_start
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.looks import label, set_look
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID


class MessageBar(QFrame):
    """Shows one plain sentence until it is closed, with buttons for what can be done about it; the newest
    replaces the one before it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Message"))
        self._icon, self._text = QLabel(), label(wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.setToolTip(self.tr("Close the message"))
        set_icon(self._close, "close")
        self._close.clicked.connect(self.hide)
        margins = (GRID, GRID // 2, GRID // 2, GRID // 2)
        self.buttons: list[QPushButton] = []
        self._start = tab_start(self)
        self._offers = in_row()
        in_row(self._icon, wide(self._text), self._offers, self._close, on=self, margins=margins)
        self.hide()

    @property
    def text(self) -> str:
        """What it says now; empty when it is hidden."""
        return "" if self.isHidden() else self._text.text()

    @Slot(str, str)
    def say(self, kind: str, text: str) -> None:
        """Shows a sentence of kind 'info', 'warning' or 'error'."""
        set_look(self, "message", kind)
        set_icon(self._icon, "info" if kind == "info" else "warning")
        self.offer(())
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self.show()

    def offer(self, actions: Sequence[Action]) -> None:
        """Puts a button for each beside the sentence, which goes when one was pressed."""
        for button in self.buttons:
            self._offers.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(action) for action in actions]
        order_tabs([self._start, *self.buttons, self._close])

    def _button(self, action: Action) -> QPushButton:
        button = button_for(action)
        button.setProperty("small", True)
        button.clicked.connect(self.hide)
        self._offers.addWidget(button)
        return button
