"""The .cadl file: an experiment, and how far a run of it has come, in a zip of JSON and plain numbers.

    experiment.json         format version and experiment; each picture, and points, are a reference to
    pictures/<hash>.png     the picture itself
    points/<hash>.npy       the points themselves
    run.json                where the run stands                   } only after training
    weights.safetensors     W1, b1, W2, b2, ...                    }
    optimizer.safetensors   the optimizer's memories               }
    history.safetensors     the rows of the history
    changes.json            what was changed during the run
    snapshots.json          when each snapshot was taken         } of this run only (snapshots.py)
    snapshots.safetensors   their weights and memories           }
    runs.json, runs/...     the project's other runs (runs.py)

Nothing in it is ever executed: no pickle, and layers are rebuilt from the JSON. Everything is looked at
before it is believed, since a file may come from anywhere.
"""

import os
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.paths import SETTING_TYPES, parts_of
from cadl_desktop.experiment.presets import experiment_from
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.project.bytes import is_attached, most_attached_bytes, with_bytes
from cadl_desktop.project.large_pictures import refuse_large_pictures
from cadl_desktop.project.members import (
    CHANGES,
    EXPERIMENT,
    FORMAT,
    HISTORY,
    OPTIMIZER,
    RUN,
    WEIGHTS,
    Project,
    members_of,
)
from cadl_desktop.project.runs import (
    INDEX,
    MOST_INDEX_BYTES,
    MOST_THUMBNAIL_BYTES,
    THUMBNAIL,
    plain_name,
    read_runs,
)
from cadl_desktop.project.snapshots import MOST_BYTES as MOST_SNAPSHOT_BYTES
from cadl_desktop.project.snapshots import read_snapshots
from cadl_desktop.project.state import MOST_SLOTS, StateNumbers, are_sound
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import COLUMNS, MOST_CHANGES, MOST_ROWS, History
from cadl_desktop.runs.weights import shapes_of, weight_names
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.storage.container import DamageError, pack, read_container, told_plainly, write_container

_MEGABYTE = 2**20
_MOST_BYTES = {
    EXPERIMENT: 4 * _MEGABYTE,
    RUN: _MEGABYTE,
    CHANGES: 16 * _MEGABYTE,
    WEIGHTS: 128 * _MEGABYTE,
    OPTIMIZER: 512 * _MEGABYTE,
    HISTORY: 4 * _MEGABYTE,
}
_UNNAMED = "project.cadl"
"""What sentences call one that has no file."""
MOST_PLAIN_BYTES = 50_000_000
"""Of an experiment as JSON, which holds its picture as text."""
_UNFINISHED = frozenset(
    {
        "output.kind",
        "layers",
        *(f"data.{name}" for name in ("image", "high", "mask", "keep", "points", "expression")),
    }
)
"""What a person may have left half done: such an experiment can't be trained, but opened and mended."""

Decoded = TypeVar("Decoded")


class ProjectError(FileError):
    """A project can't be saved or opened; the message is one plain sentence that names the file."""


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """experiment.json."""

    format: int
    program: str
    experiment: dict[str, Any]


def save_project(path: str | os.PathLike[str], project: Project, *, keep_previous: bool = False) -> None:
    """Writes a .cadl file atomically, and leaves the earlier one beside it if that is to be kept. The same
    project gives the same bytes.

    Raises FileError where it can't be written, ProjectError where a setting is no finite number.
    """
    path = Path(path)
    try:
        members = members_of(project)
    except ValueError as error:
        raise ProjectError("{name} was not saved: {reason}.", name=path.name, reason=error) from error
    write_container(path, members, keep_previous=keep_previous)


def open_project(path: str | os.PathLike[str]) -> Project:
    """Reads a .cadl file. Raises ProjectError, in one sentence, for anything but a sound one."""
    path = Path(path)
    with told_plainly(path, ProjectError):
        return project_of(read_container(path, most_bytes, sign=EXPERIMENT))


def packed_project(project: Project) -> bytes:
    """What its file would hold. Raises ValueError where a setting is no finite number."""
    packed = BytesIO()
    pack(packed, members_of(project))
    return packed.getvalue()


