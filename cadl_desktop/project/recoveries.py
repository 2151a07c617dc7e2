"""The folders of all copies for recovery: whose they are, which are offered, and how long they are kept.

A folder's `lock` is held by the process that writes into it, so that a copy that nobody holds is of one that
ended without wanting to. That a person has skipped one stands beside it, as nothing may be written in it.
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

from cadl_desktop.project.file import ProjectError, open_place
from cadl_desktop.project.members import Project
from cadl_desktop.project.recovery import (
    CATCHING_UP,
    LIST,
    Listed,
    RecoveryWriter,
    listed_in,
    open_recovery,
    sweep,
)
from cadl_desktop.project.runs import read_thumbnail
from cadl_desktop.runs.record import Thumbnail
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.storage.container import DamageError
from cadl_desktop.storage.shared_files import FileLock, Look, stamp_of

KEPT_SECONDS = 30 * 24 * 3600
KEPT_BYTES = 2 * 10**9

_LOCK = "lock"
_LOOKED_AT_SECONDS = 0.5
"""So long another program that has just started may hold a folder to see what is in it."""
_ATTEMPTS = 3
_NAME_BYTES = 8
_NAME = re.compile(rf"[0-9a-f]{{{2 * _NAME_BYTES}}}")


class RecoveryFolder:
    """One folder that this process writes into. There is none before something is written or taken over. May
    be used on any thread."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._using = Lock()
        self._hold: FileLock | None = None
        self._path: Path | None = None
        self._writer: RecoveryWriter | None = None

    @classmethod
    def taken_over(cls, path: Path) -> Self | None:
        """One that another process has left; None where a running one has it. Raises FileError."""
        with _usable(path):
            hold = FileLock.of(path / _LOCK)
            if hold is None:
                return None
            folder = cls(path.parent)
            folder._settle(path, hold)
            _skipped(path).unlink(missing_ok=True)  # by another window that offered it, too
            return folder

    @property
    def behind(self) -> bool:
        """As `RecoveryWriter.behind`."""
        return self._writer is not None and self._writer.behind

    @property
    def catches_up(self) -> bool:
        """As `RecoveryWriter.catches_up`."""
        return self._writer is not None and self._writer.catches_up

    def read(self) -> Project:
        """What is in one that was taken over, to go on from. Raises ProjectError."""
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
        catching_up: int = CATCHING_UP,
        seen: Look | None = None,
    ) -> int:
        """As `RecoveryWriter.write`; what goes wrong with the folder is a FileError as well. One that was
        taken over where nothing can be written stays as it is, and another is begun; it counts as skipped
        once that one has all."""
        with self._using, _usable(self._root):
            left = None
            if self._writer is None or self._path is None or not os.access(self._path, os.W_OK):
                left = self._path
                self._leave()
                self._settle(*_begun(self._root))
            assert self._writer is not None
            assert self._path is not None
            written = self._writer.write(project, path, picture, catching_up, seen)
            # What is newer than what a person has skipped is offered again.
            _skipped(self._path).unlink(missing_ok=True)
            if left is not None:
                _skipped(left).touch()
            return written

    def give_up(self) -> None:
        """Nobody needs it any more, nor what is being written into it: that ends after the part it is at."""
        if self._writer is not None:
            self._writer.given_up = True

    def discard(self) -> None:
        """Removes it, as nobody needs it any more."""
        with self._using:
            if self._path is not None:
                _empty(self._path)
            self._leave()
            if self._path is not None:
                _remove(self._path)
            self._path = None

    def unlock(self) -> None:
        """Leaves it as it is, to be offered at the next start."""
        with self._using:
            self._leave()
            self._path = None

    def _settle(self, path: Path, hold: FileLock) -> None:
        self._path, self._hold, self._writer = path, hold, RecoveryWriter(path)

    def _leave(self) -> None:
        if self._hold is not None:
            self._hold.unlock()
        self._hold = self._writer = None


