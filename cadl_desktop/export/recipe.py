"""Recipes: small JSON files beside exported files that say how to make these again."""

import hashlib
import json
import os
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


def recipe_path(path: Path) -> Path:
    """Path of an export's recipe: 'painting.png.recipe.json' for 'painting.png'."""
    return path.with_name(f"{path.name}.recipe.json")


def write_recipe(
    path: Path, what: str, options: dict[str, Value], trained: Trained, notes: Sequence[str] = ()
) -> None:
    """Writes the recipe of the export `what` beside `path`. The same run gives the same bytes.

    Raises FileError.
    """
    plain = recipe(readable(path.name), what, options, trained)
    if trained.other:
        plain["with"] = recipe(readable(path.name), what, options, trained.other)
    if notes:
        plain["notes"] = list(notes)
    write_bytes(recipe_path(path), as_bytes(plain))


def remove_recipe(path: Path) -> None:
    """Removes the recipe of an earlier file of this name. Files that aren't recipes stay, as do links and
    read-only files."""
    earlier = recipe_path(path)
    with suppress(OSError, ValueError, RecursionError):
        if earlier.is_symlink() or not earlier.is_file() or not os.access(earlier, os.W_OK):
            return
        if msgspec.json.decode(earlier.read_bytes(), type=_Header).program.startswith(_PROGRAM):
            earlier.unlink()


class _Header(msgspec.Struct):
    """Fields by which a recipe is recognised."""

    program: str
    what: str
    options: dict[str, Any]


def as_bytes(plain: dict[str, Any]) -> bytes:
    """Encodes a recipe as JSON."""
    return json.dumps(plain, indent=2, ensure_ascii=False).encode() + b"\n"


def recipe(file: str, what: str, options: dict[str, Value], trained: Trained) -> dict[str, Any]:
    """Recipe as plain data. Pictures in the experiment are replaced by their SHA-256 sums."""
    state, gains = trained.state, {column: gain.tolist() for column, gain in trained.gains.items()}
    return {
        "format": FORMAT,
        "program": f"{_PROGRAM}{__version__}",
        "file": file,
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
