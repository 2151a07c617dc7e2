"""The signals that ask a process to end: Ctrl-C, the system's shutdown, a terminal that was closed."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def on_request_to_end(handle: Callable[[], object]) -> None:
    """Has these call `handle` on the main thread from now on, in place of what they called before."""
    for number in _heard():
        signal.signal(number, lambda *_: handle())


@contextmanager
def interrupted_by(handle: Callable[[], object]) -> Iterator[None]:
    """The same for a while."""
    earlier = {number: signal.getsignal(number) for number in _heard()}
    on_request_to_end(handle)
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _heard() -> list[int]:
    """One that is ignored, as by `nohup`, stays so; but not Ctrl-C, which a shell ignores for what it runs in
    the background. Windows has no SIGHUP."""
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    return [each for each in numbers if signal.getsignal(each) != signal.SIG_IGN or each == signal.SIGINT]
