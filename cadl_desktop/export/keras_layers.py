"""Our layers as Keras layers and `keras.ops`: what a model file holds must not need code from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cadl_desktop.engine.layers import EPSILON
from cadl_desktop.experiment.model import Part
from cadl_desktop.files import FileError
from cadl_desktop.runs.events import Floats

Tensor = Any


@dataclass(frozen=True, eq=False)
class Place:
    """Where a layer stands: its name in the model, its settings and weights, and the encoded inputs."""

    name: str
    layer: Part
    weights: list[Floats]
    encoded: Tensor


def _dense(place: Place, values: Tensor) -> Tensor:
    from keras import ops
    from keras.layers import Dense

    layer = place.layer
    if layer["activation"] not in _ACTIVATIONS:
        raise FileError(
            f"A Keras file can't hold the activation '{layer['activation']}'; export the weights instead."
        )
    dense = Dense(place.weights[0].shape[1], use_bias=layer["bias"], name=place.name)
    summed = dense(values)
    dense.set_weights(place.weights)
    if layer["activation"] == "sine" and layer["w0"] != 1.0:
        summed = ops.multiply(summed, layer["w0"])
    return _ACTIVATIONS[layer["activation"]](summed)


def _sum(place: Place, values: Tensor) -> Tensor:
    from keras import ops

    return ops.sum(values, axis=1, keepdims=True)


def _dropout(place: Place, values: Tensor) -> Tensor:
    from keras.layers import Dropout

    return Dropout(place.layer["share"], name=place.name)(values)


def _layer_normalisation(place: Place, values: Tensor) -> Tensor:
    from keras.layers import LayerNormalization

    normalisation = LayerNormalization(epsilon=EPSILON, name=place.name)
    normalised = normalisation(values)
    normalisation.set_weights(place.weights)
    return normalised


def _skip(place: Place, values: Tensor) -> Tensor:
    from keras import ops

    return ops.concatenate([values, place.encoded], axis=1)


def _operation(name: str) -> Callable[[Tensor], Tensor]:
    def apply(values: Tensor) -> Tensor:
        from keras import ops

        return getattr(ops, name)(values)

    return apply


_ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda values: values,
    "tanh": _operation("tanh"),
    "sigmoid": _operation("sigmoid"),
    "relu": _operation("relu"),
    "sine": _operation("sin"),
}
LAYERS: Mapping[str, Callable[[Place, Tensor], Tensor]] = {
    "dense": _dense,
    "sum": _sum,
    "dropout": _dropout,
    "layer normalisation": _layer_normalisation,
    "skip": _skip,
}
