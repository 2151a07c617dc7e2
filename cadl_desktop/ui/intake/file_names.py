"""File names made of titles and of what people type."""

import os
import re
from collections.abc import Collection
from itertools import chain, count
from pathlib import Path

MOST_CHARACTERS = 80
_MOST_BYTES = 180
"""Bytes of a name, of which file systems take 255 with all endings and numbers."""
_REFUSED = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Direction characters, by which a name may read 'live' and be 'evil'."""
_BETWEEN_WORDS = re.compile(r"[\s!-,/:-@\[-^`{-~]+")
"""Spaces and ASCII's signs, but for those that numbers and names have: '-', '.' and '_'."""
_MOST_OF_TITLE = 60
_DEVICES = re.compile(r"(con|prn|aux|nul|(com|lpt)[\d¹²³]) *(\..*)?", re.IGNORECASE)
"""Names of devices on Windows, whatever follows a dot in them."""


def file_name(title: str, otherwise: str) -> str:
    """Name that every system accepts, visible and without a folder; `otherwise` if nothing is left."""
    name = _REFUSED.sub("-", _DIRECTIONS.sub("", title)).strip(" .")[:MOST_CHARACTERS]
    name = os.fsencode(name)[:_MOST_BYTES].decode(errors="ignore").rstrip(" .")
    if _DEVICES.fullmatch(name):
        return f"_{name}"
    return name or otherwise


def export_path(folder: Path, title: str, what: str, ending: str) -> Path:
    """Unused path such as 'coffee-painting.png' or, where that is there, 'coffee-painting-2.png': of the
    `title` of an experiment, `what` a file of it is, and its ending."""
    name = file_name(_BETWEEN_WORDS.sub("-", title)[:_MOST_OF_TITLE].strip("-."), what)
    stem = name if name.lower().endswith(what) else f"{name}-{what}"
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(path for name in names if not os.path.lexists(path := folder / f"{name}{ending}"))


def free_name(path: Path) -> Path:
    """Unused path with the smallest number from 2 on."""
    names = (path.with_name(f"{path.stem} {number}{path.suffix}") for number in count(2))
    return next(name for name in names if not name.exists())


def ending_of(path: Path) -> str:
    """Ending in lower case, with its dot; '' without one."""
    return path.suffix.lower()


def patterns(endings: Collection[str]) -> str:
    """Patterns for the filter of a file dialog."""
    return " ".join(f"*{ending}" for ending in endings)


def with_ending(path: Path, endings: Collection[str], wanted: str) -> Path:
    """Path with `wanted` appended unless it has one of `endings`.

    Other dots belong to the name: 'run 0.01' has no ending.
    """
    has_one = any(path.name.lower().endswith(ending) and len(path.name) > len(ending) for ending in endings)
    return path if has_one else path.with_name(f"{path.name}{wanted}")
