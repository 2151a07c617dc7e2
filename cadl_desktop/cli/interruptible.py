"""Work that Ctrl-C ends at once, whatever library it is in."""

import os
import signal
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread

from cadl_desktop.cli.endings import Exit, interrupted_by

GRACE = 0.25
"""Seconds in which interrupted work may end by itself."""


def do_interruptibly(
    work: Callable[[], None], cancel: Callable[[], bool], abandon: Callable[[], None]
) -> None:
    """Does `work` on a thread of its own; raises what it raises.

    Ctrl-C, or a request to terminate, calls `cancel`, which says whether the work is to end: it does so by an
    error of its own, or else the process ends after `abandon` has put things in order. While TensorFlow is
    loaded, or converts something, nothing can be asked to stop for seconds.
    """
    news: SimpleQueue[BaseException | signal.Signals | None] = SimpleQueue()

    def body() -> None:
        try:
            work()
        except BaseException as error:
            news.put(error)
        else:
            news.put(None)

    def interrupted() -> None:
        if cancel():
            news.put(signal.SIGINT)

    with interrupted_by(interrupted):
        Thread(target=body, name="interruptible", daemon=True).start()
        ended = news.get()
        while isinstance(ended, signal.Signals):
            try:
                ended = news.get(timeout=GRACE)
            except Empty:
                abandon()
                os._exit(Exit.INTERRUPTED)
    if ended is not None:
        raise ended
