"""Processes of the program, how they are started, watched and ended; `parent_process.py` has their side."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from cadl_desktop.system.parent_process import RUN
from cadl_desktop.system.priority import make_background

if TYPE_CHECKING:
    import psutil

    from cadl_desktop.system.channel import Codec

_PIPE_BYTES = 2**20
"""With Linux' 64 kB two processes wait for one another a thousand times a picture."""


def own_command(*words: str) -> list[str]:
    """A new interpreter, or the program itself where it was packed into one file, with these words of its
    command line."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-P", "-m", "cadl_desktop", *words]


def own_modules() -> dict[str, str]:
    """The environment in which that process finds the modules of this one, though not those of whatever
    folder it runs in."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path if path)}


class ChildProcess:
    """The program with other words on its command line. `environment` is added to what it finds of this
    process's, and the streams are as `subprocess.Popen` has them.

    A `detached` one goes on when this process or its terminal ends, and leaves the cores to others that want
    them. Raises OSError where none can be started.
    """

    def __init__(
        self,
        *words: str,
        environment: Mapping[str, str],
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | IO[bytes] | None = None,
        detached: bool = False,
    ) -> None:
        flags = 0
        if detached and sys.platform == "win32":
            flags = (
                subprocess.DETACHED_PROCESS
                | subprocess.CREATE_NEW_PROCESS_GROUP
                | subprocess.BELOW_NORMAL_PRIORITY_CLASS
            )
        self._process = subprocess.Popen(
            own_command(*words),
            env=own_modules() | {**environment},
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=detached,
            creationflags=flags,
        )
        if detached:
            make_background(self._process.pid)

    def __enter__(self) -> Self:
        self._process.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes its pipes, and waits for its end."""
        self._process.__exit__(kind, error, trace)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def wait(self) -> int:
        """Its exit code once it has ended, below 0 that of a signal."""
        return self._process.wait()

    def wait_for(self, seconds: float) -> int | None:
        """The same; None where it goes on after so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def kill(self) -> None:
        """Kills it, but nothing that it has started, and waits for nothing."""
        self._process.kill()

    def reap(self, seconds: float) -> int:
        """Waits for its end, and kills it where that takes longer than so many seconds; returns its exit
        code."""
        if self.wait_for(seconds) is None:
            self.kill()
            if self.wait_for(seconds) is None:
                self.forget()
        return self._process.returncode or 0

    def forget(self) -> None:
        """Has a thread wait for its end: a process that nobody waits for stays in the system's table. On a
        busy machine a killed one may take seconds to end."""
        if self.lives:
            with suppress(RuntimeError):  # Python ends, and the system cleans up after it
                Thread(target=self.wait, name="reaping", daemon=True).start()

    def end(self, seconds: float, spared: Callable[[], bool]) -> int:
        """Asks it to end, and after so many seconds kills it with all that it has started, unless it is
        `spared`; returns its exit code."""
        until = monotonic() + seconds
        self._process.terminate()
        started = _started_by(self.pid)  # imports psutil while there is time
        if self.wait_for(max(until - monotonic(), 0)) is None:
            started += _started_by(self.pid)
            if not spared():
                self.kill()
                _kill(started)
        return self.wait()


class WorkerProcess(ChildProcess):
    """Runs 'module:function' of the program, and talks with it by `channel`, on its standard input and
    output."""

    def __init__(
        self,
        function: str,
        codec: "Codec",
        environment: Mapping[str, str],
        stderr: int | None = None,
    ) -> None:
        from cadl_desktop.system.channel import Channel  # brings NumPy along, which other children do without

        pipe = subprocess.PIPE
        super().__init__(RUN, function, environment=environment, stdin=pipe, stdout=pipe, stderr=stderr)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for each in (self._process.stdin, self._process.stdout):
            _widen(each)
        self.channel = Channel(self._process.stdout, self._process.stdin, codec)


def kill_all_started() -> None:
    """Ends all that this process has started, and what that has."""
    _kill(_started_by(os.getpid()))


def _started_by(number: int) -> "list[psutil.Process]":
    import psutil

    found: list[psutil.Process] = []
    with suppress(psutil.Error):
        found = psutil.Process(number).children(recursive=True)
    return found


def _kill(processes: "list[psutil.Process]") -> None:
    import psutil

    for each in processes:
        with suppress(psutil.Error):
            each.kill()


def _widen(pipe: IO[bytes]) -> None:
    """Has a pipe hold more, where the system lets it."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
