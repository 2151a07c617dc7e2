"""Binary contents of a project's members: arrays as safetensors, pictures and points by reference.

Arrays are encoded as pieces that are written without a copy: the safetensors library holds the GIL while it
copies, which would freeze the window for a large network.
"""

import hashlib
import math
import re
import struct
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from cadl_desktop.data.curves.curve_datasets import MAGIC, MOST_BYTES, PointsError, decode_points
from cadl_desktop.runs.events import Floats
from cadl_desktop.storage.container import Content, DamageError
from cadl_desktop.storage.untrusted_files import array_count_bound

Pieces = list[memoryview]
_MOST_ARRAYS = 2500
"""Largest number of arrays in a member; no network has as many."""


_MEMBERS = re.compile(r"(pictures/[0-9a-f]{16}\.png)|points/[0-9a-f]{16}\.npy")
_MOST_PICTURE_BYTES = 96 * 2**20
"""The largest picture takes 75.5 MB if it can't be compressed."""


def pack_arrays(arrays: Mapping[str, Floats]) -> Pieces:
    """Encodes float32 arrays, byte for byte as `safetensors.numpy.save`."""
    return pack_array_parts({name: (array.shape, [array]) for name, array in arrays.items()})


def pack_array_parts(arrays: Mapping[str, tuple[tuple[int, ...], Iterable[Floats]]]) -> Pieces:
    """Encodes arrays given as a shape and consecutive parts."""
    names = sorted(arrays)
    ends = np.cumsum([4 * math.prod(arrays[name][0]) for name in names]).tolist()
    described = {
        name: {"dtype": "F32", "shape": arrays[name][0], "data_offsets": offsets}
        for name, offsets in zip(names, pairwise([0, *ends]), strict=True)
    }
    header = msgspec.json.encode(described)
    header += b" " * (-len(header) % 8)
    parts = [np.ascontiguousarray(part, "<f4") for name in names for part in arrays[name][1]]
    return [memoryview(struct.pack("<Q", len(header)) + header), *(part.data for part in parts)]


def read_arrays(members: Mapping[str, bytes], name: str, kind: type = np.float32) -> dict[str, NDArray[Any]]:
    """Decodes the arrays of one member as copies, ordered by name. Raises DamageError, as for other
    dtypes."""
    content = member_content(members, name)
    if array_count_bound(content) > _MOST_ARRAYS:
        raise member_damage(name)
    try:
        arrays = safetensors.numpy.load(content)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise member_damage(name) from error
    if any(array.dtype != kind for array in arrays.values()):
        raise member_damage(name)
    return {key: arrays[key].copy() for key in sorted(arrays)}


def member_content(members: Mapping[str, bytes], name: str) -> bytes:
    """Returns the content of a required member. Raises DamageError."""
    if name not in members:
        raise DamageError("'{name}' is missing in it; use another copy.", name=name)
    return members[name]


def member_damage(name: str) -> DamageError:
    return DamageError("'{name}' in it is damaged; use another copy.", name=name)


def detach_bytes(plain: Any, attached: dict[str, Content]) -> Any:
    """Replaces pictures and points in plain data by references, and adds them to `attached`."""
    if isinstance(plain, dict):
        return {name: detach_bytes(value, attached) for name, value in plain.items()}
    if isinstance(plain, list):
        return [detach_bytes(value, attached) for value in plain]
    if isinstance(plain, bytes):
        kind = "points" if plain.startswith(MAGIC) else "picture"
        name = _attachment_name(kind, plain)
        attached[name] = plain
        return {kind: name}
    return plain


def attach_bytes(plain: Any, members: Mapping[str, bytes]) -> Any:
    """Replaces references in plain data by their bytes. Raises DamageError if those were altered."""
    if isinstance(plain, dict) and plain.keys() == {"picture"}:
        return _attached("picture", plain["picture"], members)
    if isinstance(plain, dict) and plain.keys() == {"points"}:
        return _sound_points(_attached("points", plain["points"], members))
    if isinstance(plain, dict):
        return {name: attach_bytes(value, members) for name, value in plain.items()}
    if isinstance(plain, list):
        return [attach_bytes(value, members) for value in plain]
    return plain


def is_attached(name: str) -> bool:
    """Whether this is the name of a picture or of points."""
    return _MEMBERS.fullmatch(name) is not None


def most_attached_bytes(name: str) -> int | None:
    """Returns the largest size of a picture or points with this name; None for other names."""
    match = _MEMBERS.fullmatch(name)
    if match is None:
        return None
    return _MOST_PICTURE_BYTES if match[1] else MOST_BYTES


def _attached(kind: str, name: object, members: Mapping[str, bytes]) -> bytes:
    content = members.get(str(name), b"")
    if not content or _attachment_name(kind, content) != name:
        what = "one of its pictures is" if kind == "picture" else "its points are"
        raise DamageError("{what} missing or damaged.", what=what)
    return content


def _sound_points(content: bytes) -> bytes:
    try:
        decode_points(content)
    except PointsError as error:
        raise DamageError("its points are missing or damaged.") from error
    return content


def _attachment_name(kind: str, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()[:16]
    return f"pictures/{digest}.png" if kind == "picture" else f"points/{digest}.npy"
