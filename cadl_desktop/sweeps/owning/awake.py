"""Keeps the machine from falling asleep while a sweep runs."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress


@contextmanager
def awake() -> Iterator[None]:
    """The screen may go dark. Where the system can't be asked, everything goes on all the same."""
    with ExitStack() as stack:
        with suppress(Exception):
            from wakepy import keep  # an extra

            logging.getLogger("wakepy").setLevel(logging.CRITICAL)
            stack.enter_context(keep.running(on_fail="pass"))
        yield
