"""Where what other threads have found out is handed to the window's."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_NEXT_TURN_MS = 1
"""Until a next turn of the event loop: timers of nothing follow in the same one. No longer than that, as
dozens of answers a second come while a network trains."""


class Answers(QObject):
    """Hands out answers in their order, one in a turn of the event loop. Qt would deliver all that have come,
    and those that come meanwhile, together with an edit and its drawing before it looks at the mouse again.
    """

    _came = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], None]] = deque()
        self._closed = False
        self._next_turn = QTimer(self, singleShot=True, interval=_NEXT_TURN_MS)
        self._next_turn.timeout.connect(self._hand_out)
        self._came.connect(self._await_next_turn)

    def put(self, answer: Callable[[], None]) -> None:
        """Has it called on the thread that these were made on; may be called on any."""
        self._waiting.append(answer)
        self._came.emit()

    def close(self) -> None:
        """Nothing is handed out any more."""
        self._closed = True
        self._next_turn.stop()

    @Slot()
    def _await_next_turn(self) -> None:
        if self._waiting and not self._closed and not self._next_turn.isActive():
            self._next_turn.start()

    @Slot()
    def _hand_out(self) -> None:
        answer = self._waiting.popleft()
        self._await_next_turn()
        answer()
