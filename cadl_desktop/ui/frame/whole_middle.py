"""Pages that need all of the window: docks and bars make room while one is shown."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QObject, Signal, Slot
from PySide6.QtWidgets import QMainWindow, QWidget

from cadl_desktop.ui.frame.room import Room
from cadl_desktop.ui.settings.remembered import LAYOUT_VERSION
from cadl_desktop.ui.theme.turns import paint_later


class WholeMiddle(QObject):
    """Remembers how the `panels` stood, and puts them back."""

    ending = Signal(QByteArray)
    """They are about to be put back, as this layout has them."""

    def __init__(self, window: QMainWindow, room: Room, panels: Callable[[], Sequence[QWidget]]) -> None:
        super().__init__(window)
        self._window, self._room, self._panels = window, room, panels
        self._before: QByteArray | None = None

    @Slot(bool)
    def share_room(self, on: bool) -> None:
        paint_later(self._window)
        if on:
            self._before = self._window.saveState(LAYOUT_VERSION)
            self._room.hold(True)
            for panel in self._panels():
                panel.hide()
        elif self._before is not None:
            before, self._before = self._before, None
            self.ending.emit(before)
            self._window.restoreState(before, LAYOUT_VERSION)
            self._room.hold(False)
