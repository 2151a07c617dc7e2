"""Long work on the main thread, split over iterations of the event loop, and repaints deferred to the next
one."""

from collections import deque
from collections.abc import Iterator, Sequence
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

_BATCH = 40
NEXT_ITERATION_MS = 10
"""Delay to the next iteration of the event loop: a timer of 0 ms can fire in the current one."""


class TimeSlicer(QObject):
    """Runs generators for `slice_seconds` at a time, a slice every `every_ms`. A step is the work up to the
    next value; True ends the slice."""

    def __init__(self, slice_seconds: float, every_ms: int) -> None:
        super().__init__()
        self._slice_seconds = slice_seconds
        self._waiting: deque[Iterator[bool | None]] = deque()
        self._timer = QTimer(self, singleShot=True, interval=every_ms)
        self._timer.timeout.connect(self._run_slice)

    def add(self, steps: Iterator[bool | None]) -> None:
        """Appends steps to those that are waiting."""
        self._waiting.append(steps)
        self._timer.start()

    def finish(self) -> None:
        """Runs all remaining steps now."""
        self._timer.stop()
        while self._waiting:
            for _ in self._waiting.popleft():
                pass

    @Slot()
    def _run_slice(self) -> None:
        until = monotonic() + self._slice_seconds
        while self._waiting:
            for is_last in self._waiting[0]:
                if is_last or monotonic() >= until:
                    self._timer.start()
                    return
            self._waiting.popleft()


def defer_repaint(window: QWidget) -> None:
    """Suspends painting of a window until the next iteration of the event loop. For changes to most of a
    window: layout and painting take 50 ms each while a training runs."""
    if window.isVisible() and window.updatesEnabled():
        window.setUpdatesEnabled(False)
        _RepaintTimer(window).start()


class _RepaintTimer(QTimer):
    """Single-shot timer that resumes painting. Refers to the window by parent only: a Python reference would
    be dropped while the window is being destroyed."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, singleShot=True, interval=NEXT_ITERATION_MS)
        self.timeout.connect(self._resume)

    @Slot()
    def _resume(self) -> None:
        window = self.parent()
        assert isinstance(window, QWidget)
        resume_painting(window)
        self.deleteLater()


def resume_painting(window: QWidget) -> None:
    """Enables painting again, innermost widgets first, and repaints now.

    Qt itself begins with the window and then draws everything twice, once for the window and once for widgets
    that don't fill their rectangle. Scheduling a repaint has no effect: Qt takes updates requested before
    painting was suspended for still pending.
    """
    for widget in reversed(window.findChildren(QWidget)):
        if widget.window() is window:
            widget.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, False)
            widget.update()
    window.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, False)
    window.setUpdatesEnabled(True)
    window.repaint()


def batches(widgets: Sequence[QWidget]) -> Iterator[list[QWidget]]:
    """Yields the widgets some at a time, without those destroyed meanwhile."""
    for first in range(0, len(widgets), _BATCH):
        yield alive(widgets[first : first + _BATCH])


def alive(widgets: Sequence[QWidget]) -> list[QWidget]:
    """The widgets that haven't been destroyed; for those that Qt created itself `isValid` doesn't tell."""
    there = set(QApplication.allWidgets())
    return [widget for widget in widgets if widget in there]
