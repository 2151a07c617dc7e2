"""Waiting for other threads and processes."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
WAIT = 60.0


def wait_for(look: Callable[[], Found | None]) -> Found:
    """Waits until `look` returns something true; returns that."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        value = look()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError("nothing came")
