"""Scratch folders: temporary sweeps, or temporary files of worker processes, removed by their creator.

They lie in one root, and each is locked by the process that uses it. An unlocked one is left from a process
that was killed.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cadl_desktop.storage.shared_files import FileLock
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder

LEAVING_SECONDS = 20.0
"""How long an owner that is asked to end may take, with its workers."""
_LOCK = "looked-at"
_POLL_SECONDS = 0.05


class ScratchFolder:
    """New folder in `root`, with room for several sweeps. Raises OSError. Waits for disks and processes, so
    it must not be used on the event loop."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(dir=root))
        self._hold = FileLock.of(self.path / _LOCK)

    def place(self, number: int) -> Path:
        """Path of the sweep of this number, which may not exist yet."""
        return self.path / str(number)

    def remove(self) -> None:
        """Stops the owners of its sweeps, and removes the folder; what can't be removed is left to
        `remove_abandoned_scratch`."""
        _end_owners(self.path)
        deadline = time.monotonic() + LEAVING_SECONDS
        while any(sweep.has_owner for sweep in _sweeps(self.path)) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        if self._hold is not None:
            self._hold.unlock()
        shutil.rmtree(self.path, ignore_errors=True)


def remove_abandoned_scratch(root: Path) -> None:
    """Removes the folders of processes that have ended. A sweep that still runs in one is asked to stop, and
    the folder is removed the next time."""
    for path in _folders(root):
        with suppress(OSError):
            hold = FileLock.of(path / _LOCK)
            if hold is None:
                continue
            _end_owners(path)
            is_running = any(sweep.has_owner for sweep in _sweeps(path))
            hold.unlock()
            if not is_running:
                shutil.rmtree(path, ignore_errors=True)


def _end_owners(path: Path) -> None:
    for sweep in _sweeps(path):
        with suppress(OSError):
            sweep.tell("stop")


def _sweeps(path: Path) -> Iterator[SweepFolder]:
    return map(SweepFolder, _folders(path))


def _folders(path: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        yield from (each for each in path.iterdir() if each.is_dir())
