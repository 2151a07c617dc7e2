"""What the catalog names for an entry, so that files of other programs can say what it computes."""

from collections.abc import Callable
from typing import Any

from cadl_desktop.experiment.catalog import Category, entry
from cadl_desktop.experiment.registry import load_reference
from cadl_desktop.storage.atomic import FileError


def script_words(category: Category, kind: str) -> Callable[..., Any]:
    """What writes an entry down as code. Raises FileError where nobody has said how."""
    return _named(entry(category, kind).script, category, kind, "exported scripts")


def network_words(category: Category, kind: str) -> Callable[..., Any]:
    """What says an entry in `networks.vocabulary`. Raises FileError where nobody has said how."""
    return _named(entry(category, kind).exported, category, kind, "exported networks")


def without_words(category: str, kind: str, what: str) -> FileError:
    """The error of an entry that says nothing of `what`."""
    return FileError(
        "The {category} '{kind}' has no words for {what}; export the weights as .safetensors instead.",
        category=category.replace("_", " "),
        kind=kind,
        what=what,
    )


def _named(reference: str, category: Category, kind: str, what: str) -> Callable[..., Any]:
    if not reference:
        raise without_words(category, kind, what)
    return load_reference(reference)
