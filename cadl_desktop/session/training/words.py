"""What is said of a run beside what it comes to: how it has begun, and that it has told nothing for long."""

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.runs.run_snapshots import Snapshots, growth_in_words
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.training.silence import SILENT_MS, Silence


class Words(QObject):
    """`note` is said when the next run has begun."""

    message = Signal(str, object)  # kind, str
    settled = Signal(object)  # str: what a message has said is so no longer

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.note = ""
        self._status = Status.EMPTY
        self._told_growth_of: Snapshots | None = None
        self._told_silence = ""
        self._silence = Silence(self)
        self._silence.lasts.connect(self._tell_of_silence)
        self._silence.ended.connect(self._tell_of_its_end)

    def heard(self, status: Status) -> None:
        """The run has told something, or its status is another one."""
        self._status = status
        self._silence.heard(status)

    def begin(self, snapshots: Snapshots) -> None:
        """A run has begun, which keeps its moments there: once of each it is said that they need more memory
        than usual."""
        if self.note:
            self.message.emit("info", self.note)
            self.note = ""
        words = growth_in_words(snapshots) if snapshots is not self._told_growth_of else None
        self._told_growth_of = snapshots
        if words:
            self.message.emit("info", words)

    def close(self) -> None:
        self._silence.close()

    @Slot()
    def _tell_of_silence(self) -> None:
        seconds = SILENT_MS // 1000
        if self._status is Status.PREPARING:
            text = f"The network has been made ready for {seconds} seconds; a large one takes so long."
        else:
            text = (
                f"Training has told nothing for {seconds} seconds: the machine may be busy or short of "
                "memory. It goes on as soon as it can."
            )
        self._told_silence = text
        self.message.emit("warning", self._told_silence)

    @Slot(bool)
    def _tell_of_its_end(self, goes_on: bool) -> None:
        self.settled.emit(self._told_silence)
        if goes_on:
            self.message.emit("info", "Training goes on.")
