"""Waiting for what other threads and processes do."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
WAIT = 60.0


def found(look: Callable[[], Found | None]) -> Found:
    """What is found as soon as there is something."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        value = look()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError("nothing came")
