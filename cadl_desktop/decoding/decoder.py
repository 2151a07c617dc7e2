"""Asks the process that decodes, which is started when first needed and kept for the next file."""

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

from cadl_desktop.decoding.refusals import THE_FILE, RefusedError, refusal_of
from cadl_desktop.system.channel import Array, Bounds, Channel, ChannelError, PlainCodec
from cadl_desktop.system.child_process import WorkerProcess

log = logging.getLogger(__name__)

Take = Callable[[str, Array], None]
SECONDS = 8.0
"""Of one file: within ten the person knows, also where the process has just been started."""
_LATE_SECONDS = 1.0
"""A process that was stopped can't keep its own limit."""
_MOST_ARRAYS = 20_000
_MOST_HEADER_BYTES = 2**16
_GONE_IN_S = 2.0


class UndecodableError(Exception):
    """A decoder found nothing that it could read, or crashed."""


class Decoder:
    """One process, one file at a time, of `seconds` at most: who asks meanwhile waits."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._asking = Lock()
        self._child: WorkerProcess | None = None

    def warm(self) -> None:
        """Starts the process, which is ready soon; never waits for a file that is being decoded."""
        if self._asking.acquire(blocking=False):
            try:
                self._running()
            finally:
                self._asking.release()

    def decode(
        self, name: str, source: Path | bytes, take: Take, most_bytes: int, values: Mapping[str, Any]
    ) -> None:
        """Has `DECODERS[name]` decode a file or what would be in one, and hands on its arrays as they come,
        which may have `most_bytes` together. `values` are JSON-like.

        Raises RefusedError with a sentence, and UndecodableError, which is also what ValueError and KeyError
        of `take` become.
        """
        request = {
            "decoder": name,
            "path": "" if isinstance(source, bytes) else os.path.abspath(source),
            "content": np.frombuffer(source if isinstance(source, bytes) else b"", np.uint8),
            "values": {**values},
            "seconds": self._seconds,
        }
        with self._asking:
            child = self._running()
            began = time.monotonic()
            whole = False
            late = Timer(self._seconds + _LATE_SECONDS, child.kill)
            late.start()
            try:
                child.channel.send(request)
                last = _take_all(child.channel, take, most_bytes)
                whole = True
            except (ChannelError, ValueError, KeyError) as error:
                log.info("decoding ended early: %s", error)
                if time.monotonic() - began < self._seconds:
                    raise UndecodableError("the process ended") from error
                raise _too_slow(self._seconds) from error
            finally:
                late.cancel()
                if not whole:
                    self._end()
                    self._running()  # for the next file, which has done no harm
        _refuse(last)

    def stop(self) -> None:
        """Ends the process; a file that is being decoded is taken for one that crashed it."""
        self.close()
        self._asking.release()

    def close(self) -> None:
        """The same where the program ends without waiting for its threads: whoever asks from now on waits,
        and there is no other process."""
        if self._child is not None:
            self._child.kill()
        self._asking.acquire()
        self._end()

    def _running(self) -> WorkerProcess:
        if self._child is not None and not self._child.lives:
            self._end()
        if self._child is None:
            self._child = WorkerProcess(
                "cadl_desktop.decoding.child:serve",
                PlainCodec(),
                {"OPENBLAS_NUM_THREADS": "1"},
                stderr=subprocess.DEVNULL,
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.channel.close()
            child.reap(_GONE_IN_S)


def _take_all(channel: Channel, take: Take, most_bytes: int) -> dict[str, Any]:
    """Takes arrays, and gives the message that comes after the last one."""
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


def _refuse(last: dict[str, Any]) -> None:
    match last:
        case {"end": True}:
            return
        case {"refusal": plain}:
            raise refusal_of(plain)
        case {"memory": int(most)}:
            raise RefusedError(
                "{name} needs more than {most} GB of memory to be read; make it smaller and open it again.",
                name=THE_FILE,
                most=most >> 30,
            )
    log.info("a decoder failed: %s", last)
    raise UndecodableError


def _too_slow(seconds: float) -> RefusedError:
    return RefusedError(
        "{name} takes more than {seconds:g} seconds to read; make it smaller and open it again.",
        name=THE_FILE,
        seconds=seconds,
    )


decoder = Decoder()
"""The program's own."""
atexit.register(decoder.stop)
