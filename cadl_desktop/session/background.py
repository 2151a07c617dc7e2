"""Slow work that doesn't need TensorFlow: reading pictures, opening and saving files."""

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

log = logging.getLogger(__name__)


class Background(QObject):
    """Does work in other threads and calls back in its own."""

    _ended = Signal(object)  # a callable

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
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

        self._pool.start(QRunnable.create(body))

    def wait(self) -> None:
        """Returns when nothing is under way any more."""
        self._pool.waitForDone()

    @Slot(object)
    def _call(self, answer: Callable[[], None]) -> None:
        answer()
