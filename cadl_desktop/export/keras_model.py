"""The whole network as a Keras model that works without this program."""

from collections.abc import Mapping
from typing import Any, TypeVar

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.experiment.identity import identity_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import columns, input_columns, weight_shapes
from cadl_desktop.export.keras_encodings import ENCODINGS, vectors
from cadl_desktop.export.keras_layers import LAYERS, Place
from cadl_desktop.files import FileError
from cadl_desktop.runs.events import Floats

Tensor = Any
Maker = TypeVar("Maker")


def keras_model(experiment: Experiment, weights: tuple[Floats, ...]) -> Any:
    """A functional `keras.Model` from (samples, 1, 2 or 3) positions to (samples, 1 or 3) targets."""
    import keras

    samples = samples_of(experiment.data)
    inputs = keras.Input((input_columns(experiment),), name="positions")
    values = _scaled(experiment, samples, inputs)
    encoded = values
    left = list(weights)
    for number, ((category, part), shapes) in enumerate(
        zip(columns(experiment), weight_shapes(experiment), strict=True)
    ):
        own, left = left[: len(shapes)], left[len(shapes) :]
        if category == "encoding":
            encoded = values = _encoded(experiment, own, values)
        else:
            make = _maker(LAYERS, category, part.kind)
            values = make(Place(f"layer_{number}", part, own, encoded), values)
    return keras.Model(inputs, _unscaled(experiment, samples, values), name="network")


def _encoded(experiment: Experiment, weights: list[Floats], values: Tensor) -> Tensor:
    from keras import ops

    part, identity = experiment.encoding, identity_of(experiment.data)
    encode = _maker(ENCODINGS, "encoding", part.kind)
    if identity is None:
        return encode(part, weights, values)
    count = len(weights) - len(identity.shapes)
    beside = vectors(identity, weights[count:], values[:, -1:])
    return ops.concatenate([encode(part, weights[:count], values[:, :-1]), beside], axis=1)


def _scaled(experiment: Experiment, samples: Samples, values: Tensor) -> Tensor:
    from keras.layers import Rescaling

    scaling = input_scaling(experiment, samples)
    # First the shift, then the scale, each exactly what training did: one layer for both would scale the
    # shift as well, and lose digits where the inputs lie far from 0.
    shifted = Rescaling(1.0, (-scaling.offset).tolist(), name="shift_inputs")(values)
    return Rescaling((1 / scaling.scale).tolist(), 0.0, name="scale_inputs")(shifted)


def _unscaled(experiment: Experiment, samples: Samples, values: Tensor) -> Tensor:
    from keras.layers import Rescaling

    scaling = target_scaling(experiment, samples)
    return Rescaling(scaling.scale.tolist(), scaling.offset.tolist(), name="unscale_targets")(values)


def _maker(makers: Mapping[str, Maker], category: str, kind: str) -> Maker:
    if kind not in makers:
        raise FileError(f"A Keras file can't hold the {category} '{kind}'; export the weights instead.")
    return makers[kind]
