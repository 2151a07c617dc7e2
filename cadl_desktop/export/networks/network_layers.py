"""Our layers in the words of any file format: what a file holds must not need code from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cadl_desktop.experiment.catalog import Category, Entry
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import loaded
from cadl_desktop.export.networks.vocabulary import Function, Operations, Tensor
from cadl_desktop.runs.events import Floats
from cadl_desktop.storage.atomic import FileError


@dataclass(frozen=True, eq=False)
class Place:
    """Where a layer stands: its name in the file, its settings and weights, and the encoded inputs."""

    name: str
    layer: Part
    weights: list[Floats]
    encoded: Tensor
    operations: Operations


def _dense(place: Place, values: Tensor) -> Tensor:
    layer, operations = place.layer, place.operations
    activation = layer["activation"]
    if activation not in _ACTIVATIONS:
        raise FileError(
            f"This format can't hold the activation '{activation}'; export the weights as .safetensors "
            "instead."
        )
    summed = operations.dense(values, place.weights, place.name)
    if activation == "sine" and layer["w0"] != 1.0:
        summed = summed * float(layer["w0"])
    function = _ACTIVATIONS[activation]
    return summed if function is None else operations.apply(function, summed)


def _sum(place: Place, values: Tensor) -> Tensor:
    return place.operations.sum(values)


def _dropout(place: Place, values: Tensor) -> Tensor:
    return place.operations.dropout(values, float(place.layer["share"]), place.name)


def _layer_normalisation(place: Place, values: Tensor) -> Tensor:
    return place.operations.layer_normalisation(values, place.weights, place.name)


def _skip(place: Place, values: Tensor) -> Tensor:
    return place.operations.join([values, place.encoded])


_ACTIVATIONS: Mapping[str, Function | None] = {
    "linear": None,
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "relu": "relu",
    "sine": "sin",
}
LAYERS: Mapping[str, Callable[[Place, Tensor], Tensor]] = {
    "dense": _dense,
    "sum": _sum,
    "dropout": _dropout,
    "layer normalisation": _layer_normalisation,
    "skip": _skip,
}


def words(category: Category, entry: Entry) -> Callable[..., Tensor]:
    """What says an entry in the words of any format. Raises FileError where nobody has written that."""
    if not entry.exported:
        raise FileError(
            f"The {category} '{entry.kind}' has no words for exported networks; export the weights as "
            ".safetensors instead."
        )
    return loaded(entry.exported)
