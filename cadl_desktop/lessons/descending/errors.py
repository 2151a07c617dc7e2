"""From labels to one number: a hundred pieces of fruit, told apart by how red they are."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from cadl_desktop.lessons.figure import Doubles

FRUIT = 100
ORANGE, APPLE = 0.0, 1.0
_SEED = 3
_REDNESS, _SPREAD = (0.38, 0.64), 0.11


@cache
def redness() -> Doubles:
    """Of each piece (100,), 0 to 1: fifty oranges, then fifty apples, which are redder on the whole."""
    middles = np.repeat(_REDNESS, FRUIT // 2)
    return np.clip(np.random.default_rng(_SEED).normal(middles, _SPREAD), 0, 1)


@cache
def labels() -> Doubles:
    """What each piece (100,) is."""
    return np.repeat((ORANGE, APPLE), FRUIT // 2)


@cache
def limits() -> Doubles:
    """One threshold (99,) between each two neighbours: any other there sorts the fruit the same way."""
    x = np.sort(redness())
    return np.asarray((x[1:] + x[:-1]) / 2)


def predicted(x: Doubles, threshold: Doubles | float, softness: float) -> Doubles:
    """0 left of a threshold and 1 right of it; with a softness above 0 from one to the other as the logistic
    function goes, the steeper the smaller it is. Shapes as NumPy joins those of x and threshold."""
    if softness == 0:
        return np.where(x > threshold, APPLE, ORANGE)
    return np.asarray((1 + np.tanh((x - threshold) / (2 * softness))) / 2)  # no exp that could overflow


@dataclass(frozen=True, eq=False)
class Costs:
    """What errors come to, each over the last axis: how many outputs lie nearer to the other label, and the
    means of E, of |E| and of its square."""

    wrong: Doubles
    signed: Doubles
    absolute: Doubles
    squared: Doubles


def costs(errors: Doubles) -> Costs:
    """Of errors (..., n)."""
    sizes = np.abs(errors)
    wrong = np.asarray(np.sum(sizes > 0.5, axis=-1), dtype=np.float64)
    return Costs(wrong, errors.mean(-1), sizes.mean(-1), (errors**2).mean(-1))


def costs_of_thresholds(thresholds: Doubles, softness: float, labels: Doubles) -> Costs:
    """Of each of n thresholds, told as shapes (n,)."""
    return costs(predicted(redness(), thresholds[:, None], softness) - labels)
