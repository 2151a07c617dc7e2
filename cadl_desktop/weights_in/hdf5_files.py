"""Reader of HDF5 files, run in the decoding process: one flipped byte in some 700 crashes or hangs HDF5."""

from collections.abc import Iterator
from math import prod
from typing import IO, Any

import h5py
import numpy as np

from cadl_desktop.decoding.refusals import THE_FILE, RefusedError
from cadl_desktop.system.channel import Array

MOST_MEMBERS = 10_000
_OF_KERAS_2 = ("layer_names", "model_weights", "_layer_checkpoint_dependencies")
"""Attributes and members, of which one is in the root of every file without 'layers' by Keras 2."""


def decoded_arrays(file: IO[bytes], most_bytes: int) -> Iterator[tuple[str, Array]]:
    """Arrays of a file by Keras 3: layers/dense_1/vars/0, with the layer's own name as attribute of 'vars'.

    Their names are 'dense_1:layer_2/0'. Raises RefusedError, before any is read, if they are larger than
    `most_bytes` together, and ValueError for damaged files. `decoding/decoding_worker.py` names this
    function.
    """
    with h5py.File(file, "r") as opened:
        _refuse_without_layers(opened)
        found = dict(_found(opened))
        if sum(map(_bytes_of, found.values())) > most_bytes or len(found) > MOST_MEMBERS:
            raise RefusedError(
                "{name} holds far more than this network's weights; choose another file.", name=THE_FILE
            )
        for name, each in found.items():
            yield name, np.asarray(each[()])


def _refuse_without_layers(opened: Any) -> None:
    if "layers" in opened:
        return
    if any(name in opened or name in opened.attrs for name in _OF_KERAS_2):
        raise RefusedError(
            "{name} is in a format of Keras 2; load it with Keras and save it as .keras or .weights.h5 anew.",
            name=THE_FILE,
        )
    raise RefusedError("{name} has no layers as Keras saves them; choose another file.", name=THE_FILE)


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


def _bytes_of(found: Any) -> int:
    """Bytes that reading an array takes: HDF5 unpacks whole chunks, which may be larger than the array."""
    return int(max(found.nbytes, prod(found.chunks or ()) * found.dtype.itemsize))


def _own(group: Any, name: str) -> Any:
    """Member of a group that is in the file itself, as a link could lead to any other file."""
    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise ValueError("a link leads out of the file")
    return group[name]
