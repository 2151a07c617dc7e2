"""What the entries of the catalog say in exported networks and scripts; another package's may say nothing."""

from collections.abc import Callable
from typing import Any

from cadl_desktop.experiment.catalog import Category, entry
from cadl_desktop.experiment.registry import loaded
from cadl_desktop.storage.atomic import FileError


def script_words(category: Category, kind: str) -> Callable[..., Any]:
    """What gives an entry's words in a script. Raises FileError where it has none."""
    reference = entry(category, kind).script
    if not reference:
        raise FileError(
            f"A script can't hold the {category} '{kind}', whose entry in the catalog has no words for one; "
            "export the weights instead."
        )
    return loaded(reference)


def network_words(category: Category, kind: str) -> Callable[..., Any]:
    """The same in an exported network."""
    reference = entry(category, kind).exported
    if not reference:
        raise FileError(
            f"This format can't hold the {category} '{kind}', whose entry in the catalog has no words for "
            "it; export the weights as .safetensors instead."
        )
    return loaded(reference)
