"""What is done with an HDF5 file in the process that decodes: one flipped byte in some 700 crashes the
library or never lets it end."""

from collections.abc import Iterator
from typing import IO, Any

import h5py
import numpy as np

from cadl_desktop.decoding.refusals import THE_FILE, RefusedError
from cadl_desktop.system.channel import Array

MOST_MEMBERS = 10_000


def decoded_arrays(file: IO[bytes], most_bytes: int) -> Iterator[tuple[str, Array]]:
    """What Keras 3 writes: layers/dense_1/vars/0, and the layer's own name as an attribute of 'vars'.

    Arrays are called 'dense_1:layer_2/0'. Raises RefusedError where they have more than `most_bytes`
    together, before any is read, and ValueError for what is damaged.
    """
    with h5py.File(file, "r") as opened:
        found = dict(_found(opened))
        if sum(each.nbytes for each in found.values()) > most_bytes or len(found) > MOST_MEMBERS:
            raise RefusedError(
                "{name} holds far more than this network's weights; choose another file.", name=THE_FILE
            )
        for name, each in found.items():
            yield name, np.asarray(each[()])


def _found(opened: Any) -> Iterator[tuple[str, Any]]:
    layers = _own(opened, "layers")
    for layer in list(layers)[:MOST_MEMBERS]:
        variables = _own(_own(layers, layer), "vars")
        name = str(variables.attrs.get("name", ""))
        for number in variables:
            found = _own(variables, number)
            if found.external or found.is_virtual:
                raise ValueError("its numbers stand in another file")
            if found.shape is None or found.dtype.kind not in "biuf":
                raise ValueError("what should be numbers is none")
            yield f"{layer}:{name}/{number}", found


def _own(group: Any, name: str) -> Any:
    """A member that is in the file itself: a link could lead to any other."""
    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise ValueError("a link leads out of the file")
    return group[name]
