"""How an exported file came about, as a small file beside it: enough to make it again."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from cadl_desktop import __version__
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.presets import experiment_as_plain
from cadl_desktop.export.trained import Trained
from cadl_desktop.sentences import readable
from cadl_desktop.storage.atomic import write_bytes

FORMAT = 1
_PROGRAM = "cadl_desktop "
"""What every recipe's program begins with; its version follows."""


def recipe_path(path: Path) -> Path:
    """'painting.png.recipe.json' for 'painting.png'."""
    return path.with_name(f"{path.name}.recipe.json")


def write_recipe(path: Path, what: str, options: dict[str, Value], trained: Trained) -> None:
    """Writes the recipe of the export `what` that went to `path`. The same run gives the same bytes.

    Raises FileError.
    """
    plain = recipe(readable(path.name), what, options, trained)
    write_bytes(recipe_path(path), as_bytes(plain))


def remove_recipe(path: Path) -> None:
    """Removes the recipe of an earlier file of this name, which tells nothing of the one that is there now;
    what isn't a recipe stays, and what was made read-only."""
    earlier = recipe_path(path)
    with suppress(OSError, ValueError, RecursionError):
        if earlier.is_symlink() or not earlier.is_file() or not os.access(earlier, os.W_OK):
            return
        if msgspec.json.decode(earlier.read_bytes(), type=_Head).program.startswith(_PROGRAM):
            earlier.unlink()


class _Head(msgspec.Struct):
    """What tells a recipe from other files."""

    program: str
    what: str
    options: dict[str, Any]


def as_bytes(plain: dict[str, Any]) -> bytes:
    """A recipe as the file has it."""
    return json.dumps(plain, indent=2, ensure_ascii=False).encode() + b"\n"


def recipe(file: str, what: str, options: dict[str, Value], trained: Trained) -> dict[str, Any]:
    """The recipe as plain data. Of a picture that the experiment carries it holds the SHA-256 sum only."""
    state = trained.state
    return {
        "format": FORMAT,
        "program": f"{_PROGRAM}{__version__}",
        "file": file,
        "what": what,
        "options": options,
        "seed": trained.experiment.seed,
        "step": state.step,
        "epoch": state.epoch,
        "experiment": _with_sums(experiment_as_plain(trained.experiment)),
        "changes": [_with_sums(msgspec.to_builtins(change)) for change in trained.history.changes],
    }


def _with_sums(plain: Any) -> Any:
    """Bytes by their sums, and what is no number in words: JSON knows neither."""
    if isinstance(plain, dict):
        return {name: _with_sums(value) for name, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_with_sums(value) for value in plain]
    if isinstance(plain, bytes):
        return {"bytes": len(plain), "sha256": hashlib.sha256(plain).hexdigest()}
    if isinstance(plain, float) and plain - plain != 0:
        return str(plain)
    return plain
