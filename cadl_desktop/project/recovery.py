"""A project's copy for recovery: a folder, written again every few seconds while the project changes.

    1.part, 2.part, ...   members of a .cadl file; each part is written once and never changed
    recovery.json         which parts count, and what a person is told of them; replaced in one step

What doesn't change is a part of its own and so is written once: the experiment, each picture, each moment of
the run, each other run. Every part is on disk before the list that names it, and stays until a list that
doesn't is. The members together are read as those of a file; moments, which a file has in one piece, as the
states that they are.
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
from cadl_desktop.project.members import (
    Members,
    Project,
    of_experiment,
    of_history,
    of_index,
    of_record,
    of_state,
)
from cadl_desktop.project.reading import project_of, state_of
from cadl_desktop.project.snapshots import sound_snapshots
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.run_snapshots import Snapshots, bytes_of
from cadl_desktop.storage.atomic import FileError, write_bytes
from cadl_desktop.storage.container import DamageError, read_container, reading_errors_as, write_container
from cadl_desktop.storage.shared_files import LATEST_TIME, Look

log = logging.getLogger(__name__)

LIST = "recovery.json"
FORMAT = 1
CATCHING_UP = 4 * 2**20
"""Bytes of earlier moments that a copy may write beside where the run stands, of which it begins the last. A
young run keeps others every second, and those that it keeps for long are written soon enough."""
FULL_SECONDS = 60.0
"""So long none come along after a copy with them failed: a full disk isn't filled again every few seconds."""

_MOST_LIST_BYTES = 2**20
_ENDING = ".part"
_NUMBERED = re.compile(rf"([1-9][0-9]{{0,14}})\{_ENDING}")
_Moment = Annotated[float, msgspec.Meta(ge=0, le=LATEST_TIME)]
_Part = Annotated[str, msgspec.Meta(pattern=rf"^[1-9][0-9]{{0,14}}\{_ENDING}$")]


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """recovery.json. `moment` is when the copy was begun, in seconds since 1970; `file` is the path of the
    project's, where it has one, in bytes, as names may spell nothing in UTF-8, and `seen` how that looked
    when the program last read or wrote it; `steps` how far the run had come, and `picture` a thumbnail as
    `project.runs` writes it, empty where nothing was seen. `ended` says that the run has come to its end."""

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
    """Nobody needs the copy that was being written any more."""


class RecoveryWriter:
    """Writes copies of projects, one after the other, into a folder that nobody else writes to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[object, tuple[str, ...]] = {}
        self._experiment: object = None
        numbered = (_NUMBERED.fullmatch(part.name) for part in folder.glob(f"*{_ENDING}"))
        self._newest = max((int(found[1]) for found in numbered if found), default=0)
        self._bytes = 0
        self._full_until = 0.0
        self.ended = False
        """Set where the run has come to its end, of which the next copy tells."""
        self.behind = False
        """Whether there are moments that a further copy is needed for."""
        self.given_up = False
        """Set on any thread where nobody needs what is being written, which then ends in GivenUpError."""

    @property
    def catches_up(self) -> bool:
        """Whether the next copy would bring some of them."""
        return self.behind and time.monotonic() >= self._full_until

    def go_on_from(self, read: Snapshots) -> None:
        """These are the moments of the copy that is there, which aren't written again, unless some of them
        can't be read: of so many at once the next would leave most out."""
        listed = listed_in(self._folder)
        if listed and len(listed.moments) == len(read.states):
            self._parts |= {state: (part,) for state, part in zip(read.states, listed.moments, strict=True)}

    def write(
        self,
        project: Project,
        path: Path | None = None,
        picture: bytes = b"",
        catching_up: int = CATCHING_UP,
        seen: Look | None = None,
    ) -> int:
        """Puts a copy of the project in place of the last one, and gives how many bytes that took. So many
        bytes of earlier moments that aren't in it yet come along, and none where that fails: where the run
        stands may have room on a nearly full disk.

        Raises FileError or OSError where it can't be written, ValueError where a setting is no finite
        number; the last copy stays as it was.
        """
        self._bytes = 0
        if time.monotonic() >= self._full_until and catching_up > 0:
            try:
                self._write_whole(project, path, picture, catching_up, seen)
                return self._bytes
            except (OSError, FileError):
                self._full_until = time.monotonic() + FULL_SECONDS
        self._write_whole(project, path, picture, 0, seen)
        return self._bytes

    def _write_whole(
        self, project: Project, path: Path | None, picture: bytes, catching_up: int, seen: Look | None
    ) -> None:
        try:
            self._write_list(project, path, picture, catching_up, seen)
        finally:
            # Where this one failed, of the last copy; a full disk gets back what was written for it.
            named = sweep(self._folder)
            self._parts = {key: names for key, names in self._parts.items() if named.issuperset(names)}

    def _write_list(
        self, project: Project, path: Path | None, picture: bytes, catching_up: int, seen: Look | None
    ) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        steps = project.state.step if project.state else 0
        listed = Listed(
            format=FORMAT,
            moment=time.time(),
            name=project.experiment.name,
            file=None if path is None else os.fsencode(path),
            steps=steps,
            parts=self._all_but_moments(project),
            moments=self._moments(project, catching_up),
            picture=picture or self._last_picture(steps),
            seen=seen,
            ended=self.ended,
        )
        self._refuse_given_up()
        content = msgspec.json.encode(listed)
        write_bytes(self._folder / LIST, content)
        self._bytes += len(content)

    def _last_picture(self, steps: int) -> bytes:
        """What the last copy showed, where the run stands where it stood then: what was just read from it has
        not been drawn yet."""
        last = listed_in(self._folder)
        return last.picture if last and last.steps == steps else b""

    def _all_but_moments(self, project: Project) -> list[str]:
        experiment, state = project.experiment, project.state
        # By what it is, not by what it says: comparing looks at every pixel.
        self._experiment, earlier = experiment, self._experiment
        if earlier is not experiment:
            self._parts.pop("experiment", None)
        names = [*self._once("experiment", partial(of_experiment, experiment))]
        for run in project.runs:
            names += self._once(run, partial(of_record, run))
        if state:
            names += self._once(state, partial(_of_moment, experiment, state))
        others = of_index(project) | (of_history(project.history) if project.history else {})
        if others:
            names.append(self._write(others))
        return list(dict.fromkeys(names))

    def _moments(self, project: Project, left: int) -> list[str]:
        """The run's moments that are written, with some that were not: in time all of them."""
        names: list[str] = []
        self.behind = False
        state, snapshots = project.state, project.snapshots
        for moment in snapshots.until(state.step).states if state and snapshots else ():
            if moment not in self._parts:
                if left <= 0:
                    self.behind = True
                    continue
                left -= bytes_of(moment)
            names += self._once(moment, partial(_of_moment, project.experiment, moment))
        return names

    def _once(self, key: object, make: Callable[[Members], Members]) -> tuple[str, ...]:
        """The parts of what has this key, written where they are not there yet; `make` gives its members, and
        adds pictures and points to what it is given."""
        if key not in self._parts:
            attached: Members = {}
            names = [self._write(make(attached))]
            for name, content in attached.items():
                if name not in self._parts:
                    self._parts[name] = (self._write({name: content}),)
                names += self._parts[name]
            self._parts[key] = tuple(names)
        return self._parts[key]

    def _refuse_given_up(self) -> None:
        if self.given_up:
            raise GivenUpError

    def _write(self, members: Members) -> str:
        self._refuse_given_up()
        self._newest += 1
        name = f"{self._newest}{_ENDING}"
        write_container(self._folder / name, members)
        self._bytes += (self._folder / name).stat().st_size
        return name


