"""Which array of a file is which weight of a network."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cadl_desktop.experiment.identity import identity_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import Shape, columns, encoded_columns, own_shapes, parameter_count
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.fourier_waves import fourier_waves
from cadl_desktop.runs.weights import shapes_of, weight_names
from cadl_desktop.sentences import Sentence, shortened
from cadl_desktop.weights_in.array_files import Array, Arrays, WeightsError, read_arrays
from cadl_desktop.weights_in.name_order import in_order, natural, numbers_tell

_ROLE = re.compile(r"(?<![a-z])(weights?|kernel|gamma|bias|biases|beta|w|b)(?![a-z])", re.IGNORECASE)
"""What other programs call the arrays of one layer."""
_SECOND = ("bias", "biases", "beta", "b")
_OUTPUT = re.compile(r":[0-9]+$")
"""What TensorFlow 1 ends a variable's name with: which output of its operation it is."""
_PYTORCH = ".weight"
_UNORDERED = (".safetensors", ".keras", ".weights.h5")
"""Files that have their arrays in the order of the alphabet, whatever it was before."""

Labelled = tuple[str, Array]


def read_weights(path: Path, experiment: Experiment) -> tuple[Floats, ...]:
    """The weights of an experiment's network from a file, in the order of `RunState.weights`.

    Files of this program are read by their names. In others the arrays are W1, b1, W2, b2, ... by name; or
    those of one layer share a name, and layers are told apart by their shapes and then by their order, as
    numbers in their names or else the file have it; or all stand in that order. What PyTorch calls
    '.weight' is turned. Raises WeightsError, whose sentence names the first thing that does not fit.
    """
    names = weight_names(experiment)
    shapes = shapes_of(experiment)
    arrays = read_arrays(path, 4 * parameter_count(experiment))
    found = (
        _by_name(arrays, names)
        or _by_our_layers(arrays, experiment)
        or _by_shape(path, arrays, experiment)
        or _by_order(path, arrays, shapes)
    )
    if len(found) != len(names):
        _refuse_number(path, arrays, names, len(found))
    _refuse_other_waves(path, arrays, experiment)
    return tuple(
        _checked(path, name, shape, label, array)
        for name, shape, (label, array) in zip(names, shapes, found, strict=True)
    )


def _by_name(arrays: Arrays, names: Sequence[str]) -> list[Labelled]:
    """W1, b1, W2, b2, ...; nothing where the file has not a single one of these names."""
    return [(name, arrays[name]) for name in names if name in arrays]


def _by_our_layers(arrays: Arrays, experiment: Experiment) -> list[Labelled]:
    """Of a Keras file that this program wrote: by what it calls layers there."""
    named = {layer.partition(":")[2]: own for layer, own in _layers(arrays).items()}
    names = [name for name, _ in _wanted(experiment)]
    return [weight for name in names for weight in named[name]] if named.keys() >= set(names) else []


def _by_shape(path: Path, arrays: Arrays, experiment: Experiment) -> list[Labelled]:
    """Each layer is the first one left in the file whose arrays have its shapes; nothing where one has none,
    or the file has more."""
    layers, found = _layers(arrays), []
    left = {name: layers[name] for name in in_order(layers)}
    for _, shapes in _wanted(experiment):
        fitting = {name: own for name, layer in left.items() if (own := _fitted(layer, shapes))}
        if not fitting:
            return []
        name, *others = fitting
        alike = next((other for other in others if _shapes(left[other]) == _shapes(left[name])), None)
        _refuse_untold(path, name, alike)
        found += fitting[name]
        del left[name]
    return [] if left else found


def _layers(arrays: Arrays) -> dict[str, list[Labelled]]:
    """Arrays that are named alike but for their part in a layer, the weights before the biases."""
    layers: dict[str, list[Labelled]] = {}
    for label, array in arrays.items():
        layers.setdefault(_parted(label)[0], []).append((label, array))
    return {
        layer: sorted(own, key=lambda item: (_parted(item[0])[1] in _SECOND, natural(item[0])))
        for layer, own in layers.items()
    }


