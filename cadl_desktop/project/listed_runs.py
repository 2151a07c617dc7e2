"""The project's other runs, beside the shown one, as members of its file.

    runs.json           number, cost, PSNR, seconds and note of each; number, note and divergence of the
                        shown run; number of the baseline
    runs/<number>/...   members as of a project of that run alone, without pictures and points, which all
                        runs share
    runs/<number>/thumbnail.safetensors   the thumbnail of its prediction, if there was one

A file without such runs has none of these members, and can be read by versions that don't know them; those
refuse a file with them, as it has members they can't read.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated

import msgspec
import safetensors.numpy
from safetensors import SafetensorError

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.project.binary_members import is_attached, member_damage
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


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Entry of one run in runs.json."""

    number: Annotated[int, msgspec.Meta(ge=1, lt=10**9)]
    cost: float | None
    psnr: float | None
    seconds: Annotated[float, msgspec.Meta(ge=0)]
    note: _Note = ""
    diverged: bool = False
    r2: float | None = None
    ssim: float | None = None


class _Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """runs.json."""

    current: Annotated[int, msgspec.Meta(ge=1, lt=10**9)] | None
    runs: list[_Entry]
    note: _Note = ""
    diverged: bool = False
    baseline: Annotated[int, msgspec.Meta(ge=1, lt=10**9)] | None = None


def index_of(
    records: Iterable[RunRecord], current: int | None, note: str, diverged: bool, baseline: int | None
) -> object:
    """Returns runs.json as plain data; `note` and `diverged` are those of the shown run, `current`."""
    entries = [
        _Entry(
            record.number,
            record.cost,
            record.psnr,
            record.seconds,
            record.note,
            record.diverged,
            record.r2,
            record.ssim,
        )
        for record in records
    ]
    return msgspec.to_builtins(_Index(current, entries, note, diverged, baseline))


def thumbnail_member(thumbnail: Thumbnail | None) -> dict[str, Content]:
    """Returns the thumbnail of a run as a member, as of a project of that run alone."""
    return {} if thumbnail is None else {THUMBNAIL: thumbnail_content(thumbnail)}


def thumbnail_content(thumbnail: Thumbnail) -> bytes:
    content: bytes = safetensors.numpy.save({_THUMBNAIL_NAME: thumbnail})
    return content


def members_of_run(number: int, members: Mapping[str, Content]) -> dict[str, Content]:
    """Prefixes the members of a run with its folder."""
    return {f"runs/{number}/{name}": content for name, content in members.items()}


def plain_name(name: str) -> str:
    """Returns a member's name without the folder of a run."""
    found = _MEMBER.fullmatch(name)
    return found[2] if found else name


def read_runs(
    members: Mapping[str, bytes], read: Read
) -> tuple[tuple[RunRecord, ...], int | None, str, bool, int | None]:
    """Reads the other runs of a project, oldest first, number, note and divergence of the shown one, and the
    number of the baseline.

    `read` converts the members of one run into experiment, state and history. Raises DamageError.
    """
    folders = _folders(members)
    if INDEX not in members and not folders:
        return (), None, "", False, None
    index = _index(members)
    numbers = [entry.number for entry in index.runs]
    if set(numbers) != folders.keys() or numbers != sorted(set(numbers)) or index.current in folders:
        raise DamageError(_DAMAGED)
    shared = {name: content for name, content in members.items() if is_attached(name)}
    records = (
        _record(entry, folders[entry.number], read(folders[entry.number] | shared)) for entry in index.runs
    )
    return tuple(records), index.current, index.note, index.diverged, index.baseline


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
    entry: _Entry,
    members: Mapping[str, bytes],
    content: tuple[Experiment, RunState | None, History | None],
) -> RunRecord:
    experiment, state, history = content
    rows, changes = (history or History()).rows, history.changes if history else []
    if len(rows) > MOST_RECORD_ROWS:
        raise DamageError(_DAMAGED)
    return RunRecord(
        number=entry.number,
        experiment=experiment,
        rows=rows,
        changes=tuple(changes),
        state=state,
        cost=entry.cost,
        psnr=entry.psnr,
        r2=entry.r2,
        ssim=entry.ssim,
        seconds=entry.seconds,
        note=entry.note,
        thumbnail=read_thumbnail(members[THUMBNAIL]) if THUMBNAIL in members else None,
        diverged=entry.diverged,
        own=history.own_columns(rows) if history else {},
    )


def read_thumbnail(content: bytes) -> Thumbnail:
    """Decodes a thumbnail. Raises DamageError."""
    try:
        found: Thumbnail = safetensors.numpy.load(content)[_THUMBNAIL_NAME].copy()
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise member_damage(THUMBNAIL) from error
    if not is_thumbnail(found):
        raise member_damage(THUMBNAIL)
    return found
