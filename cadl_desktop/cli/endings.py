"""How a command ends: its exit codes, and what Ctrl-C does while it runs."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    DIVERGED = 3
    INTERRUPTED = 130


@contextmanager
def interrupted_by(handle: Callable[[], object]) -> Iterator[None]:
    """Ctrl-C, or a request to terminate, calls this instead of ending the process."""
    signals = (signal.SIGINT, signal.SIGTERM)
    earlier = [(number, signal.signal(number, lambda *about: handle())) for number in signals]
    try:
        yield
    finally:
        for number, handler in earlier:
            signal.signal(number, handler)


def say_at_once(sentence: str) -> None:
    """To standard error, past Python's buffer: a handler may come amid a write of the bar, which can't be
    entered twice. The line starts anew since the terminal has just shown ^C."""
    with suppress(OSError, ValueError):
        os.write(sys.stderr.fileno(), f"\n{sentence}\n".encode())
