"""Arrays as the content of a safetensors file, copied without keeping other threads from running."""

import math
import struct
from collections.abc import Mapping
from itertools import pairwise

import msgspec
import numpy as np

from cadl_desktop.runs.events import Floats


def packed(arrays: Mapping[str, Floats]) -> memoryview:
    """What `safetensors.numpy.save` gives for float32 arrays, byte for byte. That one holds Python's lock for
    as long as it copies, and the window would stand still for all of a large network."""
    content, room = room_for({name: arrays[name].shape for name in sorted(arrays)})
    for name, array in arrays.items():
        room[name][...] = array
    return content


def room_for(shapes: Mapping[str, tuple[int, ...]]) -> tuple[memoryview, dict[str, Floats]]:
    """A file of safetensors, and its arrays to be filled in where they lie: as they may take a share of the
    memory that counts, there is no copy of them beside it."""
    ends = np.cumsum([4 * math.prod(shape) for shape in shapes.values()]).tolist()
    offsets = dict(zip(shapes, pairwise([0, *ends]), strict=True))
    described = {
        name: {"dtype": "F32", "shape": shape, "data_offsets": offsets[name]}
        for name, shape in shapes.items()
    }
    header = msgspec.json.encode(described)
    header += b" " * (-len(header) % 8)
    first = 8 + len(header)
    # NumPy's memory, as Python would clear it first, and let nobody else run meanwhile.
    content = np.empty(first + ends[-1], np.uint8).data
    content[:first] = struct.pack("<Q", len(header)) + header
    arrays: dict[str, Floats] = {
        name: np.frombuffer(content, "<f4", math.prod(shape), first + offsets[name][0]).reshape(shape)
        for name, shape in shapes.items()
    }
    return content, arrays
