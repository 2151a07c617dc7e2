"""Who has a file open: a hidden neighbour says so to whoever else would write it.

A lock keeps nobody from anything by itself. Whoever has ended without taking it away counts as gone.
"""

import getpass
import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from cadl_desktop.storage.neighbours import has_room, new_neighbour, number_of
from cadl_desktop.storage.owners import is_running, this_machine

_MOST_BYTES = 4096
_TRIES = 3
LATEST = 1e11
"""Seconds since 1970, in the year 5138."""


@dataclass(frozen=True)
class Holder:
    """A process of a machine, its user ('' where that is not known), and since when it has a file open, in
    seconds since 1970."""

    process: int
    machine: str
    user: str
    since: float

    @property
    def is_us(self) -> bool:
        return (self.process, self.machine) == (os.getpid(), this_machine()) and not self.is_gone

    @property
    def is_same_user(self) -> bool:
        """Whether whoever has this process has it too."""
        return self.user != "" and (self.user, self.machine) == (_user(), this_machine())

    @property
    def is_gone(self) -> bool:
        """Nothing can be known of another machine."""
        return self.machine == this_machine() and not is_running(self.process, self.since)


def take(path: Path, *, over: bool = False) -> Holder | None:
    """Holds a file for this process, from whoever has it where it is taken `over`. Gives who else holds it;
    None where this process does, or where no lock can be left, as in a read-only folder."""
    lock = lock_of(path)
    with suppress(OSError):
        for _ in range(_TRIES):
            with suppress(FileExistsError):
                _leave(lock)
                return None
            holder = _holder(lock)
            if holder is not None and holder.is_us:
                return None
            if holder is not None and not holder.is_gone and not over:
                return holder
            if holder is None and not _is_empty(lock):
                return None  # somebody else's file
            _remove(lock, holder)
    return None


def release(path: Path) -> None:
    """Lets others have a file, if it is this process that holds it."""
    lock = lock_of(path)
    with suppress(OSError):
        holder = _holder(lock)
        if holder is not None and holder.is_us:
            lock.unlink(missing_ok=True)


def lock_of(path: Path) -> Path:
    """Beside the file that a link leads to, so that all its names share it. One of a long name has a number
    that it makes in its place."""
    target = Path(os.path.realpath(path))
    lock = target.with_name(f".{target.name}.lock")
    return lock if has_room(lock) else target.with_name(f".{number_of(target)}.lock")


def _leave(lock: Path) -> None:
    us = Holder(os.getpid(), this_machine(), _user(), time.time())
    with lock.open("xb") as file:
        file.write(json.dumps(asdict(us)).encode())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _holder(lock: Path) -> Holder | None:
    """None where it is gone, or says nothing of the kind."""
    try:
        with lock.open("rb") as file:
            plain = json.loads(file.read(_MOST_BYTES))
        found = Holder(
            int(plain["process"]), str(plain["machine"]), str(plain["user"]), float(plain["since"])
        )
        return found if 0 <= found.since <= LATEST else None
    except (FileNotFoundError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def _is_empty(lock: Path) -> bool:
    """Gone since, or left by whoever was killed before it could say anything."""
    try:
        return lock.stat().st_size == 0
    except FileNotFoundError:
        return True


def _remove(lock: Path, expected: Holder | None) -> None:
    """Removes a lock, and not one that somebody has left since."""
    aside = new_neighbour(lock, lock.name)
    with suppress(FileNotFoundError):
        lock.rename(aside)
        if _holder(aside) == expected:
            aside.unlink()
        else:
            aside.rename(lock)
