"""Log of a sweep: records as lines of JSON, appended by the owner and read by everybody.

Tags and field names are the file format. Readers ignore unknown fields and lines of unknown kinds, so that
later versions of the program may write more.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import msgspec

from cadl_desktop.storage.shared_files import LATEST_TIME
from cadl_desktop.sweeps.plan.sweep_model import Point

_Time = Annotated[float, msgspec.Meta(ge=0, le=LATEST_TIME)]
_Number = Annotated[int, msgspec.Meta(ge=1, lt=10**9)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]

Ending = Literal[
    "epochs",
    "steps",
    "seconds",
    "processor_seconds",
    "settled",
    "patience",
    "frozen",
    "diverged",
    "reached",
    "pruned",
    "failed",
    "refused",
]
"""Reason for the end of a trial: a stop rule, its objective, the sweep's pruning, or an error."""


class OwnerStarted(msgspec.Struct, frozen=True, tag="owned", tag_field="is"):
    """A process has become the owner. `at` is Unix time in all records."""

    at: _Time
    machine: str
    process: _Count
    program: str
    workers: str
    """'local', or the scheduler's address."""


class TrialStarted(msgspec.Struct, frozen=True, tag="begun", tag_field="is"):
    """A trial was proposed and given to a worker. Further records of the same number repeat the first one:
    they resume its project, perhaps on another machine."""

    at: _Time
    number: _Number
    seed: _Count
    point: Point
    after: _Count = 0
    """Number of trials that had ended at the time of the proposal, for repeating it."""


class TrialMeasured(msgspec.Struct, frozen=True, tag="measured", tag_field="is", omit_defaults=True):
    """Progress of a trial. `value` is the objective's, `seconds` are training time. Logs of earlier versions
    have no `processor_seconds`."""

    at: _Time
    number: _Number
    epoch: _Count
    step: _Count
    seconds: _Time
    cost: float | None = None
    value: float | None = None
    machine: str = ""
    rung: _Count | None = None
    """Epochs of successive halving at which `value` is compared; None for progress in between."""
    processor_seconds: _Time | None = None


class TrialEnded(msgspec.Struct, frozen=True, tag="ended", tag_field="is", omit_defaults=True):
    """A trial has ended for good. `value` is the objective's, None if there is none; `measures` have the
    names of `train --json`."""

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
    processor_seconds: _Time | None = None


class Notice(msgspec.Struct, frozen=True, tag="told", tag_field="is"):
    """Sentence worth showing: a worker has come, was lost, or has another version."""

    at: _Time
    sentence: str


class OwnerStopped(msgspec.Struct, frozen=True, tag="closed", tag_field="is", omit_defaults=True):
    """The owner leaves: all trials have ended ('done'), the time limit is reached ('seconds'), it was asked
    to ('stopped'), or an error occurred ('failed'). Stopped and failed sweeps can be resumed."""

    at: _Time
    reason: Literal["done", "seconds", "stopped", "failed"]
    message: str = ""


Record = OwnerStarted | TrialStarted | TrialMeasured | TrialEnded | Notice | OwnerStopped
_MOST_LINE_BYTES = 100_000
_BLOCK_BYTES = 2**20


class LogWriter:
    """Appends records to a log. A last line that a kill has cut off is removed first. Raises OSError."""

    def __init__(self, path: Path) -> None:
        _refuse_pipe(path)
        self._file = path.open("ab+")
        self._file.truncate(_end_of_whole_lines(self._file))

    def add(self, record: Record, *, flushed: bool = False) -> None:
        """Appends a line; `flushed` waits until it is on the disk, for records that must not be repeated."""
        # `Sentence` values are stored as plain English.
        self._file.write(msgspec.json.encode(record, enc_hook=str) + b"\n")
        self._file.flush()
        if flushed:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


class LogReader:
    """Reads a log from the beginning; each call of `news` returns what was appended since the last one."""

    def __init__(self, path: Path) -> None:
        self._path, self._at = path, 0
        self._in_long_line = False
        """Whether `_at` is inside a line that is too long to be a record."""

    def news(self) -> Iterator[Record]:
        """Yields records of complete lines and skips invalid ones. Yields nothing if there is no log yet.
        Raises OSError."""
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
                    return  # the line is still being written
                self._at += len(part)
                is_line, self._in_long_line = ends and not self._in_long_line, not ends
                record = _decoded(part) if is_line else None
                if record is not None:
                    yield record


_DECODER: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def _decoded(line: bytes) -> Record | None:
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError):  # invalid UTF-8 raises a ValueError that is no MsgspecError
        return None


def _refuse_pipe(path: Path) -> None:
    """Raises OSError for a pipe or device, whose opening might block."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "Not an ordinary file", str(path))


def _end_of_whole_lines(file: BinaryIO) -> int:
    """Offset after the last complete line."""
    at = file.seek(0, os.SEEK_END)
    while at > 0:
        begins = max(0, at - _BLOCK_BYTES)
        file.seek(begins)
        found = file.read(at - begins).rfind(b"\n")
        if found >= 0:
            return begins + found + 1
        at = begins
    return 0
