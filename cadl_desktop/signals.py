"""The signals that ask a process to end: Ctrl-C, the system's shutdown, a terminal that was closed."""

import signal
from collections.abc import Callable

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def on_request_to_end(handle: Callable[[], object]) -> None:
    """Has these call `handle` on the main thread from now on, in place of what they called before. One that
    is ignored, as by `nohup`, stays so."""
    for name in _NAMES:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and (signal.getsignal(number) != signal.SIG_IGN or name == "SIGINT"):
            signal.signal(number, lambda *_: handle())
