"""Folder of a sweep, the only channel between its owner and processes that watch or control it.

    sweep.zip              the sweep as it was started: the base as in a project, the rest in sweep.json, and
                           designs as designs/1.json, like a project's experiment.json
    log.jsonl              what has happened, a line per record, only ever appended to (sweep_log.py)
    trials.csv             one row per trial, for other programs (trial_table.py)
    trials/00001.cadl      each trial's project as far as it has been trained; it is resumed from that
    previews/00001.npy     its current output: (height, width, 3) uint8 or (points,) float32
    notes.json             a person's notes on trials, written by windows (sweep_notes.py)
    commands/stop          asks the owner to end; the owner removes it
    owner                  locked by the owner's process as long as it runs
    .cadl-run-...          the owner's mark, by which it knows the folder again (storage/folder_mark.py)

Only the owner writes, except for notes, and commands, each of which is a file of its own.
"""

import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.project.binary_members import is_attached
from cadl_desktop.project.file import ProjectError, most_bytes
from cadl_desktop.project.project_members import EXPERIMENT, Members, experiment_members, json_member
from cadl_desktop.project.project_reading import project_from_members, read_experiment
from cadl_desktop.runs.events import Floats, Prediction
from cadl_desktop.sentences import SentenceError
from cadl_desktop.storage.atomic import as_file_errors, write_atomically
from cadl_desktop.storage.container import DamageError, read_container, reading_errors_as, write_container
from cadl_desktop.storage.shared_files import FileLock
from cadl_desktop.sweeps.plan.sweep_model import Designs, Sweep, Varied

SWEEP = "sweep.json"
FORMAT = 1
MOST_SWEEP_BYTES = 4 * 2**20
_DESIGN = re.compile(r"designs/([1-9][0-9]{0,4})\.json")


def members_of_sweep(sweep: Sweep) -> Members:
    """Members of the container for a sweep. Raises ValueError for a non-finite number."""
    attached: Members = {}
    base = experiment_members(sweep.base, attached)
    designs = {
        f"designs/{number}.json": experiment_members(each, attached)[EXPERIMENT]
        for number, each in enumerate(sweep.designs.values(), 1)
    }
    plain = msgspec.to_builtins(_with_designs(sweep, ()))
    del plain["base"]
    content = json_member({"format": FORMAT, **plain})
    return {SWEEP: content} | base | designs | attached


def _with_designs(sweep: Sweep, experiments: tuple[Experiment, ...]) -> Sweep:
    """Sweep with these designs under their names; as it is where no designs vary."""
    varied = tuple(
        Varied(each.path, Designs(each.among.values, experiments))
        if isinstance(each.among, Designs)
        else each
        for each in sweep.varied
    )
    return replace(sweep, varied=varied)


def sweep_from_members(members: Mapping[str, bytes]) -> Sweep:
    """Sweep stored in these members. `check_sweep` tells whether it can be started.

    Raises DamageError where they aren't those of a sweep.
    """
    of_base = {name: it for name, it in members.items() if name != SWEEP and not _DESIGN.fullmatch(name)}
    base = project_from_members(of_base).experiment
    shared = {name: content for name, content in members.items() if is_attached(name)}
    found = {int(it[1]): content for name, content in members.items() if (it := _DESIGN.fullmatch(name))}
    designs = tuple(read_experiment({EXPERIMENT: found[number], **shared}) for number in sorted(found))
    try:
        plain = msgspec.json.decode(members[SWEEP], type=dict[str, Any])
        version = plain.pop("format", None)
        if isinstance(version, int) and version > FORMAT:
            raise DamageError("a newer version of the program saved it; update the program.")
        sweep = msgspec.convert({**plain, "base": base}, Sweep)
    except (KeyError, msgspec.MsgspecError, RecursionError) as error:
        raise DamageError("'{name}' in it is damaged; use another copy.", name=SWEEP) from error
    names = [name for it in sweep.varied if isinstance(it.among, Designs) for name in it.among.values]
    if len(names) != len(designs):
        raise DamageError("not all of its designs are there; use another copy.")
    return _with_designs(sweep, designs)


Command = Literal["stop"]
_COMMANDS: tuple[Command, ...] = get_args(Command)
MOST_PREVIEW_SIDE = 128
"""Pixels of the longer side of a preview."""
MOST_PREVIEW_POINTS = 512
_MOST_PREVIEW_BYTES = 4 * MOST_PREVIEW_SIDE**2
_TRIES, _APART_SECONDS = 5, 0.02
"""Retries of locking: processes that look for an owner lock its file for an instant."""


class SweepMissingError(SentenceError):
    """The folder holds no sweep, or none any more."""