@dataclass(frozen=True)
class Offer:
    """A copy that nobody has asked for yet. `moment` is when it was written, in seconds since 1970, and
    `steps` how many its run had come. `path` is the project's file where it is still there, and `lost` where
    it isn't, or can't be read; `seen` is how it looked when it was last read or written, `saved_moment` when
    it was written, `saved_steps` how many it had come; `changed` tells whether others have written it since
    `seen`, `edited` whether the experiment differs.
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
    """What processes that are gone have left, the newest first, `skipped` or not yet. What is too old or too
    large together is removed, and so is what a kill left half written."""
    found: list[tuple[Path, Listed]] = []
    for folder in _folders(root):
        with _held(folder) as held:
            if held:
                listed = listed_in(folder)
                if _is_over(folder):
                    _remove(folder)
                elif listed:  # the parts of another list are for the program that can read it
                    sweep(folder)
                    found.append((folder, listed))
    found.sort(key=lambda each: -each[1].moment)
    _remove_beyond(KEPT_BYTES, [folder for folder, _ in found])
    return [
        _offer(folder, listed)
        for folder, listed in found
        if folder.exists() and _skipped(folder).exists() == skipped
    ]


def skip(folder: Path) -> None:
    """Doesn't offer it again by itself, unless it is written again or taken over, as it may have been by now.
    Raises FileError."""
    with _usable(folder):
        ends = time.monotonic() + _LOOKED_AT_SECONDS
        while (hold := FileLock.of(folder / _LOCK)) is None and time.monotonic() < ends:
            time.sleep(_LOOKED_AT_SECONDS / 10)
        if hold is not None:
            try:
                _skipped(folder).touch()
            finally:
                hold.unlock()


def _skipped(folder: Path) -> Path:
    """A file that is there where a person has skipped the copy, or has it in another and it can't go."""
    return folder.with_suffix(".skipped")


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    """A copy's place is nobody's choice: another remedy than of a file that a person names."""
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


def _begun(root: Path) -> tuple[Path, FileLock]:
    """A new folder of this process. Another that looks for what was left may take it for empty just now."""
    for _ in range(_ATTEMPTS):
        path = root / secrets.token_hex(_NAME_BYTES)
        path.mkdir(parents=True, mode=0o700)
        with suppress(FileNotFoundError):
            if hold := FileLock.of(path / _LOCK):
                return path, hold
    raise FileNotFoundError(f"{root} is being cleared")


def _folders(root: Path) -> list[Path]:
    """What a person has put there isn't taken for one, nor what a link leads to."""
    with suppress(OSError):
        return [path for path in root.iterdir() if _NAME.fullmatch(path.name) and _is_folder(path)]
    return []


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Whether nobody has the folder; then nobody takes it meanwhile."""
    hold = None
    with suppress(OSError):
        hold = FileLock.of(folder / _LOCK)
    try:
        yield hold is not None
    finally:
        if hold:
            hold.unlock()


def _is_over(folder: Path) -> bool:
    """Whether there is nothing in it, or for too long; a list that only a newer program can read counts."""
    try:
        return time.time() - (folder / LIST).stat().st_mtime > KEPT_SECONDS
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _remove_beyond(most: int, folders: list[Path]) -> None:
    """The newest is spared, however large it is."""
    together = 0
    for number, folder in enumerate(folders):
        with suppress(OSError):
            together += sum(file.stat().st_size for file in folder.iterdir())
        if number and together > most:
            with _held(folder) as held:
                if held:
                    _remove(folder)


def _empty(folder: Path) -> None:
    """The list first: without it nobody takes the rest for a copy."""
    with suppress(OSError):
        (folder / LIST).unlink(missing_ok=True)
    sweep(folder)


def _remove(folder: Path) -> None:
    _empty(folder)
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        if folder.exists():
            _skipped(folder).touch()
        else:
            _skipped(folder).unlink(missing_ok=True)


def _offer(folder: Path, listed: Listed) -> Offer:
    thumbnail = None
    with suppress(DamageError):
        thumbnail = read_thumbnail(listed.picture) if listed.picture else None
    path = listed.path
    plain = Offer(folder, listed.name, listed.moment, listed.steps, thumbnail, lost=path)
    try:
        if path is None or not path.is_file():
            return plain
        saved, saved_steps = open_place(path)
        copied, _ = open_place(*(folder / part for part in listed.parts))
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
