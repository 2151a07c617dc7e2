"""How a gradient moves the weights, each with the definition that `tf.compat.v1.train` gives it.

All of a network's parameters are one vector here, so a step is a few operations whatever the network.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cadl_desktop.engine.device import tf
from cadl_desktop.experiment.part import Part

Tensor = Any
Update = Callable[[Tensor, tuple[Tensor, ...], Tensor, Tensor, Tensor], tuple[Tensor, tuple[Tensor, ...]]]


@dataclass(frozen=True)
class Optimizer:
    """`starts` are the values that each memory (slot) is filled with before the first step.

    `update(parameters, slots, gradient, step, rate)` gives the new parameters and slots; `step` counts
    from 1.
    """

    starts: tuple[float, ...]
    update: Update


def gradient_descent(settings: Part) -> Optimizer:
    """Cauchy, 1847."""

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        return parameters - rate * gradient, slots

    return Optimizer((), update)


def momentum(settings: Part) -> Optimizer:
    """Polyak, Some methods of speeding up the convergence of iteration methods, 1964."""
    kept = float(settings["momentum"])

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        speed = kept * slots[0] + gradient
        return parameters - rate * speed, (speed,)

    return Optimizer((0.0,), update)


def rmsprop(settings: Part) -> Optimizer:
    """Tieleman and Hinton, Neural networks for machine learning, lecture 6.5, 2012; the mean starts at 1."""
    decay = float(settings["decay"])

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        square = decay * slots[0] + (1 - decay) * tf.square(gradient)
        return parameters - rate * gradient / tf.sqrt(square + 1e-10), (square,)

    return Optimizer((1.0,), update)


def adagrad(settings: Part) -> Optimizer:
    """Duchi, Hazan and Singer, Adaptive subgradient methods, 2011; the sum starts at 0.1."""

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        total = slots[0] + tf.square(gradient)
        return parameters - rate * gradient / tf.sqrt(total), (total,)

    return Optimizer((0.1,), update)


def adam(settings: Part) -> Optimizer:
    """Kingma and Ba, Adam: a method for stochastic optimization, 2015; the form that ends its section 2."""
    beta1, beta2 = float(settings["beta1"]), float(settings["beta2"])

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        count = tf.cast(step, tf.float32)
        size = rate * tf.sqrt(1 - tf.pow(beta2, count)) / (1 - tf.pow(beta1, count))
        mean = beta1 * slots[0] + (1 - beta1) * gradient
        square = beta2 * slots[1] + (1 - beta2) * tf.square(gradient)
        return parameters - size * mean / (tf.sqrt(square) + 1e-8), (mean, square)

    return Optimizer((0.0, 0.0), update)
