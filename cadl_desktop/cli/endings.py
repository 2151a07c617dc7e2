"""How a command ends: its exit codes, and what Ctrl-C does while it runs."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    DIVERGED = 3
    INTERRUPTED = 130


@contextmanager
def interrupted_by(handle: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C, or a request to terminate, calls this instead of ending the process."""
    signals = (signal.SIGINT, signal.SIGTERM)
    earlier = [(number, signal.signal(number, lambda *about: handle())) for number in signals]
    try:
        yield
    finally:
        for number, handler in earlier:
            signal.signal(number, handler)
