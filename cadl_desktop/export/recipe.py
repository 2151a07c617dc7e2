"""Recipes: small JSON texts inside exported files, or beside them, that say how to make these again.

By its recipe a file is recognised as one that this program has written.
"""

import hashlib
import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from cadl_desktop import __version__
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.presets import experiment_as_plain
from cadl_desktop.export.trained import Trained
from cadl_desktop.sentences import readable
from cadl_desktop.storage.atomic import write_bytes

FORMAT = 1
_PROGRAM = "cadl_desktop "
"""Beginning of the field `program`; the version follows."""
_SIGN = re.compile(rb'program\\*": ?\\*"' + _PROGRAM.encode())
"""That field in the bytes of a file, whose format may write quotes with backslashes."""
_REACH = 2**20
"""Bytes at both ends of a file, within which every format has its recipe."""


def recipe_path(path: Path) -> Path:
    """Path of an export's recipe: 'painting.png.recipe.json' for 'painting.png'."""
    return path.with_name(f"{path.name}.recipe.json")


def write_recipe(path: Path, plain: dict[str, Any]) -> None:
    """Writes a recipe beside `path`, an export that is there. The same run gives the same bytes. Raises
    FileError."""
    of_file = {"file": readable(path.name), "size": _size(path)}
    write_bytes(recipe_path(path), as_bytes(of_file | plain))


def is_ours(path: Path) -> bool:
    """Whether this program has written a file: its recipe is in it, or beside it and tells its size. False
    where neither can be read."""
    beside = _read(recipe_path(path))
    if beside is not None and os.path.exists(path) and beside.size == _size(path):
        return True
    if not path.is_file():  # a pipe would be waited for
        return False
    with suppress(OSError), path.open("rb") as file:
        start = file.read(_REACH)
        file.seek(max(0, file.seek(0, os.SEEK_END) - _REACH))
        return bool(_SIGN.search(start) or _SIGN.search(file.read(_REACH)))
    return False


def remove_recipe(path: Path) -> None:
    """Removes the recipe of an earlier file of this name. Files that aren't recipes stay, as do links and
    read-only files."""
    earlier = recipe_path(path)
    with suppress(OSError):
        if not earlier.is_symlink() and os.access(earlier, os.W_OK) and _read(earlier):
            earlier.unlink()


class _Header(msgspec.Struct):
    """Fields by which a recipe is recognised. `size` is that of its file in bytes, None of a folder."""

    program: str
    what: str
    options: dict[str, Any]
    size: int | None = None


def _read(path: Path) -> _Header | None:
    """Fields of a recipe; None for any other file."""
    with suppress(OSError, ValueError, RecursionError):
        if path.is_file():
            known = msgspec.json.decode(path.read_bytes(), type=_Header)
            return known if known.program.startswith(_PROGRAM) else None
    return None


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def as_bytes(plain: dict[str, Any]) -> bytes:
    """Encodes a recipe for a file of its own."""
    return json.dumps(plain, indent=2, ensure_ascii=False).encode() + b"\n"


def as_text(plain: dict[str, Any]) -> str:
    """Encodes a recipe for a place inside another file, as short JSON in ASCII, which all of them take."""
    return json.dumps(plain, separators=(",", ":"))


def recipe(
    what: str, options: dict[str, Value], trained: Trained, notes: Sequence[str] = ()
) -> dict[str, Any]:
    """Recipe of the export `what` as plain data. Pictures in the experiment are replaced by their SHA-256
    sums."""
    plain = _recipe_of_one(what, options, trained)
    if trained.other:
        plain["with"] = _recipe_of_one(what, options, trained.other)
    if notes:
        plain["notes"] = list(notes)
    return plain


def _recipe_of_one(what: str, options: dict[str, Value], trained: Trained) -> dict[str, Any]:
    state, gains = trained.state, {column: gain.tolist() for column, gain in trained.gains.items()}
    return {
        "format": FORMAT,
        "program": f"{_PROGRAM}{__version__}",
        "what": what,
        "options": options,
        "seed": trained.experiment.seed,
        "step": state.step,
        "epoch": state.epoch,
        **({"gains": gains} if gains else {}),
        "experiment": _json_ready(experiment_as_plain(trained.experiment)),
        "changes": [_json_ready(msgspec.to_builtins(change)) for change in trained.history.changes],
    }


def experiment_as_json(experiment: Experiment) -> str:
    """Encodes an experiment as a recipe has it."""
    return json.dumps(_json_ready(experiment_as_plain(experiment)), ensure_ascii=False)


def _json_ready(plain: Any) -> Any:
    """Replaces bytes by their SHA-256 sums, and infinities and NaN by text, as JSON has neither."""
    if isinstance(plain, dict):
        return {name: _json_ready(value) for name, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_json_ready(value) for value in plain]
    if isinstance(plain, bytes):
        return {"bytes": len(plain), "sha256": hashlib.sha256(plain).hexdigest()}
    if isinstance(plain, float) and plain - plain != 0:
        return str(plain)
    return plain
