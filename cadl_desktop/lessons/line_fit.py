"""Line x W + b through the noisy sine: its cost mean|x W + b - y|, descents on it, and their figures.

Shared by the pages about lines; the lecture's L7 and L8.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.lessons import noisy_sine
from cadl_desktop.lessons.figure import (
    Axis,
    Doubles,
    Figure,
    Handle,
    Heights,
    Item,
    Line,
    Points,
    Range,
    Trail,
)
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.small_network import batches

Place = tuple[float, float]
"""W and b."""
_L7, _L8 = LECTURE["L7"], LECTURE["L8"]
POINTS: int = LECTURE["L5"]["points"]
STEPS: int = _L7["iterations"]
W_RANGE: Range = (-1.0, 1.6)
B_RANGE: Range = (-1.3, 1.3)
_SEED = 1
INITIAL: Place = float(np.random.default_rng(_SEED).normal(0, _L7["spread"])), _L7["bias"]
"""The lecture's initial W, from N(0, 0.1), and b of 1."""


def costs(places: Doubles) -> Doubles:
    """Costs (n,) of the lines with W and b in `places` (n, 2)."""
    x, y = noisy_sine.x(), noisy_sine.y()
    errors = np.multiply.outer(places[:, 0], x)
    errors += places[:, 1:]
    errors -= y
    return np.asarray(np.abs(errors, out=errors).mean(axis=1))


@cache
def cost_grid() -> Doubles:
    """Cost (53, 53) over `W_RANGE` (columns) and `B_RANGE` (rows)."""
    w, b = np.meshgrid(np.linspace(*W_RANGE, 53), np.linspace(*B_RANGE, 53))
    return costs(np.stack((w.ravel(), b.ravel()), axis=1)).reshape(w.shape)


@cache
def best_line() -> tuple[Place, float]:
    """Best line and its cost, by a grid search that halves its reach around the best place so far (the cost
    is convex)."""
    middle, reach = np.array([0.0, 0.0]), 2.0
    while reach > 1e-6:
        w, b = np.meshgrid(*(at + np.linspace(-reach, reach, 9) for at in middle))
        looked_at = np.stack((w.ravel(), b.ravel()), axis=1)
        middle = looked_at[np.argmin(costs(looked_at))]
        reach /= 2
    return (float(middle[0]), float(middle[1])), float(costs(middle[np.newaxis])[0])


@lru_cache(maxsize=16)
def descent(start: Place, rate: float, least_change: float = 0.0) -> Doubles:
    """Path (steps + 1, 2) of gradient descent on all points: 500 steps, or fewer if one changes the cost by
    less than `least_change`."""
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
    """Path (steps + 1, 2) of gradient descent on mini-batches, epoch after epoch."""
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
def lecture_batches(shuffled: bool) -> list[NDArray[np.intp]]:
    """Sample indices of the lecture's L8: 100 samples in batches of ten."""
    return batches(_L8["indices"], _L8["batch"], np.random.default_rng(_SEED) if shuffled else None)


ENDS = np.array([-4.0, 4.0])
"""Lines are drawn between these x, a little beyond the points."""
TURNED = (35.0, 35.0)
_W, _B = Axis("weight W", W_RANGE), Axis("bias b", B_RANGE)
_COST = Axis("cost")
LEVELS = (0.43, 0.45, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 1.75, 2.0)


def points(size: float = 3.0) -> Points:
    """Dots of the noisy sine."""
    return Points(noisy_sine.x(), noisy_sine.y(), name="what was measured", size=size, opacity=0.35)


def values_of(place: Doubles) -> Doubles:
    """Values (2,) of the line (W, b) at both `ENDS`."""
    return np.asarray(ENDS * place[0] + place[1])


def data_figure(name: str, title: str, items: Sequence[Item]) -> Figure:
    """Figure of `items` over the noisy sine, with the lecture's axes."""
    return Figure(name, title, (points(), *items), Axis("x", (-4.0, 4.0)), Axis("y", (-2.0, 2.0)))


def fading(path: Doubles, every: int) -> list[Line]:
    """Lines along a path, every `every` steps, increasingly opaque; the last is opaque."""
    earlier = [
        Line(ENDS, values_of(path[step]), "series", width=1.0, opacity=0.7 * step / len(path))
        for step in range(0, len(path) - 1, every)
    ]
    return [*earlier, Line(ENDS, values_of(path[-1]), "series", "the line now", width=3.0)]


def bowl_from_above(name: str, title: str, path: Doubles, start: Place) -> Figure:
    """Cost over W and b as a map, with the path; dragging or clicking moves the start."""
    items = (
        _heights(),
        *_trail(path),
        Handle("start", "Start", *start, step=0.05),
    )
    return Figure(name, title, items, _W, _B, clicked="start")


def bowl_turned(name: str, title: str, path: Doubles) -> Figure:
    """Cost over W and b as a 3-D surface, with the path."""
    return Figure(name, title, (_heights(TURNED), *_trail(path)), _W, _B)


def cost_by_step(path: Doubles, axis: Axis = _COST) -> Figure:
    """Cost of all points along a path, and that of the best line."""
    found, best = costs(path), np.full(2, best_line()[1])
    items = (
        Line(np.arange(len(found), dtype=np.float64), found, "series", "cost of all points", width=1.0),
        Line(np.array([0.0, len(found) - 1.0]), best, "truth", "the best line", width=1.0, stroke="dashed"),
    )
    return Figure("cost-by-step", "The cost after each step", items, Axis("step"), axis)


def clipped_start(x: float, y: float) -> Place:
    """Start (x, y) clipped to the plane."""
    return float(np.clip(x, *W_RANGE)), float(np.clip(y, *B_RANGE))


def _heights(turned: tuple[float, float] | None = None) -> Heights:
    return Heights(cost_grid(), W_RANGE, B_RANGE, LEVELS, turned)


def _trail(path: Doubles) -> tuple[Item, ...]:
    """Trail and end point of a path, without the parts outside the plane."""
    (left, right), (low, high) = W_RANGE, B_RANGE
    inside = (left <= path[:, 0]) & (path[:, 0] <= right) & (low <= path[:, 1]) & (path[:, 1] <= high)
    x, y = np.where(inside, path.T, np.nan)
    return Trail(x, y, "descent, from cool to warm"), Points(x[-1:], y[-1:], "series", size=9)
