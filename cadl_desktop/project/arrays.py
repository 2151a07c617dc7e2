"""Arrays as a safetensors file, in pieces that are written as they lie, and back.

Nothing is copied to write them: the library that reads such files holds Python's lock for as long as it
copies, and the window would stand still for all of a large network.
"""

import math
import struct
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from cadl_desktop.runs.events import Floats
from cadl_desktop.storage.container import DamageError
from cadl_desktop.storage.untrusted_files import array_count_bound

Pieces = list[memoryview]
_MOST_ARRAYS = 2500
"""Of one member; no network has as many."""


def packed(arrays: Mapping[str, Floats]) -> Pieces:
    """What `safetensors.numpy.save` gives for float32 arrays, byte for byte."""
    return packed_of({name: (array.shape, [array]) for name, array in arrays.items()})


def packed_of(arrays: Mapping[str, tuple[tuple[int, ...], Iterable[Floats]]]) -> Pieces:
    """The same for arrays of these shapes that lie in parts, one after the other."""
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


def arrays_in(members: Mapping[str, bytes], name: str, kind: type = np.float32) -> dict[str, NDArray[Any]]:
    """The arrays of one member in the order of their names, as copies of their own, all of one type. Raises
    DamageError."""
    content = content_in(members, name)
    if array_count_bound(content) > _MOST_ARRAYS:
        raise damaged(name)
    try:
        arrays = safetensors.numpy.load(content)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(name) from error
    if any(array.dtype != kind for array in arrays.values()):
        raise damaged(name)
    return {key: arrays[key].copy() for key in sorted(arrays)}


def content_in(members: Mapping[str, bytes], name: str) -> bytes:
    """That of a member which must be there. Raises DamageError."""
    if name not in members:
        raise DamageError("'{name}' is missing in it; use another copy.", name=name)
    return members[name]


def damaged(name: str) -> DamageError:
    """Says so of a member."""
    return DamageError("'{name}' in it is damaged; use another copy.", name=name)
