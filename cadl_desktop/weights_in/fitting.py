"""Which array of a file is which weight of a network."""

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
"""'dense_1:layer_2/0', of which 'dense_1' is Keras' own name."""
_OURS_IN_KERAS = re.compile(r"[^:]+:(?P<layer>.*)/(?P<part>[0-9]+)", re.DOTALL)
_PYTORCH = re.compile(r"(?P<layer>(?:.*\.)?)(?P<part>weight|bias)", re.DOTALL)
_NUMBER = re.compile(r"_?([0-9]+)")

Labelled = tuple[str, Array]


def read_weights(path: Path, experiment: Experiment) -> tuple[Floats, ...]:
    """The weights of an experiment's network from a file, in the order of `RunState.weights`.

    Arrays are known by the names that this program, Keras or PyTorch gives them. Layers of the latter two
    are told apart by their shapes, and by the numbers in their names. Raises WeightsError, whose sentence
    names the first thing that does not fit.
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
    """W1, b1, W2, b2, ...; nothing where the file has not a single one of these names."""
    return [(name, arrays[name]) for name in names if name in arrays]


def _by_our_layers(arrays: Arrays, experiment: Experiment) -> list[Labelled]:
    """Of a Keras file that this program wrote: by what it calls layers there."""
    named = _layers(arrays, _OURS_IN_KERAS)
    names = [name for name, _ in _wanted(experiment)]
    return [weight for name in names for weight in named[name]] if named.keys() >= set(names) else []


def _by_shape(path: Path, arrays: Arrays, experiment: Experiment) -> list[Labelled]:
    """Of Keras or PyTorch: each layer is the first one left in the file whose arrays have its shapes. Where
    one has none, all come in their order, so that the first one that doesn't fit can be named; nothing where
    names are of neither."""
    layers = _layers(arrays, _KERAS) or _layers(arrays, _PYTORCH)
    left, found = dict(layers), list[Labelled]()
    for _, shapes in _wanted(experiment):
        fitting = {name: own for name, layer in left.items() if (own := _fitted(layer, shapes))}
        if not fitting:
            return _in_order(layers, shapes_of(experiment))
        name, *others = fitting
        _refuse_untold(path, name, others)
        found += fitting[name]
        del left[name]
    return found + [item for layer in left.values() for item in layer]


def _layers(arrays: Arrays, pattern: re.Pattern[str]) -> dict[str, list[Labelled]]:
    """The arrays of each layer, in the order of the numbers in their names, the weights before the biases;
    nothing where a name is none of the pattern's."""
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
    """Sorts 'dense_2' before 'dense_10'; `int` refuses very long ones."""
    return [(len(digits), digits) for digits in (found.lstrip("0") for found in _NUMBER.findall(name))]


def _fitted(layer: list[Labelled], shapes: Sequence[Shape]) -> list[Labelled]:
    """The arrays as this program has them; nothing where they don't fit."""
    if len(layer) != len(shapes):
        return []
    found = [
        (label, _as_ours(label, array, shape)) for (label, array), shape in zip(layer, shapes, strict=True)
    ]
    return found if [array.shape for _, array in found] == list(shapes) else []


def _in_order(layers: Mapping[str, list[Labelled]], shapes: Sequence[Shape]) -> list[Labelled]:
    found = [item for layer in layers.values() for item in layer]
    known = zip(found, shapes, strict=False)
    turned = [(label, _as_ours(label, array, shape)) for (label, array), shape in known]
    return turned + found[len(turned) :]


def _as_ours(label: str, array: Array, shape: Shape) -> Array:
    """PyTorch's linear layers have (outputs, inputs), and are turned also where they don't fit, so that what
    is told of them can be compared; its tables are as ours."""
    is_table = array.shape == shape != array.T.shape
    return array.T if label.endswith("weight") and not is_table else array


def _wanted(experiment: Experiment) -> list[tuple[str, list[Shape]]]:
    """The layers that have weights in their order: what the export names them, and the shapes of each."""
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


def _refuse_untold(path: Path, name: str, others: Sequence[str]) -> None:
    """Raises WeightsError where no number says which of several layers with the same shapes comes first."""
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
    """Raises WeightsError where the file says that its weights were learned behind other waves."""
    if experiment.encoding.kind != "fourier" or "B" not in arrays or "W1" not in arrays:
        return
    theirs, ours = arrays["B"], fourier_waves(experiment.encoding, encoded_columns(experiment))
    # Another machine may round a draw otherwise.
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
