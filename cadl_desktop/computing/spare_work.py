"""Work that is done when nothing else waits, and sparingly beside a training: pieces of exports."""

from collections import deque
from collections.abc import Callable
from time import monotonic

SHARE = 3
"""While training goes on, one part in so many of the time is given to it."""

Piece = Callable[[], None]


class SpareWork:
    """The pieces that wait; used on one thread only."""

    def __init__(self) -> None:
        self._waiting: deque[Piece] = deque()
        self._not_before = 0.0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, piece: Piece) -> None:
        self._waiting.append(piece)

    def do_one(self, sparing: bool) -> None:
        """Does the oldest; where others want the time as well, only when they have had their share."""
        start = monotonic()
        if not self._waiting or (sparing and start < self._not_before):
            return
        self._waiting.popleft()()
        end = monotonic()
        self._not_before = end + (SHARE - 1) * (end - start)

    def drop_all(self) -> None:
        self._waiting.clear()
