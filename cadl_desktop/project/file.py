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
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.presets import experiment_from
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.project.bytes import is_attached, most_attached_bytes
from cadl_desktop.project.members import (
    CHANGES,
    EXPERIMENT,
    HISTORY,
    OPTIMIZER,
    RUN,
    WEIGHTS,
    Project,
    members_of,
)
from cadl_desktop.project.reading import experiment_in, experiments_in, numbers_in, project_of
from cadl_desktop.project.runs import INDEX, MOST_INDEX_BYTES, MOST_THUMBNAIL_BYTES, THUMBNAIL, plain_name
from cadl_desktop.project.snapshots import ARRAYS
from cadl_desktop.project.snapshots import MOST_BYTES as MOST_SNAPSHOT_BYTES
from cadl_desktop.project.sound_experiment import refuse_crowded, refuse_long, sound
from cadl_desktop.project.state import MOST_SLOTS
from cadl_desktop.runs.run_snapshots import MOST
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.storage.container import (
    DamageError,
    opened_container,
    pack,
    read_container,
    reading_errors_as,
    refuse_special_file,
    write_container,
)

_MEGABYTE = 2**20
_MOST_BYTES = {
    EXPERIMENT: 4 * _MEGABYTE,
    RUN: _MEGABYTE,
    CHANGES: 16 * _MEGABYTE,
    WEIGHTS: 128 * _MEGABYTE,
    OPTIMIZER: 512 * _MEGABYTE,
    HISTORY: 4 * _MEGABYTE,
}
_NUMBERS_A_PARAMETER = {WEIGHTS: 1, OPTIMIZER: MOST_SLOTS, ARRAYS: MOST * (1 + MOST_SLOTS)}
_HEADER_ROOM = _MEGABYTE // 4
"""For what safetensors says of its arrays."""
_UNNAMED = "project.cadl"
"""What sentences call one that has no file."""
MOST_PLAIN_BYTES = 50_000_000
"""Of an experiment as JSON, which holds its picture as text."""


class ProjectError(FileError):
    """A project can't be saved or opened; the message is one plain sentence that names the file."""


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
    with reading_errors_as(path, ProjectError):
        return _project_in(path)


def packed_project(project: Project) -> bytes:
    """What its file would hold. Raises ValueError where a setting is no finite number."""
    packed = BytesIO()
    pack(packed, members_of(project))
    return packed.getvalue()


def unpacked_project(packed: bytes) -> Project:
    """The project of a file that holds this. Raises ProjectError."""
    with reading_errors_as(Path(_UNNAMED), ProjectError):
        return _project_in(BytesIO(packed))


def _project_in(file: Path | BytesIO) -> Project:
    with opened_container(file, sign=EXPERIMENT) as container:
        members = container.read(most_bytes, _comes_first)
        known = experiments_in(members)
        most = _most_with(members, known)
        members |= container.read(most, lambda name: not _comes_first(name))
    return project_of(members, known)


def open_experiment(path: str | os.PathLike[str]) -> Experiment:
    """The experiment of a .cadl file alone, without reading what was learned. Raises ProjectError."""
    path = Path(path)
    with reading_errors_as(path, ProjectError):
        members = read_container(
            path, most_bytes, lambda name: name == EXPERIMENT or is_attached(name), sign=EXPERIMENT
        )
        return experiment_in(members)


def open_place(*paths: Path) -> tuple[Experiment, int]:
    """An experiment, and how many steps its run had come, of containers that hold its members together. What
    was learned isn't read. Raises ProjectError."""
    with reading_errors_as(paths[0], ProjectError):
        members: dict[str, bytes] = {}
        for path in paths:
            members |= read_container(
                path, most_bytes, lambda name: name in (EXPERIMENT, RUN) or is_attached(name)
            )
        experiment = experiment_in(members)
        return experiment, numbers_in(experiment, members).step if RUN in members else 0


def open_plain_experiment(path: str | os.PathLike[str]) -> Experiment:
    """The experiment of a JSON file, written as the presets are. Raises ProjectError."""
    path = Path(path)
    with reading_errors_as(path, ProjectError):
        content = _plain_content(path)
        try:
            refuse_long(content)
            plain = msgspec.json.decode(content, type=dict[str, Any])
            refuse_crowded(plain)
            experiment = experiment_from(plain)
        except (msgspec.MsgspecError, TypeError, RecursionError) as error:
            raise DamageError("it holds no experiment ({reason}).", reason=error) from error
        return sound(experiment)


def _plain_content(path: Path) -> bytes:
    """Raises OSError, and DamageError where it is none of an experiment."""
    refuse_special_file(path)
    with path.open("rb") as file:
        content = file.read(MOST_PLAIN_BYTES + 1)
    if len(content) > MOST_PLAIN_BYTES:
        raise DamageError("it is too large; save the experiment as a project.")
    return content


def most_bytes(name: str) -> int | None:
    """How large a member of this name may be; None where there may be no such one."""
    if name == INDEX:
        return MOST_INDEX_BYTES
    if name in MOST_SNAPSHOT_BYTES:
        return MOST_SNAPSHOT_BYTES[name]
    if plain_name(name) == THUMBNAIL != name:
        return MOST_THUMBNAIL_BYTES
    return most_attached_bytes(name) or _MOST_BYTES.get(plain_name(name))


def _comes_first(name: str) -> bool:
    """Whether a member says what is trained, or is one that makes the file none of ours."""
    return plain_name(name) == EXPERIMENT or is_attached(name) or most_bytes(name) is None


def _most_with(
    members: Mapping[str, bytes], known: Mapping[bytes, Experiment]
) -> Callable[[str], int | None]:
    """`most_bytes` of a file in which these experiments were trained: no more numbers than they have."""

    def most(name: str) -> int | None:
        plain, largest = plain_name(name), most_bytes(name)
        if largest is None or plain not in _NUMBERS_A_PARAMETER:
            return largest
        experiment = known.get(members.get(name.removesuffix(plain) + EXPERIMENT, b""))
        count = 0 if experiment is None else parameter_count(experiment)
        return min(largest, _HEADER_ROOM + 4 * _NUMBERS_A_PARAMETER[plain] * count)

    return most
