"""Background work: threads, answers delivered on the window's thread, throttled and latest-only requests."""

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, ParamSpec

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from cadl_desktop.computing.failure import log_error
from cadl_desktop.system.machine import lower_thread_priority

log = logging.getLogger(__name__)

THREADS = 2
_DELIVERY_MS = 1
"""Delay to the next event-loop iteration; zero timers fire in the same one. No longer than this, since dozens
of answers a second arrive while a network trains."""

P = ParamSpec("P")
Done = Callable[[Any], None]
Failed = Callable[[Exception], None]
Ask = Callable[[Done, Failed], object]
"""Function that starts work elsewhere; its answer or error arrives later on the window's thread.
`session.ask` or `background.do` with all arguments before these two bound."""


class AnswerQueue(QObject):
    """Delivers answers of other threads in order, one per event-loop iteration.

    Qt would deliver all queued answers, and those that arrive meanwhile, together with an edit and its
    repaint before it processes the mouse again.
    """

    _answer_added = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], None]] = deque()
        self._closed = False
        self._delivery_timer = QTimer(self, singleShot=True, interval=_DELIVERY_MS)
        self._delivery_timer.timeout.connect(self._deliver)
        self._answer_added.connect(self._schedule)

    def put(self, answer: Callable[[], None]) -> None:
        """Calls `answer` later on the thread of this queue; may be used on any thread."""
        self._waiting.append(answer)
        self._answer_added.emit()

    def close(self) -> None:
        """Stops delivery; queued answers are dropped."""
        self._closed = True
        self._delivery_timer.stop()

    @Slot()
    def _schedule(self) -> None:
        if self._waiting and not self._closed and not self._delivery_timer.isActive():
            self._delivery_timer.start()

    @Slot()
    def _deliver(self) -> None:
        answer = self._waiting.popleft()
        self._schedule()
        answer()


class Background(QObject):
    """Thread pool for slow work without TensorFlow; answers are delivered on the thread that made it.

    The threads are Python's, not QThreadPool's: QThreadPool deletes its runnables without Python's
    knowledge, and the next Qt object at the same address then appears as a runnable. `answers` may be shared
    with other producers; closing this closes it.
    """

    def __init__(
        self, parent: QObject | None = None, answers: AnswerQueue | None = None, *, threads: int = THREADS
    ) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, "background", initializer=lower_thread_priority)
        self._closed = False
        self._answers = answers or AnswerQueue(self)

    def do(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        newest: "LatestOnly | None" = None,
    ) -> "Future[None] | None":
        """Runs `work` on a thread, then calls `done` with its result or `failed` with its error.

        With `newest`, neither is called once that has a newer request. Returns a future that finishes with
        the work, for callers that must wait; after `close` nothing runs and None is returned.
        """
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
        future.add_done_callback(_log_escaped_error)
        return future

    def close(self, last: Callable[[], object] = lambda: None, seconds: float | None = None) -> None:
        """Runs `last` after all submitted work, and returns when that is done or after `seconds`.

        Answers not delivered yet are dropped, as are later calls of `do`.
        """
        if not self._closed:
            self._closed = True
            self._answers.close()
            ended = self._pool.submit(last)
            ended.add_done_callback(_log_escaped_error)
            self._pool.shutdown(wait=seconds is None)
            wait([ended], seconds)


def _log_escaped_error(work: Future[Any]) -> None:
    """Logs an error stored in the future, which nobody reads."""
    error = work.exception()
    if error:
        log.error("background work ended without an answer", exc_info=error)


@dataclass(frozen=True, eq=False)
class ThrottledRequest:
    """Request for a `RequestThrottle`; `done` receives the answer.

    The rest that follows takes `rest` times the request's duration, and at least `least` seconds. `took`
    reads the duration in seconds from the answer, where the time since the request would overstate it.
    """

    ask: Ask
    done: Done
    rest: float = 0.0
    least: float = 0.0
    took: Callable[[Any], float] | None = None


class RequestThrottle(QObject):
    """Sends one request at a time, then rests: for views that follow a training or a moving mouse.

    `wanted` is called whenever a request may be sent, and returns the current one or None; it must not
    return one that was answered or failed. `failed` receives every error. `busy` is True while an answer is
    pending.
    """

    def __init__(
        self, wanted: Callable[[], ThrottledRequest | None], failed: Failed, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._wanted, self._failed = wanted, failed
        self.busy = self._hurried = self._dropped = self._closed = False
        self._clock = QElapsedTimer()
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Sends the wanted request now, or after the pending answer and the rest."""
        if self._closed or self.busy or self._rest.isActive():
            return
        request = self._wanted()
        if request is not None:
            self.busy, self._hurried, self._dropped = True, False, False
            self._clock.start()
            finish = partial(self._finish, request)
            request.ask(partial(finish, request.done), partial(finish, self._failed))

    @Slot()
    def hurry(self) -> None:
        """Sends the wanted request without a rest: a person waits for it, or no training needs the time."""
        self._hurried = True
        self._rest.stop()
        self.look()

    def drop(self) -> None:
        """Ignores the pending answer; the next request still waits for it."""
        self._dropped = True

    def close(self) -> None:
        """Sends no further request and delivers no pending answer."""
        self._closed = True
        self._rest.stop()

    def _finish(self, request: ThrottledRequest, deliver: Callable[[Any], None], answer: Any) -> None:
        self.busy = False
        if self._closed:
            return
        seconds = self._clock.nsecsElapsed() / 1e9
        if request.took and deliver is request.done:
            seconds = request.took(answer)
        # The rest starts before the delivery, so that a request made by it waits for the end of the rest.
        rest = max(request.least, request.rest * seconds)
        if rest and not self._hurried:
            self._rest.start(ceil(1000 * rest))
        if not self._dropped:
            deliver(answer)
        self.look()


@dataclass(frozen=True, eq=False)
class LatestRequest:
    """Request of a `LatestOnly`; `wanted` may be read on any thread."""

    _newest: "LatestOnly"

    @property
    def wanted(self) -> bool:
        """Whether this is the newest request, and was not dropped."""
        return self._newest.request is self

    def only(self, call: Callable[P, None]) -> Callable[P, None]:
        """Wraps `call` to do nothing once this request is no longer wanted."""

        def call_if_wanted(*args: P.args, **kwargs: P.kwargs) -> None:
            if self.wanted:
                call(*args, **kwargs)

        return call_if_wanted


class LatestOnly:
    """Delivers the answer to the newest request only: for what a person opens or chooses.

    All requests are sent at once, and answers to older ones are ignored:

        background.do(work, done, failed, self._newest)

    `begin` returns a request for callers that send it otherwise, or whose work checks `wanted`.
    """

    def __init__(self) -> None:
        self.request: LatestRequest | None = None

    def begin(self) -> LatestRequest:
        """Replaces every earlier request."""
        self.request = LatestRequest(self)
        return self.request

    def drop(self) -> None:
        """Ignores all pending answers: another document was opened, or a dialog closed."""
        self.request = None
