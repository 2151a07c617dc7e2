"""A line x W + b through the noisy sine: its cost mean|x W + b - y| over W and b, and descents on it. The
lecture's L7 and L8."""

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.lessons.figure import Doubles, Range
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks.small_network import batches
from cadl_desktop.lessons.samples import noisy_sine

Place = tuple[float, float]
"""W and b."""
_L7, _L8 = LECTURE["L7"], LECTURE["L8"]
POINTS: int = LECTURE["L5"]["points"]
STEPS: int = _L7["iterations"]
W_RANGE: Range = (-1.0, 1.6)
B_RANGE: Range = (-1.3, 1.3)
_SEED = 1
BEGIN: Place = float(np.random.default_rng(_SEED).normal(0, _L7["spread"])), _L7["bias"]
"""Where the lecture begins: W from N(0, 0.1), and a b of 1."""


def costs(places: Doubles) -> Doubles:
    """(n,), of places (n, 2)."""
    x, y = noisy_sine.x(), noisy_sine.y()
    errors = np.multiply.outer(places[:, 0], x)
    errors += places[:, 1:]
    errors -= y
    return np.asarray(np.abs(errors, out=errors).mean(axis=1))


@cache
def heights() -> Doubles:
    """The cost (53, 53) over `W_RANGE` (columns) and `B_RANGE` (rows)."""
    w, b = np.meshgrid(np.linspace(*W_RANGE, 53), np.linspace(*B_RANGE, 53))
    return costs(np.stack((w.ravel(), b.ravel()), axis=1)).reshape(w.shape)


@cache
def lowest() -> tuple[Place, float]:
    """The best line and its cost: the bowl is convex, so that one looks around the best place so far, ever
    closer."""
    middle, reach = np.array([0.0, 0.0]), 2.0
    while reach > 1e-6:
        w, b = np.meshgrid(*(at + np.linspace(-reach, reach, 9) for at in middle))
        looked_at = np.stack((w.ravel(), b.ravel()), axis=1)
        middle = looked_at[np.argmin(costs(looked_at))]
        reach /= 2
    return (float(middle[0]), float(middle[1])), float(costs(middle[np.newaxis])[0])


@lru_cache(maxsize=16)
def descent(start: Place, rate: float, least_change: float = 0.0) -> Doubles:
    """The places (steps + 1, 2) of plain descent on all points, at most 500 steps, until one changes the cost
    by less than `least_change`."""
    x, y = noisy_sine.x(), noisy_sine.y()
    w, b = start
    path, before = [start], 0.0
    errors = x * w + b - y
    for _ in range(STEPS):
        signs = np.sign(errors)
        w, b = w - rate * float(signs @ x) / POINTS, b - rate * float(signs.sum()) / POINTS
        path.append((w, b))
        errors = x * w + b - y
        cost = float(np.abs(errors).sum()) / POINTS
        if abs(before - cost) < least_change:
            break
        before = cost
    return np.array(path)


@lru_cache(maxsize=16)
def batch_descent(start: Place, rate: float, batch: int, shuffled: bool, steps: int = STEPS) -> Doubles:
    """The places (steps + 1, 2) of descent on one batch a step, epoch after epoch."""
    x, y = noisy_sine.x(), noisy_sine.y()
    random = np.random.default_rng(_SEED) if shuffled else None
    w, b = start
    path = [start]
    while len(path) <= steps:
        for taken in batches(POINTS, batch, random)[: steps + 1 - len(path)]:
            inputs = x[taken]
            signs = np.sign(inputs * w + b - y[taken])
            share = rate / len(taken)
            w, b = w - share * float(signs @ inputs), b - share * float(signs.sum())
            path.append((w, b))
    return np.array(path)


@cache
def order(shuffled: bool) -> list[NDArray[np.intp]]:
    """The batches of the lecture's L8: 100 samples, ten at a time."""
    return batches(_L8["indices"], _L8["batch"], np.random.default_rng(_SEED) if shuffled else None)
