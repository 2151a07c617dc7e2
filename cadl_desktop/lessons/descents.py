"""Four optimizers, by the formulas of `tf.compat.v1.train`.

Each treats every parameter separately, using the parameter's gradient and a memory of its earlier gradients.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cadl_desktop.lessons.figure import Doubles

KEPT = 0.9
"""Decay of momentum's velocity and of RMSprop's mean square: the studio's defaults."""
BETA1, BETA2 = 0.9, 0.999
Numbers = Any
"""A float, or an array of independent parameters."""
Memory = tuple[Numbers, ...]
Place = tuple[float, float]


@dataclass(frozen=True)
class Method:
    """Optimizer: `move(memory, gradient, step, rate)` returns what is subtracted from the parameter, and the
    next memory. Steps count from 1; `begins` is the memory before the first."""

    move: Callable[[Memory, Numbers, int, float], tuple[Numbers, Memory]]
    begins: Memory = ()


def _plain(memory: Memory, gradient: Numbers, step: int, rate: float) -> tuple[Numbers, Memory]:
    """Gradient descent: Cauchy, 1847."""
    return rate * gradient, memory


def _momentum(memory: Memory, gradient: Numbers, step: int, rate: float) -> tuple[Numbers, Memory]:
    """Momentum: Polyak, Some methods of speeding up the convergence of iteration methods, 1964."""
    speed = KEPT * memory[0] + gradient
    return rate * speed, (speed,)


def _rmsprop(memory: Memory, gradient: Numbers, step: int, rate: float) -> tuple[Numbers, Memory]:
    """RMSprop: Tieleman and Hinton, Neural networks for machine learning, lecture 6.5, 2012; starts at 1."""
    square = KEPT * memory[0] + (1 - KEPT) * gradient**2
    return rate * gradient / (square + 1e-10) ** 0.5, (square,)


def _adam(memory: Memory, gradient: Numbers, step: int, rate: float) -> tuple[Numbers, Memory]:
    """Adam: Kingma and Ba, Adam: a method for stochastic optimization, 2015, as at the end of section 2."""
    mean = BETA1 * memory[0] + (1 - BETA1) * gradient
    square = BETA2 * memory[1] + (1 - BETA2) * gradient**2
    size = rate * (1 - BETA2**step) ** 0.5 / (1 - BETA1**step)
    return size * mean / (square**0.5 + 1e-8), (mean, square)


METHODS: Mapping[str, Method] = {
    "plain": Method(_plain),
    "momentum": Method(_momentum, (0.0,)),
    "rmsprop": Method(_rmsprop, (1.0,)),
    "adam": Method(_adam, (0.0, 0.0)),
}


def descent(
    method: Method,
    gradient: Callable[[Place], Place],
    start: Place,
    rate: float,
    iterations: int,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> Doubles:
    """Path (iterations + 1, 2) of a method over two parameters, which are clipped to `bounds`."""
    least, most = bounds
    place, memories = start, [method.begins, method.begins]
    path = [place]
    for step in range(1, iterations + 1):
        following = []
        for index, slope in enumerate(gradient(place)):
            change, memories[index] = method.move(memories[index], slope, step, rate)
            following.append(min(max(place[index] - change, least), most))
        place = following[0], following[1]
        path.append(place)
    return np.array(path)
