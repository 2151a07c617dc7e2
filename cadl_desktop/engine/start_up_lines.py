"""What TensorFlow says of itself while it is loaded, kept off a person's terminal."""

import faulthandler
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_START_UP = re.compile(
    rb"I\d{4} \d\d:\d\d:"  # remarks; warnings and errors begin with another letter
    rb"|WARNING: All log messages before absl::InitializeLog\(\)"
    rb"|To enable the following instructions:"
)


@contextmanager
def without_start_up_lines() -> Iterator[None]:
    """Drops the remarks that are written to standard error meanwhile, by Python or by C; all else is
    written at the end. A crash, which knows no end, still says where it happened.

    TensorFlow writes these lines before it looks at any setting of its log.
    """
    try:
        terminal = os.dup(2)
    except OSError:  # nobody listens
        yield
        return
    with tempfile.TemporaryFile() as held:
        _flush()
        os.dup2(held.fileno(), 2)
        watches = not faulthandler.is_enabled()
        if watches:
            faulthandler.enable(terminal)
        try:
            yield
        finally:
            if watches:
                faulthandler.disable()
            _flush()
            os.dup2(terminal, 2)
            os.close(terminal)
            held.seek(0)
            with suppress(OSError):
                os.write(2, b"".join(line for line in held if not _START_UP.match(line)))


def _flush() -> None:
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
