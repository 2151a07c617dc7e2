"""The line at the bottom of the window: what is going on, news that goes by, and what training runs on."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.theme.theme import GRID

NEWS_MS = 6000


class StatusLine(QObject):
    """Says what a session does, but for some seconds after news, which stand in its place."""

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
        session.failed.connect(self.show_status)

    def show_beside(self, readout: QWidget) -> None:
        """Gives what is said of a view a place here, as long as that wants it."""
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
        if not self._news.isActive():  # that TensorFlow is there is no reason to cut them short
            self.show_status()

    @Slot()
    def show_status(self) -> None:
        """Says what is going on now; news are over."""
        self._news.stop()
        status = self._session.status
        texts = {
            Status.EMPTY: "Ready",
            Status.PREPARING: "Preparing the network…",
            Status.TRAINING: "Training",
            Status.PAUSED: "Paused",
            Status.RESULT: "Ready to go on",
        }
        words = texts[status]
        if not self._session.device and status in (Status.EMPTY, Status.PREPARING):
            words = "Loading TensorFlow…"
        self.words.setText("Without TensorFlow" if self._session.lacks_tensorflow else words)
