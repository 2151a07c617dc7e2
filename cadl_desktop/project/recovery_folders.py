"""The folders of all recovery copies: their locks, which are offered to a person, and how long they are kept.

The writing process holds the folder's `lock`, so that an unlocked folder is that of a process that crashed.
A skipped copy is marked by a file beside its folder, as nothing may be written into that.
"""

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Self

from cadl_desktop.project.file import ProjectError, open_experiment_and_step
from cadl_desktop.project.listed_runs import read_thumbnail
from cadl_desktop.project.project_members import Project
from cadl_desktop.project.recovery_copy import (
    CATCH_UP_BYTES,
    LIST,
    RecoveryList,
    RecoveryWriter,
    open_recovery,
    read_recovery_list,
    remove_unlisted,
)
from cadl_desktop.runs.record import Thumbnail
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.storage.container import DamageError
from cadl_desktop.storage.shared_files import FileLock, Look, stamp_of

KEPT_SECONDS = 30 * 24 * 3600
KEPT_BYTES = 2 * 10**9

_LOCK = "lock"
_LOCK_WAIT_SECONDS = 0.5
"""How long another program may hold the lock while it reads the folder at its start."""
_ATTEMPTS = 3
_NAME_BYTES = 8
_NAME = re.compile(rf"[0-9a-f]{{{2 * _NAME_BYTES}}}")


class RecoveryFolder:
    """The folder that this process writes to; created by the first write, or taken over. Thread-safe."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._using = Lock()
        self._hold: FileLock | None = None
        self._path: Path | None = None
        self._writer: RecoveryWriter | None = None

    @classmethod
    def taken_over(cls, path: Path) -> Self | None:
        """Takes over the folder of a crashed process; None if a running one has it. Raises FileError."""
        with _usable(path):
            hold = FileLock.of(path / _LOCK)
            if hold is None:
                return None
            folder = cls(path.parent)
            folder._use(path, hold)
            _skipped(path).unlink(missing_ok=True)  # set by another window that offered it as well
            return folder

    @property
    def behind(self) -> bool:
        """See `RecoveryWriter.behind`."""
        return self._writer is not None and self._writer.behind

    @property
    def can_catch_up(self) -> bool:
        """See `RecoveryWriter.can_catch_up`."""
        return self._writer is not None and self._writer.can_catch_up

    def read(self) -> Project:
        """Reads the copy of a folder that was taken over, to continue it. Raises ProjectError."""
        assert self._path is not None
        assert self._writer is not None
        project = open_recovery(self._path)
        if project.snapshots:
            self._writer.go_on_from(project.snapshots)
        return project

    def write(
        self,
        project: Project,
        path: Path | None,
        picture: bytes,
        catch_up_bytes: int = CATCH_UP_BYTES,
        seen: Look | None = None,
    ) -> int:
        """Writes a copy, as `RecoveryWriter.write`; problems with the folder raise FileError, too.

        If a folder that was taken over isn't writable, a new one is begun, and the old one is marked as
        skipped once the new copy is complete.
        """
        with self._using, _usable(self._root):
            left = None
            if self._writer is None or self._path is None or not os.access(self._path, os.W_OK):
                left = self._path
                self._release()
                self._use(*_new_folder(self._root))
            assert self._writer is not None
            assert self._path is not None
            written = self._writer.write(project, path, picture, catch_up_bytes, seen)
            # A copy newer than the one a person skipped is offered again.
            _skipped(self._path).unlink(missing_ok=True)
            if left is not None:
                _skipped(left).touch()
            return written

    def give_up(self) -> None:
        """Aborts a write in progress after the current part, as the copy is no longer needed."""
        if self._writer is not None:
            self._writer.given_up = True

    def discard(self) -> None:
        """Removes the folder."""
        with self._using:
            if self._path is not None:
                _empty(self._path)
            self._release()
            if self._path is not None:
                _remove(self._path)
            self._path = None

    def unlock(self) -> None:
        """Releases the folder; its copy is offered at the next start."""
        with self._using:
            self._release()
            self._path = None

    def _use(self, path: Path, hold: FileLock) -> None:
        self._path, self._hold, self._writer = path, hold, RecoveryWriter(path)

    def _release(self) -> None:
        if self._hold is not None:
            self._hold.unlock()
        self._hold = self._writer = None


@dataclass(frozen=True)
class Offer:
    """A copy that can be recovered.

    `moment` is when it was written, in seconds since 1970, and `steps` the step of its run. `path` is the
    project's file, or `lost` if that is missing or unreadable. Of the file, `seen` is its look when last
    read or written, `saved_moment` when it was written, `saved_steps` the step of its run; `changed`:
    another program has written it since `seen`; `edited`: its experiment differs from the copy's.
    """

    folder: Path
    name: str
    moment: float
    steps: int
    thumbnail: Thumbnail | None = None
    path: Path | None = None
    saved_moment: float = 0.0
    saved_steps: int = 0
    edited: bool = False
    changed: bool = False
    seen: Look | None = None
    lost: Path | None = None


def offers(root: Path, *, skipped: bool = False) -> list[Offer]:
    """Returns the copies of crashed processes, newest first, either the `skipped` ones or the others.

    Removes copies that are too old or together too large, and parts left half written by a kill.
    """
    found: list[tuple[Path, RecoveryList]] = []
    for folder in _folders(root):
        is_expired = False
        with _locked(folder) as locked:
            if locked:
                listed = read_recovery_list(folder)
                is_expired = _is_expired(folder)
                if is_expired:
                    _empty(folder)
                elif listed:  # parts of an unreadable list are left for the version that can read it
                    remove_unlisted(folder)
                    found.append((folder, listed))
        if is_expired:
            _remove(folder)
    found.sort(key=lambda each: -each[1].moment)
    _remove_beyond(KEPT_BYTES, [folder for folder, _ in found])
    return [
        _offer(folder, listed)
        for folder, listed in found
        if folder.exists() and _skipped(folder).exists() == skipped
    ]


def skip(folder: Path) -> None:
    """Marks a copy so that it isn't offered again, unless it is written or taken over, also meanwhile.

    Raises FileError.
    """
    with _usable(folder):
        ends = time.monotonic() + _LOCK_WAIT_SECONDS
        while (hold := FileLock.of(folder / _LOCK)) is None and time.monotonic() < ends:
            time.sleep(_LOCK_WAIT_SECONDS / 10)
        if hold is not None:
            try:
                _skipped(folder).touch()
            finally:
                hold.unlock()


def _skipped(folder: Path) -> Path:
    """Returns the marker file of a copy that was skipped, or replaced but not removable."""
    return folder.with_suffix(".skipped")


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    """Converts errors into a FileError whose remedy fits a folder that no person has chosen."""
    try:
        yield
    except (OSError, FileError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        reason = (cause.strerror if isinstance(cause, OSError) else None) or str(error)
        full = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
        raise FileError(
            "{folder} can't be used ({reason}); {remedy}, or save often.",
            folder=folder,
            reason=reason.lower(),
            remedy="make room" if full else "let the program write there",
        ) from error


def _new_folder(root: Path) -> tuple[Path, FileLock]:
    """Makes a new locked folder; retries, as another process clearing old copies may remove an empty one."""
    for _ in range(_ATTEMPTS):
        path = root / secrets.token_hex(_NAME_BYTES)
        path.mkdir(parents=True, mode=0o700)
        with suppress(FileNotFoundError):
            if hold := FileLock.of(path / _LOCK):
                return path, hold
    raise FileNotFoundError(f"{root} is being cleared")


def _folders(root: Path) -> list[Path]:
    """Returns the recovery folders; other folders and links are ignored."""
    with suppress(OSError):
        return [path for path in root.iterdir() if _NAME.fullmatch(path.name) and _is_folder(path)]
    return []


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Holds the lock of a folder; yields False if another process has it."""
    hold = None
    with suppress(OSError):
        hold = FileLock.of(folder / _LOCK)
    try:
        yield hold is not None
    finally:
        if hold:
            hold.unlock()


