"""List of messages, each a sentence with buttons for possible remedies."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import order_tabs, tab_start
from cadl_desktop.ui.controls.layouts import in_row, remove_widgets
from cadl_desktop.ui.controls.looks import label, set_look
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

STAYS_MS = 15_000
MOST_MESSAGES = 3

_BUTTONS_SHARE = 0.4
"""Largest share of the width for buttons beside the sentence."""
_SIDES = 6 * GRID
"""Pixels for icon and close button, each with its margins."""


class TransientBar(QFrame):
    """Bar that appears and disappears. When it is hidden with the focus in it, the window gets the focus; Qt
    would pass it to the next control in tab order, which the space bar would then press."""

    def setVisible(self, visible: bool) -> None:
        focused = QApplication.focusWidget()
        if not visible and focused is not None and self.isAncestorOf(focused):
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)
        super().setVisible(visible)


class Message(TransientBar):
    """One sentence. If it reports no error and asks for no answer, it goes by itself, unless somebody is at
    it or the window is left."""

    gone = Signal()

    def __init__(self, kind: str, text: str, page: object, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind, self.page = kind, page
        self.setAccessibleName("Message")
        set_look(self, "message", kind)
        self.words = label(wraps=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.words.setText(text)  # after the policy, which would no longer let the height follow the width
        self.words.setAccessibleName(text)
        self.close_button = QToolButton()
        self.close_button.setAccessibleName("Close the message")
        self.close_button.setToolTip("Close the message")
        set_icon(self.close_button, "close")
        self.close_button.clicked.connect(self.gone)
        self.leaving = QTimer(self, singleShot=True, interval=STAYS_MS)
        self.leaving.timeout.connect(self._leave)
        self.buttons: list[QPushButton] = []
        self._buttons_area = QWidget()
        self._row = in_row(on=self._buttons_area)
        self._buttons_area.hide()
        self._lay_out()
        if kind != "error":
            self.leaving.start()

    def _lay_out(self) -> None:
        icon = QLabel()
        set_icon(icon, "info" if self.kind == "info" else "warning")
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(GRID, GRID // 2, GRID // 2, GRID // 2)
        self.grid.setSpacing(GRID)
        self.grid.setColumnStretch(1, 1)
        for column, part in enumerate((icon, self.words, self._buttons_area, self.close_button)):
            self.grid.addWidget(part, 0, column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Moves the buttons below the sentence, and below one another, where the bar is too narrow."""
        across = sum(button.sizeHint().width() + GRID for button in self.buttons)
        below = across > _BUTTONS_SHARE * self.width()
        stacked = across > self.width() - 2 * _SIDES
        way = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(way)
        self.grid.removeWidget(self._buttons_area)
        self.grid.addWidget(
            self._buttons_area, int(below), 1 if below else 2, alignment=Qt.AlignmentFlag.AlignLeft
        )

    @Slot()
    def _leave(self) -> None:
        focused = QApplication.focusWidget()
        has_focus = focused is not None and self.isAncestorOf(focused)
        if self.underMouse() or has_focus or not self.isActiveWindow():
            self.leaving.start()
        else:
            self.gone.emit()

    def offer(self, actions: Sequence[Action], *, waits: bool) -> None:
        """Shows a button for each action beside the sentence; pressing one ends the message. It `waits` for
        an answer, unless the same can be done elsewhere."""
        if actions and waits:
            self.leaving.stop()
        remove_widgets(self._row, self.buttons)
        self.buttons = [self._button(action) for action in actions]
        self._buttons_area.setVisible(bool(self.buttons))
        self._fit()

    def _button(self, action: Action) -> QPushButton:
        button = button_for(action)
        button.setProperty("small", True)
        button.clicked.connect(self.gone)
        self._row.addWidget(button)
        return button


class MessageBar(TransientBar):
    """Messages one below the other, the newest last, those of the page on display. They lie over the bottom
    of another widget, which doesn't move, or in a layout."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.messages: list[Message] = []
        self._over: QWidget | None = None
        self._page: object = None
        self._start = tab_start(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)
        self.hide()

    # Place

    def lie_over(self, widget: QWidget | None) -> None:
        """Lies over a widget from now on; None: where a layout puts it."""
        self._over = widget
        if widget is not None:
            widget.installEventFilter(self)
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return done

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place()
        self.raise_()

    def _place(self) -> None:
        """Lays the bar over the bottom of the widget, as high as its sentences are in that width."""
        if self._over is not None and self.isVisible():
            place = self._over.geometry()
            shown = [message for message in self.messages if message.page is self._page]
            heights = [message.grid.totalHeightForWidth(place.width()) for message in shown]
            height = sum(heights) + (len(shown) - 1) * self._column.spacing()
            self.setGeometry(place.adjusted(0, place.height() - height, 0, 0))

    # Messages

    @property
    def newest(self) -> Message | None:
        """Newest message of the page on display."""
        return next((message for message in reversed(self.messages) if message.page is self._page), None)

    @property
    def text(self) -> str:
        """Newest sentence; empty if there is none."""
        return self.newest.words.text() if self.newest and not self.isHidden() else ""

    @property
    def buttons(self) -> list[QPushButton]:
        """Buttons of the newest message."""
        return self.newest.buttons if self.newest else []

    @property
    def warns(self) -> bool:
        """Whether a warning or an error is shown."""
        return any(message.page is self._page and message.kind != "info" for message in self.messages)

    @Slot(str, str)
    def say(self, kind: str, text: str) -> None:
        """Shows a sentence of kind 'info', 'warning' or 'error', as the newest one. Of too many the oldest
        goes."""
        self.settle(text)
        message = Message(kind, text, self._page, self)
        message.gone.connect(self._end)
        self.messages.append(message)
        self._column.addWidget(message)
        for oldest in [each for each in self.messages if each.page is self._page][:-MOST_MESSAGES]:
            self._remove(oldest)
        self._show()

    def offer(self, actions: Sequence[Action], *, waits: bool = True) -> None:
        """Shows buttons beside the newest sentence, as `Message.offer` does."""
        if self.newest is not None:
            self.newest.offer(actions, waits=waits)
            self._order_tabs()

    def settle(self, text: str) -> None:
        """Ends a message that is no longer true."""
        for message in [each for each in self.messages if each.words.text() == text]:
            self._remove(message)
        self._show()

    @Slot()
    def clear(self) -> None:
        """Ends all messages."""
        for message in list(self.messages):
            self._remove(message)
        self._show()

    def turn_to(self, page: object) -> None:
        """Shows the messages that were said on a page, and no others."""
        self._page = page
        self._show()

    @Slot()
    def _end(self) -> None:
        message = self.sender()
        if isinstance(message, Message) and message in self.messages:
            self._remove(message)
            self._show()

    def _remove(self, message: Message) -> None:
        self.messages.remove(message)
        message.hide()
        self._column.removeWidget(message)
        message.deleteLater()

    def _show(self) -> None:
        self.setVisible(self.newest is not None)  # first: a message has its height once its parts are shown
        for message in self.messages:
            message.setVisible(message.page is self._page)
        self._order_tabs()
        self._place()

    def _order_tabs(self) -> None:
        controls = [[*message.buttons, message.close_button] for message in self.messages]
        order_tabs([self._start, *(each for group in controls for each in group)])
