"""Progress of an export: a thin bar, and words for the share done and the time left."""

from time import monotonic

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QProgressBar

from cadl_desktop.runs.time_left import remaining_seconds
from cadl_desktop.ui.controls.fields import describe

TOLD_MS = 1000
"""Interval of updates of the words; more often they can't be read calmly."""
_STEPS = 1000
_HEIGHT = 4
_HOUR, _MINUTE = 3600, 60
_EXACT = 5
"""Seconds left are rounded to multiples of this."""


class ExportBar(QProgressBar):
    """Progress bar. `words_changed` emits its words when they change."""

    words_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setTextVisible(False)
        self.setFixedHeight(_HEIGHT)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        describe(self, "Progress", "How much of the file is written.")
        self._share, self._begun, self._words = 0.0, 0.0, ""
        self._timer = QTimer(self, interval=TOLD_MS)
        self._timer.timeout.connect(self.tell)
        self.end()

    def begin(self) -> None:
        """Starts a bar of unknown extent."""
        self._share, self._begun, self._words = 0.0, monotonic(), ""
        self.setRange(0, 0)
        self.show()
        self._timer.start()
        self.tell()

    def end(self) -> None:
        self._timer.stop()
        self.hide()

    def show_share(self, share: float) -> None:
        """Shows the share that is done, 0 to 1."""
        self._share = share
        if share > 0:
            self.setRange(0, _STEPS)
            self.setValue(round(share * _STEPS))

    @Slot()
    def tell(self) -> None:
        words = self._said()
        if words != self._words:
            self._words = words
            self.words_changed.emit(words)

    def _said(self) -> str:
        if not self._share:
            return "Exporting…"
        words = f"Exporting… {int(100 * self._share)} %"
        left = remaining_seconds(self._share, monotonic() - self._begun)
        return words if left is None else f"{words} · {self._time(left)}"

    def _time(self, seconds: float) -> str:
        """Time left in words, rounded to hours, minutes or five seconds."""
        if seconds >= 1.5 * _HOUR:
            return f"about {round(seconds / _HOUR)} hours left"
        if seconds >= 1.5 * _MINUTE:
            return f"about {round(seconds / _MINUTE)} minutes left"
        whole = max(_EXACT, _EXACT * round(seconds / _EXACT))
        return f"about {whole} seconds left"
