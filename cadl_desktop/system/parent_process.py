"""What a process does that another one of the program has started by `child_process.py`: it runs one
function, keeps its standard streams for the parent, keeps within bounds, and ends with it."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import IO, Any

RUN = "--run-for-parent"
"""The first word of such a process's command line; the second is 'module:function'."""
_OWN = "cadl_desktop."


def run_for_parent(reference: str) -> int:
    """Calls a function of the program, and returns the exit code that it gives."""
    module, _, function = reference.partition(":")
    if not module.startswith(_OWN):
        raise ValueError(f"'{reference}' is none of the program's")
    serve: Callable[[], int] = getattr(import_module(module), function)
    return serve()


def private_input() -> IO[bytes]:
    """What the parent sends on standard input; libraries find nothing there: on Windows whatever only asks
    what it is would wait for what is sent."""
    sent = os.fdopen(os.dup(0), "rb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return sent


def private_output() -> IO[bytes]:
    """Standard output for answers alone: what libraries print goes where errors go."""
    answers = os.fdopen(os.dup(1), "wb")
    with suppress(OSError):  # there may be none
        os.dup2(2, 1)
    return answers


def ignore_signals() -> None:
    """Ignores those that all processes of a terminal or a session get: the parent ends this one."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with suppress(AttributeError, ValueError, OSError):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def bound_memory(most: int) -> None:
    """Bounds the bytes that are allocated, not those that are reserved; nor is there a core file of a crash.
    macOS doesn't hold the first, and Windows knows neither."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def when_parent_is_gone(end: Callable[[], Any]) -> None:
    """Has another thread call `end` when the parent ends, however it does: it holds a pipe to this one's
    standard input, writes nothing, and the system closes that."""
    held = private_input()

    def watch() -> None:
        with suppress(OSError):
            os.read(held.fileno(), 1)  # Python can't end while a thread reads by way of a buffer
        end()

    Thread(target=watch, name="watching", daemon=True).start()
