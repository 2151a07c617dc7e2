"""A project's copy for recovery: a folder, written again every few seconds while the project changes.

    1.part, 2.part, ...   members of a .cadl file, each part written once and never changed
    recovery.json         which parts count, and what a person is told of them; replaced in one step

What doesn't change is a part of its own, and so is written once: the experiment, each picture, each moment of
the run, each other run. Every part is on disk before the list that names it, and stays until a list without
it is. All members together are read as those of a file are; moments, of which a file has one member for all,
are states as a file's own.
"""

import os
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Annotated, Any

import msgspec

from cadl_desktop.project.file import ProjectError, most_bytes, project_of, state_of
from cadl_desktop.project.members import Members, Project, of_experiment, of_history, of_index, of_record, of_state
from cadl_desktop.project.snapshots import sound_snapshots
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.snapshots import bytes_of
from cadl_desktop.storage.atomic import write_bytes
from cadl_desktop.storage.container import DamageError, read_container, told_plainly, write_container

LIST = "recovery.json"
FORMAT = 1
MOST_CATCHING_UP = 4 * 2**20
"""Bytes of moments that a copy writes beside the newest one; at least one is written all the same. A young run
keeps others every second, and what it keeps for long is written soon enough."""

_MOST_LIST_BYTES = 2**20
_PART = re.compile(r"[1-9][0-9]*\.part")
_Part = Annotated[str, msgspec.Meta(pattern=rf"^{_PART.pattern}$")]


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """recovery.json. `moment` is when the copy was begun, in seconds since 1970; `name` is the experiment's,
    `path` the project's file where it has one, `steps` how far the run had come, `picture` a
    `thumbnail.safetensors` of what the network makes. Parts may be missing from `parts` only that are
    `moments` and not the state."""

    format: int
    moment: float
    name: str
    path: str | None
    steps: int
    parts: list[_Part]
    moments: list[_Part]
    picture: bytes = b""


@dataclass(frozen=True)
class About:
    """What a person is told of a project before it is recovered, beside what it says itself."""

    path: Path | None = None
    picture: bytes = b""


class RecoveryWriter:
    """Writes the copies of one project after the other into a folder that nobody else writes to. May be used
    on several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writing = Lock()
        self._known: dict[object, str] = {}
        self._owners: dict[int, object] = {}
        numbers = (int(part.stem) for part in folder.glob("*.part") if _PART.fullmatch(part.name))
        self._newest = max(numbers, default=0)

    def write(self, project: Project, about: About) -> int:
        """Replaces the copy in the folder by one of this project, and returns how many bytes were written.

        The first of several calls at once is the first to write. Raises FileError, and ValueError where a
        setting is no finite number; the copy that was there then stays.
        """
        moment = time.time()
        with self._writing:
            copy = _Copy(self, project)
            listed = Listed(
                format=FORMAT,
                moment=moment,
                name=project.experiment.name,
                path=None if about.path is None else os.fsdecode(about.path),
                steps=project.state.step if project.state else 0,
                parts=copy.parts(),
                moments=copy.moments(),
                picture=about.picture,
            )
            content = msgspec.json.encode(listed)
            write_bytes(self.folder / LIST, content)
            named = {*listed.parts, *listed.moments}
            self._known = {key: part for key, part in self._known.items() if part in named}
            sweep(self.folder, named)
            return copy.written + len(content)
