"""A project, and its conversion into the members of its file."""

import json
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import safetensors.numpy

from cadl_desktop import __version__
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.presets import experiment_as_plain
from cadl_desktop.project.binary_members import detach_bytes, pack_arrays
from cadl_desktop.project.listed_runs import INDEX, index_of, members_of_run, thumbnail_member
from cadl_desktop.project.run_states import (
    SNAPSHOT_ARRAYS,
    SNAPSHOT_NUMBERS,
    StateNumbers,
    members_of_snapshots,
)
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import COLUMNS, History
from cadl_desktop.runs.network_weights import named_weights
from cadl_desktop.runs.record import RunRecord, Thumbnail
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import readable
from cadl_desktop.storage.container import Content

FORMAT = 1
EXPERIMENT, RUN, CHANGES = "experiment.json", "run.json", "changes.json"
WEIGHTS, OPTIMIZER, HISTORY = "weights.safetensors", "optimizer.safetensors", "history.safetensors"
BEST = "best.safetensors"
"""The weights of the best epoch, where they are kept; the others are always the newest."""

OWN = "own/"
"""Prefix of a script's own measures among the arrays of a history, which earlier versions ignore."""

Members = dict[str, Content]


@dataclass(frozen=True, eq=False)
class Project:
    """Contents of a .cadl file. `state` and `history` are None before the experiment has been trained.

    `runs` are the other runs; `number`, `note`, `diverged`, `snapshots` and `thumbnail` describe the shown
    run; `baseline` is the number of the run from which others are shown as differences. Snapshots of the
    others are not saved. Only `file.open_thumbnail` reads the thumbnail again.
    """

    experiment: Experiment
    state: RunState | None = None
    history: History | None = None
    runs: tuple[RunRecord, ...] = ()
    number: int | None = None
    snapshots: Snapshots | None = None
    note: str = ""
    diverged: bool = False
    thumbnail: Thumbnail | None = None
    baseline: int | None = None


def members_of(project: Project) -> Members:
    """Returns all members. Raises ValueError if a setting is not a finite number."""
    attached: Members = {}
    members = _run_members(project.experiment, project.state, project.history, attached)
    if project.state and project.snapshots:
        members |= _snapshot_members(project.state, project.snapshots)
    for run in project.runs:
        members |= record_members(run, attached)
    return members | thumbnail_member(project.thumbnail) | index_members(project) | attached


def experiment_members(experiment: Experiment, attached: Members) -> Members:
    """Returns the member of an experiment; its pictures and points are added to `attached`."""
    plain = detach_bytes(experiment_as_plain(experiment), attached)
    return {EXPERIMENT: json_member({"format": FORMAT, "program": __version__, "experiment": plain})}


def state_members(experiment: Experiment, state: RunState) -> Members:
    newest = state.latest
    members: Members = {
        RUN: json_member(StateNumbers.of_state(newest).plain()),
        WEIGHTS: pack_arrays(named_weights(experiment, newest.weights)),
        OPTIMIZER: pack_arrays({"slots": np.asarray(newest.slots, np.float32)}),
    }
    if newest.best and newest.best.weights:
        members[BEST] = pack_arrays(named_weights(experiment, newest.best.weights))
    return members


def history_members(history: History) -> Members:
    rows = history.rows
    while rows.shape[1] > COLUMNS.index("psnr") and np.isnan(rows[:, -1]).all():
        rows = rows[:, :-1]  # as earlier versions wrote and read it
    own = {f"{OWN}{name}": values for name, values in history.own_columns(rows).items()}
    return {
        HISTORY: safetensors.numpy.save({"rows": np.ascontiguousarray(rows), **own}),
        CHANGES: json_member(msgspec.to_builtins(history.changes)),
    }


def record_members(run: RunRecord, attached: Members) -> Members:
    """Returns the members of another run of the project."""
    alone = _run_members(run.experiment, run.state, run.history(), attached)
    return members_of_run(run.number, alone | thumbnail_member(run.thumbnail))


def index_members(project: Project) -> Members:
    """Returns the list of other runs as a member; none for a single run numbered 1 without a note, which is
    no baseline."""
    told = project.note, project.diverged, project.baseline
    if not (project.runs or any(told)) and project.number in (None, 1):
        return {}
    return {INDEX: json_member(index_of(project.runs, project.number, *told))}


def _run_members(
    experiment: Experiment, state: RunState | None, history: History | None, attached: Members
) -> Members:
    members = experiment_members(experiment, attached)
    if state:
        members |= state_members(experiment, state)
    return members | history_members(history) if history else members


def _snapshot_members(state: RunState, snapshots: Snapshots) -> Members:
    found = members_of_snapshots(state, snapshots)
    return {SNAPSHOT_NUMBERS: json_member(found[0]), SNAPSHOT_ARRAYS: found[1]} if found else {}


def json_member(plain: Any) -> bytes:
    """Encodes plain data as JSON, replacing unreadable characters. Raises ValueError for NaN or infinity."""
    # Not msgspec, which would write NaN as null.
    return readable(json.dumps(plain, indent=2, allow_nan=False, ensure_ascii=False)).encode()
