"""The signals that ask a process to end: Ctrl-C, the system's shutdown, a terminal that was closed."""

import signal
from collections.abc import Callable

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def requests_to_end() -> list[int]:
    """Their numbers. One that is ignored, as by `nohup`, stays so."""
    numbers = {name: getattr(signal, name, None) for name in _NAMES}  # Windows has no SIGHUP
    return [
        number
        for name, number in numbers.items()
        if number is not None and (signal.getsignal(number) != signal.SIG_IGN or name == "SIGINT")
    ]


def on_request_to_end(handle: Callable[[], object]) -> None:
    """Has these call `handle` on the main thread from now on, in place of what they called before."""
    for number in requests_to_end():
        signal.signal(number, lambda *_: handle())