def _of_moment(experiment: Experiment, moment: RunState, attached: Members) -> Members:
    return of_state(experiment, moment)


def listed_in(folder: Path) -> Listed | None:
    """What there is to be recovered in a folder; None where there is nothing, or nothing that can be read."""
    try:
        if not (folder / LIST).is_file() or (folder / LIST).stat().st_size > _MOST_LIST_BYTES:
            return None
        listed = msgspec.json.decode((folder / LIST).read_bytes(), type=Listed)
    except (OSError, ValueError, RecursionError):  # a text that is no UTF-8 is no MsgspecError
        return None
    twice = any(len(set(names)) < len(names) for names in (listed.parts, listed.moments))
    return None if twice or listed.format != FORMAT else listed


def open_recovery(folder: Path) -> Project:
    """Reads the copy in a folder. Raises ProjectError, in one sentence, where it isn't a sound one."""
    listed = listed_in(folder)
    if listed is None:
        raise ProjectError("Nothing can be recovered here any more; open the saved project.")
    place = listed.path or Path(listed.name)
    try:
        with reading_errors_as(place, ProjectError):
            members: dict[str, bytes] = {}
            for part in listed.parts:
                members |= read_container(folder / part, most_bytes)
            project = project_of(members)
            if (project.state.step if project.state else 0) != listed.steps:
                raise DamageError("its weights are damaged; use another copy.")
            moments = list(_moments(project, folder, listed.moments))
            return replace(project, snapshots=sound_snapshots(moments) if moments else None)
    except ProjectError as error:  # of which the file of that name knows nothing
        raise ProjectError(
            "The copy of '{name}' can't be read: it is damaged, or of another version of this program; "
            "{remedy}.",
            name=place.name,
            remedy="open the saved one" if os.path.isfile(place) else "skip it",
        ) from error


def _moments(project: Project, folder: Path, parts: Iterable[str]) -> Iterator[RunState]:
    """Those that can be read: a damaged one costs nobody the others, nor where the run stands."""
    for part in parts:
        try:
            with reading_errors_as(Path(part), ProjectError):
                yield _moment(project, folder / part)
        except ProjectError as error:
            log.warning("A moment of a copy was left out: %s", error)


def _moment(project: Project, part: Path) -> RunState:
    state = state_of(project.experiment, read_container(part, most_bytes))
    if state is None:
        raise DamageError("its snapshots are damaged; use another copy.")
    return state


def sweep(folder: Path) -> set[str]:
    """Removes parts that don't count, and what a kill has left beside them; gives the names of the others."""
    listed = listed_in(folder)
    named = {*listed.parts, *listed.moments} if listed else set()
    with suppress(OSError):
        for file in folder.iterdir():
            if file.name not in named and (file.suffix == _ENDING or file.name.startswith(".")):
                file.unlink(missing_ok=True)
    return named
