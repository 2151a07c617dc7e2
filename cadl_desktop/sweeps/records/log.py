"""What happens in a sweep, as lines of its log: the owner adds them, and everybody reads them.

Readers leave out fields that they don't know, and whole lines of a kind that they don't know: a later version
of the program may write more.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import msgspec

from cadl_desktop.storage.lock import LATEST
from cadl_desktop.sweeps.plan.sweep import Point

_Time = Annotated[float, msgspec.Meta(ge=0, le=LATEST)]
_Number = Annotated[int, msgspec.Meta(ge=1, lt=10**9)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]

Ending = Literal[
    "epochs", "seconds", "settled", "frozen", "diverged", "reached", "pruned", "failed", "refused"
]
"""Why a trial is over: a stop rule, its objective, the sweep's pruning, or an error in words."""


class Owned(msgspec.Struct, frozen=True, tag="owned", tag_field="is"):
    """A process took the sweep; `at` is Unix time, as in all records."""

    at: _Time
    machine: str
    process: _Count
    program: str
    workers: str
    """'local', or the scheduler's address."""


class Begun(msgspec.Struct, frozen=True, tag="begun", tag_field="is"):
    """A trial was proposed and given to a worker. Those of one number say the same: the first counts, later
    ones go on from its project, on another machine perhaps."""

    at: _Time
    number: _Number
    seed: _Count
    point: Point
    after: _Count = 0
    """How many trials were over when it was proposed, so that others can be proposed alike."""


class Measured(msgspec.Struct, frozen=True, tag="measured", tag_field="is", omit_defaults=True):
    """How far a trial is. Its `value` is what the objective measures, `seconds` are of training."""

    at: _Time
    number: _Number
    epoch: _Count
    step: _Count
    seconds: _Time
    cost: float | None = None
    value: float | None = None
    machine: str = ""
    rung: _Count | None = None
    """The epochs of successive halving at which `value` is compared; None for news between."""


class Ended(msgspec.Struct, frozen=True, tag="ended", tag_field="is", omit_defaults=True):
    """A trial is over, once and for good. `value` is what the objective makes of it, None where it came to
    nothing; `measures` are called as in what `train --json` says."""

    at: _Time
    number: _Number
    reason: Ending
    value: float | None
    epoch: _Count = 0
    step: _Count = 0
    seconds: _Time = 0.0
    machine: str = ""
    measures: dict[str, float | None] = {}
    message: str = ""


class Told(msgspec.Struct, frozen=True, tag="told", tag_field="is"):
    """A sentence worth showing: a worker came, or was lost, or is of another version."""

    at: _Time
    sentence: str


class Closed(msgspec.Struct, frozen=True, tag="closed", tag_field="is", omit_defaults=True):
    """The owner is leaving: all trials are over ('done'), the sweep's seconds are ('seconds'), somebody asked
    for it ('stopped'), or something failed, in words. A stopped or failed one can be resumed."""

    at: _Time
    reason: Literal["done", "seconds", "stopped", "failed"]
    message: str = ""


Record = Owned | Begun | Measured | Ended | Told | Closed
_MOST_LINE_BYTES = 100_000
_BLOCK_BYTES = 2**20


class LogWriter:
    """Adds to a log; a line that a kill has cut off is removed first. Raises OSError."""

    def __init__(self, path: Path) -> None:
        _refuse_pipe(path)
        self._file = path.open("ab+")
        self._file.truncate(_end_of_whole_lines(self._file))

    def add(self, record: Record, *, flushed: bool = False) -> None:
        """Adds a line; `flushed` waits until it is on the disk, for what must never happen twice."""
        # A sentence is plain English there.
        self._file.write(msgspec.json.encode(record, enc_hook=str) + b"\n")
        self._file.flush()
        if flushed:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


class LogReader:
    """Gives what was added since it was last asked, from the log's beginning on."""

    def __init__(self, path: Path) -> None:
        self._path, self._at = path, 0
        self._is_within = False
        """A line that is too long to be one."""

    def news(self) -> Iterator[Record]:
        """Whole lines only; what isn't understood is left out. Raises OSError, and nothing where there is no
        log yet."""
        _refuse_pipe(self._path)
        try:
            file = self._path.open("rb", _BLOCK_BYTES)
        except FileNotFoundError:
            return
        with file:
            file.seek(self._at)
            while part := file.readline(_MOST_LINE_BYTES):
                ends = part.endswith(b"\n")
                if not ends and len(part) < _MOST_LINE_BYTES:
                    return  # it is being written
                self._at += len(part)
                is_line, self._is_within = ends and not self._is_within, not ends
                record = _decoded(part) if is_line else None
                if record is not None:
                    yield record


_DECODER: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def _decoded(line: bytes) -> Record | None:
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError):  # a text that is no UTF-8 is no MsgspecError
        return None


def _refuse_pipe(path: Path) -> None:
    """To open one would wait for ever. Raises OSError."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "Not an ordinary file", str(path))


def _end_of_whole_lines(file: BinaryIO) -> int:
    at = file.seek(0, os.SEEK_END)
    while at > 0:
        begins = max(0, at - _BLOCK_BYTES)
        file.seek(begins)
        found = file.read(at - begins).rfind(b"\n")
        if found >= 0:
            return begins + found + 1
        at = begins
    return 0
