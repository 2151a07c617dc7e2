"""Our layers in the words of any file format, (place, values) -> values: what a file holds must not need code
from here."""

from dataclasses import dataclass

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import is_frozen
from cadl_desktop.export.networks.vocabulary import Operations, Tensor
from cadl_desktop.export.words import network_words
from cadl_desktop.runs.events import Floats


@dataclass(frozen=True, eq=False)
class LayerInFile:
    """Where a layer stands: its name in the file, its settings and weights, and the encoded inputs."""

    name: str
    layer: Part
    weights: list[Floats]
    encoded: Tensor
    operations: Operations


def dense(place: LayerInFile, values: Tensor) -> Tensor:
    kind = place.layer["activation"]
    bend, settings = network_words("activation", kind), entry("activation", kind).settings_of(place.layer)
    learns = not is_frozen(place.layer)
    summed = place.operations.dense(values, place.weights, place.name, learns)
    return bend(place.operations, summed, settings)


def sum_neurons(place: LayerInFile, values: Tensor) -> Tensor:
    return place.operations.sum(values)


def dropout(place: LayerInFile, values: Tensor) -> Tensor:
    return place.operations.dropout(values, float(place.layer["share"]), place.name)


def layer_normalisation(place: LayerInFile, values: Tensor) -> Tensor:
    learns = not is_frozen(place.layer)
    return place.operations.layer_normalisation(values, place.weights, place.name, learns)


def skip(place: LayerInFile, values: Tensor) -> Tensor:
    return place.operations.join([values, place.encoded])
