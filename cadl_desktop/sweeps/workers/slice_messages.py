"""What a worker is asked of a trial, and what it answers: bytes and plain numbers.

A slice goes on from a project and gives a project back, so that whoever comes next goes on exactly, on
whichever machine.
"""

import msgspec

from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.plan.sweep import Objective
from cadl_desktop.sweeps.records.log import Ending, Measured
from cadl_desktop.sweeps.records.previews import Preview


class RefusedError(SentenceError):
    """A trial's experiment can't be trained; the message says why."""


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """The trial goes on from `project`, the bytes of a .cadl file, for so many `seconds` or until it has come
    to an epoch of halving. `owner` is one run of `run_sweep`, told from all others."""

    owner: str
    number: int
    project: bytes
    objective: Objective
    for_cores: int
    seconds: float
    until_epoch: int | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How far a slice has come. `reason` says why the trial is over, None where it goes on; `measured` and
    `measures` are as in the log, and `value` is what the objective makes of a trial that is over."""

    project: bytes
    measured: Measured
    measures: dict[str, float | None] = {}
    reason: Ending | None = None
    value: float | None = None
    message: str = ""
    preview: Preview | None = None


class News(msgspec.Struct, frozen=True):
    """Where a slice stands that is being trained."""

    measured: Measured
    preview: Preview | None
