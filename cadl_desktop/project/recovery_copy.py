"""The recovery copy of a project: a folder, updated every few seconds while the project changes.

    1.part, 2.part, ...   members of a .cadl file; each part is written once and never changed
    recovery.json         the list of valid parts, with data for the recovery dialog; replaced atomically

Unchanged contents are parts of their own, so that they are written once: the experiment, each picture, each
snapshot, each other run. A part is on disk before the list that names it, and is removed after a list
without it is. All parts together are read like the members of a file, except snapshots, which are one part
each instead of one array.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.project.file import ProjectError, most_bytes
from cadl_desktop.project.project_members import (
    Members,
    Project,
    experiment_members,
    history_members,
    index_members,
    record_members,
    state_members,
)
from cadl_desktop.project.project_reading import project_from_members, read_state
from cadl_desktop.project.run_states import sound_snapshots
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.run_snapshots import Snapshots, bytes_of
from cadl_desktop.storage.atomic import FileError, write_bytes
from cadl_desktop.storage.container import DamageError, read_container, reading_errors_as, write_container
from cadl_desktop.storage.shared_files import LATEST_TIME, Look

log = logging.getLogger(__name__)

LIST = "recovery.json"
FORMAT = 1
CATCH_UP_BYTES = 4 * 2**20
"""Bytes of snapshots that one copy may add; the snapshot that reaches the limit is still written. A young run
replaces its snapshots every second; those that it keeps are written soon enough."""
FULL_SECONDS = 60.0
"""How long copies omit snapshots after one with them failed, so that a full disk isn't filled repeatedly."""

_MOST_LIST_BYTES = 2**20
_SUFFIX = ".part"
_NUMBERED = re.compile(rf"([1-9][0-9]{{0,14}})\{_SUFFIX}")
_Moment = Annotated[float, msgspec.Meta(ge=0, le=LATEST_TIME)]
_Part = Annotated[str, msgspec.Meta(pattern=rf"^[1-9][0-9]{{0,14}}\{_SUFFIX}$")]


class RecoveryList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """recovery.json.

    `moment`: when the copy was begun, in seconds since 1970. `file`: path of the project file, if any, in
    bytes, since paths need not be valid UTF-8; `seen`: its look when last read or written. `steps`: step of
    the run. `picture`: a thumbnail as in `project.listed_runs`, or empty. `ended`: the run has ended.
    """

    format: int
    moment: _Moment
    name: str
    file: bytes | None
    steps: int
    parts: list[_Part]
    moments: list[_Part]
    picture: bytes = b""
    seen: Look | None = None
    ended: bool = False

    @property
    def path(self) -> Path | None:
        return None if self.file is None else Path(os.fsdecode(self.file))


class GivenUpError(CancelledError):
    """The copy being written is no longer needed."""


