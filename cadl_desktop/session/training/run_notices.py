"""Messages about a run: the memory that it needs, and a warning when it sends no event for long."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.runs.run_snapshots import Snapshots, growth_in_words
from cadl_desktop.session.training.result import Status

SILENT_MS = 30_000


class RunNotices(QObject):
    """Messages about the current run."""

    message = Signal(str, object)  # kind, str
    settled = Signal(object)  # str: a message that no longer holds

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._status = Status.EMPTY
        self._reported_growth_of: Snapshots | None = None
        self._shown_warning = ""
        self._silence_timer = QTimer(self, singleShot=True)
        self._silence_timer.timeout.connect(self._warn_of_silence)

    def on_activity(self, status: Status) -> None:
        """Restarts the silence timer after an event of the run or a change of its status."""
        self._status = status
        goes_on = status in (Status.PREPARING, Status.TRAINING)
        self._silence_timer.start(SILENT_MS) if goes_on else self._silence_timer.stop()
        warning, self._shown_warning = self._shown_warning, ""
        if warning:
            self.settled.emit(warning)
            if goes_on:
                self.message.emit("info", "Training continues.")

    def begin(self, snapshots: Snapshots) -> None:
        """Says, once for each `snapshots`, if they will need more memory than usual."""
        words = growth_in_words(snapshots) if snapshots is not self._reported_growth_of else None
        self._reported_growth_of = snapshots
        if words:
            self.message.emit("info", words)

    def close(self) -> None:
        self._silence_timer.stop()

    @Slot()
    def _warn_of_silence(self) -> None:
        seconds = SILENT_MS // 1000
        if self._status is Status.PREPARING:
            text = f"The network has been made ready for {seconds} seconds; a large one takes so long."
        else:
            text = (
                f"Training has told nothing for {seconds} seconds: the machine may be busy or short of "
                "memory. It continues as soon as it can."
            )
        self._shown_warning = text
        self.message.emit("warning", text)
