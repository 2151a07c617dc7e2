"""What a layer computes: (layer, its weights, (samples, inputs), surroundings) -> (samples, outputs)."""

from collections.abc import Sequence
from dataclasses import dataclass

from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.part import Part

EPSILON = 1e-5
"""Keeps layer normalisation from dividing by zero."""


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What a layer may look at beside its inputs: the encoded inputs (samples, width), its place in the
    network counted from 1, and, while training, two whole numbers that all chance comes from."""

    encoded: Tensor
    index: int
    chance: Tensor | None


def dense(layer: Part, weights: Sequence[Tensor], inputs: Tensor, around: Surroundings) -> Tensor:
    values = tf.matmul(inputs, weights[0])
    if layer["bias"]:
        values = values + weights[1]
    activation = entry("activation", layer["activation"])
    return activation.load()(values, activation.settings_of(layer))


def sum_neurons(layer: Part, weights: Sequence[Tensor], inputs: Tensor, around: Surroundings) -> Tensor:
    return tf.reduce_sum(inputs, 1, keepdims=True)


def dropout(layer: Part, weights: Sequence[Tensor], inputs: Tensor, around: Surroundings) -> Tensor:
    """Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, 2014; what is
    left is scaled up while training, so that nothing changes afterwards."""
    if around.chance is None or layer["share"] == 0:
        return inputs
    draw = tf.random.stateless_uniform(tf.shape(inputs), tf.add(around.chance, [around.index, 0]))
    kept = tf.cast(draw >= layer["share"], tf.float32)
    return inputs * kept / (1.0 - layer["share"])


def layer_normalisation(
    layer: Part, weights: Sequence[Tensor], inputs: Tensor, around: Surroundings
) -> Tensor:
    """Ba, Kiros and Hinton, Layer normalization, 2016."""
    centred = inputs - tf.reduce_mean(inputs, 1, keepdims=True)
    variance = tf.reduce_mean(tf.square(centred), 1, keepdims=True)
    return weights[0] * centred * tf.math.rsqrt(variance + EPSILON) + weights[1]


def skip(layer: Part, weights: Sequence[Tensor], inputs: Tensor, around: Surroundings) -> Tensor:
    """Mildenhall et al., NeRF: representing scenes as neural radiance fields, 2020, appendix A."""
    return tf.concat([inputs, around.encoded], 1)
