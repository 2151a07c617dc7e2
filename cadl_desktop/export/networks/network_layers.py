"""Our layers in the words of any file format, (place, values) -> values: what a file holds must not need code
from here."""

from collections.abc import Callable
from dataclasses import dataclass

from cadl_desktop.experiment.catalog import Category, Entry, entry
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import loaded
from cadl_desktop.export.networks.vocabulary import Operations, Tensor
from cadl_desktop.runs.events import Floats
from cadl_desktop.storage.atomic import FileError


@dataclass(frozen=True, eq=False)
class LayerInFile:
    """Where a layer stands: its name in the file, its settings and weights, and the encoded inputs."""

    name: str
    layer: Part
    weights: list[Floats]
    encoded: Tensor
    operations: Operations


def dense(place: LayerInFile, values: Tensor) -> Tensor:
    activation = entry("activation", place.layer["activation"])
    bend = words("activation", activation)
    summed = place.operations.dense(values, place.weights, place.name)
    return bend(place.operations, summed, activation.settings_of(place.layer))


def sum_neurons(place: LayerInFile, values: Tensor) -> Tensor:
    return place.operations.sum(values)


def dropout(place: LayerInFile, values: Tensor) -> Tensor:
    return place.operations.dropout(values, float(place.layer["share"]), place.name)


def layer_normalisation(place: LayerInFile, values: Tensor) -> Tensor:
    return place.operations.layer_normalisation(values, place.weights, place.name)


def skip(place: LayerInFile, values: Tensor) -> Tensor:
    return place.operations.join([values, place.encoded])


def words(category: Category, entry: Entry) -> Callable[..., Tensor]:
    """What says an entry in the words of any format. Raises FileError where nobody has written that."""
    if not entry.exported:
        raise FileError(
            "The {category} '{kind}' has no words for exported networks; export the weights as "
            ".safetensors instead.",
            category=category,
            kind=entry.kind,
        )
    return loaded(entry.exported)
