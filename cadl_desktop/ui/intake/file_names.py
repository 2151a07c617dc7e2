"""Names for files, from what people have called things and from what they have typed."""

import re
from collections.abc import Collection
from itertools import count
from pathlib import Path

MOST_CHARACTERS = 80
_REFUSED = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Invisible letters by which a name may read 'live' and be 'evil'."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def file_name(title: str, otherwise: str) -> str:
    """A name that every system takes, in one folder and not hidden; `otherwise` where nothing is left."""
    name = _REFUSED.sub("-", _DIRECTIONS.sub("", title)).strip(" .")[:MOST_CHARACTERS].rstrip(" .")
    if _DEVICES.fullmatch(name):
        return f"{name}_"
    return name or otherwise


def free_name(path: Path) -> Path:
    """The name with the first number from 2 on that no file has."""
    names = (path.with_name(f"{path.stem} {number}{path.suffix}") for number in count(2))
    return next(name for name in names if not name.exists())


def ending_of(path: Path) -> str:
    """In small letters, with its dot; empty where there is none."""
    return path.suffix.lower()


def patterns(endings: Collection[str]) -> str:
    """As the filter of a file dialog has them."""
    return " ".join(f"*{ending}" for ending in endings)


def with_ending(path: Path, endings: Collection[str], wanted: str) -> Path:
    """The path, with `wanted` added unless it has one of the endings. What follows another dot belongs to
    the name: 'run 0.01' has no ending."""
    has_one = any(path.name.lower().endswith(ending) and len(path.name) > len(ending) for ending in endings)
    return path if has_one else path.with_name(f"{path.name}{wanted}")
