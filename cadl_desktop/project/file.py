"""The .cadl file: an experiment and the state of its run, in a zip of JSON and plain arrays.

    experiment.json         format version and experiment, with references to pictures and points
    pictures/<hash>.png     a picture
    points/<hash>.npy       points
    run.json                numbers of the run's state             } only after training
    weights.safetensors     W1, b1, W2, b2, ...                    }
    optimizer.safetensors   the optimizer's memory                 }
    history.safetensors     rows of the history
    changes.json            changes made during the run
    snapshots.json          numbers of the snapshots               } of this run only (run_states.py)
    snapshots.safetensors   their weights and optimizer memories   }
    thumbnail.safetensors   thumbnail of its prediction, for file managers, where it was at hand
    runs.json, runs/...     the project's other runs (listed_runs.py)

Nothing in it is executed: no pickle, and layers are rebuilt from the JSON. Everything is validated, since a
file may come from anywhere.
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
from cadl_desktop.project.binary_members import is_attached, most_attached_bytes
from cadl_desktop.project.listed_runs import (
    INDEX,
    MOST_INDEX_BYTES,
    MOST_THUMBNAIL_BYTES,
    THUMBNAIL,
    plain_name,
    read_thumbnail,
)
from cadl_desktop.project.project_members import (
    BEST,
    CHANGES,
    EXPERIMENT,
    HISTORY,
    OPTIMIZER,
    RUN,
    WEIGHTS,
    Project,
    members_of,
)
from cadl_desktop.project.project_reading import (
    project_from_members,
    read_experiment,
    read_experiments,
    read_state_numbers,
    refuse_crowded,
    refuse_long,
    validated,
)
from cadl_desktop.project.run_states import MOST_SLOTS, MOST_SNAPSHOT_BYTES, SNAPSHOT_ARRAYS
from cadl_desktop.runs.record import Thumbnail
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
    BEST: 128 * _MEGABYTE,
    HISTORY: 4 * _MEGABYTE,
}
_NUMBERS_A_PARAMETER = {WEIGHTS: 1, BEST: 1, OPTIMIZER: MOST_SLOTS, SNAPSHOT_ARRAYS: MOST * (1 + MOST_SLOTS)}
_HEADER_ROOM = _MEGABYTE // 4
"""Bytes for the header of a safetensors file."""
_UNNAMED = "project.cadl"
"""Name in messages of a project without a file."""
MOST_PLAIN_BYTES = 50_000_000
"""Largest experiment as JSON, which contains its picture as text."""


class ProjectError(FileError):
    """A project can't be saved or opened; the message is one sentence that names the file."""


def save_project(path: str | os.PathLike[str], project: Project, *, keep_previous: bool = False) -> None:
    """Writes a .cadl file atomically; `keep_previous` leaves the earlier one beside it.

    The same project gives the same bytes. Raises FileError if it can't be written, ProjectError if a setting
    is not a finite number.
    """
    path = Path(path)
    try:
        members = members_of(project)
    except ValueError as error:
        raise ProjectError("{name} was not saved: {reason}.", name=path.name, reason=error) from error
    write_container(path, members, keep_previous=keep_previous)


def open_project(path: str | os.PathLike[str]) -> Project:
    """Reads a .cadl file. Raises ProjectError, with one sentence, for anything but a valid one."""
    path = Path(path)
    with reading_errors_as(path, ProjectError):
        return _project_in(path)


def packed_project(project: Project) -> bytes:
    """Returns the bytes of the project's file. Raises ValueError if a setting is not a finite number."""
    packed = BytesIO()
    pack(packed, members_of(project))
    return packed.getvalue()


def unpacked_project(packed: bytes) -> Project:
    """Reads a project from the bytes of its file. Raises ProjectError."""
    with reading_errors_as(Path(_UNNAMED), ProjectError):
        return _project_in(BytesIO(packed))


def _project_in(file: Path | BytesIO) -> Project:
    with opened_container(file, sign=EXPERIMENT) as container:
        members = container.read(most_bytes, _comes_first)
        known = read_experiments(members)
        most = _most_with(members, known)
        # Without the thumbnail, as damage to it should not cost the project.
        members |= container.read(most, lambda name: name != THUMBNAIL and not _comes_first(name))
    return project_from_members(members, known)


def open_experiment(path: str | os.PathLike[str]) -> Experiment:
    """Reads only the experiment of a .cadl file, not its weights. Raises ProjectError."""
    path = Path(path)
    with reading_errors_as(path, ProjectError):
        members = read_container(
            path, most_bytes, lambda name: name == EXPERIMENT or is_attached(name), sign=EXPERIMENT
        )
        return read_experiment(members)


def open_thumbnail(path: Path) -> Thumbnail | None:
    """Reads only the thumbnail of the run that a .cadl file shows; None without one. Raises ProjectError."""
    with reading_errors_as(path, ProjectError):
        members = read_container(path, most_bytes, lambda name: name == THUMBNAIL, sign=EXPERIMENT)
        return read_thumbnail(members[THUMBNAIL]) if THUMBNAIL in members else None


def open_experiment_and_step(*paths: Path) -> tuple[Experiment, int]:
    """Reads the experiment and the step of its run from containers that together hold a project's members.

    Weights aren't read. Raises ProjectError.
    """
    with reading_errors_as(paths[0], ProjectError):
        members: dict[str, bytes] = {}
        for path in paths:
            members |= read_container(
                path, most_bytes, lambda name: name in (EXPERIMENT, RUN) or is_attached(name)
            )
        experiment = read_experiment(members)
        return experiment, read_state_numbers(experiment, members).step if RUN in members else 0


def open_plain_experiment(path: str | os.PathLike[str]) -> Experiment:
    """Reads the experiment of a JSON file in the format of the presets. Raises ProjectError."""
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
        return validated(experiment)


def _plain_content(path: Path) -> bytes:
    """Reads a file of plausible size. Raises OSError, and DamageError if it can't be an experiment."""
    refuse_special_file(path)
    with path.open("rb") as file:
        content = file.read(MOST_PLAIN_BYTES + 1)
    if len(content) > MOST_PLAIN_BYTES:
        raise DamageError("it is too large; save the experiment as a project.")
    return content


def most_bytes(name: str) -> int | None:
    """Returns the largest size of a member with this name; None if the name isn't allowed."""
    if name == INDEX:
        return MOST_INDEX_BYTES
    if name in MOST_SNAPSHOT_BYTES:
        return MOST_SNAPSHOT_BYTES[name]
    if plain_name(name) == THUMBNAIL:
        return MOST_THUMBNAIL_BYTES
    return most_attached_bytes(name) or _MOST_BYTES.get(plain_name(name))


def _comes_first(name: str) -> bool:
    """Whether a member belongs to the experiment, or has a name that isn't allowed."""
    return plain_name(name) == EXPERIMENT or is_attached(name) or most_bytes(name) is None


def _most_with(
    members: Mapping[str, bytes], known: Mapping[bytes, Experiment]
) -> Callable[[str], int | None]:
    """Returns `most_bytes`, with arrays limited to the number of parameters of these experiments."""

    def most(name: str) -> int | None:
        plain, largest = plain_name(name), most_bytes(name)
        if largest is None or plain not in _NUMBERS_A_PARAMETER:
            return largest
        experiment = known.get(members.get(name.removesuffix(plain) + EXPERIMENT, b""))
        count = 0 if experiment is None else parameter_count(experiment)
        return min(largest, _HEADER_ROOM + 4 * _NUMBERS_A_PARAMETER[plain] * count)

    return most
