"""The process that owns a sweep, started so that it goes on when the window closes."""

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from cadl_desktop.sweeps.records.passing import LEAVING_SECONDS
from cadl_desktop.system.machine import cores
from cadl_desktop.system.own_process import own_command, own_modules, reap_at_its_end

_MOST_SAID = 4096
_NICE = 10


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
        detached = 0
        if sys.platform == "win32":
            detached = (
                subprocess.DETACHED_PROCESS
                | subprocess.CREATE_NEW_PROCESS_GROUP
                | subprocess.BELOW_NORMAL_PRIORITY_CLASS
            )
        self._process = subprocess.Popen(
            own_command(*words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            env=own_modules(),
            start_new_session=True,
            creationflags=detached,
        )
        _step_back(self._process.pid)

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def last_words(self) -> str:
        """What it said last; empty where it said nothing."""
        size = self._said.seek(0, 2)
        self._said.seek(max(0, size - _MOST_SAID))
        said = self._said.read().decode(errors="replace").split("\n")
        return next((line.rpartition("\r")[2].strip() for line in reversed(said) if line.strip()), "")

    def wait(self) -> None:
        """Until it has ended, or took too long to; not for the event loop."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LEAVING_SECONDS)

    def close(self) -> None:
        """Lets go of it, whether or not it goes on."""
        reap_at_its_end(self._process)
        self._said.close()


def _step_back(process: int) -> None:
    """Has it, and the workers that it will start, leave the cores to a window that wants them."""
    if sys.platform == "win32":
        return  # it was started so
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process, _NICE)
    # Where Linux shares its cores among sessions, it is the session that steps back.
    with suppress(OSError):
        Path(f"/proc/{process}/autogroup").write_text(str(_NICE))
