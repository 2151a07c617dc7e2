"""Matching of a file's arrays to the weights of a network."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cadl_desktop.experiment.model import Experiment, identity_of
from cadl_desktop.experiment.shapes import Shape, column_shapes, columns, encoded_columns, parameter_count
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import fourier_waves, shapes_of, weight_names
from cadl_desktop.sentences import shortened, shown
from cadl_desktop.weights_in.array_files import Array, Arrays, WeightsError, read_arrays

_KERAS = re.compile(r"(?P<layer>[^:]+):.*/(?P<part>[0-9]+)", re.DOTALL)
"""Name such as 'dense_1:layer_2/0', where 'dense_1' is Keras' own name."""
_OURS_IN_KERAS = re.compile(r"[^:]+:(?P<layer>.*)/(?P<part>[0-9]+)", re.DOTALL)
_PYTORCH = re.compile(r"(?P<layer>(?:.*\.)?)(?P<part>weight|bias)", re.DOTALL)
_NUMBER = re.compile(r"_?([0-9]+)")

Labelled = tuple[str, Array]


def read_weights(path: Path, experiment: Experiment) -> tuple[Floats, ...]:
    """Reads the weights of an experiment's network from a file, in the order of `RunState.weights`.

    Arrays are recognised by the names that this program, Keras or PyTorch give them. Layers of the latter two
    are distinguished by their shapes and the numbers in their names. Raises WeightsError, which names the
    first mismatch.
    """
    names = weight_names(experiment)
    arrays = read_arrays(path, 4 * parameter_count(experiment))
    found = (
        _by_name(arrays, names) or _by_our_layers(arrays, experiment) or _by_shape(path, arrays, experiment)
    )
    if len(found) != len(names):
        _refuse_number(path, arrays, names)
    _refuse_other_waves(path, arrays, experiment)
    return tuple(
        _checked(path, name, shape, label, array)
        for name, shape, (label, array) in zip(names, shapes_of(experiment), found, strict=True)
    )


def _by_name(arrays: Arrays, names: Sequence[str]) -> list[Labelled]:
    """Arrays named W1, b1, W2, b2, ...; empty if the file has none of these names."""
    return [(name, arrays[name]) for name in names if name in arrays]


def _by_our_layers(arrays: Arrays, experiment: Experiment) -> list[Labelled]:
    """Arrays of a Keras file that this program wrote, by the names of its layers."""
    named = _layers(arrays, _OURS_IN_KERAS)
    names = [name for name, _ in _wanted(experiment)]
    return [weight for name in names for weight in named[name]] if named.keys() >= set(names) else []


def _by_shape(path: Path, arrays: Arrays, experiment: Experiment) -> list[Labelled]:
    """Arrays of a file by Keras or PyTorch; empty if its names are of neither.

    Each layer takes the first unused layer of the file with arrays of its shapes. If there is none, returns
    all arrays in their order, so that the first mismatch can be named.
    """
    layers = _layers(arrays, _KERAS) or _layers(arrays, _PYTORCH)
    unused, found = dict(layers), list[Labelled]()
    for _, shapes in _wanted(experiment):
        fitting = {name: own for name, layer in unused.items() if (own := _fitted(layer, shapes))}
        if not fitting:
            return _in_order(layers, shapes_of(experiment))
        name, *others = fitting
        _refuse_ambiguous(path, name, others)
        found += fitting[name]
        del unused[name]
    return found + [item for layer in unused.values() for item in layer]


def _layers(arrays: Arrays, pattern: re.Pattern[str]) -> dict[str, list[Labelled]]:
    """Arrays of each layer, ordered by the numbers in their names, weights before biases; empty if a name
    doesn't match the pattern."""
    layers: dict[str, dict[str, Labelled]] = {}
    for label, array in arrays.items():
        match = pattern.fullmatch(label)
        if match is None:
            return {}
        layers.setdefault(match["layer"], {})[match["part"]] = (label, array)
    return {
        name: [parts[part] for part in sorted(parts, key=lambda part: (_numbers(part), part != "weight"))]
        for name, parts in sorted(layers.items(), key=lambda layer: _numbers(layer[0]))
    }


def _numbers(name: str) -> list[tuple[int, str]]:
    """Sort key that puts 'dense_2' before 'dense_10'. Numbers stay text, as `int` refuses very long ones."""
    return [(len(digits), digits) for digits in (found.lstrip("0") for found in _NUMBER.findall(name))]


