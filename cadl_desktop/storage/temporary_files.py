"""Temporary files and folders: their names, and the removal of those that killed processes left behind.

A name marks the program, the machine and the process. So no foreign file is taken for a temporary one, and
none that is still being written for an abandoned one.
"""

import hashlib
import os
import platform
import re
import secrets
import shutil
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

_CLOCK_MARGIN = 60.0
"""Seconds by which the clocks for process starts and for file times may differ."""


def this_machine() -> str:
    """Name of this machine in the network."""
    return platform.node()


def is_running(process: int, at: float) -> bool:
    """Whether the process of this machine that had an id at a time, in seconds since 1970, is still running.

    Ids are reused: a process that started later is another one.
    """
    import psutil  # late, to keep the window's start fast

    try:
        began: float = psutil.Process(process).create_time()
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return False
    except psutil.Error:
        return True  # it exists, and its start isn't known
    return began <= at + _CLOCK_MARGIN


ABANDONED_SECONDS = 300
"""Age from which a temporary file may count as abandoned. Its process id alone doesn't tell: processes in
containers have ids of their own."""
_LONGEST_ENDING = 16
LONGEST_NAME = 255
"""Bytes of a file name."""
_INVALID_NAMES = ("", ".", "..")
_TEMPORARY_NAME = re.compile(
    r"\.cadl-(?P<kind>new|old)-(?P<machine>[0-9a-f]{8})-(?P<process>\d{1,10})-[0-9a-f]{12}(?P<rest>.*)",
    re.DOTALL,
)


def new_temporary(target: Path, name: str) -> Path:
    """Unused hidden path beside `target`, with the end of `name` in lower case."""
    return target.with_name(f"{_mark('new')}{name[-_LONGEST_ENDING:].lower()}")


def new_backup(target: Path) -> Path:
    """Hidden path for a folder that is being replaced; it contains the folder's name, to be restored after a
    crash."""
    return target.with_name(f"{_mark('old')}{target.name}")


def fits_file_system(path: Path) -> bool:
    """Whether the file name is short enough for file systems."""
    return len(os.fsencode(path.name)) <= LONGEST_NAME


def name_digest(target: Path) -> str:
    """Digest of a file name, eight letters, for use where the whole name is too long."""
    return hashlib.sha256(os.fsencode(target.name)).hexdigest()[:8]


def remove_abandoned(folder: Path) -> None:
    """Removes temporary files that killed processes of this machine left in a folder. A folder that was set
    aside but not replaced gets its name back."""
    with suppress(OSError), os.scandir(folder) as entries:
        left = [
            (Path(entry.path), found) for entry in entries if (found := _TEMPORARY_NAME.fullmatch(entry.name))
        ]
        for path, found in left:
            if _is_abandoned(path, found):
                _remove_or_restore(path, found)


def _mark(kind: str) -> str:
    return f".cadl-{kind}-{_machine_digest()}-{os.getpid()}-{secrets.token_hex(6)}"


def _machine_digest() -> str:
    return hashlib.sha256(this_machine().encode()).hexdigest()[:8]


def _is_abandoned(path: Path, found: re.Match[str]) -> bool:
    if found["machine"] != _machine_digest():
        return False
    try:
        written = path.lstat().st_mtime
    except OSError:
        return False
    return time.time() - written > ABANDONED_SECONDS and not is_running(int(found["process"]), written)


def _remove_or_restore(path: Path, found: re.Match[str]) -> None:
    is_aside = found["kind"] == "old" and found["rest"] not in _INVALID_NAMES
    own = path.with_name(found["rest"]) if is_aside else None
    with suppress(OSError):
        if own is not None and not os.path.lexists(own):
            path.rename(own)
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@cache
def temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    """Temporary folder of this process, in which from now on all libraries have their temporary files."""
    folder = new_temporary_folder()
    tempfile.tempdir = folder.name
    return folder


def new_temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    """Makes a temporary folder, whose name shows that it is abandoned if this process is killed."""
    prefix = new_temporary(Path(tempfile.gettempdir(), "temporary"), "").name
    return tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
