"""A project, and the members that it is in its file: the one way from the program's data to bytes."""

import json
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import safetensors.numpy

from cadl_desktop import __version__
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.presets import experiment_as_plain
from cadl_desktop.project.arrays import packed
from cadl_desktop.project.bytes import without_bytes
from cadl_desktop.project.runs import INDEX, index_of, members_of_run, thumbnail_member
from cadl_desktop.project.snapshots import ARRAYS as SNAPSHOT_ARRAYS
from cadl_desktop.project.snapshots import NUMBERS as SNAPSHOT_NUMBERS
from cadl_desktop.project.snapshots import members_of_snapshots
from cadl_desktop.project.state import StateNumbers
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.network_weights import named_weights
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import readable
from cadl_desktop.storage.container import Content

FORMAT = 1
EXPERIMENT, RUN, CHANGES = "experiment.json", "run.json", "changes.json"
WEIGHTS, OPTIMIZER, HISTORY = "weights.safetensors", "optimizer.safetensors", "history.safetensors"

Members = dict[str, Content]


@dataclass(frozen=True, eq=False)
class Project:
    """What a .cadl file holds. `state` and `history` are None before the experiment has been trained.

    `runs` are the other runs that were made, and `number` is that of this one among them. `snapshots` are
    earlier moments of this run; those of the others are not saved. `note` is what a person has noted on this
    run, and `diverged` whether it ended so.
    """

    experiment: Experiment
    state: RunState | None = None
    history: History | None = None
    runs: tuple[RunRecord, ...] = ()
    number: int | None = None
    snapshots: Snapshots | None = None
    note: str = ""
    diverged: bool = False


def members_of(project: Project) -> Members:
    """All members. Raises ValueError where a setting is no finite number."""
    attached: Members = {}
    members = _of_one(project.experiment, project.state, project.history, attached)
    if project.state and project.snapshots:
        members |= _of_snapshots(project.state, project.snapshots)
    for run in project.runs:
        members |= of_record(run, attached)
    return members | of_index(project) | attached


def of_experiment(experiment: Experiment, attached: Members) -> Members:
    """The experiment's own; its pictures and points are added to `attached`."""
    plain = without_bytes(experiment_as_plain(experiment), attached)
    return {EXPERIMENT: json_of({"format": FORMAT, "program": __version__, "experiment": plain})}


def of_state(experiment: Experiment, state: RunState) -> Members:
    """Where a run of the experiment stands."""
    return {
        RUN: json_of(StateNumbers.of_state(state).plain()),
        WEIGHTS: packed(named_weights(experiment, state.weights)),
        OPTIMIZER: packed({"slots": np.asarray(state.slots, np.float32)}),
    }


def of_history(history: History) -> Members:
    return {
        HISTORY: safetensors.numpy.save({"rows": np.ascontiguousarray(history.rows)}),
        CHANGES: json_of(msgspec.to_builtins(history.changes)),
    }


def of_record(run: RunRecord, attached: Members) -> Members:
    """Those of another run of the project."""
    alone = _of_one(run.experiment, run.state, run.history(), attached)
    return members_of_run(run.number, alone | thumbnail_member(run))


def of_index(project: Project) -> Members:
    """What says which other runs there are, where that has to be said; a run alone is the first."""
    if not (project.runs or project.note or project.diverged) and project.number in (None, 1):
        return {}
    return {INDEX: json_of(index_of(project.runs, project.number, project.note, project.diverged))}


def _of_one(
    experiment: Experiment, state: RunState | None, history: History | None, attached: Members
) -> Members:
    members = of_experiment(experiment, attached)
    if state:
        members |= of_state(experiment, state)
    return members | of_history(history) if history else members


def _of_snapshots(state: RunState, snapshots: Snapshots) -> Members:
    found = members_of_snapshots(state, snapshots)
    return {SNAPSHOT_NUMBERS: json_of(found[0]), SNAPSHOT_ARRAYS: found[1]} if found else {}


def json_of(plain: Any) -> bytes:
    """Plain data as a member of a file, its texts as they can be read again. Raises ValueError where a number
    is no finite one."""
    # Not msgspec, which would write what is no number as null, and nobody could tell afterwards.
    return readable(json.dumps(plain, indent=2, allow_nan=False, ensure_ascii=False)).encode()