def unpacked_project(packed: bytes) -> Project:
    """The project of a file that holds this. Raises ProjectError."""
    with told_plainly(Path(_UNNAMED), ProjectError):
        return project_of(read_container(BytesIO(packed), most_bytes, sign=EXPERIMENT))


def project_of(members: Mapping[str, bytes]) -> Project:
    """The project that members of its file are. Raises DamageError where they aren't those of a sound one."""
    experiment = _experiment(members)
    runs, number, note = read_runs(members, _one_run)
    snapshots = read_snapshots(experiment, members, _arrays)
    state, history = state_of(experiment, members), _history(members)
    return Project(experiment, state, history, runs, number, snapshots, note)


def open_experiment(path: str | os.PathLike[str]) -> Experiment:
    """The experiment of a .cadl file alone, without reading what was learned. Raises ProjectError."""
    path = Path(path)
    with told_plainly(path, ProjectError):
        members = read_container(
            path, most_bytes, lambda name: name == EXPERIMENT or is_attached(name), sign=EXPERIMENT
        )
        return _experiment(members)


def open_place(*paths: Path) -> tuple[Experiment, int]:
    """An experiment, and how many steps its run had come, of containers that hold its members together. What
    was learned isn't read. Raises ProjectError."""
    with told_plainly(paths[0], ProjectError):
        members: dict[str, bytes] = {}
        for path in paths:
            members |= read_container(
                path, most_bytes, lambda name: name in (EXPERIMENT, RUN) or is_attached(name)
            )
        experiment = _experiment(members)
        return experiment, _numbers(experiment, members).step if RUN in members else 0


def open_plain_experiment(path: str | os.PathLike[str]) -> Experiment:
    """The experiment of a JSON file, written as the presets are. Raises ProjectError."""
    path = Path(path)
    with told_plainly(path, ProjectError):
        if path.stat().st_size > MOST_PLAIN_BYTES:
            raise DamageError("it is too large; save the experiment as a project.")
        try:
            experiment = experiment_from(msgspec.json.decode(path.read_bytes(), type=dict[str, Any]))
        except (msgspec.MsgspecError, TypeError, RecursionError) as error:
            raise DamageError("it holds no experiment ({reason}).", reason=error) from error
        _refuse_malformed(experiment)
        return experiment


def most_bytes(name: str) -> int | None:
    """How large a member of this name may be; None where there may be no such one."""
    if name == INDEX:
        return MOST_INDEX_BYTES
    if name in MOST_SNAPSHOT_BYTES:
        return MOST_SNAPSHOT_BYTES[name]
    if plain_name(name) == THUMBNAIL != name:
        return MOST_THUMBNAIL_BYTES
    return most_attached_bytes(name) or _MOST_BYTES.get(plain_name(name))


def _decoded(members: Mapping[str, bytes], name: str, wanted: type[Decoded]) -> Decoded:
    if name not in members:
        raise DamageError("'{name}' is missing in it; use another copy.", name=name)
    try:
        return msgspec.json.decode(members[name], type=wanted)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DamageError("'{name}' in it is damaged; use another copy.", name=name) from error


def _experiment(members: Mapping[str, bytes]) -> Experiment:
    # The version first: what else a newer format holds, this program can't know.
    version = _decoded(members, EXPERIMENT, dict[str, Any]).get("format")
    if isinstance(version, int) and version > FORMAT:
        raise DamageError("a newer version of the program saved it; update the program.")
    if version != FORMAT:
        raise DamageError("it is damaged or no project of this program; use another copy.")
    plain = _decoded(members, EXPERIMENT, _Document).experiment
    try:
        experiment = experiment_from(with_bytes(plain, members))
    except (msgspec.MsgspecError, TypeError) as error:
        raise DamageError("its experiment is damaged ({reason}); use another copy.", reason=error) from error
    _refuse_malformed(experiment)
    return experiment


