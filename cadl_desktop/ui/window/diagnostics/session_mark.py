"""Mark of a running window, which stays behind where its process ends without closing it."""

import secrets
from contextlib import suppress
from pathlib import Path
from threading import Lock

from cadl_desktop.storage.shared_files import FileLock

_NAME_BYTES = 8
_CONTENT = b"A window is open, or ended without being closed.\n"


class SessionMark:
    """File that is locked while the window is open, and removed when it is closed. Thread-safe."""

    def __init__(self) -> None:
        self._using = Lock()
        self._path: Path | None = None
        self._hold: FileLock | None = None
        self._ended = False

    def begin(self, folder: Path) -> bool:
        """Leaves the mark in a folder; returns whether earlier windows weren't closed, once for each.

        Without a folder to write to there is no mark.
        """
        with self._using, suppress(OSError):
            if self._ended:
                return False
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            left = [_take(path) for path in folder.iterdir()]
            path = folder / secrets.token_hex(_NAME_BYTES)
            self._hold = FileLock.of(path)
            if self._hold is not None:
                self._path = path
                path.write_bytes(_CONTENT)
            return any(left)
        return False

    def end(self) -> None:
        """Removes the mark: the window was closed."""
        with self._using, suppress(OSError):
            self._ended = True
            if self._hold is not None and self._path is not None:
                self._hold.unlock()
                self._path.unlink(missing_ok=True)


def _take(path: Path) -> bool:
    """Removes the mark of a process that runs no more; returns whether there was one."""
    hold = FileLock.of(path)
    if hold is None:
        return False
    found = path.stat().st_size > 0  # an empty one was created just now: its window was closed meanwhile
    hold.unlock()
    path.unlink(missing_ok=True)
    return found


mark = SessionMark()
"""Mark of this process's window."""
