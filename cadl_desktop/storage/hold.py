"""A file or folder that one process holds: the system lets go of it when that process ends, in any way."""

import os
import sys
from pathlib import Path
from typing import Self


class Hold:
    """Held from `of` to `let_go`, or to the end of the process. No number that another process has by now and
    no clock that was set makes a dead process look alive, as with a file that names its owner."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """Makes the file where it is missing; None where somebody else holds it, or has just removed it.

        Raises OSError.
        """
        return cls(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))._or_nothing(path)

    @classmethod
    def of_folder(cls, path: Path) -> Self | None:
        """The same of a folder that is there, in which nothing is written for it. Raises OSError, which it
        does of every folder under Windows."""
        return cls(os.open(path, os.O_RDONLY))._or_nothing(path)

    def _or_nothing(self, path: Path) -> Self | None:
        try:
            if self._takes(path):
                return self
        except BaseException:
            self.let_go()
            raise
        self.let_go()
        return None

    def _takes(self, path: Path) -> bool:
        assert self._descriptor is not None
        try:
            _lock(self._descriptor)
            return os.path.samestat(os.fstat(self._descriptor), path.stat())
        except (BlockingIOError, FileNotFoundError):
            return False

    def let_go(self) -> None:
        """May be called more than once."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
