"""How a command ends: its exit codes, and how it says that it does."""

import os
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    DIVERGED = 3
    INTERRUPTED = 130


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


def said_once(sentence: str) -> Callable[[], None]:
    """Says it by `voice` the first time it is called: another signal may come amid the saying."""
    say, once = voice(), iter((sentence,))

    def tell() -> None:
        for words in once:
            say(words)

    return tell
