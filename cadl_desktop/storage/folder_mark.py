"""Mark of a run in the folder that it writes to, by which it knows the folder again.

A drive that is removed leaves its mount point, in which folders of the same names could be made anew. The
mark is an empty hidden file with a random name: it goes and comes with the drive, also where a file system
gives a folder another identity at each mount.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cadl_desktop.storage.atomic import FileError, flush_folder

_PREFIX = ".cadl-run-"


class FolderGoneError(FileError):
    """The folder of a run isn't there, or isn't the one in which the run began."""


class FolderMark:
    """Mark in an existing folder, from the beginning of a run to its end. Marks of earlier runs are removed:
    one that still goes on ends then. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in _marks(folder):
            (folder / name).unlink(missing_ok=True)
        # Empty, so that it has room on a full disk: running out of room is reported where it matters.
        self._file = folder / f"{_PREFIX}{secrets.token_hex(8)}"
        self._file.touch(exist_ok=False)
        flush_folder(folder)
        self._begun_in = folder.stat()

    @property
    def is_there(self) -> bool:
        """Whether the folder is there, and still this run's. Somebody may have removed the mark alone."""
        with suppress(OSError):
            return self._file.exists() or (
                os.path.samestat(self._begun_in, self.folder.stat()) and not _marks(self.folder)
            )
        return False

    def require(self) -> None:
        """Raises FolderGoneError unless the folder is there."""
        if not self.is_there:
            raise FolderGoneError(
                "The folder '{folder}' is gone, perhaps with its drive.", folder=self.folder
            )

    def remove(self) -> None:
        """Removes the mark at the end of the run."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)


def is_mark(name: str) -> bool:
    """Whether a file of this name is the mark of a run."""
    return name.startswith(_PREFIX)


def _marks(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if is_mark(name)]
