"""What the members of a project's file hold: the one way from bytes back to the program's data."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import numpy as np

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.presets import experiment_from
from cadl_desktop.project.arrays import arrays_in, content_in, damaged
from cadl_desktop.project.bytes import is_attached, with_bytes
from cadl_desktop.project.members import (
    CHANGES,
    EXPERIMENT,
    FORMAT,
    HISTORY,
    OPTIMIZER,
    RUN,
    WEIGHTS,
    Project,
)
from cadl_desktop.project.runs import plain_name, read_runs
from cadl_desktop.project.snapshots import read_snapshots
from cadl_desktop.project.sound_experiment import refuse_crowded, refuse_long, sound
from cadl_desktop.project.state import StateNumbers, are_sound, memory_shape
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import COLUMNS, MOST_CHANGES, MOST_ROWS, History
from cadl_desktop.runs.network_weights import shapes_of, weight_names
from cadl_desktop.runs.record import MOST_RUNS
from cadl_desktop.storage.container import DamageError

Decoded = TypeVar("Decoded")


class _Version(msgspec.Struct, frozen=True):
    """What every experiment.json says, whatever else stands in it."""

    format: Any = None


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """experiment.json."""

    format: int
    program: str
    experiment: dict[str, Any]


def project_of(members: Mapping[str, bytes], known: Mapping[bytes, Experiment] | None = None) -> Project:
    """The project that members of its file are; `known` are its experiments, by what experiment.json says,
    where they have been read. Raises DamageError where they aren't those of a sound one."""
    known = experiments_in(members) if known is None else known

    def one_run(own: Mapping[str, bytes]) -> tuple[Experiment, RunState | None, History | None]:
        experiment = known.get(own.get(EXPERIMENT, b"")) or experiment_in(own)
        return experiment, state_of(experiment, own), _history(own)

    experiment = known.get(members.get(EXPERIMENT, b"")) or experiment_in(members)
    runs, number, note, diverged = read_runs(members, one_run)
    snapshots = read_snapshots(experiment, members)
    state, history = state_of(experiment, members), _history(members)
    return Project(experiment, state, history, runs, number, snapshots, note, diverged)


def experiments_in(members: Mapping[str, bytes]) -> dict[bytes, Experiment]:
    """All that the members hold, by what experiment.json says: runs that differ in nothing are read once."""
    shared = {name: content for name, content in members.items() if is_attached(name)}
    told = {content for name, content in members.items() if plain_name(name) == EXPERIMENT}
    if len(told) > MOST_RUNS + 1:
        raise DamageError("it holds more runs than are possible; use another copy.")
    own = members.get(EXPERIMENT)
    return {content: experiment_in({EXPERIMENT: content, **shared}, content != own) for content in told}


def experiment_in(members: Mapping[str, bytes], of_run: bool = False) -> Experiment:
    """That of a project, or of one of its runs, without any runs. Raises DamageError."""
    # The version first: what else a newer format holds, this program can't know.
    version = _decoded(members, EXPERIMENT, _Version).format
    if isinstance(version, int) and version > FORMAT:
        raise DamageError("a newer version of the program saved it; update the program.")
    if version != FORMAT:
        raise DamageError("it is damaged or no project of this program; use another copy.")
    refuse_long(members[EXPERIMENT])
    plain = _decoded(members, EXPERIMENT, _Document).experiment
    refuse_crowded(plain, of_run)
    try:
        experiment = experiment_from(with_bytes(plain, members))
    except (msgspec.MsgspecError, TypeError) as error:
        raise DamageError("its experiment is damaged ({reason}); use another copy.", reason=error) from error
    return sound(experiment)


def state_of(experiment: Experiment, members: Mapping[str, bytes]) -> RunState | None:
    """The state of a run among members, None where there is none. Raises DamageError."""
    if not members.keys() & {RUN, WEIGHTS, OPTIMIZER}:
        return None
    run = numbers_in(experiment, members)
    names = weight_names(experiment)
    weights = arrays_in(members, WEIGHTS)
    if list(weights) != sorted(names) or [weights[name].shape for name in names] != shapes_of(experiment):
        raise DamageError("its weights do not fit its experiment; use another copy.")
    if not all(np.isfinite(array).all() for array in weights.values()):
        raise DamageError("not all of its weights are finite numbers; use another copy.")
    slots = arrays_in(members, OPTIMIZER).get("slots", np.empty(0, np.float32))
    if slots.shape != memory_shape(experiment):
        raise DamageError("its optimizer's memory does not fit its experiment; use another copy.")
    state = run.state(tuple(weights[name] for name in names), slots)
    if not are_sound([state]):
        raise damaged(RUN)
    return state


def numbers_in(experiment: Experiment, members: Mapping[str, bytes]) -> StateNumbers:
    """The plain ones of a run, which must be there. Raises DamageError."""
    plain = _decoded(members, RUN, dict[str, Any])
    try:
        return StateNumbers.read(plain, experiment)
    except msgspec.ValidationError as error:
        raise damaged(RUN) from error


def _history(members: Mapping[str, bytes]) -> History | None:
    if not members.keys() & {HISTORY, CHANGES}:
        return None
    changes = _decoded(members, CHANGES, list[Change])
    if len(changes) > MOST_CHANGES:
        raise DamageError("its history is damaged; use another copy.")
    rows = arrays_in(members, HISTORY, np.float64).get("rows", np.empty(0))
    fits = rows.ndim == 2 and rows.shape[1] == len(COLUMNS) and len(rows) <= MOST_ROWS
    known = np.delete(rows, COLUMNS.index("validation_cost"), axis=1) if fits else rows
    if not (fits and np.isfinite(known).all() and (np.diff(rows[:, 0]) > 0).all()):
        raise DamageError("its history is damaged; use another copy.")
    return History.from_rows(rows, changes)


def _decoded(members: Mapping[str, bytes], name: str, wanted: type[Decoded]) -> Decoded:
    content = content_in(members, name)
    try:
        return msgspec.json.decode(content, type=wanted)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise damaged(name) from error
