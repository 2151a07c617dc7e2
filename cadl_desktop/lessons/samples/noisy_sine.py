"""The points that the lecture's curves are fitted to: a sine with noise, its L5, as in the trials."""

from functools import cache

import numpy as np

from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE

_L5 = LECTURE["L5"]
LEAST, MOST, NOISE = _L5["least"], _L5["most"], _L5["noise"]
_SEED = 1
"""That of the trials' data."""


@cache
def x() -> Doubles:
    """(1000,), evenly."""
    return np.linspace(LEAST, MOST, _L5["points"])


@cache
def y() -> Doubles:
    """(1000,), with the lecture's noise."""
    return with_noise(NOISE)


def with_noise(noise: float) -> Doubles:
    """The sine (1000,), and to each of its values something between plus and minus the noise, any equally
    likely; it grows with `noise`, and is drawn only once."""
    return np.asarray(np.sin(x()) + np.random.default_rng(_SEED).uniform(-noise, noise, x().shape))
