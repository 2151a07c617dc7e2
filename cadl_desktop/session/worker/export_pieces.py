"""Pieces of an export: what the worker does when nothing else waits, and sparingly while it trains."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import Any

SHARE = 3
"""While training goes on, one part in so many of the time is given to pieces."""


class ExportPiece:
    """Some work, and whoever waits for what it gives."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._answer: Future[Any] = Future()

    def do(self) -> None:
        try:
            result = self._work()
        except BaseException as error:
            self._answer.set_exception(error)
        else:
            self._answer.set_result(result)

    def drop(self) -> None:
        """Lets `wait` raise `concurrent.futures.CancelledError`."""
        self._answer.cancel()

    def wait(self) -> Any:
        """What the work gave; raises what it raised."""
        return self._answer.result()


class ExportPieces:
    """Those that wait; used on the worker's thread only."""

    def __init__(self) -> None:
        self._waiting: deque[ExportPiece] = deque()
        self._not_before = 0.0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, piece: ExportPiece) -> None:
        self._waiting.append(piece)

    def do_one(self, sparing: bool) -> None:
        """Does the oldest; where others want the time as well, only when they have had their share."""
        start = monotonic()
        if not self._waiting or (sparing and start < self._not_before):
            return
        self._waiting.popleft().do()
        end = monotonic()
        self._not_before = end + (SHARE - 1) * (end - start)

    def drop_all(self) -> None:
        while self._waiting:
            self._waiting.popleft().drop()
