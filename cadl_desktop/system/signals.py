"""Who asks the process to end: Ctrl-C, a request to terminate, or a terminal that was closed."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def on_request_to_end(handle: Callable[[], object]) -> None:
    """Has these call `handle` on the main thread from now on, in place of what they called before."""
    for number in _heard():
        signal.signal(number, lambda *_: handle())


@contextmanager
def interrupted_by(handle: Callable[[], object]) -> Iterator[None]:
    """Has them call `handle` while the context lasts; a terminal that was closed is written to no more."""
    terminals = [descriptor for descriptor in (1, 2) if os.isatty(descriptor)]

    def happens(number: int, _: object) -> None:
        if number == getattr(signal, "SIGHUP", None):
            _let_go_of(terminals)
        handle()

    earlier = [(number, signal.signal(number, happens)) for number in _heard()]
    try:
        yield
    finally:
        for number, handler in earlier:
            signal.signal(number, handler)


@contextmanager
def spared_hangups() -> Iterator[None]:
    """What this thread starts meanwhile isn't ended by a terminal that is closed."""
    if sys.platform == "win32":
        yield
        return
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)


def _heard() -> list[int]:
    """One that is ignored, as by `nohup`, stays so; but not Ctrl-C, which a shell ignores for what it runs in
    the background. Windows has no SIGHUP."""
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    return [each for each in numbers if signal.getsignal(each) != signal.SIG_IGN or each == signal.SIGINT]


def _let_go_of(terminals: list[int]) -> None:
    """What is written to a terminal that was closed would be an error each time."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in terminals:
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
