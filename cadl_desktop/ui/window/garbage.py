"""Python's garbage collector, kept to the main thread.

Left to itself it runs on whichever thread happens to allocate, and then destroys widgets from there, which Qt
does not survive.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 100
"""To read formulas leaves 70,000 objects behind in a second, which take 50 ms to be freed at once."""
_LIMITS = (700, 10, 100)
"""After how many objects the youngest are collected, and how many times these before the older ones. The
oldest, who take longest, as seldom as at one look a second and Python's own limits."""
SETTLED_MS = 3000
"""How long after the window has come what else it needs is imported as well."""


class GarbageCollector(QObject):
    """Switches the automatic collection off and, once what views need is imported, collects from a timer: to
    look through all of that takes as long as several turns."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._begin)

    @Slot()
    def collect(self) -> None:
        """Collects the oldest generation whose count has passed its limit, and with it all younger ones."""
        over = [count > limit for count, limit in zip(gc.get_count(), _LIMITS, strict=True)]
        if any(over):
            gc.collect(max(index for index, passed in enumerate(over) if passed))

    @Slot()
    def keep(self) -> None:
        """What there is soon stays out of all collections: libraries that were just imported stay anyway."""
        self._settled.start()

    @Slot()
    def _begin(self) -> None:
        gc.freeze()
        self._timer.start()
