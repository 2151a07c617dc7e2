"""Arrays as a safetensors file, in pieces that are written as they lie.

Nothing is copied for it: the library that reads such files holds Python's lock for as long as it copies, and
the window would stand still for all of a large network.
"""

import math
import struct
from collections.abc import Iterable, Mapping
from itertools import pairwise

import msgspec
import numpy as np

from cadl_desktop.runs.events import Floats

Pieces = list[memoryview]


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
