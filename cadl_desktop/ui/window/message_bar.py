"""The bar above the drawing that says what went wrong and what to do; never a dialog."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID


class MessageBar(QFrame):
    """Shows one plain sentence until it is closed; the newest replaces the one before it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Message"))
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.setToolTip(self.tr("Close the message"))
        set_icon(self._close, "close")
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, GRID // 2, GRID // 2, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """What it says now; empty when it is hidden."""
        return "" if self.isHidden() else self._text.text()

    @Slot(str, str)
    def say(self, kind: str, text: str) -> None:
        """Shows a sentence of kind 'warning' or 'error'."""
        self.setProperty("message", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        set_icon(self._icon, "warning")
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self.show()
