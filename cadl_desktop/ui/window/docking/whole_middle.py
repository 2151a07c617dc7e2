"""Pages that need all of the window: the docks make room while one is shown."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Slot

from cadl_desktop.ui.settings.remembered import LAYOUT_VERSION
from cadl_desktop.ui.theme.turns import paint_later

if TYPE_CHECKING:
    from cadl_desktop.ui.window.main_window import MainWindow


class WholeMiddle(QObject):
    """Remembers how the docks stood, and puts them back."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._docks: QByteArray | None = None

    @Slot(bool)
    def share_room(self, on: bool) -> None:
        window = self._window
        paint_later(window)
        if on:
            self._docks = window.saveState(LAYOUT_VERSION)
            window.room.hold(True)
            for panel in (*window.docks, window.timeline):
                panel.hide()
        elif self._docks is not None:
            docks, self._docks = self._docks, None
            if window.presentation.on:
                window.presentation.leave_with(docks)
            window.restoreState(docks, LAYOUT_VERSION)
            window.room.hold(False)
