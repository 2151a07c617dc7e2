"""The process that computes, as the window's process has it."""

import atexit
from contextlib import suppress
from itertools import count
from threading import Lock

from cadl_desktop.computing.messages import Loaded, NotLoaded
from cadl_desktop.storage.temporary import new_temporary_folder
from cadl_desktop.system.channel import PickleCodec
from cadl_desktop.system.child_process import WorkerProcess

_GONE_IN_S, _PATIENCE_S = 2.0, 0.3
"""So long one that has ended may still be there; less where somebody waits for the program's end."""

numbers = count(1)
"""For what is asked for: whoever asks, no two things have the same."""


class Process(WorkerProcess):
    """One that computes; `loaded` is what it has said of TensorFlow once it had tried to load it."""

    def __init__(self) -> None:
        self.loaded: Loaded | NotLoaded | None = None
        # TensorFlow's tracing leaves some until Python ends, and this one is killed in the end.
        self._temporary = new_temporary_folder()
        places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), self._temporary.name)
        super().__init__("cadl_desktop.computing.computer:serve", PickleCodec(), places)

    def reap(self, seconds: float) -> int:
        code = super().reap(seconds)
        with suppress(OSError):
            self._temporary.cleanup()
        return code


class Processes:
    """Those that nobody uses are kept for whoever is next; all end with the program."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: list[Process] = []
        self._used: list[Process] = []

    def take(self) -> Process:
        """One that does nothing, for the caller alone. Raises OSError where none can be started."""
        with self._lock:
            self._idle = [process for process in self._idle if process.lives]
            process = self._idle.pop() if self._idle else Process()
            self._used.append(process)
        return process

    def put_back(self, process: Process) -> None:
        """One that does nothing any more."""
        with self._lock:
            self._used.remove(process)
            self._idle.append(process)

    def reap(self, process: Process) -> int:
        """Takes out one that has ended; gives its exit code."""
        with self._lock:
            self._used.remove(process)
        code = process.reap(_GONE_IN_S)
        process.channel.close()
        return code

    def close(self) -> None:
        """Ends all. Whoever uses one notices, and may not start another any more."""
        if not self._lock.acquire(timeout=_PATIENCE_S):
            return  # closed before
        for process in (*self._idle, *self._used):
            process.kill()
        for process in (*self._idle, *self._used):
            process.reap(_PATIENCE_S)
            if not process.lives:  # otherwise whoever reads from it would have to be waited for
                process.channel.close()


processes = Processes()
"""The program's own."""
atexit.register(processes.close)
