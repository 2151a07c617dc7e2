"""Signals that ask the process to end: Ctrl-C (on Windows Ctrl-Break as well), a request to terminate, or a
closed terminal (hangup)."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

NAMES = ("SIGINT", "SIGBREAK", "SIGTERM", "SIGHUP")
"""Not every system has all of them."""


def on_termination(handle: Callable[[], object]) -> None:
    """Installs `handle` for all of them, in place of earlier handlers. It is called on the main thread."""
    for number in _handled_signals():
        signal.signal(number, lambda *_: handle())


@contextmanager
def interrupted_by(handle: Callable[[], object]) -> Iterator[None]:
    """Installs `handle` for all of them within the context. After a hangup nothing is written to the
    terminal."""
    terminals = [descriptor for descriptor in (1, 2) if os.isatty(descriptor)]

    def on_signal(number: int, _: object) -> None:
        if number == getattr(signal, "SIGHUP", None):
            _detach(terminals)
        handle()

    earlier = [(number, signal.signal(number, on_signal)) for number in _handled_signals()]
    try:
        yield
    finally:
        for number, handler in earlier:
            signal.signal(number, handler)


@contextmanager
def hangups_blocked() -> Iterator[None]:
    """Keeps processes that this thread starts within the context from ending when the terminal is closed."""
    if sys.platform == "win32":
        yield
        return
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)


def _handled_signals() -> list[int]:
    """Signals to handle. One that is ignored, as by `nohup`, stays ignored; not so Ctrl-C, which a shell
    ignores for programs in the background. Windows has no SIGHUP."""
    numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
    return [each for each in numbers if signal.getsignal(each) != signal.SIG_IGN or each == signal.SIGINT]


def _detach(terminals: list[int]) -> None:
    """Redirects the descriptors of a closed terminal to the null device: every write would be an error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in terminals:
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
