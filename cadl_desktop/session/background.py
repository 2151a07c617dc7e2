"""Slow work that doesn't need TensorFlow: reading pictures, opening and saving files."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from PySide6.QtCore import QObject

from cadl_desktop.computing.failure import log_error
from cadl_desktop.session.answers import Answers
from cadl_desktop.session.asking import Newest
from cadl_desktop.system.machine import lower_thread_priority

log = logging.getLogger(__name__)

THREADS = 2


class Background(QObject):
    """Does work in other threads and calls back in its own.

    The threads are Python's and not QThreadPool's: that one deletes its runnables behind Python's back, and
    the next Qt object at the same address then turns up as a runnable. `answers` are shared with whoever else
    answers there, and end with this.
    """

    def __init__(
        self, parent: QObject | None = None, answers: Answers | None = None, *, threads: int = THREADS
    ) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, "background", initializer=lower_thread_priority)
        self._closed = False
        self._answers = answers or Answers(self)

    def do(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        newest: Newest | None = None,
    ) -> "Future[None] | None":
        """Calls `done` with what `work` gave, or `failed` with what it raised; neither after the end. With
        `newest` this is a request of it, and neither is called once there is a newer one. Whoever must can
        wait for the future, which is over with the work; after the end there is none."""
        if newest is not None:
            request = newest.begin()
            done, failed = request.only(done), request.only(failed)
        if self._closed:
            return None

        def body() -> None:
            try:
                result = work()
            except Exception as error:
                log_error(log, "background work", error)
                failure = error
                self._answers.put(lambda: failed(failure))
            else:
                self._answers.put(lambda: done(result))

        future = self._pool.submit(body)
        future.add_done_callback(_log_what_escaped)
        return future

    def close(self, last: Callable[[], object] = lambda: None, seconds: float | None = None) -> None:
        """Returns when nothing is under way any more, `last` that was done after all else included, or after
        so many seconds. Answers that are still to be delivered are dropped, as is what is asked for from now
        on: whoever waited for it is closing too."""
        if not self._closed:
            self._closed = True
            self._answers.close()
            ended = self._pool.submit(last)
            ended.add_done_callback(_log_what_escaped)
            self._pool.shutdown(wait=seconds is None)
            wait([ended], seconds)


def _log_what_escaped(work: Future[Any]) -> None:
    """Nobody asks for the future, and what it holds would go unseen with it."""
    error = work.exception()
    if error:
        log.error("background work ended without an answer", exc_info=error)
