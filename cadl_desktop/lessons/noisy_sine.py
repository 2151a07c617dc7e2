"""Noisy sine (the lecture's L5) that lines and curves are fitted to; the trials use the same points."""

from functools import cache

import numpy as np

from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE

_L5 = LECTURE["L5"]
LOWEST_X, HIGHEST_X, NOISE = _L5["least"], _L5["most"], _L5["noise"]
_SEED = 1
"""Seed of the trials' data."""


@cache
def x() -> Doubles:
    """Evenly spaced places (1000,)."""
    return np.linspace(LOWEST_X, HIGHEST_X, _L5["points"])


@cache
def y() -> Doubles:
    """Measured values (1000,), with the lecture's noise."""
    return with_noise(NOISE)


def with_noise(noise: float) -> Doubles:
    """Sine (1000,) plus uniform noise from -noise to noise. The same draw is scaled for every `noise`."""
    return np.asarray(np.sin(x()) + np.random.default_rng(_SEED).uniform(-noise, noise, x().shape))
