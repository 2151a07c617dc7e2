"""Python's garbage collector, kept to the main thread.

Left to itself it runs on whichever thread happens to allocate, the training's included, and then destroys
widgets from there, which Qt does not survive. It also stalls the window while TensorFlow is imported.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 1000


class GarbageCollector(QObject):
    """Switches the automatic collection off and collects, as often as it would have, from a timer."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._limits = gc.get_threshold()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    @Slot()
    def collect(self) -> None:
        """Collects the oldest generation whose count has passed its limit, and with it all younger ones."""
        over = [count > limit for count, limit in zip(gc.get_count(), self._limits, strict=True)]
        if any(over):
            gc.collect(max(index for index, passed in enumerate(over) if passed))

    @Slot()
    def keep(self) -> None:
        """Takes what there is now out of all later collections: a library just imported stays anyway."""
        gc.freeze()
