"""The process that owns a sweep, started so that it goes on when the window closes."""

import subprocess
import tempfile
from pathlib import Path

from cadl_desktop.sweeps.records.scratch_folder import LEAVING_SECONDS
from cadl_desktop.system.child_process import ChildProcess
from cadl_desktop.system.machine import cores

_MOST_SAID = 4096


def workers_beside_a_window() -> int:
    """All cores but one, which is the window's."""
    return max(1, cores() - 1)


class OwnerProcess:
    """`cadl-desktop sweep --out FOLDER --resume`, in a session of its own: neither the window's end nor a
    closed terminal ends it. Raises OSError where it can't be started."""

    def __init__(self, folder: Path, workers: int) -> None:
        words = ("sweep", "--out", str(folder), "--resume", "--workers", str(workers))
        # A file and no pipe, which would end with the window.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (open for as long as the process is)
        nowhere = subprocess.DEVNULL
        self._process = ChildProcess(
            *words, environment={}, stdin=nowhere, stdout=nowhere, stderr=self._said, detached=True
        )

    @property
    def runs(self) -> bool:
        return self._process.lives

    def last_words(self) -> str:
        """What it said last; empty where it said nothing."""
        size = self._said.seek(0, 2)
        self._said.seek(max(0, size - _MOST_SAID))
        said = self._said.read().decode(errors="replace").split("\n")
        return next((line.rpartition("\r")[2].strip() for line in reversed(said) if line.strip()), "")

    def wait(self) -> None:
        """Until it has ended, or took too long to; not for the event loop."""
        self._process.wait_for(LEAVING_SECONDS)

    def close(self) -> None:
        """Lets go of it, whether or not it goes on."""
        self._process.forget()
        self._said.close()
