"""Output of commands: results on standard output, progress and messages on standard error, exit codes."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cadl_desktop.sentences import SentenceError

if TYPE_CHECKING:
    from tqdm import tqdm


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    DIVERGED = 3
    INTERRUPTED = 130


def stderr_writer() -> Callable[[str], None]:
    """Function that writes sentences to the current standard error, for signal handlers.

    Bypasses Python's buffer, which isn't reentrant and may be in use by the progress bar, and the redirection
    that suppresses TensorFlow's messages while it loads. Each sentence begins a new line, after the ^C.
    """
    try:
        descriptor = os.dup(2)
    except OSError:  # standard error is closed
        return lambda sentence: None
    encoding = os.device_encoding(2) or "utf-8"  # a terminal of Windows has a code page

    def say(sentence: str) -> None:
        with suppress(OSError):
            os.write(descriptor, f"\n{sentence}\n".encode(encoding, "backslashreplace"))

    return say


def write_once(sentence: str) -> Callable[[], None]:
    """Function that writes a sentence to standard error on its first call only, even if a signal handler
    calls it again meanwhile."""
    say, once = stderr_writer(), iter((sentence,))

    def write() -> None:
        for text in once:
            say(text)

    return write


class OutputError(SentenceError):
    """Results can't be printed. The message is one sentence."""


def print_result(text: str) -> None:
    """Writes a result to standard output. If a pipe's reader has ended, this and later results are dropped.

    Raises OutputError if standard output can't be written for another reason.
    """
    with _reported_errors():
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def print_file(path: Path) -> None:
    """Writes the content of a file to standard output; otherwise like `print_result`."""
    with path.open("rb") as file, _reported_errors():
        shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.flush()


@contextmanager
def _reported_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # The interpreter flushes again at exit, which must not raise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if not isinstance(error, BrokenPipeError):
            reason = (error.strerror or str(error)).lower()
            raise OutputError("The results can't be printed: {reason}.", reason=reason) from error


@contextmanager
def clean_standard_output() -> Iterator[None]:
    """Redirects libraries' output, from Python or C, to standard error: standard output has results only."""
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
    """Progress bar on standard error, shown if that is a terminal; `look` goes to tqdm."""
    from tqdm import tqdm

    shown = bool(sys.stderr and sys.stderr.isatty())
    return tqdm(disable=not shown, file=sys.stderr, **look)
