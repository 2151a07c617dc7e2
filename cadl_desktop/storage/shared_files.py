"""Locks of files that several processes use, and stamps that tell whether a file has changed.

`acquire` leaves a hidden lock file beside a file, which names the process that has it open. It is advisory,
also works on network drives, and is ignored once its process has ended. `FileLock` is a lock of the operating
system, which releases it when the process ends.
"""

import getpass
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from cadl_desktop.storage.temporary_files import (
    fits_file_system,
    is_running,
    name_digest,
    new_temporary,
    this_machine,
)

_MOST_BYTES = 4096
_TRIES = 3
LATEST_TIME = 1e11
"""Latest valid time in files, in seconds since 1970 (the year 5138)."""


@dataclass(frozen=True)
class LockHolder:
    """Process that has a file open, with its machine, its user ('' if unknown), and the time since when, in
    seconds since 1970. The lock file stores the fields by name."""

    process: int
    machine: str
    user: str
    since: float

    @property
    def is_us(self) -> bool:
        return (self.process, self.machine) == (os.getpid(), this_machine()) and not self.is_gone

    @property
    def is_same_user(self) -> bool:
        """Whether the holder is a process of the same user on this machine."""
        return self.user != "" and (self.user, self.machine) == (_user(), this_machine())

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended. Always false for another machine, of which nothing is known."""
        return self.machine == this_machine() and not is_running(self.process, self.since)


def acquire(path: Path, *, over: bool = False) -> LockHolder | None:
    """Locks a file for this process; `over` takes it from another holder.

    Returns the other process that holds it; None where this process does now, or where no lock file can be
    written, as in a read-only folder.
    """
    lock = lock_file_of(path)
    with suppress(OSError):
        for _ in range(_TRIES):
            with suppress(FileExistsError):
                _create(lock)
                return None
            holder = _read_holder(lock)
            if holder is not None and holder.is_us:
                return None
            if holder is not None and not holder.is_gone and not over:
                return holder
            if holder is None and not _is_empty(lock):
                return None  # a foreign file of that name
            _remove(lock, holder)
    return None


def release(path: Path) -> None:
    """Unlocks a file that this process holds."""
    lock = lock_file_of(path)
    with suppress(OSError):
        holder = _read_holder(lock)
        if holder is not None and holder.is_us:
            lock.unlink(missing_ok=True)


def lock_file_of(path: Path) -> Path:
    """Path of the lock file, beside the target of a link, so that all names of a file share one lock. A long
    name is replaced by its digest."""
    target = Path(os.path.realpath(path))
    lock = target.with_name(f".{target.name}.lock")
    return lock if fits_file_system(lock) else target.with_name(f".{name_digest(target)}.lock")


def _create(lock: Path) -> None:
    us = LockHolder(os.getpid(), this_machine(), _user(), time.time())
    with lock.open("xb") as file:
        file.write(json.dumps(asdict(us)).encode())


def _user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # Windows has no list of users to look it up in
        return ""


def _read_holder(lock: Path) -> LockHolder | None:
    """Reads a lock file; None where it is missing or invalid."""
    try:
        with lock.open("rb") as file:
            plain = json.loads(file.read(_MOST_BYTES))
        found = LockHolder(
            int(plain["process"]), str(plain["machine"]), str(plain["user"]), float(plain["since"])
        )
        return found if 0 <= found.since <= LATEST_TIME else None
    except (FileNotFoundError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def _is_empty(lock: Path) -> bool:
    """Whether a lock file is missing, or empty because its process was killed before writing to it."""
    try:
        return lock.stat().st_size == 0
    except FileNotFoundError:
        return True


def _remove(lock: Path, expected: LockHolder | None) -> None:
    """Removes a lock file, unless another process has replaced it meanwhile."""
    aside = new_temporary(lock, lock.name)
    with suppress(FileNotFoundError):
        lock.rename(aside)
        if _read_holder(aside) == expected:
            aside.unlink()
        else:
            aside.rename(lock)


class FileLock:
    """Exclusive lock of the operating system on a file or folder, held until `unlock` or the end of the
    process.

    Unlike a file that names its owner, it can't be mistaken about a dead process because of a reused process
    id or a changed clock.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """Locks a file, which is created if missing; None where another process holds it or has just removed
        it.

        Raises OSError.
        """
        return cls(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))._locked_or_none(path)

    @classmethod
    def of_folder(cls, path: Path) -> Self | None:
        """Locks an existing folder without writing to it. Raises OSError, on Windows for every folder."""
        return cls(os.open(path, os.O_RDONLY))._locked_or_none(path)

    def _locked_or_none(self, path: Path) -> Self | None:
        try:
            if self._try_lock(path):
                return self
        except BaseException:
            self.unlock()
            raise
        self.unlock()
        return None

    def _try_lock(self, path: Path) -> bool:
        assert self._descriptor is not None
        try:
            _lock_descriptor(self._descriptor)
            return os.path.samestat(os.fstat(self._descriptor), path.stat())
        except (BlockingIOError, FileNotFoundError):
            return False

    def unlock(self) -> None:
        """Releases the lock; may be called more than once."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 2**30
    """Place of the one locked byte. Windows lets nobody read or write it by another descriptor, not even this
    process; there it is behind the end of every file that is locked."""

    def _lock_descriptor(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error

else:
    import fcntl

    def _lock_descriptor(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


Look = tuple[int, int]
"""Stamp of a file's version: its modification time in nanoseconds, and its size."""


def stamp_of(path: Path) -> Look | None:
    """Stamp of a file without reading it; None where there is no file."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size
