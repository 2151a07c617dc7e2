"""The words for what an entry of the catalog computes, in a script."""

from collections.abc import Callable
from typing import Any

from cadl_desktop.experiment.catalog import Category, entry
from cadl_desktop.experiment.registry import loaded
from cadl_desktop.storage.atomic import FileError


def words(category: Category, kind: str) -> Callable[..., Any]:
    """What writes an entry down. Raises FileError where nobody has said how."""
    known = entry(category, kind)
    if not known.script:
        raise FileError(
            "The {category} '{kind}' has no words for exported scripts; export the weights as "
            ".safetensors instead.",
            category=category,
            kind=kind,
        )
    return loaded(known.script)
