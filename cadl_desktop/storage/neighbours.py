"""Hidden neighbours that files are written into: their names, and what becomes of those that a kill left.

A name holds a mark of this program, of the machine and of the process, so that nobody else's file is taken
for one, and none that is still being written for one that was abandoned.
"""

import hashlib
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from cadl_desktop.storage.owners import is_running, this_machine

ABANDONED_SECONDS = 300
"""So old is a neighbour that nobody writes to any more, as processes of containers and of other systems may
have numbers of their own."""
_LONGEST_ENDING = 16
LONGEST_NAME = 255
"""Bytes."""
_NO_NAMES = ("", ".", "..")
_NAME = re.compile(
    r"\.cadl-(?P<kind>new|old)-(?P<machine>[0-9a-f]{8})-(?P<process>\d{1,10})-[0-9a-f]{12}(?P<rest>.*)",
    re.DOTALL,
)


def new_neighbour(target: Path, name: str) -> Path:
    """A name beside `target` that nothing has, hidden and with the ending of `name` in small letters."""
    return target.with_name(f"{_mark('new')}{name[-_LONGEST_ENDING:].lower()}")


def old_neighbour(target: Path) -> Path:
    """A hidden name for a folder that is about to be replaced, from which it finds back to its own."""
    return target.with_name(f"{_mark('old')}{target.name}")


def has_room(neighbour: Path) -> bool:
    """Whether a name that was made of another is one that file systems take."""
    return len(os.fsencode(neighbour.name)) <= LONGEST_NAME


def number_of(target: Path) -> str:
    """Eight letters for what has no room for the whole name."""
    return hashlib.sha256(os.fsencode(target.name)).hexdigest()[:8]


def collect(folder: Path) -> None:
    """Removes what killed processes of this machine have left in a folder; a folder that they had put aside
    and not replaced gets its name back."""
    with suppress(OSError), os.scandir(folder) as entries:
        left = [(Path(entry.path), found) for entry in entries if (found := _NAME.fullmatch(entry.name))]
        for path, found in left:
            if _is_abandoned(path, found):
                _clear(path, found)


def _mark(kind: str) -> str:
    return f".cadl-{kind}-{_machine()}-{os.getpid()}-{secrets.token_hex(6)}"


def _machine() -> str:
    return hashlib.sha256(this_machine().encode()).hexdigest()[:8]


def _is_abandoned(path: Path, found: re.Match[str]) -> bool:
    if found["machine"] != _machine():
        return False
    try:
        written = path.lstat().st_mtime
    except OSError:
        return False
    return time.time() - written > ABANDONED_SECONDS and not is_running(int(found["process"]), written)


def _clear(path: Path, found: re.Match[str]) -> None:
    is_aside = found["kind"] == "old" and found["rest"] not in _NO_NAMES
    own = path.with_name(found["rest"]) if is_aside else None
    with suppress(OSError):
        if own is not None and not os.path.lexists(own):
            path.rename(own)
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
