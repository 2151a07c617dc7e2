"""Work that would have the window stand still, cut into turns of its event loop."""

from collections import deque
from collections.abc import Iterator, Sequence
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

_PIECE = 40
NEXT_TURN_MS = 10
"""Until a next turn of the event loop: timers of nothing follow in the same one."""


class Turns(QObject):
    """Takes steps for `piece_seconds` at a time, one piece every `every_ms`; a step is what an iterator does
    for its next value, which is True where the turn has to end with it."""

    def __init__(self, piece_seconds: float, every_ms: int) -> None:
        super().__init__()
        self._piece_seconds = piece_seconds
        self._waiting: deque[Iterator[bool | None]] = deque()
        self._timer = QTimer(self, singleShot=True, interval=every_ms)
        self._timer.timeout.connect(self._go_on)

    def add(self, steps: Iterator[bool | None]) -> None:
        """Takes these after all that were added before."""
        self._waiting.append(steps)
        self._timer.start()

    def finish(self) -> None:
        """Takes all that are left at once."""
        self._timer.stop()
        while self._waiting:
            for _ in self._waiting.popleft():
                pass

    @Slot()
    def _go_on(self) -> None:
        until = monotonic() + self._piece_seconds
        while self._waiting:
            for is_last in self._waiting[0]:
                if is_last or monotonic() >= until:
                    self._timer.start()
                    return
            self._waiting.popleft()


def paint_later(window: QWidget) -> None:
    """Has what this turn changes painted in one of its own, where most of a window changes: to lay it out and
    to paint it take 50 ms each, beside a training. Until then the window stays as it was drawn."""
    if window.isVisible() and window.updatesEnabled():
        window.setUpdatesEnabled(False)
        _NextTurn(window).start()


class _NextTurn(QTimer):
    """Of a window that it must not hold: one that ends before it would let go of it in the midst of that."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, singleShot=True, interval=NEXT_TURN_MS)
        self.timeout.connect(self._come)

    @Slot()
    def _come(self) -> None:
        window = self.parent()
        assert isinstance(window, QWidget)
        see_again(window)
        self.deleteLater()


def see_again(window: QWidget) -> None:
    """Enables updates, the innermost first. Qt begins with the window, and then draws all of it twice: once
    for itself and once for those in it that don't fill their rectangle. At once: what was asked for before
    updates were disabled Qt would take for still under way."""
    for widget in reversed(window.findChildren(QWidget)):
        if widget.window() is window:
            widget.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, False)
            widget.update()
    window.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, False)
    window.setUpdatesEnabled(True)
    window.repaint()


def pieces(widgets: Sequence[QWidget]) -> Iterator[list[QWidget]]:
    """These, some at a time, without those that have been destroyed by then."""
    for first in range(0, len(widgets), _PIECE):
        yield living(widgets[first : first + _PIECE])


def living(widgets: Sequence[QWidget]) -> list[QWidget]:
    """Those that haven't been destroyed. Of what Qt has made itself only Qt knows that; `isValid` doesn't."""
    there = set(QApplication.allWidgets())
    return [widget for widget in widgets if widget in there]
