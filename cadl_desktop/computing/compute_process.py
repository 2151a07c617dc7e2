"""Computing processes, as the window's process starts, pools and ends them."""

import atexit
from contextlib import suppress
from itertools import count
from threading import Lock

from cadl_desktop.computing.compute_messages import Loaded, NotLoaded
from cadl_desktop.storage.temporary_files import new_temporary_folder
from cadl_desktop.system.channel import PickleCodec
from cadl_desktop.system.child_process import WorkerProcess

_REAP_SECONDS, _CLOSE_SECONDS = 2.0, 0.3
"""How long an ended process may take to disappear; less when the user waits for the program to end."""

request_numbers = count(1)
"""Numbers of requests, unique within the program."""


class ComputeProcess(WorkerProcess):
    """Computing process. `loaded` is its response about TensorFlow, once it has tried to load it."""

    def __init__(self) -> None:
        self.loaded: Loaded | NotLoaded | None = None
        # TensorFlow's tracing keeps temporary files until Python exits, but this process ends by being
        # killed.
        self._temporary = new_temporary_folder()
        places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), self._temporary.name)
        super().__init__("cadl_desktop.computing.compute_server:serve", PickleCodec(), places)

    def reap(self, seconds: float) -> int:
        code = super().reap(seconds)
        with suppress(OSError):
            self._temporary.cleanup()
        return code


class ComputeProcessPool:
    """Pool of computing processes. Idle ones are kept for reuse; all end with the program."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: list[ComputeProcess] = []
        self._used: list[ComputeProcess] = []

    def take(self) -> ComputeProcess:
        """Takes an idle process, or starts one, for exclusive use. Raises OSError where none can be
        started."""
        with self._lock:
            self._idle = [process for process in self._idle if process.lives]
            process = self._idle.pop() if self._idle else ComputeProcess()
            self._used.append(process)
        return process

    def put_back(self, process: ComputeProcess) -> None:
        """Returns an idle process to the pool."""
        with self._lock:
            self._used.remove(process)
            self._idle.append(process)

    def reap(self, process: ComputeProcess) -> int:
        """Removes a process that has ended; returns its exit code."""
        with self._lock:
            self._used.remove(process)
        code = process.reap(_REAP_SECONDS)
        process.channel.close()
        return code

    def close(self) -> None:
        """Kills all processes. Their users get errors; a later `take` blocks, so that no other is started."""
        if not self._lock.acquire(timeout=_CLOSE_SECONDS):
            return  # closed already
        for process in (*self._idle, *self._used):
            process.kill()
        for process in (*self._idle, *self._used):
            process.reap(_CLOSE_SECONDS)
            if not process.lives:  # otherwise closing would wait for a thread that reads from it
                process.channel.close()


processes = ComputeProcessPool()
"""Pool of this program."""
atexit.register(processes.close)
