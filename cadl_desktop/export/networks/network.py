"""The whole network, from raw positions to the target's own units, in the words of any file format."""

from collections.abc import Sequence

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.experiment.model import Experiment, identity_of
from cadl_desktop.experiment.shapes import columns
from cadl_desktop.export.networks.network_encodings import vectors
from cadl_desktop.export.networks.network_layers import LayerInFile
from cadl_desktop.export.networks.vocabulary import Operations, Tensor, own_type
from cadl_desktop.export.words import network_words
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import by_column


def describe(
    experiment: Experiment, weights: Sequence[Floats], operations: Operations, positions: Tensor
) -> Tensor:
    """What the network makes of positions (samples, inputs) as the dataset has them: (samples, columns).

    Raises FileError for parts that only another package knows, `data.samples.DataError`.
    """
    samples = samples_of(experiment.data)
    values = operations.scaled(positions, input_scaling(experiment, samples))
    encoded = values
    owned = by_column(experiment, weights)
    for number, ((category, part), own) in enumerate(zip(columns(experiment), owned, strict=True)):
        if category == "encoding":
            encoded = values = _encoded(experiment, own, values, operations)
        else:
            place = LayerInFile(f"layer_{number}", part, own, encoded, operations)
            values = network_words(category, part.kind)(place, values)
    return operations.unscaled(values, target_scaling(experiment, samples), own_type(experiment))


def _encoded(experiment: Experiment, weights: list[Floats], values: Tensor, operations: Operations) -> Tensor:
    part, identity = experiment.encoding, identity_of(experiment.data)
    encode = network_words("encoding", part.kind)
    if identity is None:
        return encode(part, weights, values, operations)
    last = values.shape[1] - 1
    positions = operations.join([operations.column(values, index) for index in range(last)])
    count = len(weights) - len(identity.shapes)
    beside = vectors(identity, weights[count:], operations.column(values, last), operations)
    return operations.join([encode(part, weights[:count], positions, operations), beside])
