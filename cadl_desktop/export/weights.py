"""Weights to take along: plain arrays by name, and a Keras model that works on its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import safetensors.numpy

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.experiment.model import Experiment, Part
from cadl_desktop.experiment.shapes import input_columns, weight_shapes
from cadl_desktop.export.trained import Trained
from cadl_desktop.files import FileError
from cadl_desktop.project import named_weights
from cadl_desktop.runs.events import Floats

Tensor = Any
Maker = TypeVar("Maker")


def write_weights(path: Path, trained: Trained) -> None:
    """W1, b1, W2, b2, ... as .safetensors or .npz, as the path ends."""
    arrays = named_weights(trained.experiment, trained.state.weights)
    if path.suffix == ".npz":
        np.savez(path, allow_pickle=False, **arrays)
        return
    metadata = {
        "experiment": trained.experiment.name,
        "step": str(trained.state.step),
        "epoch": str(trained.state.epoch),
    }
    path.write_bytes(safetensors.numpy.save(arrays, metadata))


def write_keras(path: Path, trained: Trained) -> None:
    """The whole network as a .keras file that `keras.models.load_model` reads without this program.

    It takes positions as the dataset has them (x, or row and column in pixels) and gives y or colours
    from 0 to 255: scaling and encoding are part of it. Raises FileError for parts that Keras can't express.
    """
    keras_model(trained.experiment, trained.state.weights).save(path)


def keras_model(experiment: Experiment, weights: tuple[Floats, ...]) -> Any:
    """A functional `keras.Model` from (samples, 1 or 2) positions to (samples, 1 or 3) targets."""
    import keras

    samples = samples_of(experiment.data)
    inputs = keras.Input((input_columns(experiment),), name="positions")
    values = _scaled(experiment, samples, inputs)
    values = _known(_ENCODINGS, "encoding", experiment.encoding.kind)(experiment.encoding, values)
    left = list(weights)
    for number, (part, shapes) in enumerate(
        zip((*experiment.layers, experiment.output), weight_shapes(experiment), strict=True), 1
    ):
        own, left = left[: len(shapes)], left[len(shapes) :]
        values = _known(_LAYERS, "layer", part.kind)(f"layer_{number}", part, own, values)
    return keras.Model(inputs, _unscaled(experiment, samples, values), name="network")


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


def _no_encoding(encoding: Part, values: Tensor) -> Tensor:
    return values


def _polynomial(encoding: Part, values: Tensor) -> Tensor:
    from keras import ops

    powers = [values]
    while len(powers) < encoding["degree"]:
        powers.append(ops.multiply(powers[-1], values))
    ones = ops.ones_like(ops.sum(values, axis=1, keepdims=True))
    return ops.concatenate([ones, *powers], axis=1)


def _dense(name: str, layer: Part, weights: list[Floats], values: Tensor) -> Tensor:
    from keras.layers import Dense

    activation = _known(_ACTIVATIONS, "activation", layer["activation"])
    dense = Dense(weights[0].shape[1], use_bias=layer["bias"], name=name)
    summed = dense(values)
    dense.set_weights(weights)
    return activation(summed)


def _sum(name: str, layer: Part, weights: list[Floats], values: Tensor) -> Tensor:
    from keras import ops

    return ops.sum(values, axis=1, keepdims=True)


def _operation(name: str) -> Callable[[Tensor], Tensor]:
    def apply(values: Tensor) -> Tensor:
        from keras import ops

        return getattr(ops, name)(values)

    return apply


# As `keras.ops` and plain layers: what a model file holds must not need code from here to be loaded.
_ENCODINGS: dict[str, Callable[[Part, Tensor], Tensor]] = {"none": _no_encoding, "polynomial": _polynomial}
_LAYERS: dict[str, Callable[[str, Part, list[Floats], Tensor], Tensor]] = {"dense": _dense, "sum": _sum}
_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda values: values,
    "tanh": _operation("tanh"),
    "sigmoid": _operation("sigmoid"),
    "relu": _operation("relu"),
    "sine": _operation("sin"),
}


def _known(makers: dict[str, Maker], category: str, kind: str) -> Maker:
    if kind not in makers:
        raise FileError(f"A Keras file can't hold the {category} '{kind}'; export the weights instead.")
    return makers[kind]
