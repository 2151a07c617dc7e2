"""The runs beside the one that a project shows, as members of its file.

    runs.json           for each its number, cost, PSNR, seconds and note, and the number and note of the one
                        that is shown, and whether that diverged
    runs/<number>/...   what a project of that run alone would hold, but for pictures and points, which
                        all share
    runs/<number>/thumbnail.safetensors   what its network had made, small, where it had been seen

A file without such runs holds none of these members and can be read by programs that don't know them; one
that does says to those that it holds more than they can read.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated

import msgspec
import safetensors.numpy
from safetensors import SafetensorError

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.project.bytes import is_attached
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import MOST_NOTE, MOST_RECORD_ROWS, RunRecord, Thumbnail, is_thumbnail
from cadl_desktop.storage.container import Content, DamageError

INDEX = "runs.json"
MOST_INDEX_BYTES = 2**20
THUMBNAIL = "thumbnail.safetensors"
MOST_THUMBNAIL_BYTES = 2**16

_MEMBER = re.compile(r"runs/([1-9][0-9]{0,8})/([^/]+)")
_THUMBNAIL_NAME = "thumbnail"
_Note = Annotated[str, msgspec.Meta(max_length=MOST_NOTE)]
_DAMAGED = "its list of runs is damaged; use another copy."

Read = Callable[[Mapping[str, bytes]], tuple[Experiment, RunState | None, History | None]]


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One run in runs.json."""

    number: Annotated[int, msgspec.Meta(ge=1, lt=10**9)]
    cost: float | None
    psnr: float | None
    seconds: Annotated[float, msgspec.Meta(ge=0)]
    note: _Note = ""
    diverged: bool = False


class _Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """runs.json."""

    current: Annotated[int, msgspec.Meta(ge=1, lt=10**9)] | None
    runs: list[_Line]
    note: _Note = ""
    diverged: bool = False


def index_of(records: Iterable[RunRecord], current: int | None, note: str, diverged: bool) -> object:
    """runs.json as plain data; the run that is shown has this note, and `diverged` or not."""
    lines = [
        _Line(record.number, record.cost, record.psnr, record.seconds, record.note, record.diverged)
        for record in records
    ]
    return msgspec.to_builtins(_Index(current, lines, note, diverged))


def thumbnail_member(record: RunRecord) -> dict[str, Content]:
    """The small picture of a run as a member of a project of that run alone."""
    if record.thumbnail is None:
        return {}
    return {THUMBNAIL: thumbnail_content(record.thumbnail)}


def thumbnail_content(thumbnail: Thumbnail) -> bytes:
    content: bytes = safetensors.numpy.save({_THUMBNAIL_NAME: thumbnail})
    return content


def members_of_run(number: int, members: Mapping[str, Content]) -> dict[str, Content]:
    """The members of a project of one run, in that run's folder."""
    return {f"runs/{number}/{name}": content for name, content in members.items()}


def plain_name(name: str) -> str:
    """What a member of a run is called in a project of that run alone; other names stay as they are."""
    found = _MEMBER.fullmatch(name)
    return found[2] if found else name


def read_runs(
    members: Mapping[str, bytes], read: Read
) -> tuple[tuple[RunRecord, ...], int | None, str, bool]:
    """The runs of a project, the oldest first, the number and the note of the one it shows, and whether that
    one diverged.

    `read` makes experiment, state and history of the members of a project of one run. Raises DamageError.
    """
    folders = _folders(members)
    if INDEX not in members and not folders:
        return (), None, "", False
    index = _index(members)
    numbers = [line.number for line in index.runs]
    if set(numbers) != folders.keys() or numbers != sorted(set(numbers)) or index.current in folders:
        raise DamageError(_DAMAGED)
    shared = {name: content for name, content in members.items() if is_attached(name)}
    records = (
        _record(line, folders[line.number], read(folders[line.number] | shared)) for line in index.runs
    )
    return tuple(records), index.current, index.note, index.diverged


def _folders(members: Mapping[str, bytes]) -> dict[int, dict[str, bytes]]:
    folders: dict[int, dict[str, bytes]] = {}
    for name, content in members.items():
        if found := _MEMBER.fullmatch(name):
            folders.setdefault(int(found[1]), {})[found[2]] = content
    return folders


def _index(members: Mapping[str, bytes]) -> _Index:
    try:
        return msgspec.json.decode(members[INDEX], type=_Index)
    except (KeyError, msgspec.MsgspecError, RecursionError) as error:
        raise DamageError(_DAMAGED) from error


def _record(
    line: _Line,
    members: Mapping[str, bytes],
    content: tuple[Experiment, RunState | None, History | None],
) -> RunRecord:
    experiment, state, history = content
    rows, changes = (history or History()).rows, history.changes if history else []
    if len(rows) > MOST_RECORD_ROWS:
        raise DamageError(_DAMAGED)
    return RunRecord(
        number=line.number,
        experiment=experiment,
        rows=rows,
        changes=tuple(changes),
        state=state,
        cost=line.cost,
        psnr=line.psnr,
        seconds=line.seconds,
        note=line.note,
        thumbnail=read_thumbnail(members[THUMBNAIL]) if THUMBNAIL in members else None,
        diverged=line.diverged,
    )


def read_thumbnail(content: bytes) -> Thumbnail:
    """The small picture that a content holds. Raises DamageError."""
    try:
        found: Thumbnail = safetensors.numpy.load(content)[_THUMBNAIL_NAME].copy()
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamageError(_DAMAGED) from error
    if not is_thumbnail(found):
        raise DamageError(_DAMAGED)
    return found
