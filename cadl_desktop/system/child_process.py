"""Child processes of the program: starting, watching and ending them. Their own side is `child_side.py`."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from cadl_desktop.system.child_side import RUN
from cadl_desktop.system.machine import lower_process_priority

if TYPE_CHECKING:
    import psutil

    from cadl_desktop.system.channel import Codec

NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Flag by which a console program and all that it starts have no window on Windows; elsewhere nothing."""
_PIPE_BYTES = 2**20
"""Capacity of a pipe. With Linux' 64 kB two processes wait for each other a thousand times per picture."""


def program_command(*words: str) -> list[str]:
    """Command that starts the program with these arguments: a new interpreter, or the executable where the
    program was packed into one."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-P", "-m", "cadl_desktop", *words]


def module_environment() -> dict[str, str]:
    """Environment in which a child finds the modules of this process, but none of its working folder."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path if path)}


class ChildProcess:
    """The program, started with other arguments. `environment` is added to that of this process; the streams
    are those of `subprocess.Popen`.

    A `detached` child outlives this process and its terminal, and runs at a low priority. Raises OSError
    where no process can be started.
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
            # Not DETACHED_PROCESS: each worker of a process without a console would open a window of its own.
            flags = NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        self._process = subprocess.Popen(
            program_command(*words),
            env=module_environment() | {**environment},
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=detached,
            creationflags=flags,
        )
        if detached:
            lower_process_priority(self._process.pid)

    def __enter__(self) -> Self:
        self._process.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the pipes and waits for the end of the process."""
        self._process.__exit__(kind, error, trace)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    @property
    def is_stopped(self) -> bool:
        """Whether the process was stopped from outside, as by SIGSTOP, until somebody continues it."""
        import psutil

        with suppress(psutil.Error):
            status = psutil.Process(self.pid).status()
            return status in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
        return False

    def wait(self) -> int:
        """Waits for the end; returns the exit code, negative for a signal."""
        return self._process.wait()

    def wait_for(self, seconds: float) -> int | None:
        """Waits for at most so many seconds; returns the exit code, or None while the process runs."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def terminate(self) -> None:
        """Asks the process to end, as a terminal or the system does; on Windows it is killed."""
        self._process.terminate()

    def kill(self) -> None:
        """Kills the process, without waiting, but not its children."""
        self._process.kill()

    def reap(self, seconds: float) -> int:
        """Waits for the end, and kills the process if that takes longer than so many seconds; returns the
        exit code, 0 if the process outlives even that."""
        if self.wait_for(seconds) is None:
            self.kill()
            if self.wait_for(seconds) is None:
                self.forget()
        return self._process.returncode or 0

    def forget(self) -> None:
        """Leaves the process to itself: another thread waits for its end, so that no zombie is left. On a
        busy machine a killed process may take seconds to end."""
        if self.lives:
            with suppress(RuntimeError):  # Python is shutting down, and the system reaps it
                Thread(target=self.wait, name="reaping", daemon=True).start()

    def end(self, seconds: float, may_finish: Callable[[], bool]) -> int:
        """Asks the process to end; returns its exit code.

        After so many seconds it is killed with all its descendants, unless `may_finish` returns true.
        """
        until = monotonic() + seconds
        self._process.terminate()
        started = _started_by(self.pid)  # now, as importing psutil takes a while
        if self.wait_for(max(until - monotonic(), 0)) is None:
            started += _started_by(self.pid)
            if not may_finish():
                self.kill()
                _kill(started)
        return self.wait()


class WorkerProcess(ChildProcess):
    """Child process that runs 'module:function' of the program. `channel` leads to its standard input and
    output."""

    def __init__(
        self,
        function: str,
        codec: "Codec",
        environment: Mapping[str, str],
        stderr: int | None = None,
    ) -> None:
        from cadl_desktop.system.channel import Channel  # imports NumPy, which other children do without

        pipe = subprocess.PIPE
        super().__init__(RUN, function, environment=environment, stdin=pipe, stdout=pipe, stderr=stderr)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for each in (self._process.stdin, self._process.stdout):
            _widen(each)
        self.channel = Channel(self._process.stdout, self._process.stdin, codec)


def kill_all_started() -> None:
    """Kills all descendants of this process."""
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
    """Enlarges a pipe, where the system allows it."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
