"""Recent files, the initial folder of file dialogs, and which of them exist.

For a path on a network drive that is gone the system can wait for minutes; such paths are left out instead.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread

from cadl_desktop.ui.settings.settings_table import DEFAULT_FOLDER, LAST_FOLDER, RECENT

_MOST_SHOWN = 10
_WAIT_SECONDS, _TRIES = 0.2, 3
_unresponsive: set[str] = set()
"""Paths whose check hasn't returned yet."""


def recent_files() -> list[Path]:
    """Existing recent files, newest first."""
    return _existing(RECENT.get(), os.path.isfile)[:_MOST_SHOWN]


def add_recent_file(path: Path) -> None:
    # Whether the others still exist is checked when they are shown, as it can take a while.
    name = str(path)
    RECENT.change(lambda known: [name, *(other for other in known if Path(other) != path)])


def last_folder() -> str:
    """Initial folder of file dialogs: the preferred one if it exists, else that of the last file."""
    own = DEFAULT_FOLDER.get()
    return own if own and existing_folders([own]) else LAST_FOLDER.get() or os.path.expanduser("~")


def remember_folder(path: Path) -> None:
    LAST_FOLDER.set(str(path.parent))


def existing_folders(names: Sequence[str]) -> list[Path]:
    return _existing(names, os.path.isdir)


def _existing(names: Sequence[str], is_there: Callable[[str], bool]) -> list[Path]:
    """Existing paths, in order. One whose drive doesn't respond soon is left out until its check has
    returned."""
    found: dict[str, bool] = {}
    for _ in range(_TRIES):
        left = [name for name in names if name not in found and name not in _unresponsive]
        if not left:
            break
        # A daemon: it may never return, and Python must not wait for it when it ends.
        checking = Thread(target=_check, args=(left, is_there, found), name="still there", daemon=True)
        checking.start()
        checking.join(_WAIT_SECONDS)
        if checking.is_alive():
            _unresponsive.update([name for name in left if name not in found][:1])
    return [Path(name) for name in names if found.get(name)]


def _check(names: Sequence[str], is_there: Callable[[str], bool], found: dict[str, bool]) -> None:
    for name in names:
        found[name] = is_there(name)
        if name in _unresponsive:
            _unresponsive.discard(name)
            return  # another thread has checked the rest since
