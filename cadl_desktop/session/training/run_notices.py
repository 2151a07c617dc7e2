"""Messages about a run: the memory that it needs, and warnings when its process was stopped or sends no event
for long."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.runs.run_snapshots import Snapshots, growth_in_words
from cadl_desktop.session.training.result import Status

SILENT_MS = 30_000
LOOK_MS = 1000
"""Time without an event after which, and how often from then on, is looked whether the process was
stopped."""


class RunNotices(QObject):
    """Messages about the current run. `stopped_process` returns the number of its process if that was stopped
    from outside."""

    message = Signal(str, object)  # kind, str
    settled = Signal(object)  # str: a message that no longer holds
    stood_still = Signal()  # `stands_still` has changed

    def __init__(self, stopped_process: Callable[[], int | None], parent: QObject) -> None:
        super().__init__(parent)
        self.stands_still = False
        self._stopped_process = stopped_process
        self._status = Status.EMPTY
        self._reported_growth_of: Snapshots | None = None
        self._shown_warning = ""
        self._silence_timer = QTimer(self, singleShot=True)
        self._silence_timer.timeout.connect(self._warn_of_silence)
        self._look_timer = QTimer(self)
        self._look_timer.timeout.connect(self._look_at_process)

    def on_activity(self, status: Status) -> None:
        """Restarts the timers after an event of the run or a change of its status."""
        self._status = status
        goes_on = status in (Status.PREPARING, Status.TRAINING)
        for timer, ms in ((self._silence_timer, SILENT_MS), (self._look_timer, LOOK_MS)):
            timer.start(ms) if goes_on else timer.stop()
        if self.stands_still:
            self.stands_still = False
            self.stood_still.emit()
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
        self._look_timer.stop()

    @Slot()
    def _look_at_process(self) -> None:
        number = self._stopped_process()
        if number is None and self.stands_still:
            self.on_activity(self._status)
        elif number is not None and not self.stands_still:
            self._silence_timer.stop()
            self.stands_still = True
            self._warn(
                f"Training stands still: its process ({number}) was stopped from outside, and goes on once "
                "it is continued."
            )
            self.stood_still.emit()

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
        self._warn(text)

    def _warn(self, text: str) -> None:
        self._shown_warning = text
        self.message.emit("warning", text)
