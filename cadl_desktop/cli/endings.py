"""How a command ends: its exit codes, and what Ctrl-C does while it runs."""

import os
import signal
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


def voice() -> Callable[[str], None]:
    """Says sentences on standard error as it is now: past Python's buffer, as a handler may come amid a write
    of the bar, which can't be entered twice, and past what holds back TensorFlow's remarks while it loads.
    Each begins a line, since the terminal has just shown ^C."""
    try:
        descriptor = os.dup(2)
    except OSError:  # nobody listens
        return lambda sentence: None

    def say(sentence: str) -> None:
        with suppress(OSError):
            os.write(descriptor, f"\n{sentence}\n".encode())

    return say
