"""Slow work that doesn't need TensorFlow: reading pictures, opening and saving files."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

log = logging.getLogger(__name__)

THREADS = 2


class Background(QObject):
    """Does work in other threads and calls back in its own.

    The threads are Python's and not QThreadPool's: that one deletes its runnables behind Python's back, and
    the next Qt object at the same address then turns up as a runnable.
    """

    _ended = Signal(object)  # a callable

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(THREADS, "background")
        self._ended.connect(self._call)

    def do(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """Calls `done` with what `work` gave, or `failed` with what it raised."""

        def body() -> None:
            try:
                result = work()
            except Exception as error:
                log.info("background work ended with an error", exc_info=True)
                failure = error
                self._ended.emit(lambda: failed(failure))
            else:
                self._ended.emit(lambda: done(result))

        self._pool.submit(body)

    def close(self) -> None:
        """Returns when nothing is under way any more; nothing can be asked for afterwards."""
        self._pool.shutdown()

    @Slot(object)
    def _call(self, answer: Callable[[], None]) -> None:
        answer()