def _refuse_malformed(experiment: Experiment) -> None:
    refuse_large_pictures(experiment)
    for field, category, part in parts_of(experiment):
        _refuse_wrong_types(field, category, part)
    for problem in check(experiment):
        if problem.field not in _UNFINISHED:
            raise DamageError("its setting {problem}", problem=problem.sentence)


def _refuse_wrong_types(field: str, category: Category, part: Part) -> None:
    known = entries(category)
    if part.kind not in known:
        raise DamageError(
            "it uses the {category} '{kind}', which is not installed here; install what adds it.",
            category=category,
            kind=part.kind,
        )
    settings = part.as_dict()
    for parameter in known[part.kind].parameters:
        try:
            msgspec.convert(settings[parameter.name], SETTING_TYPES[parameter.kind], builtin_types=(bytes,))
        except msgspec.ValidationError as error:
            raise DamageError(
                "its setting {field}.{name} is of the wrong type; use another copy.",
                field=field,
                name=parameter.name,
            ) from error


def _one_run(members: Mapping[str, bytes]) -> tuple[Experiment, RunState | None, History | None]:
    experiment = _experiment(members)
    return experiment, state_of(experiment, members), _history(members)


def state_of(experiment: Experiment, members: Mapping[str, bytes]) -> RunState | None:
    """The state of a run among members, None where there is none. Raises DamageError."""
    if not members.keys() & {RUN, WEIGHTS, OPTIMIZER}:
        return None
    run = _numbers(experiment, members)
    names = weight_names(experiment)
    weights = _arrays(members, WEIGHTS)
    if list(weights) != sorted(names) or [weights[name].shape for name in names] != shapes_of(experiment):
        raise DamageError("its weights do not fit its experiment; use another copy.")
    if not all(np.isfinite(array).all() for array in weights.values()):
        raise DamageError("not all of its weights are finite numbers; use another copy.")
    slots = _arrays(members, OPTIMIZER).get("slots", np.empty(0, np.float32))
    if slots.ndim != 2 or slots.shape[0] > MOST_SLOTS or slots.shape[1] != parameter_count(experiment):
        raise DamageError("its optimizer's memory does not fit its experiment; use another copy.")
    state = run.state(tuple(weights[name] for name in names), slots)
    if not are_sound([state]):
        raise DamageError("'{name}' in it is damaged; use another copy.", name=RUN)
    return state


def _numbers(experiment: Experiment, members: Mapping[str, bytes]) -> StateNumbers:
    plain = _decoded(members, RUN, dict[str, Any])
    try:
        return StateNumbers.read(plain, experiment)
    except msgspec.ValidationError as error:
        raise DamageError("'{name}' in it is damaged; use another copy.", name=RUN) from error


def _history(members: Mapping[str, bytes]) -> History | None:
    if not members.keys() & {HISTORY, CHANGES}:
        return None
    changes = _decoded(members, CHANGES, list[Change])
    if len(changes) > MOST_CHANGES:
        raise DamageError("its history is damaged; use another copy.")
    rows = _arrays(members, HISTORY, np.float64).get("rows", np.empty(0))
    fits = rows.ndim == 2 and rows.shape[1] == len(COLUMNS) and len(rows) <= MOST_ROWS
    known = np.delete(rows, COLUMNS.index("validation_cost"), axis=1) if fits else rows
    if not (fits and np.isfinite(known).all() and (np.diff(rows[:, 0]) > 0).all()):
        raise DamageError("its history is damaged; use another copy.")
    return History.of_rows(rows, changes)


def _arrays(members: Mapping[str, bytes], name: str, kind: type = np.float32) -> dict[str, NDArray[Any]]:
    """The arrays of one member in the order of their names, as copies of their own, all of one type."""
    if name not in members:
        raise DamageError("'{name}' is missing in it; use another copy.", name=name)
    try:
        arrays = safetensors.numpy.load(members[name])
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamageError("'{name}' in it is damaged; use another copy.", name=name) from error
    if any(array.dtype != kind for array in arrays.values()):
        raise DamageError("'{name}' in it is damaged; use another copy.", name=name)
    return {key: arrays[key].copy() for key in sorted(arrays)}