class RecoveryWriter:
    """Writes successive copies of a project into a folder that nobody else writes to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[object, tuple[str, ...]] = {}
        self._experiment: object = None
        numbered = (_NUMBERED.fullmatch(part.name) for part in folder.glob(f"*{_SUFFIX}"))
        self._newest = max((int(found[1]) for found in numbered if found), default=0)
        self._bytes = 0
        self._full_until = 0.0
        self.ended = False
        """Set when the run has ended; written with the next copy."""
        self.behind = False
        """Whether some snapshots are missing in the copy."""
        self.given_up = False
        """Set on any thread to abort a write in progress, which then raises GivenUpError."""

    @property
    def can_catch_up(self) -> bool:
        """Whether the next copy would add missing snapshots."""
        return self.behind and time.monotonic() >= self._full_until

    def go_on_from(self, read: Snapshots) -> None:
        """Reuses the parts of snapshots that were read from the existing copy, unless some were unreadable.

        Otherwise all would be written again, and the next copy would omit most of them.
        """
        listed = read_recovery_list(self._folder)
        if listed and len(listed.moments) == len(read.states):
            self._parts |= {state: (part,) for state, part in zip(read.states, listed.moments, strict=True)}

    def write(
        self,
        project: Project,
        path: Path | None = None,
        picture: bytes = b"",
        catch_up_bytes: int = CATCH_UP_BYTES,
        seen: Look | None = None,
    ) -> int:
        """Replaces the copy, and returns the number of bytes written.

        Adds up to `catch_up_bytes` of missing snapshots; if that fails, writes again without them, as a
        nearly full disk may have room for the current state.

        Raises FileError or OSError if it can't be written, ValueError if a setting is not a finite number;
        the last copy then stays as it was.
        """
        self._bytes = 0
        if time.monotonic() >= self._full_until and catch_up_bytes > 0:
            try:
                self._write_and_clean(project, path, picture, catch_up_bytes, seen)
                return self._bytes
            except (OSError, FileError):
                self._full_until = time.monotonic() + FULL_SECONDS
        self._write_and_clean(project, path, picture, 0, seen)
        return self._bytes

    def _write_and_clean(
        self, project: Project, path: Path | None, picture: bytes, catch_up_bytes: int, seen: Look | None
    ) -> None:
        try:
            self._write_list(project, path, picture, catch_up_bytes, seen)
        finally:
            # After a failure the parts of the last copy stay, and the new ones are removed to free the disk.
            named = remove_unlisted(self._folder)
            self._parts = {key: names for key, names in self._parts.items() if named.issuperset(names)}

    def _write_list(
        self, project: Project, path: Path | None, picture: bytes, catch_up_bytes: int, seen: Look | None
    ) -> None:
        self._folder.mkdir(exist_ok=True)
        steps = project.state.latest.step if project.state else 0
        listed = RecoveryList(
            format=FORMAT,
            moment=time.time(),
            name=project.experiment.name,
            file=None if path is None else os.fsencode(path),
            steps=steps,
            parts=self._parts_without_snapshots(project),
            moments=self._moments(project, catch_up_bytes),
            picture=picture or self._last_picture(steps),
            seen=seen,
            ended=self.ended,
        )
        self._abort_if_given_up()
        content = msgspec.json.encode(listed)
        write_bytes(self._folder / LIST, content)
        self._bytes += len(content)

    def _last_picture(self, steps: int) -> bytes:
        """Returns the thumbnail of the last copy at the same step, for a recovered run not drawn yet."""
        last = read_recovery_list(self._folder)
        return last.picture if last and last.steps == steps else b""

    def _parts_without_snapshots(self, project: Project) -> list[str]:
        experiment, state = project.experiment, project.state
        # Compared by identity: comparing by value would compare every pixel.
        self._experiment, earlier = experiment, self._experiment
        if earlier is not experiment:
            self._parts.pop("experiment", None)
        names = [*self._parts_of("experiment", partial(experiment_members, experiment))]
        for run in project.runs:
            names += self._parts_of(run, partial(record_members, run))
        if state:
            names += self._parts_of(state, partial(_of_moment, experiment, state))
        others = index_members(project) | (history_members(project.history) if project.history else {})
        if others:
            names.append(self._write_part(others))
        return list(dict.fromkeys(names))

    def _moments(self, project: Project, left: int) -> list[str]:
        """Writes some of the missing snapshots, and returns the parts of all written ones."""
        names: list[str] = []
        self.behind = False
        state, snapshots = project.state, project.snapshots
        for moment in snapshots.until(state.latest.step).states if state and snapshots else ():
            if moment not in self._parts:
                if left <= 0:
                    self.behind = True
                    continue
                left -= bytes_of(moment)
            names += self._parts_of(moment, partial(_of_moment, project.experiment, moment))
        return names

    def _parts_of(self, key: object, make: Callable[[Members], Members]) -> tuple[str, ...]:
        """Returns the parts stored under `key`, writing them first if necessary.

        `make` returns the members, and adds pictures and points to its argument.
        """
        if key not in self._parts:
            attached: Members = {}
            names = [self._write_part(make(attached))]
            for name, content in attached.items():
                if name not in self._parts:
                    self._parts[name] = (self._write_part({name: content}),)
                names += self._parts[name]
            self._parts[key] = tuple(names)
        return self._parts[key]

    def _abort_if_given_up(self) -> None:
        if self.given_up:
            raise GivenUpError

    def _write_part(self, members: Members) -> str:
        self._abort_if_given_up()
        self._newest += 1
        name = f"{self._newest}{_SUFFIX}"
        write_container(self._folder / name, members)
        self._bytes += (self._folder / name).stat().st_size
        return name


def _of_moment(experiment: Experiment, moment: RunState, attached: Members) -> Members:
    return state_members(experiment, moment)


def read_recovery_list(folder: Path) -> RecoveryList | None:
    """Reads the list in a recovery folder; None if it is missing or unreadable."""
    try:
        if not (folder / LIST).is_file() or (folder / LIST).stat().st_size > _MOST_LIST_BYTES:
            return None
        listed = msgspec.json.decode((folder / LIST).read_bytes(), type=RecoveryList)
    except (OSError, ValueError, RecursionError):  # invalid UTF-8 raises UnicodeDecodeError
        return None
    twice = any(len(set(names)) < len(names) for names in (listed.parts, listed.moments))
    return None if twice or listed.format != FORMAT else listed


def open_recovery(folder: Path) -> Project:
    """Reads the copy in a folder. Raises ProjectError, with one sentence, if it isn't valid."""
    listed = read_recovery_list(folder)
    if listed is None:
        raise ProjectError("Nothing can be recovered here any more; open the saved project.")
    place = listed.path or Path(listed.name)
    try:
        with reading_errors_as(place, ProjectError):
            members: dict[str, bytes] = {}
            for part in listed.parts:
                members |= read_container(folder / part, most_bytes)
            project = project_from_members(members)
            if (project.state.latest.step if project.state else 0) != listed.steps:
                raise DamageError("its weights are damaged; use another copy.")
            moments = list(_moments(project, folder, listed.moments))
            return replace(project, snapshots=sound_snapshots(moments) if moments else None)
    except ProjectError as error:  # its message would blame the saved file
        raise ProjectError(
            "The copy of '{name}' can't be read: it is damaged, or of another version of this program; "
            "{remedy}.",
            name=place.name,
            remedy="open the saved one" if os.path.isfile(place) else "skip it",
        ) from error


def _moments(project: Project, folder: Path, parts: Iterable[str]) -> Iterator[RunState]:
    """Yields the readable snapshots; a damaged one doesn't prevent the recovery of the rest."""
    for part in parts:
        try:
            with reading_errors_as(Path(part), ProjectError):
                yield _moment(project, folder / part)
        except ProjectError as error:
            log.warning("A moment of a copy was left out: %s", error)


def _moment(project: Project, part: Path) -> RunState:
    state = read_state(project.experiment, read_container(part, most_bytes))
    if state is None:
        raise DamageError("its snapshots are damaged; use another copy.")
    return state


def remove_unlisted(folder: Path) -> set[str]:
    """Removes unlisted parts and temporary files left by a kill; returns the names of the listed parts."""
    listed = read_recovery_list(folder)
    named = {*listed.parts, *listed.moments} if listed else set()
    with suppress(OSError):
        for file in folder.iterdir():
            if file.name not in named and (file.suffix == _SUFFIX or file.name.startswith(".")):
                file.unlink(missing_ok=True)
    return named
