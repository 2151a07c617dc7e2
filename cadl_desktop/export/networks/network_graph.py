"""Network built by the `Operations` of any file format, so that the file needs no code of this program.

The catalog finds layers, (context, values) -> values, and activations, (operations, values, settings) ->
values, by name (`experiment/catalog/shipped.py`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, identity_of
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Settings
from cadl_desktop.experiment.shapes import columns, is_frozen
from cadl_desktop.export.entry_writers import network_writer
from cadl_desktop.export.networks.network_encodings import vectors
from cadl_desktop.export.networks.operations import Operations, Tensor, position_type
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import by_column


def add_network(
    experiment: Experiment, weights: Sequence[Floats], operations: Operations, positions: Tensor
) -> Tensor:
    """Adds the whole network, from positions (samples, inputs) in the dataset's units to values (samples,
    columns) in the target's, and returns these.

    Raises FileError for entries that don't support exported networks, `data.samples.DataError`.
    """
    samples = samples_of(experiment.data)
    values = operations.scaled(positions, input_scaling(experiment, samples))
    encoded = values
    owned = by_column(experiment, weights)
    for number, ((category, part), own) in enumerate(zip(columns(experiment), owned, strict=True)):
        if category == "encoding":
            encoded = values = _encoded(experiment, own, values, operations)
        else:
            context = ExportedLayer(f"layer_{number}", part, own, encoded, operations)
            values = network_writer(category, part.kind)(context, values)
    return operations.unscaled(values, target_scaling(experiment, samples), position_type(experiment))


def _encoded(experiment: Experiment, weights: list[Floats], values: Tensor, operations: Operations) -> Tensor:
    part, identity = experiment.encoding, identity_of(experiment.data)
    encode = network_writer("encoding", part.kind)
    if identity is None:
        return encode(part, weights, values, operations)
    last = values.shape[1] - 1
    positions = operations.join([operations.column(values, index) for index in range(last)])
    count = len(weights) - len(identity.shapes)
    beside = vectors(identity, weights[count:], operations.column(values, last), operations)
    return operations.join([encode(part, weights[:count], positions, operations), beside])


@dataclass(frozen=True, eq=False)
class ExportedLayer:
    """Name of a layer in the file, its settings and weights, the encoded inputs, the file's operations."""

    name: str
    layer: Part
    weights: list[Floats]
    encoded: Tensor
    operations: Operations


def dense(context: ExportedLayer, values: Tensor) -> Tensor:
    kind = context.layer["activation"]
    activation = network_writer("activation", kind)
    settings = entry("activation", kind).settings_of(context.layer)
    learns = not is_frozen(context.layer)
    summed = context.operations.dense(values, context.weights, context.name, learns)
    return activation(context.operations, summed, settings)


def sum_neurons(context: ExportedLayer, values: Tensor) -> Tensor:
    return context.operations.sum(values)


def dropout(context: ExportedLayer, values: Tensor) -> Tensor:
    return context.operations.dropout(values, float(context.layer["share"]), context.name)


def layer_normalisation(context: ExportedLayer, values: Tensor) -> Tensor:
    learns = not is_frozen(context.layer)
    return context.operations.layer_normalisation(values, context.weights, context.name, learns)


def skip(context: ExportedLayer, values: Tensor) -> Tensor:
    return context.operations.join([values, context.encoded])


def linear(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    return values


def tanh(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    return operations.apply("tanh", values)


def sigmoid(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    return operations.apply("sigmoid", values)


def relu(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    return operations.apply("relu", values)


def sine(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    return operations.apply("sin", values if settings["w0"] == 1.0 else values * float(settings["w0"]))


def gelu(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    return values * 0.5 * (operations.apply("erf", values / math.sqrt(2.0)) + 1.0)


def elu(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    fallen = operations.apply("exp", 0.0 - operations.apply("relu", 0.0 - values)) - 1.0
    return operations.apply("relu", values) + fallen * float(settings["alpha"])


def leaky_relu(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    leaked = operations.apply("relu", 0.0 - values) * float(settings["slope"])
    return operations.apply("relu", values) - leaked


def swish(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    return values * operations.apply("sigmoid", values * float(settings["beta"]))


def finer(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    factor = operations.apply("absolute", values) + 1.0
    return operations.apply("sin", factor * float(settings["w0"]) * values)
