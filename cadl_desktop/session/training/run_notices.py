"""Messages about a run: notes at its beginning, and a warning when it sends no event for long."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.runs.run_snapshots import Snapshots, growth_in_words
from cadl_desktop.session.training.result import Status

SILENT_MS = 30_000


class SilenceTimer(QObject):
    """Emits `lasts` after SILENT_MS without an event of a running training, and `ended` with the next event.

    `ended` carries whether the run goes on.
    """

    lasts = Signal()
    ended = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._noticed = False
        self._timer = QTimer(self, singleShot=True, interval=SILENT_MS)
        self._timer.timeout.connect(self._notice)

    def restart(self, status: Status) -> None:
        """Starts waiting anew after an event or a change of status."""
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


class RunNotices(QObject):
    """Messages about the current run; `note` is shown when the next run begins."""

    message = Signal(str, object)  # kind, str
    settled = Signal(object)  # str: a message that no longer holds

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.note = ""
        self._status = Status.EMPTY
        self._reported_growth_of: Snapshots | None = None
        self._silence_text = ""
        self._silence = SilenceTimer(self)
        self._silence.lasts.connect(self._warn_of_silence)
        self._silence.ended.connect(self._withdraw_warning)

    def on_activity(self, status: Status) -> None:
        """Restarts the silence timer after an event of the run or a change of its status."""
        self._status = status
        self._silence.restart(status)

    def begin(self, snapshots: Snapshots) -> None:
        """Shows the note of a run that has begun.

        Says also, once for each `snapshots`, if they will need more memory than usual.
        """
        if self.note:
            self.message.emit("info", self.note)
            self.note = ""
        words = growth_in_words(snapshots) if snapshots is not self._reported_growth_of else None
        self._reported_growth_of = snapshots
        if words:
            self.message.emit("info", words)

    def close(self) -> None:
        self._silence.close()

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
        self._silence_text = text
        self.message.emit("warning", self._silence_text)

    @Slot(bool)
    def _withdraw_warning(self, goes_on: bool) -> None:
        self.settled.emit(self._silence_text)
        if goes_on:
            self.message.emit("info", "Training continues.")
