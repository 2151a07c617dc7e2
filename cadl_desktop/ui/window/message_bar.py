"""The bar above the drawing that says what went wrong and what to do; never a dialog."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QToolButton, QWidget

from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.looks import label, set_look
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID


class MessageBar(QFrame):
    """Shows one plain sentence until it is closed; the newest replaces the one before it."""

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
        in_row(self._icon, wide(self._text), self._close, on=self, margins=margins)
        self.hide()

    @property
    def text(self) -> str:
        """What it says now; empty when it is hidden."""
        return "" if self.isHidden() else self._text.text()

    @Slot(str, str)
    def say(self, kind: str, text: str) -> None:
        """Shows a sentence of kind 'warning' or 'error'."""
        set_look(self, "message", kind)
        set_icon(self._icon, "warning")
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self.show()
