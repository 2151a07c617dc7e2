"""The bar above the drawing that says what went wrong and what to do; never a dialog."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import order_tabs, tab_start
from cadl_desktop.ui.controls.layouts import in_row
from cadl_desktop.ui.controls.looks import label, set_look
from cadl_desktop.ui.controls.passing_bar import PassingBar
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

_MOST_OFFERS = 0.4
"""How much of the width buttons may take from the sentence."""
_SIDES = 6 * GRID
"""What icon and cross take, each with its margins."""


class MessageBar(PassingBar):
    """Shows one plain sentence until it is closed, with buttons for what can be done about it; the newest
    replaces the one before it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Message")
        self._icon, self._text = QLabel(), label(wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setAccessibleName("Close the message")
        self._close.setToolTip("Close the message")
        set_icon(self._close, "close")
        self._close.clicked.connect(self.hide)
        self._kind = "info"
        self.buttons: list[QPushButton] = []
        self._start = tab_start(self)
        self._offers = QWidget()
        self._row = in_row(on=self._offers)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(GRID, GRID // 2, GRID // 2, GRID // 2)
        self._grid.setSpacing(GRID)
        self._grid.setColumnStretch(1, 1)
        for column, part in enumerate((self._icon, self._text, self._offers, self._close)):
            self._grid.addWidget(part, 0, column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Buttons stand below the sentence, and one below the other, before they leave it too little room."""
        across = sum(button.sizeHint().width() + GRID for button in self.buttons)
        below = across > _MOST_OFFERS * self.width()
        stacked = across > self.width() - 2 * _SIDES
        way = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(way)
        self._grid.removeWidget(self._offers)
        self._grid.addWidget(
            self._offers, int(below), 1 if below else 2, alignment=Qt.AlignmentFlag.AlignLeft
        )

    @property
    def text(self) -> str:
        """What it says now; empty when it is hidden."""
        return "" if self.isHidden() else self._text.text()

    @property
    def warns(self) -> bool:
        """Whether it says now that something went wrong, which nobody has closed yet."""
        return bool(self.text) and self._kind != "info"

    @Slot(str, str)
    def say(self, kind: str, text: str) -> None:
        """Shows a sentence of kind 'info', 'warning' or 'error'."""
        self._kind = kind
        set_look(self, "message", kind)
        set_icon(self._icon, "info" if kind == "info" else "warning")
        self.offer(())
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self.show()

    def settle(self, text: str) -> None:
        """What this sentence says is so no longer: it goes, unless a newer one is there."""
        if text and self.text == text:
            self.hide()

    def offer(self, actions: Sequence[Action]) -> None:
        """Puts a button for each beside the sentence, which goes when one was pressed."""
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(action) for action in actions]
        self._offers.setVisible(bool(self.buttons))
        self._fit()
        order_tabs([self._start, *self.buttons, self._close])

    def _button(self, action: Action) -> QPushButton:
        button = button_for(action)
        button.setProperty("small", True)
        button.clicked.connect(self.hide)
        self._row.addWidget(button)
        return button
