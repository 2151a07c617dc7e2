"""An experiment's pictures and points as members of a project file, and back by reference."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from cadl_desktop.data.curves.curve_datasets import MAGIC, MOST_BYTES, PointsError, decode_points
from cadl_desktop.storage.container import Content, DamageError

_MEMBERS = re.compile(r"(pictures/[0-9a-f]{16}\.png)|points/[0-9a-f]{16}\.npy")
_MOST_PICTURE_BYTES = 96 * 2**20
"""The largest picture takes 75.5 MB where nothing in it repeats."""


def without_bytes(plain: Any, attached: dict[str, Content]) -> Any:
    """The same data with pictures and points replaced by references; they are added to `attached`."""
    if isinstance(plain, dict):
        return {name: without_bytes(value, attached) for name, value in plain.items()}
    if isinstance(plain, list):
        return [without_bytes(value, attached) for value in plain]
    if isinstance(plain, bytes):
        kind = "points" if plain.startswith(MAGIC) else "picture"
        name = _member(kind, plain)
        attached[name] = plain
        return {kind: name}
    return plain


def with_bytes(plain: Any, members: Mapping[str, bytes]) -> Any:
    """The same data with the bytes that it refers to. Raises DamageError where they aren't what they were."""
    if isinstance(plain, dict) and plain.keys() == {"picture"}:
        return _attached("picture", plain["picture"], members)
    if isinstance(plain, dict) and plain.keys() == {"points"}:
        return _sound_points(_attached("points", plain["points"], members))
    if isinstance(plain, dict):
        return {name: with_bytes(value, members) for name, value in plain.items()}
    if isinstance(plain, list):
        return [with_bytes(value, members) for value in plain]
    return plain


def is_attached(name: str) -> bool:
    """Whether a member of this name is a picture or points."""
    return _MEMBERS.fullmatch(name) is not None


def most_attached_bytes(name: str) -> int | None:
    """How large a picture or points of this member name may be; None where it is no such name."""
    match = _MEMBERS.fullmatch(name)
    if match is None:
        return None
    return _MOST_PICTURE_BYTES if match[1] else MOST_BYTES


def _attached(kind: str, name: object, members: Mapping[str, bytes]) -> bytes:
    content = members.get(str(name), b"")
    if not content or _member(kind, content) != name:
        what = "one of its pictures is" if kind == "picture" else "its points are"
        raise DamageError("{what} missing or damaged.", what=what)
    return content


def _sound_points(content: bytes) -> bytes:
    try:
        decode_points(content)
    except PointsError as error:
        raise DamageError("its points are missing or damaged.") from error
    return content


def _member(kind: str, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()[:16]
    return f"pictures/{digest}.png" if kind == "picture" else f"points/{digest}.npy"
