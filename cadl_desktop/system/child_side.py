"""The child's side of `child_process.py`: it runs one function, reserves its standard streams for the
parent, limits its memory, and ends with the parent."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import IO, Any

from cadl_desktop.system.signals import NAMES

RUN = "--run-for-parent"
"""First word of a child's command line; the second is 'module:function'."""
_OWN = "cadl_desktop."


def run_for_parent(reference: str) -> int:
    """Calls the function of the program that 'module:function' names, and returns its exit code.

    Raises ValueError for functions of other packages.
    """
    module, _, function = reference.partition(":")
    if not module.startswith(_OWN):
        raise ValueError(f"'{reference}' is none of the program's")
    serve: Callable[[], int] = getattr(import_module(module), function)
    return serve()


def private_input() -> IO[bytes]:
    """Standard input, reserved for messages of the parent. Libraries find the null device in its place: on
    Windows even asking for the kind of a pipe would block until data is sent."""
    messages = os.fdopen(os.dup(0), "rb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return messages


def private_output() -> IO[bytes]:
    """Standard output, reserved for responses: what libraries print goes to standard error."""
    responses = os.fdopen(os.dup(1), "wb")
    with suppress(OSError):  # there may be no standard error
        os.dup2(2, 1)
    return responses


def ignore_signals() -> None:
    """Ignores signals that all processes of a terminal or session get: the parent decides when this one
    ends."""
    for name in NAMES:
        with suppress(AttributeError, ValueError, OSError):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def limit_memory(most: int) -> None:
    """Limits the allocated (not the reserved) bytes, and disables core files.

    macOS doesn't enforce the limit; Windows has neither.
    """
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def on_parent_exit(end: Callable[[], Any]) -> None:
    """Calls `end` on another thread when the parent ends, in whatever way.

    The parent holds the other end of standard input and writes nothing; the system closes it.
    """
    pipe = private_input()

    def watch() -> None:
        with suppress(OSError):
            os.read(pipe.fileno(), 1)  # Python couldn't exit while a thread reads from a buffered file
        end()

    Thread(target=watch, name="watching", daemon=True).start()