class SweepFolder:
    """Paths in a sweep's folder, and its small files. Damaged files raise ProjectError with one sentence."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sweep_file, self.log = path / "sweep.zip", path / "log.jsonl"
        self.table, self.notes = path / "trials.csv", path / "notes.json"
        self._owner = path / "owner"

    def make(self, sweep: Sweep) -> None:
        """Creates the folder of a new sweep. Raises FileError."""
        for folder in (self.path, self.path / "trials", self.path / "previews", self.path / "commands"):
            with as_file_errors(folder):
                folder.mkdir(parents=True, exist_ok=True)
        write_container(self.sweep_file, members_of_sweep(sweep))

    def sweep(self) -> Sweep:
        """Reads the sweep. Raises ProjectError."""
        with reading_errors_as(self.sweep_file, ProjectError):
            return sweep_from_members(read_container(self.sweep_file, _most_bytes, sign=SWEEP))

    @property
    def is_there(self) -> bool:
        """Whether the sweep's file exists; false also where the folder can't be accessed."""
        return os.path.exists(self.sweep_file)

    def require_present(self) -> None:
        """Raises SweepMissingError if the sweep's file doesn't exist."""
        if not self.is_there:
            raise SweepMissingError(
                "The sweep's folder '{folder}' is gone; bring it back, or open it from where it is now.",
                folder=self.path,
            )

    def project(self, number: int) -> Path:
        """Path of a trial's project, which may not exist yet."""
        return self.path / "trials" / f"{number:05}.cadl"

    def write_preview(self, number: int, preview: NDArray[np.uint8] | NDArray[np.float32]) -> None:
        """Writes the preview of a trial. Raises FileError."""

        def write(temporary: Path) -> None:
            with temporary.open("wb") as file:
                np.save(file, preview, allow_pickle=False)

        write_atomically(self._preview(number), write)

    def preview(self, number: int) -> NDArray[np.uint8] | NDArray[np.float32] | None:
        """Reads the preview of a trial, (height, width, 3) uint8 for a painting and (points,) float32 for a
        curve; None if there is none, or an invalid one."""
        path = self._preview(number)
        try:
            if not path.is_file() or path.stat().st_size > _MOST_PREVIEW_BYTES:
                return None
            found = np.load(path, allow_pickle=False)
            if not isinstance(found, np.ndarray):  # a zip of several arrays
                found.close()
                return None
        except (OSError, ValueError, EOFError, MemoryError):
            return None
        is_picture = found.dtype == np.uint8 and found.ndim == 3 and found.shape[2] == 3
        is_curve = found.dtype == np.float32 and found.ndim == 1
        return found if found.size and (is_picture or is_curve) else None

    def preview_written(self, number: int) -> int | None:
        """When the preview of a trial was written, in nanoseconds; None if there is none."""
        try:
            return self._preview(number).stat().st_mtime_ns
        except OSError:
            return None

    def _preview(self, number: int) -> Path:
        return self.path / "previews" / f"{number:05}.npy"

    def tell(self, command: Command) -> None:
        """Sends a command to the present owner, or to the next one. Raises OSError."""
        (self.path / "commands" / command).touch()

    def heard(self) -> set[Command]:
        """Takes the commands that were sent since the last call; for the owner. Raises OSError."""
        commands = self.path / "commands"
        # Nothing else is removed: the folder may be a link, or contain files of the user.
        found = {name for name in _COMMANDS if (commands / name).is_file()}
        for name in found:
            (commands / name).unlink(missing_ok=True)
        return found

    def own(self) -> FileLock | None:
        """Makes this process the owner as long as it holds the lock; returns None if another process is.
        Raises OSError."""
        for _ in range(_TRIES):
            hold = FileLock.of(self._owner)
            if hold is not None:
                return hold
            time.sleep(_APART_SECONDS)
        return None

    @property
    def has_owner(self) -> bool:
        """Whether a process of this machine owns the sweep now. Creates no file."""
        if not self._owner.exists():
            return False
        try:
            hold = FileLock.of(self._owner)
        except OSError:
            return False
        if hold is None:
            return True
        hold.unlock()
        return False


def _most_bytes(name: str) -> int | None:
    return MOST_SWEEP_BYTES if name == SWEEP else most_bytes(EXPERIMENT if _DESIGN.fullmatch(name) else name)


Preview = NDArray[np.uint8] | NDArray[np.float32]


def preview_of(prediction: Prediction) -> Preview:
    """Preview of an output: for a painting (height, width, 3), 0 to 255, the means of square blocks of
    pixels; for a curve (points,) every n-th point."""
    if prediction.ndim == 1:
        every = -(-len(prediction) // MOST_PREVIEW_POINTS)
        return np.ascontiguousarray(prediction[::every], np.float32)
    height, width, colours = prediction.shape
    side = -(-max(height, width) // MOST_PREVIEW_SIDE)
    rows, columns = max(1, height // side), max(1, width // side)
    # A painting less than a block high or wide is averaged over all of that side.
    whole = prediction[: rows * side, : columns * side]
    squares = whole.reshape(rows, whole.shape[0] // rows, columns, whole.shape[1] // columns, colours)
    means: Floats = squares.mean((1, 3))
    return np.rint(np.clip(means, 0, 255)).astype(np.uint8)
