"""Which of a person's files and folders are still there, also where a disk doesn't answer any more.

For one of a network that is gone the system waits for minutes.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread

_WAIT_SECONDS, _TRIES = 0.2, 3
_silent: set[str] = set()
"""Whose disks have been asked, and haven't answered yet."""


def files_still_there(names: Sequence[str]) -> list[Path]:
    return _still_there(names, os.path.isfile)


def folders_still_there(names: Sequence[str]) -> list[Path]:
    return _still_there(names, os.path.isdir)


def _still_there(names: Sequence[str], is_there: Callable[[str], bool]) -> list[Path]:
    """In their order; one whose disk doesn't answer soon is left out, and asked again once it has."""
    found: dict[str, bool] = {}
    for _ in range(_TRIES):
        left = [name for name in names if name not in found and name not in _silent]
        if not left:
            break
        # It may never come back, and the end of Python isn't to wait for it.
        asking = Thread(target=_ask, args=(left, is_there, found), name="still there", daemon=True)
        asking.start()
        asking.join(_WAIT_SECONDS)
        if asking.is_alive():
            _silent.update([name for name in left if name not in found][:1])
    return [Path(name) for name in names if found.get(name)]


def _ask(names: Sequence[str], is_there: Callable[[str], bool], found: dict[str, bool]) -> None:
    for name in names:
        found[name] = is_there(name)
        if name in _silent:
            _silent.discard(name)
            return  # another has asked for the rest since
