"""Notices that a run has told nothing for so long that a person wonders."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.session.training.result import Status

SILENT_MS = 30_000


class Silence(QObject):
    """`lasts` says so once; `ended` that it is over, and whether the run goes on. A pause is no silence."""

    lasts = Signal()
    ended = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._noticed = False
        self._timer = QTimer(self, singleShot=True, interval=SILENT_MS)
        self._timer.timeout.connect(self._notice)

    def heard(self, status: Status) -> None:
        """The run has told something, and does this now."""
        noticed, self._noticed = self._noticed, False
        goes_on = status in (Status.PREPARING, Status.TRAINING)
        self._timer.start(SILENT_MS) if goes_on else self._timer.stop()
        if noticed:
            self.ended.emit(goes_on)

    def close(self) -> None:
        self._timer.stop()

    @Slot()
    def _notice(self) -> None:
        self._noticed = True
        self.lasts.emit()
