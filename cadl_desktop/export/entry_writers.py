"""Look-up of the functions that write a catalog entry into scripts and into network files.

The catalog names them as strings: `Entry.script` and `Entry.exported` (see `experiment/catalog/shipped.py`).
"""

from collections.abc import Callable
from typing import Any

from cadl_desktop.experiment.catalog import Category, entry
from cadl_desktop.experiment.registry import load_reference
from cadl_desktop.storage.atomic import FileError


def script_writer(category: Category, kind: str) -> Callable[..., Any]:
    """Function that writes an entry as code of a script. Raises FileError if there is none."""
    return _referenced(entry(category, kind).script, category, kind, "exported scripts")


def network_writer(category: Category, kind: str) -> Callable[..., Any]:
    """Function that adds an entry to a network file by `Operations`. Raises FileError if there is none."""
    return _referenced(entry(category, kind).exported, category, kind, "exported networks")


def unsupported(category: str, kind: str, what: str) -> FileError:
    """FileError of an entry without support for `what`."""
    return FileError(
        "The {category} '{kind}' has no words for {what}; export the weights as .safetensors instead.",
        category=category.replace("_", " "),
        kind=kind,
        what=what,
    )


def _referenced(reference: str, category: Category, kind: str, what: str) -> Callable[..., Any]:
    if not reference:
        raise unsupported(category, kind, what)
    return load_reference(reference)
