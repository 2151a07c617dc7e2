"""Messages of the window: news in the status line, warnings and errors in a bar over the network."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStatusBar,
    QToolButton,
    QWidget,
)

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import learned_data
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import order_tabs, tab_start, window_text
from cadl_desktop.ui.controls.layouts import in_row, remove_widgets
from cadl_desktop.ui.controls.looks import label, set_look
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

NEWS_MS = 6000
STAYS_MS = 15_000

_BUTTONS_SHARE = 0.4
"""Largest share of the width for buttons beside the sentence."""
_SIDES = 6 * GRID
"""Pixels for icon and close button, each with its margins."""


class StatusLine(QObject):
    """Shows the status of the session, or for some seconds the latest news."""

    def __init__(self, bar: QStatusBar, session: Session) -> None:
        super().__init__(bar)
        self._bar, self._session = bar, session
        self.words = QLabel("Loading TensorFlow…")
        self.words.setContentsMargins(GRID, 0, GRID, 0)
        self.device = QLabel()
        self.device.setContentsMargins(GRID, 0, GRID, 0)
        self.device.setToolTip("What training runs on.")
        self._news = QTimer(self, singleShot=True, interval=NEWS_MS)
        self._news.timeout.connect(self.show_status)
        bar.addWidget(self.words)
        bar.addPermanentWidget(self.device)
        session.device_changed.connect(self._show_device)
        session.status_changed.connect(self.show_status)
        session.stood_still.connect(self.show_status)
        session.failed.connect(self.show_status)

    def show_beside(self, readout: QWidget) -> None:
        """Shows the readout of a view beside the status."""
        if readout.parentWidget() is not self._bar:
            readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._bar.addWidget(readout, 1)
        readout.show()

    def say(self, news: str) -> None:
        self.words.setText(news)
        self._news.start()

    @Slot(object)
    def _show_device(self, name: str) -> None:
        self.device.setText(name)
        if not self._news.isActive():  # loading TensorFlow mustn't cut them short
            self.show_status()

    @Slot()
    def show_status(self) -> None:
        """Shows the status instead of news."""
        self._news.stop()
        status = self._session.status
        texts = {
            Status.EMPTY: "Ready",
            Status.PREPARING: "Preparing the network…",
            Status.TRAINING: "Training",
            Status.PAUSED: "Paused",
            Status.RESULT: "Ready to continue",
        }
        words = texts[status]
        if not self._session.device and status in (Status.EMPTY, Status.PREPARING):
            words = "Loading TensorFlow…"
        if self._session.stands_still:
            words = "Stands still"
        self.words.setText("Without TensorFlow" if self._session.lacks_tensorflow else words)


class TransientBar(QFrame):
    """Bar that appears and disappears. When it is hidden with the focus in it, the window gets the focus; Qt
    would pass it to the next control in tab order, which the space bar would then press."""

    def setVisible(self, visible: bool) -> None:
        focused = QApplication.focusWidget()
        if not visible and focused is not None and self.isAncestorOf(focused):
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)
        super().setVisible(visible)


class MessageBar(TransientBar):
    """Shows one sentence, with buttons for possible remedies; a new message replaces the one before it. One
    that reports no error and asks for no answer goes by itself, unless somebody is at it or the window is
    left. It lies over the top of another widget, which doesn't move, or in a layout."""

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
        self._page: QWidget | None = None
        self.leaving = QTimer(self, singleShot=True, interval=STAYS_MS)
        self.leaving.timeout.connect(self._leave)
        self.buttons: list[QPushButton] = []
        self._start = tab_start(self)
        self._buttons_area = QWidget()
        self._row = in_row(on=self._buttons_area)
        self._lay_out()
        self.hide()

    def lie_over(self, page: QWidget | None) -> None:
        """Lies over a widget from now on; None: where a layout puts it."""
        self._page = page
        if page is not None:
            page.installEventFilter(self)
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
        """Lays the bar over the page's width, as high as its sentence is there."""
        if self._page is not None and self.isVisible():
            place = self._page.geometry()
            place.setHeight(self._grid.totalHeightForWidth(place.width()))
            self.setGeometry(place)

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(GRID, GRID // 2, GRID // 2, GRID // 2)
        self._grid.setSpacing(GRID)
        self._grid.setColumnStretch(1, 1)
        for column, part in enumerate((self._icon, self._text, self._buttons_area, self._close)):
            self._grid.addWidget(part, 0, column)

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
        self._grid.removeWidget(self._buttons_area)
        self._grid.addWidget(
            self._buttons_area, int(below), 1 if below else 2, alignment=Qt.AlignmentFlag.AlignLeft
        )

    @property
    def text(self) -> str:
        """The sentence that is shown; empty if the bar is hidden."""
        return "" if self.isHidden() else self._text.text()

    @property
    def warns(self) -> bool:
        """Whether a warning or an error is shown."""
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
        self.leaving.stop() if kind == "error" else self.leaving.start()

    @Slot()
    def _leave(self) -> None:
        focused = QApplication.focusWidget()
        has_focus = focused is not None and self.isAncestorOf(focused)
        if self.underMouse() or has_focus or not self.isActiveWindow():
            self.leaving.start()
        else:
            self.hide()

    def settle(self, text: str) -> None:
        """Hides a sentence that is no longer true, unless a newer one is shown."""
        if text and self.text == text:
            self.hide()

    def offer(self, actions: Sequence[Action], *, waits: bool = True) -> None:
        """Shows a button for each action beside the sentence; pressing one hides the bar. The message waits
        for an answer, unless the same can be done elsewhere."""
        if actions and waits:
            self.leaving.stop()
        remove_widgets(self._row, self.buttons)
        self.buttons = [self._button(action) for action in actions]
        self._buttons_area.setVisible(bool(self.buttons))
        self._fit()
        order_tabs([self._start, *self.buttons, self._close])

    def _button(self, action: Action) -> QPushButton:
        button = button_for(action)
        button.setProperty("small", True)
        button.clicked.connect(self.hide)
        self._row.addWidget(button)
        return button


class Messages(QObject):
    """Shows news in the status line, and warnings and errors in the bar."""

    def __init__(self, document: Document, bar: MessageBar, line: StatusLine) -> None:
        super().__init__(bar)
        self._document, self.bar, self.line = document, bar, line
        self._data = learned_data(document.experiment.data)
        document.changed.connect(self._hide_outdated)

    @Slot(str, object)
    def say(self, kind: str, sentence: str) -> None:
        """Shows a sentence of kind 'info', 'warning' or 'error'."""
        text = window_text(sentence)
        if kind == "info":
            self.line.say(text)
        else:
            self.line.show_status()  # news that announced it are over
            self._data = learned_data(self._document.experiment.data)
            self.bar.say(kind, text)

    @Slot(object)
    def settle(self, sentence: str) -> None:
        """Hides a sentence that is no longer true."""
        text = window_text(sentence)
        self.bar.settle(text)
        if self.line.words.text() == text:
            self.line.show_status()

    @Slot(object)
    def _hide_outdated(self, experiment: Experiment) -> None:
        """Hides a message about other data than the current."""
        if (data := learned_data(experiment.data)) != self._data:
            self._data = data
            self.bar.hide()
