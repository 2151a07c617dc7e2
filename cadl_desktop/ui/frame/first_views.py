"""What will show the data of a window that has just come, made before they are read."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop.ui.theme.turns import NEXT_TURN_MS


class FirstViews(QObject):
    """Makes one part in each turn of the event loop. With the data all of them would be made in one turn, for
    which the window stood still for a tenth of a second just when somebody begins to look at it."""

    def __init__(self, parts: Iterator[None], parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        # Begun anew after each: one that goes on by itself makes two in a turn when it is late.
        self._apart = QTimer(self, singleShot=True, interval=NEXT_TURN_MS)
        self._apart.timeout.connect(self.make_next)

    @Slot()
    def make_next(self) -> None:
        for _ in self._parts:
            self._apart.start()
            return

    @Slot()
    def end(self) -> None:
        self._apart.stop()
