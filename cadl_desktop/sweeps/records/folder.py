"""A sweep's folder, the one way between its owner and whoever looks at it or says what is to be done.

    sweep.zip              the sweep as it was begun (members.py)
    log.jsonl              what has happened, a line each, only ever added to (log.py)
    trials.csv             one row a trial, for other programs
    trials/00001.cadl      each trial's project as far as it has come, also what it goes on from
    previews/00001.npy     what it makes now: (height, width, 3) uint8 or (points,) float32
    commands/stop          asks the owner to end; it removes what it has heard
    owner                  held by the owner's process as long as it lives

Only the owner writes, commands aside, each of which is a file of its own.
"""

import os
import time
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.project.file import ProjectError, most_bytes
from cadl_desktop.sentences import SentenceError
from cadl_desktop.storage.atomic import write_atomically, written_plainly
from cadl_desktop.storage.container import read_container, told_plainly, write_container
from cadl_desktop.storage.hold import Hold
from cadl_desktop.sweeps.plan.sweep import Sweep
from cadl_desktop.sweeps.records.members import MOST_SWEEP_BYTES, SWEEP, members_of_sweep, sweep_of

Command = Literal["stop"]
_COMMANDS: tuple[Command, ...] = get_args(Command)
MOST_PREVIEW_SIDE = 128
"""Pixels along the longer side of a preview."""
MOST_PREVIEW_POINTS = 512
_MOST_PREVIEW_BYTES = 4 * MOST_PREVIEW_SIDE**2
_TRIES, _APART_SECONDS = 5, 0.02
"""Whoever looks whether there is an owner holds its file for an instant."""


class FolderGoneError(SentenceError):
    """Nothing can be read of a sweep there, or no more."""


class SweepFolder:
    """Names, and what is written and read as a whole. A damaged file is a ProjectError, in one sentence."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sweep_file, self.log = path / "sweep.zip", path / "log.jsonl"
        self.table = path / "trials.csv"
        self._owner = path / "owner"

    def make(self, sweep: Sweep) -> None:
        """Begins a sweep there. Raises FileError."""
        for folder in (self.path, self.path / "trials", self.path / "previews", self.path / "commands"):
            with written_plainly(folder):
                folder.mkdir(parents=True, exist_ok=True)
        write_container(self.sweep_file, members_of_sweep(sweep))

    def sweep(self) -> Sweep:
        """The sweep that was begun there. Raises ProjectError."""
        with told_plainly(self.sweep_file, ProjectError):
            return sweep_of(read_container(self.sweep_file, _most_bytes, sign=SWEEP))

    @property
    def is_there(self) -> bool:
        """False also where nobody can look."""
        return os.path.exists(self.sweep_file)

    def refuse_gone(self) -> None:
        """Raises FolderGoneError where the sweep isn't there any more."""
        if not self.is_there:
            raise FolderGoneError(
                "The sweep's folder '{folder}' is gone; open it from where it is now.", folder=self.path
            )

    def project(self, number: int) -> Path:
        """Where the project of a trial lies, once there is one."""
        return self.path / "trials" / f"{number:05}.cadl"

    def write_preview(self, number: int, preview: NDArray[np.uint8] | NDArray[np.float32]) -> None:
        """Raises FileError."""

        def write(neighbour: Path) -> None:
            with neighbour.open("wb") as file:
                np.save(file, preview, allow_pickle=False)

        write_atomically(self._preview(number), write)

    def preview(self, number: int) -> NDArray[np.uint8] | NDArray[np.float32] | None:
        """What a trial makes, (height, width, 3) uint8 of a painting and (points,) float32 of a curve; None
        where there is nothing to see yet, or nothing sound."""
        path = self._preview(number)
        try:
            if not path.is_file() or path.stat().st_size > _MOST_PREVIEW_BYTES:
                return None
            found = np.load(path, allow_pickle=False)
            if not isinstance(found, np.ndarray):  # a zip of several
                found.close()
                return None
        except (OSError, ValueError, EOFError, MemoryError):
            return None
        is_picture = found.dtype == np.uint8 and found.ndim == 3 and found.shape[2] == 3
        is_curve = found.dtype == np.float32 and found.ndim == 1
        return found if found.size and (is_picture or is_curve) else None

    def _preview(self, number: int) -> Path:
        return self.path / "previews" / f"{number:05}.npy"

    def tell(self, command: Command) -> None:
        """Asks the owner, now or as soon as there is one. Raises OSError."""
        (self.path / "commands" / command).touch()

    def heard(self) -> set[Command]:
        """The commands that were given since, each heard once; for the owner. Raises OSError."""
        commands = self.path / "commands"
        # Nothing else is removed: the folder may be a link, or have got files of a person's.
        found = {name for name in _COMMANDS if (commands / name).is_file()}
        for name in found:
            (commands / name).unlink(missing_ok=True)
        return found

    def own(self) -> Hold | None:
        """Makes this process the owner as long as it holds what it gets; None where another one is. Raises
        OSError."""
        for _ in range(_TRIES):
            hold = Hold.of(self._owner)
            if hold is not None:
                return hold
            time.sleep(_APART_SECONDS)
        return None

    @property
    def has_owner(self) -> bool:
        """Whether a process of this machine owns it now. Makes no file."""
        if not self._owner.exists():
            return False
        try:
            hold = Hold.of(self._owner)
        except OSError:
            return False
        if hold is None:
            return True
        hold.let_go()
        return False


def _most_bytes(name: str) -> int | None:
    return MOST_SWEEP_BYTES if name == SWEEP else most_bytes(name)
