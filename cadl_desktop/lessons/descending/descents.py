"""Four ways to go downhill, by the formulas of `tf.compat.v1.train`.

A method changes each parameter by itself, from the gradient by it and from what it remembers of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cadl_desktop.lessons.figure import Doubles

KEPT = 0.9
"""How much momentum keeps of its speed, and RMSprop of its mean square: the studio's defaults."""
BETA1, BETA2 = 0.9, 0.999
Numbers = Any
"""A float, or an array of which each number goes by itself."""
Memory = tuple[Numbers, ...]
Place = tuple[float, float]


@dataclass(frozen=True)
class Method:
    """`move(memory, gradient, step, rate)` gives what is taken off the parameter, and the next memory; steps
    count from 1, and `begins` is the memory before the first."""

    move: Callable[[Memory, Numbers, int, float], tuple[Numbers, Memory]]
    begins: Memory = ()


def _plain(memory: Memory, gradient: Numbers, step: int, rate: float) -> tuple[Numbers, Memory]:
    """Cauchy, 1847."""
    return rate * gradient, memory


def _momentum(memory: Memory, gradient: Numbers, step: int, rate: float) -> tuple[Numbers, Memory]:
    """Polyak, Some methods of speeding up the convergence of iteration methods, 1964."""
    speed = KEPT * memory[0] + gradient
    return rate * speed, (speed,)


def _rmsprop(memory: Memory, gradient: Numbers, step: int, rate: float) -> tuple[Numbers, Memory]:
    """Tieleman and Hinton, Neural networks for machine learning, lecture 6.5, 2012; the mean starts at 1."""
    square = KEPT * memory[0] + (1 - KEPT) * gradient**2
    return rate * gradient / (square + 1e-10) ** 0.5, (square,)


def _adam(memory: Memory, gradient: Numbers, step: int, rate: float) -> tuple[Numbers, Memory]:
    """Kingma and Ba, Adam: a method for stochastic optimization, 2015; the form that ends its section 2."""
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
    held: tuple[float, float] = (-np.inf, np.inf),
) -> Doubles:
    """The places (iterations + 1, 2) that a method comes through; no parameter leaves `held`."""
    least, most = held
    here, memories = start, [method.begins, method.begins]
    path = [here]
    for step in range(1, iterations + 1):
        there = []
        for at, slope in enumerate(gradient(here)):
            change, memories[at] = method.move(memories[at], slope, step, rate)
            there.append(min(max(here[at] - change, least), most))
        here = there[0], there[1]
        path.append(here)
    return np.array(path)
