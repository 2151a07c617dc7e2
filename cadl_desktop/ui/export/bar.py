"""How far an export is: a thin bar, and in words the share that is done and the time that is left."""

from time import monotonic

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from cadl_desktop.runs.time_left import remaining_seconds
from cadl_desktop.ui.controls.fields import describe

TOLD_MS = 1000
"""Words that change more often than this can't be read calmly."""
_STEPS = 1000
_HEIGHT = 4
_HOUR, _MINUTE = 3600, 60
_EXACT = 5
"""Seconds are told in multiples of so many."""


class ExportBar(QProgressBar):
    """`told` carries the words for what is under way, when they have changed."""

    told = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        """Something is under way; how much of it is done isn't known yet."""
        self._share, self._begun, self._words = 0.0, monotonic(), ""
        self.setRange(0, 0)
        self.show()
        self._timer.start()
        self.tell()

    def end(self) -> None:
        self._timer.stop()
        self.hide()

    def show_share(self, share: float) -> None:
        """Shows how much is done, 0 to 1."""
        self._share = share
        if share > 0:
            self.setRange(0, _STEPS)
            self.setValue(round(share * _STEPS))

    @Slot()
    def tell(self) -> None:
        words = self._said()
        if words != self._words:
            self._words = words
            self.told.emit(words)

    def _said(self) -> str:
        if not self._share:
            return "Exporting…"
        words = f"Exporting… {int(100 * self._share)} %"
        left = remaining_seconds(self._share, monotonic() - self._begun)
        return words if left is None else f"{words} · {self._time(left)}"

    def _time(self, seconds: float) -> str:
        """As roughly as it is known."""
        if seconds >= 1.5 * _HOUR:
            return f"about {round(seconds / _HOUR)} hours left"
        if seconds >= 1.5 * _MINUTE:
            return f"about {round(seconds / _MINUTE)} minutes left"
        whole = max(_EXACT, _EXACT * round(seconds / _EXACT))
        return f"about {whole} seconds left"
