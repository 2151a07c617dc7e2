"""Messages of the window: news in the status line, warnings and errors in a list over the output."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import learned_data
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.fields import window_text
from cadl_desktop.ui.frame.message_bar import MessageBar
from cadl_desktop.ui.theme.theme import GRID

NEWS_MS = 6000


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
            self.bar.clear()
