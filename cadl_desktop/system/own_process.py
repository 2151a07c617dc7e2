"""How the program starts itself again, as another process."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from subprocess import Popen

_PIPE_BYTES = 2**20
"""With Linux' 64 kB two processes wait for one another a thousand times a picture."""


def own_command(*words: str) -> list[str]:
    """A new interpreter, or the program itself where it was packed into one file, with these words of its
    command line."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-P", "-m", "cadl_desktop", *words]


def own_modules() -> dict[str, str]:
    """The environment in which that process finds the modules of this one, though not those of whatever
    folder it runs in."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path if path)}


def private_input() -> IO[bytes]:
    """What another process of the program sends on standard input; libraries find nothing there: on Windows
    whatever only asks what it is would wait for what is sent."""
    sent = os.fdopen(os.dup(0), "rb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return sent


def when_parent_is_gone(end: Callable[[], object]) -> None:
    """Has another thread call `end` when the process that has started this one ends, however it does: it
    holds a pipe to this one's standard input, writes nothing, and the system closes that."""
    held = private_input()

    def watch() -> None:
        with suppress(OSError):
            os.read(held.fileno(), 1)  # Python can't end while a thread reads by way of a buffer
        end()

    Thread(target=watch, name="watching", daemon=True).start()


def reap_at_its_end(child: "Popen[Any]") -> None:
    """Waits on a thread for a process that nobody asks any more: one that nobody waits for stays in the
    system's table when it ends. On a busy machine a killed one may take seconds."""
    if child.poll() is None:
        with suppress(RuntimeError):  # Python ends, and the system cleans up after it
            Thread(target=child.wait, name="reaping", daemon=True).start()


def widen(pipe: IO[bytes]) -> None:
    """Has a pipe hold more, where the system lets it."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
