"""Results to standard output, and nothing else; progress to standard error."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cadl_desktop.sentences import SentenceError

if TYPE_CHECKING:
    from tqdm import tqdm


class OutputError(SentenceError):
    """Results can't be printed; the message is one plain sentence."""


def tell(text: str) -> None:
    """Writes a result. Where whoever read them has gone away, this and all later ones are dropped.

    Raises OutputError where standard output can't be written for another reason.
    """
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        # The interpreter flushes once more while it ends, and must not complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if not isinstance(error, BrokenPipeError):
            reason = (error.strerror or str(error)).lower()
            raise OutputError("The results can't be printed: {reason}.", reason=reason) from error


@contextmanager
def clean_standard_output() -> Iterator[None]:
    """Sends what libraries print, from Python or from C, to standard error: results alone go to the other."""
    sys.stdout.flush()
    real = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(real, 1)
        os.close(real)


def progress_bar(**look: Any) -> "tqdm[None]":
    """On standard error, where that is a terminal; it looks as tqdm is told."""
    from tqdm import tqdm

    shown = bool(sys.stderr and sys.stderr.isatty())
    return tqdm(disable=not shown, file=sys.stderr, **look)
