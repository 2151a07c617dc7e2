"""How the program starts itself again, as another process."""

import os
import sys
from contextlib import suppress
from typing import IO

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


def widen(pipe: IO[bytes]) -> None:
    """Has a pipe hold more, where the system lets it."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
