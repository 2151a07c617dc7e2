"""Place at which a plot's values are read by keys."""

from collections.abc import Callable
from weakref import WeakMethod

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from cadl_desktop.data.samples import Doubles

_LARGE = 10
"""Stops of an arrow key with Shift."""
_PAGES = 10
"""Presses of a page key that lead over all stops."""
_WAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -1, Qt.Key.Key_PageUp: 1}
_ENDS = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}


class KeyCursor(QObject):
    """Cursor that arrow, page and end keys move from stop to stop, and Escape removes. Without stops, keys
    are not taken."""

    moved = Signal()
    chosen = Signal(float)  # Enter was pressed at this place

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stops: Callable[[], Callable[[], Doubles] | None] = lambda: None
        self.x: float | None = None
        """Where it is; None while there is none."""

    def move_over(self, stops: Callable[[], Doubles]) -> None:
        """Sets the method that returns the stops: positions on the horizontal axis, (stops,), in order. It is
        held weakly, as a plot would otherwise never be freed."""
        self._stops = WeakMethod(stops)

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key was the cursor's."""
        key, shift = Qt.Key(event.key()), Qt.KeyboardModifier.ShiftModifier
        if key == Qt.Key.Key_Escape and self.x is not None:
            self.leave()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.x is not None:
            self.chosen.emit(self.x)
            return True
        if key not in _WAYS | _ENDS or event.modifiers() & ~(shift | Qt.KeyboardModifier.KeypadModifier):
            return False
        find_stops = self._stops()
        stops = np.empty(0) if find_stops is None else find_stops()
        if not len(stops):
            return False
        large = bool(event.modifiers() & shift)
        self.x = float(stops[_ENDS[key] if key in _ENDS else self._next(key, stops, large)])
        self.moved.emit()
        return True

    def leave(self) -> None:
        """Removes the cursor."""
        if self.x is not None:
            self.x = None
            self.moved.emit()

    def _next(self, key: Qt.Key, stops: Doubles, large: bool) -> int:
        """Index of the stop to which a key leads; the first one comes from the plot's edge."""
        count = _LARGE if large else 1
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            count = -(-len(stops) // _PAGES)
        if _WAYS[key] > 0:
            before = -1 if self.x is None else int(np.searchsorted(stops, self.x, side="right")) - 1
            return min(before + count, len(stops) - 1)
        after = len(stops) if self.x is None else int(np.searchsorted(stops, self.x, side="left"))
        return max(after - count, 0)
