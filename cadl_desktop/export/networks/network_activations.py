"""Our activations in the words of any file format: (operations, values, settings of its own) -> values."""

import math

from cadl_desktop.experiment.registry import Settings
from cadl_desktop.export.networks.vocabulary import Operations, Tensor


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
