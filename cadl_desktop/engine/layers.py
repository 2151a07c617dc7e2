"""What a layer computes: (layer, its weights, (samples, inputs)) -> (samples, outputs)."""

from collections.abc import Sequence
from typing import Any

from cadl_desktop.engine.device import tf
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Part

Tensor = Any


def dense(layer: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    values = tf.matmul(inputs, weights[0])
    if layer["bias"]:
        values = values + weights[1]
    return entry("activation", layer["activation"]).load()(values)


def sum_neurons(layer: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    return tf.reduce_sum(inputs, 1, keepdims=True)