def _is_expired(folder: Path) -> bool:
    """Whether the list is missing or too old; one that only a newer version can read counts as present."""
    try:
        return time.time() - (folder / LIST).stat().st_mtime > KEPT_SECONDS
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _remove_beyond(most: int, folders: list[Path]) -> None:
    """Removes the oldest folders beyond a total of `most` bytes, but never the newest."""
    together = 0
    for number, folder in enumerate(folders):
        with suppress(OSError):
            together += sum(file.stat().st_size for file in folder.iterdir())
        if number and together > most:
            with _locked(folder) as locked:
                if locked:
                    _empty(folder)
            if locked:
                _remove(folder)


def _empty(folder: Path) -> None:
    """Removes list and parts; the list first, so that the rest is no longer a copy."""
    with suppress(OSError):
        (folder / LIST).unlink(missing_ok=True)
    remove_unlisted(folder)


def _remove(folder: Path) -> None:
    """Removes a folder that was emptied under its lock. Windows removes no file that is open, so that nobody
    may hold the lock by now."""
    _empty(folder)
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        if folder.exists():
            _skipped(folder).touch()
        else:
            _skipped(folder).unlink(missing_ok=True)


def _offer(folder: Path, listed: RecoveryList) -> Offer:
    thumbnail = None
    with suppress(DamageError):
        thumbnail = read_thumbnail(listed.picture) if listed.picture else None
    path = listed.path
    plain = Offer(folder, listed.name, listed.moment, listed.steps, thumbnail, lost=path)
    try:
        if path is None or not path.is_file():
            return plain
        saved, saved_steps = open_experiment_and_step(path)
        copied, _ = open_experiment_and_step(*(folder / part for part in listed.parts))
        saved_moment = path.stat().st_mtime
    except (OSError, ProjectError):
        return plain
    return Offer(
        folder,
        listed.name,
        listed.moment,
        listed.steps,
        thumbnail,
        path,
        saved_moment,
        saved_steps,
        edited=copied != saved,
        changed=listed.seen is not None and listed.seen != stamp_of(path),
        seen=listed.seen,
    )
