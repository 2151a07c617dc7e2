"""Which array of a file is which weight of a network."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cadl_desktop.experiment.identity import identity_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import Shape, columns, own_shapes, parameter_count
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.weights import shapes_of, weight_names
from cadl_desktop.sentences import said, shortened
from cadl_desktop.weights_in.array_files import Array, Arrays, WeightsError, read_arrays

_KERAS_CLASSES = {
    "dense": "dense",
    "siren": "dense",
    "hash grid": "embedding",
    "layer normalisation": "layer_normalization",
}


def read_weights(path: Path, experiment: Experiment) -> tuple[Floats, ...]:
    """The weights of an experiment's network from a file, in the order of `RunState.weights`.

    Files of this program are read by their names. In others the arrays are W1, b1, W2, b2, ... by name, or
    stand in the order of the layers. Raises WeightsError, whose sentence names the first thing that does
    not fit.
    """
    names = weight_names(experiment)
    shapes = shapes_of(experiment)
    arrays = read_arrays(path, 4 * parameter_count(experiment))
    found = _by_name(arrays, names) or _by_layer(arrays, experiment) or _by_order(arrays, shapes)
    if len(found) != len(names):
        _refuse_number(path, arrays, names, len(found))
    return tuple(
        _checked(path, name, shape, label, array)
        for name, shape, (label, array) in zip(names, shapes, found, strict=True)
    )


def _by_name(arrays: Arrays, names: Sequence[str]) -> list[tuple[str, Array]]:
    """W1, b1, W2, b2, ...; nothing where the file has not a single one of these names."""
    return [(name, arrays[name]) for name in names if name in arrays]


def _by_layer(arrays: Arrays, experiment: Experiment) -> list[tuple[str, Array]]:
    """Of a Keras file: by the names that this program gives layers, or each class's layers in their order."""
    layers: dict[str, list[tuple[str, Array]]] = {}
    for label, array in _sorted(arrays):
        if ":" in label:
            layers.setdefault(label.rpartition("/")[0], []).append((label, array))
    named = {layer.partition(":")[2]: own for layer, own in layers.items()}
    expected = _keras_layers(experiment)
    if all(name in named for name, _ in expected):
        return [weight for name, _ in expected for weight in named[name]]
    found = []
    for _, kind in expected:
        layer = next((layer for layer in layers if _class_of(layer) == kind), None)
        found += layers.pop(layer) if layer else []
    return found


def _by_order(arrays: Arrays, shapes: Sequence[Shape]) -> list[tuple[str, Array]]:
    """In the file's own order where the shapes fit, and in that of the names otherwise."""
    own = list(arrays.items())
    return own if [array.shape for array in arrays.values()] == list(shapes) else _sorted(arrays)


def _sorted(arrays: Arrays) -> list[tuple[str, Array]]:
    return sorted(arrays.items(), key=lambda item: _natural(item[0]))


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts 'dense_2' before 'dense_10': numbers by their length first, as `int` refuses very long ones."""
    pieces = re.split(r"0*([0-9]+)", name)
    return [(len(piece), piece) if piece.isdecimal() else (-1, piece) for piece in pieces]


def _class_of(layer: str) -> str:
    """'dense' of 'dense_12:layer_3'."""
    return layer.partition(":")[0].rstrip("0123456789").rstrip("_")


def _keras_layers(experiment: Experiment) -> list[tuple[str, str]]:
    """The layers that have weights in their order: what the export names them, and Keras' class."""
    found = []
    own = zip(columns(experiment), own_shapes(experiment), strict=True)
    for column, ((_, part), shapes) in enumerate(own):
        if shapes:
            name = part.kind.replace(" ", "_") if column == 0 else f"layer_{column}"
            found.append((name, _KERAS_CLASSES.get(part.kind, "")))
        identity = identity_of(experiment.data) if column == 0 else None
        if identity and identity.shapes:
            found.append(("picture_vectors", "dense"))
    return found


def _refuse_number(path: Path, arrays: Arrays, names: Sequence[str], count: int) -> None:
    missing = [name for name in names if name not in arrays]
    if len(missing) < len(names):
        raise WeightsError(
            "'{name}' doesn't fit this network: it has no '{missing}'.", name=path.name, missing=missing[0]
        )
    raise WeightsError(
        "'{name}' doesn't fit this network, which has {wanted} arrays of weights ({first} to "
        "{last}); the file has {count}.",
        name=path.name,
        wanted=len(names),
        first=names[0],
        last=names[-1],
        count=count,
    )


def _checked(path: Path, name: str, shape: Shape, label: str, array: Array) -> Floats:
    called = (
        name if label == name else said("{name} ('{label}' in the file)", name=name, label=shortened(label))
    )
    if array.shape != shape:
        raise WeightsError(
            "'{name}' doesn't fit this network: {called} is {wanted} here and {shape} in the file.",
            name=path.name,
            called=called,
            wanted=_spelled(shape),
            shape=shortened(_spelled(array.shape)),
        )
    if array.dtype.kind != "f":
        raise WeightsError(
            "'{name}' can't be used: {called} holds {kind} and no floating-point numbers.",
            name=path.name,
            called=called,
            kind=shortened(array.dtype),
        )
    with np.errstate(over="ignore"):
        weights = np.ascontiguousarray(array, np.float32)
    if not np.isfinite(weights).all():
        raise WeightsError(
            "'{name}' can't be used: {called} holds a number that is not finite.",
            name=path.name,
            called=called,
        )
    return weights


def _spelled(shape: Shape) -> str:
    return " x ".join(map(str, shape)) or said("a single number")
