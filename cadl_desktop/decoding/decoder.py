"""Client of the decoding worker process, which is started when first needed and kept for later files."""

import atexit
import logging
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock, Timer
from typing import Any

import numpy as np

from cadl_desktop.decoding.refusals import THE_FILE, RefusedError, refusal_from_json
from cadl_desktop.system.channel import Array, Bounds, Channel, ChannelError, PlainCodec
from cadl_desktop.system.child_process import WorkerProcess

log = logging.getLogger(__name__)

Take = Callable[[str, Array], None]
SECONDS = 8.0
"""Time limit per file. With the start of the process the user waits ten seconds at most."""
_LATE_SECONDS = 1.0
"""Extra time before the process is killed from here: a stopped process can't enforce its own limit."""
_MOST_ARRAYS = 20_000
_MOST_HEADER_BYTES = 2**16
_REAP_SECONDS = 2.0


class UndecodableError(Exception):
    """The file can't be decoded, or crashed its decoder."""


class Decoder:
    """Client of one worker process. Files are decoded one at a time, in `seconds` each at most; callers on
    other threads wait."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._busy = Lock()
        self._worker: WorkerProcess | None = None

    def warm(self) -> None:
        """Starts the process in advance; returns at once if a file is being decoded."""
        if self._busy.acquire(blocking=False):
            try:
                self._running_worker()
            finally:
                self._busy.release()

    def decode(
        self, name: str, source: Path | bytes, take: Take, most_bytes: int, values: Mapping[str, Any]
    ) -> None:
        """Decodes a file, or its content, with `DECODERS[name]`, and passes each array to `take` as it
        arrives.

        The arrays may have `most_bytes` together; `values` are JSON-like. Raises RefusedError with a
        sentence, and UndecodableError, also for a ValueError or KeyError of `take`.
        """
        request = {
            "decoder": name,
            "path": "" if isinstance(source, bytes) else os.path.abspath(source),
            "content": np.frombuffer(source if isinstance(source, bytes) else b"", np.uint8),
            "values": {**values},
            "seconds": self._seconds,
        }
        with self._busy:
            worker = self._running_worker()
            began = time.monotonic()
            whole = False
            late = Timer(self._seconds + _LATE_SECONDS, worker.kill)
            late.start()
            try:
                worker.channel.send(request)
                error = _error_of(_take_all(worker.channel, take, most_bytes))
                whole = True
            except (ChannelError, ValueError, KeyError) as cause:
                log.info("decoding ended early: %s", cause)
                if time.monotonic() - began < self._seconds:
                    raise UndecodableError("the process ended") from cause
                raise _too_slow(self._seconds) from cause
            finally:
                late.cancel()
                if not whole:
                    self._end()
                    self._running_worker()  # ready for the next file
        if error is not None:
            raise error

    def stop(self) -> None:
        """Ends the process. A file that is being decoded fails as if it had crashed the decoder."""
        self.close()
        self._busy.release()

    def close(self) -> None:
        """Ends the process for good, for a program that exits without joining its threads: later calls block,
        so that no other process is started."""
        if self._worker is not None:
            self._worker.kill()
        self._busy.acquire()
        self._end()

    def _running_worker(self) -> WorkerProcess:
        if self._worker is not None and not self._worker.lives:
            self._end()
        if self._worker is None:
            self._worker = WorkerProcess(
                "cadl_desktop.decoding.decoding_worker:serve",
                PlainCodec(),
                {"OPENBLAS_NUM_THREADS": "1"},
                stderr=subprocess.DEVNULL,
            )
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.channel.close()
            worker.reap(_REAP_SECONDS)


def _take_all(channel: Channel, take: Take, most_bytes: int) -> dict[str, Any]:
    """Hands on all arrays; returns the message after the last one. Raises ChannelError."""
    left = most_bytes
    for _ in range(_MOST_ARRAYS):
        message: dict[str, Any] = channel.receive(Bounds(_MOST_HEADER_BYTES, left, 2))
        match message:
            case {"name": str(name), "array": np.ndarray() as array}:
                left -= array.nbytes
                take(name, array)
            case _:
                return message
    raise ChannelError("there are too many arrays")


def _error_of(last: dict[str, Any]) -> RefusedError | UndecodableError | None:
    """Error that the last message tells; None after success. Raises ChannelError for a damaged refusal."""
    match last:
        case {"end": True}:
            return None
        case {"refusal": plain}:
            return refusal_from_json(plain)
        case {"memory": int(most)}:
            return RefusedError(
                "{name} needs more than {most} GB of memory to be read; make it smaller and open it again.",
                name=THE_FILE,
                most=most >> 30,
            )
    log.info("a decoder failed: %s", last)
    return UndecodableError()


def _too_slow(seconds: float) -> RefusedError:
    return RefusedError(
        "{name} takes more than {seconds:g} seconds to read; make it smaller and open it again.",
        name=THE_FILE,
        seconds=seconds,
    )


decoder = Decoder()
"""Decoder of this program."""
atexit.register(decoder.stop)
