"""Folders that nobody keeps, of sweeps or for workers' temporary files: removed by whoever made them.

Each lies in one root and is held by the process that uses it, so that one which nobody holds is of a
process that was ended from outside.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cadl_desktop.storage.hold import Hold
from cadl_desktop.sweeps.records.folder import SweepFolder

LEAVING_SECONDS = 20.0
"""So long an owner that is asked to end may take, with its workers."""
_LOCK = "looked-at"
_POLL_SECONDS = 0.05


class PassingFolder:
    """A new folder in `root`, for some sweeps perhaps. Raises OSError. Waits for disks and processes: not for
    the event loop."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(dir=root))
        self._hold = Hold.of(self.path / _LOCK)

    def place(self, number: int) -> Path:
        """Where one of its sweeps lies, or can."""
        return self.path / str(number)

    def remove(self) -> None:
        """Ends what still runs there, or is about to, and removes all of it; what can't be removed is left to
        `remove_left`."""
        _end_owners(self.path)
        deadline = time.monotonic() + LEAVING_SECONDS
        while any(sweep.has_owner for sweep in _sweeps(self.path)) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        if self._hold is not None:
            self._hold.let_go()
        shutil.rmtree(self.path, ignore_errors=True)


def remove_left(root: Path) -> None:
    """Removes the folders that other processes have left; what still runs in one is asked to end, and the
    folder goes the next time."""
    for path in _folders(root):
        with suppress(OSError):
            hold = Hold.of(path / _LOCK)
            if hold is None:
                continue
            _end_owners(path)
            is_running = any(sweep.has_owner for sweep in _sweeps(path))
            hold.let_go()
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
