"""Messages between owner and worker about a slice of a trial: bytes and plain numbers.

A slice continues from a project and returns a project, so that any other worker can continue exactly, on any
machine.
"""

import msgspec

from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.plan.sweep_model import Objective
from cadl_desktop.sweeps.records.sweep_folder import Preview
from cadl_desktop.sweeps.records.sweep_log import Ending, TrialMeasured


class RefusedError(SentenceError):
    """The experiment of a trial can't be trained; the message says why."""


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """Request to train a trial from `project`, the bytes of a .cadl file, for so many `seconds` or up to an
    epoch of halving, with a picture so often. `owner` identifies one call of `run_sweep`."""

    owner: str
    number: int
    project: bytes
    objective: Objective
    for_cores: int
    seconds: float
    picture_seconds: float = 1.0
    until_epoch: int | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Result of a slice. `reason` says why the trial has ended, None if it hasn't; `measured` and `measures`
    are as in the log; `value` is the objective's if the trial has ended; `course` are a few earlier
    measurements of the slice."""

    project: bytes
    measured: TrialMeasured
    measures: dict[str, float | None] = {}
    reason: Ending | None = None
    value: float | None = None
    message: str = ""
    preview: Preview | None = None
    course: tuple[TrialMeasured, ...] = ()


class SliceProgress(msgspec.Struct, frozen=True):
    """Progress of a slice in training."""

    measured: TrialMeasured
    preview: Preview | None
