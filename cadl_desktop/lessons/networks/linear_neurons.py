"""Many linear neurons whose outputs are added up, the lecture's L10, without adding them up.

Every one of n neurons has the same gradient as the sum of all, for the output is a sum. A step of plain
descent therefore moves the sum of their weights, and that of their biases, n times as far as it moves one of
them: the line they make learns as a single neuron does whose learning rate is n times as large.
"""

from functools import cache

import numpy as np

from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks import line

_L9, _L10 = LECTURE["L9"], LECTURE["L10"]
_SEED = 1


@cache
def first_weights() -> Doubles:
    """(100,), from N(0, 0.1)."""
    return np.asarray(np.random.default_rng(_SEED).normal(0, _L10["spread"], _L10["neurons"]))


def sums(neurons: int, rate: float) -> Doubles:
    """W and b of the line that the first so many neurons make, (501, 2): before and after each of 500 steps
    of 200 samples, which are the lecture's 100 iterations."""
    start = float(first_weights()[:neurons].sum()), neurons * _L10["bias"]
    return line.batch_descent(start, neurons * rate, _L9["batch"], True)


def each(neurons: int, rate: float) -> Doubles:
    """W and b of every neuron (neurons, 2) at the end: all have moved equally far."""
    path = sums(neurons, rate)
    begun = np.stack((first_weights()[:neurons], np.full(neurons, _L10["bias"])), axis=1)
    return np.asarray(begun + (path[-1] - path[0]) / neurons)
