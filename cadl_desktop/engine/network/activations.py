"""What bends a neuron's sum. Each takes and returns a tensor of any shape."""

from typing import Any

from cadl_desktop.engine.device import tf

Tensor = Any


def linear(values: Tensor) -> Tensor:
    return values


def tanh(values: Tensor) -> Tensor:
    return tf.tanh(values)


def sigmoid(values: Tensor) -> Tensor:
    return tf.sigmoid(values)


def relu(values: Tensor) -> Tensor:
    return tf.nn.relu(values)


def sine(values: Tensor) -> Tensor:
    return tf.sin(values)