def _parted(label: str) -> tuple[str, str]:
    """('net.0', 'weight') of 'net.0.weight', ('dense_1:layer_2', '0') of 'dense_1:layer_2/0'."""
    label = _OUTPUT.sub("", label)
    roles = list(_ROLE.finditer(label))
    if "/" not in label and roles:
        start, end = roles[-1].span()
        return label[:start].rstrip("._") + label[end:], label[start:end].lower()
    layer, _, part = label.rpartition("/" if "/" in label else ".")
    return layer or label, part.lower()


def _fitted(layer: list[Labelled], shapes: Sequence[Shape]) -> list[Labelled]:
    """The arrays as this program has them; nothing where they don't fit."""
    if len(layer) != len(shapes):
        return []
    turned = [
        (label, _turned(label, array, shape)) for (label, array), shape in zip(layer, shapes, strict=True)
    ]
    return turned if _shapes(turned) == list(shapes) else []


def _turned(label: str, array: Array, shape: Shape) -> Array:
    """PyTorch's linear layers have (outputs, inputs); its tables are as ours."""
    return array.T if label.endswith(_PYTORCH) and array.T.shape == shape else array


def _shapes(layer: list[Labelled]) -> list[Shape]:
    return [array.shape for _, array in layer]


def _by_order(path: Path, arrays: Arrays, shapes: Sequence[Shape]) -> list[Labelled]:
    """In the order of the names; in the file's own where it has one, and the shapes don't fit the names'."""
    found = [(label, arrays[label]) for label in in_order(arrays)]
    if _shapes(found) != list(shapes):
        found = _by_layer(arrays, shapes) if _is_unordered(path) else list(arrays.items())
    if _shapes(found) == list(shapes):
        last: dict[Shape, str] = {}
        for label, array in found:
            _refuse_untold(path, label, last.get(array.shape))
            last[array.shape] = label
    return found


def _by_layer(arrays: Arrays, shapes: Sequence[Shape]) -> list[Labelled]:
    """Each layer's weights before its biases, so that the first one that doesn't fit can be named."""
    layers = _layers(arrays)
    found = [item for layer in in_order(layers) for item in layers[layer]]
    known = zip(found, shapes, strict=False)
    turned = [(label, _as_ours(label, array, shape)) for (label, array), shape in known]
    return turned + found[len(turned) :]


def _as_ours(label: str, array: Array, shape: Shape) -> Array:
    """(inputs, outputs) also where it doesn't fit, so that what is told of it can be compared."""
    fitting = _turned(label, array, shape)
    return fitting if fitting.shape == shape or not label.endswith(_PYTORCH) else array.T


def _is_unordered(path: Path) -> bool:
    return path.name.lower().endswith(_UNORDERED)


def _wanted(experiment: Experiment) -> list[tuple[str, list[Shape]]]:
    """The layers that have weights in their order: what the export names them, and the shapes of each."""
    found = []
    own = zip(columns(experiment), own_shapes(experiment), strict=True)
    for column, ((_, part), shapes) in enumerate(own):
        if shapes:
            name = part.kind.replace(" ", "_") if column == 0 else f"layer_{column}"
            found.append((name, list(shapes)))
        identity = identity_of(experiment.data) if column == 0 else None
        if identity and identity.shapes:
            found.append(("picture_vectors", list(identity.shapes)))
    return found


def _refuse_untold(path: Path, name: str, alike: str | None) -> None:
    """Raises WeightsError where nothing says which of two with the same shapes comes first."""
    if alike is None or not _is_unordered(path) or numbers_tell(name, alike):
        return
    one, other = sorted((name, alike))
    raise WeightsError(
        "'{name}' doesn't say which of '{one}' and '{other}' comes first, and both have the same shapes; "
        "name its arrays W1, b1, W2, b2, ... from the first layer on.",
        name=path.name,
        one=shortened(one),
        other=shortened(other),
    )


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
    called = (
        name
        if label == name
        else Sentence("{name} ('{label}' in the file)", name=name, label=shortened(label))
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
    return " x ".join(map(str, shape)) or Sentence("a single number")
