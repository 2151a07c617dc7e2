"""A trial is trained in slices, each a task of Dask's: this is what a worker is asked, and what it answers.

Everything that crosses is bytes and plain numbers. A slice goes on from a project and gives a project back,
so that whoever comes next goes on exactly, on whichever machine.
"""

from typing import TYPE_CHECKING

import msgspec

from cadl_desktop.libraries import restrain_libraries
from cadl_desktop.machine import want_cores
from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.plan.sweep import Objective
from cadl_desktop.sweeps.records.log import Ending, Measured
from cadl_desktop.sweeps.records.previews import Preview

if TYPE_CHECKING:
    from cadl_desktop.sweeps.workers.slice_training import SliceTraining


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


def run_slice(order: Slice) -> Outcome:
    """Trains one slice. What goes wrong with a trial is its outcome."""
    from cadl_desktop.sweeps.workers.slice_training import SliceTraining

    training = SliceTraining(order)
    _trained_now[order.owner] = training
    try:
        if order.owner in _left:
            training.stop()
        return training.outcome()
    finally:
        del _trained_now[order.owner]


def stop_slices(owner: str) -> None:
    """The slice of this owner that is being trained in this process ends where it stands, and so does every
    one that comes."""
    _left.add(owner)
    training = _trained_now.get(owner)
    if training is not None:
        training.stop()


def news_of(owner: str) -> News | None:
    """What there is to tell since the last time; None where nothing is."""
    training = _trained_now.get(owner)
    return training.take_news() if training is not None else None


def make_worker(threads: int) -> None:
    """What goes before the first slice of a process: TensorFlow will take so many threads."""
    want_cores(threads)
    restrain_libraries()


_left: set[str] = set()
"""Owners that wait for no slice any more."""
_trained_now: "dict[str, SliceTraining]" = {}
"""By their owners; a worker takes one at a time."""