def _fitted(layer: list[Labelled], shapes: Sequence[Shape]) -> list[Labelled]:
    """Arrays of a layer in this program's orientation; empty if they don't fit."""
    if len(layer) != len(shapes):
        return []
    found = [
        (label, _as_ours(label, array, shape)) for (label, array), shape in zip(layer, shapes, strict=True)
    ]
    return found if [array.shape for _, array in found] == list(shapes) else []


def _in_order(layers: Mapping[str, list[Labelled]], shapes: Sequence[Shape]) -> list[Labelled]:
    found = [item for layer in layers.values() for item in layer]
    known = zip(found, shapes, strict=False)
    oriented = [(label, _as_ours(label, array, shape)) for (label, array), shape in known]
    return oriented + found[len(oriented) :]


def _as_ours(label: str, array: Array, shape: Shape) -> Array:
    """Array in this program's orientation. PyTorch's linear layers, (outputs, inputs), are transposed even if
    they don't fit, so that shapes in messages are comparable; its tables are not."""
    is_table = array.shape == shape != array.T.shape
    return array.T if label.endswith("weight") and not is_table else array


def _wanted(experiment: Experiment) -> list[tuple[str, list[Shape]]]:
    """Layers with weights in their order: name in exported files, and shapes."""
    found = []
    own = zip(columns(experiment), column_shapes(experiment), strict=True)
    for column, ((_, part), shapes) in enumerate(own):
        if shapes:
            name = part.kind.replace(" ", "_") if column == 0 else f"layer_{column}"
            found.append((name, list(shapes)))
        identity = identity_of(experiment.data) if column == 0 else None
        if identity and identity.shapes:
            found.append(("picture_vectors", list(identity.shapes)))
    return found


def _refuse_ambiguous(path: Path, name: str, others: Sequence[str]) -> None:
    """Raises WeightsError if no number says which of several layers with the same shapes comes first."""
    other = next((other for other in others if _NUMBER.sub("", other) != _NUMBER.sub("", name)), None)
    if other is not None:
        one, other = sorted((name, other))
        raise WeightsError(
            "'{name}' doesn't say which of '{one}' and '{other}' comes first, and both have the same shapes; "
            "name its arrays W1, b1, W2, b2, ... from the first layer on.",
            name=path.name,
            one=shortened(one.rstrip(".")),
            other=shortened(other.rstrip(".")),
        )


def _refuse_number(path: Path, arrays: Arrays, names: Sequence[str]) -> None:
    missing = [name for name in names if name not in arrays]
    if len(missing) < len(names):
        raise WeightsError(
            "'{name}' doesn't fit this network: it has no '{missing}'.", name=path.name, missing=missing[0]
        )
    if len(arrays) == len(names):
        raise WeightsError(
            "'{name}' names its arrays neither as this program nor as Keras or PyTorch do; name them {first} "
            "to {last}, from the first layer on.",
            name=path.name,
            first=names[0],
            last=names[-1],
        )
    raise WeightsError(
        "'{name}' doesn't fit this network, which has {wanted} arrays of weights ({first} to "
        "{last}); the file has {count}.",
        name=path.name,
        wanted=len(names),
        first=names[0],
        last=names[-1],
        count=len(arrays),
    )


def _refuse_other_waves(path: Path, arrays: Arrays, experiment: Experiment) -> None:
    """Raises WeightsError if the weights were trained with other Fourier waves."""
    if experiment.encoding.kind != "fourier" or "B" not in arrays or "W1" not in arrays:
        return
    theirs, ours = arrays["B"], fourier_waves(experiment.encoding, encoded_columns(experiment))
    # Other machines may round the random numbers differently.
    alike = theirs.shape == ours.shape and theirs.dtype.kind == "f" and np.allclose(theirs, ours, rtol=1e-4)
    if not alike:
        raise WeightsError(
            "'{name}' doesn't fit this network: it was trained with other Fourier waves; give the encoding "
            "the seed and the scale that it had there.",
            name=path.name,
        )


def _checked(path: Path, name: str, shape: Shape, label: str, array: Array) -> Floats:
    called = name if label == name else f"{name} ('{shown(shortened(label))}' in the file)"
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
    return " x ".join(map(str, shape)) or "a single number"
