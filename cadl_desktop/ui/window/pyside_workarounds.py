"""Workarounds for PySide: garbage collection on the main thread only, and no reading of imported sources."""

import gc
import sys

import PySide6.QtCore  # noqa: F401  # loads shibokensupport.feature
from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 100
"""Interval of collections. Reading formulas leaves 70,000 objects a second, which take 50 ms to free at
once."""
_THRESHOLDS = (700, 10, 100)
"""Thresholds of the three generations, as of `gc.set_threshold`. The oldest, which takes longest, is
collected as seldom as with Python's own thresholds and one check a second."""
START_MS = 3000
"""Time after the window has been shown by which its late imports are done."""


class GarbageCollector(QObject):
    """Collects from a timer on the main thread instead of automatically.

    Automatic collection runs on whichever thread allocates, and destroys widgets from there, which crashes
    Qt. The timer starts once the views' imports are done, as traversing all those objects takes too long.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._start_timer = QTimer(self, singleShot=True, interval=START_MS)
        self._start_timer.timeout.connect(self._start)

    @Slot()
    def collect(self) -> None:
        """Collects the oldest generation whose count exceeds its threshold, and all younger ones."""
        over = [count > limit for count, limit in zip(gc.get_count(), _THRESHOLDS, strict=True)]
        if any(over):
            gc.collect(max(index for index, passed in enumerate(over) if passed))

    @Slot()
    def keep(self) -> None:
        """Schedules the start. Objects that exist by then are excluded from collections: they are mostly
        imported libraries."""
        self._start_timer.start()

    @Slot()
    def _start(self) -> None:
        gc.freeze()
        self._timer.start()


def skip_source_scanning() -> None:
    """Keeps PySide from reading the source of every imported module.

    It searches the source for its own name, to support alternative spellings of Qt's names, which this
    program doesn't use, and keeps it in memory: 19 MB for the window's 700 files. The function replaced here
    is internal; in a PySide version without it, sources are read as usual.
    """
    if (feature := sys.modules.get("shibokensupport.feature")) is not None:
        vars(feature)["_mod_uses_pyside"] = lambda module: False
