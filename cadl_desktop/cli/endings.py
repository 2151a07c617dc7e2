"""How a command ends: its exit codes, and what Ctrl-C does while it runs."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum

from cadl_desktop.signals import requests_to_end


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    DIVERGED = 3
    INTERRUPTED = 130


@contextmanager
def interrupted_by(handle: Callable[[], object]) -> Iterator[None]:
    """Ctrl-C, a request to terminate or a closed terminal calls this instead of ending the process."""
    terminals = [descriptor for descriptor in (1, 2) if os.isatty(descriptor)]

    def happens(number: int, _: object) -> None:
        if number == getattr(signal, "SIGHUP", None):
            _let_go_of(terminals)
        handle()

    earlier = [(number, signal.signal(number, happens)) for number in requests_to_end()]
    try:
        yield
    finally:
        for number, handler in earlier:
            signal.signal(number, handler)


def _let_go_of(terminals: list[int]) -> None:
    """What is written to a terminal that was closed would be an error each time."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in terminals:
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


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
