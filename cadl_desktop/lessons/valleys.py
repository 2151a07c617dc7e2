"""Cost sin(10 x) exp(-x) over one parameter, and gradient descent on it: the lecture's L2 and L3.

A position is a fractional index of the curve's points, truncated for look-ups and clipped to 0 .. LAST.
"""

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE

_L2 = LECTURE["L2"]
POINTS: int = _L2["points"]
ITERATIONS: int = _L2["iterations"]
LAST = POINTS - 2
"""Last point with a right neighbour, and so with a gradient."""
ARRIVAL_DISTANCE = 2
"""Distance in points within which a descent has arrived at a minimum."""
TAIL, TOLERANCE = 50, 0.05
"""A rate settles if none of the last `TAIL` costs differs from the minimum by more than `TOLERANCE`."""


@cache
def places() -> Doubles:
    """Values (200,) of the parameter."""
    return np.linspace(_L2["least"], _L2["most"], POINTS)


@cache
def cost() -> Doubles:
    """Cost (200,) at each of `places`."""
    x = places()
    return np.asarray(np.sin(10 * x) * np.exp(-x))


@cache
def gradient() -> Doubles:
    """Forward differences (199,) of the cost, in cost per point."""
    return np.diff(cost())


@lru_cache(maxsize=16)
def descent(start: float, rate: float = 1.0, iterations: int = ITERATIONS) -> Doubles:
    """Positions (iterations + 1,) of gradient descent from `start`."""
    slopes = gradient().tolist()
    path = [min(max(start, 0.0), float(LAST))]
    for _ in range(iterations):
        position = path[-1]
        path.append(min(max(position - rate * slopes[int(position)], 0.0), float(LAST)))
    return np.array(path)


def descents(starts: Doubles, rate: float = 1.0, iterations: int = ITERATIONS) -> Doubles:
    """Positions (iterations + 1, n) of n descents at once, from `starts` (n,)."""
    slopes = rate * gradient()
    path = np.empty((iterations + 1, len(starts)))
    path[0] = positions = np.clip(starts, 0, LAST)
    for step in range(1, iterations + 1):
        path[step] = positions = np.clip(positions - slopes[indices(positions)], 0, LAST)
    return path


def indices(positions: Doubles) -> NDArray[np.intp]:
    """Indices of the points at which positions look up values."""
    return positions.astype(np.intp)


@cache
def bottoms() -> tuple[int, ...]:
    """Local minima: the points lower than both neighbours. The right end, towards which the cost falls, is
    none."""
    heights = cost()
    lower = (heights[1:-1] < heights[:-2]) & (heights[1:-1] < heights[2:])
    return tuple(int(point) + 1 for point in np.flatnonzero(lower))


@cache
def lowest() -> int:
    """Point of the global minimum."""
    return int(np.argmin(cost()))


def valley(position: float) -> int | None:
    """Minimum at which a descent that ends at `position` has arrived, if any."""
    return next((bottom for bottom in bottoms() if abs(position - bottom) <= ARRIVAL_DISTANCE), None)


def bottom_below(point: int) -> int:
    """Minimum reached from `point` by moving to the lowest neighbour repeatedly."""
    heights = cost()
    while True:
        nearby = range(max(point - 1, 0), min(point + 2, POINTS))
        lower = min(nearby, key=lambda neighbour: float(heights[neighbour]))
        if lower == point:
            return point
        point = lower


@cache
def ends() -> Doubles:
    """Final positions (200,) of descents from every point, with the lecture's settings."""
    return np.asarray(descents(np.arange(POINTS, dtype=np.float64))[-1])


def settles(path: Doubles) -> bool:
    """Whether a descent (n,) reaches the minimum of the valley in which it starts, and stays there: none of
    its last 50 costs differs from the minimum by more than 0.05."""
    heights = cost()
    bottom = heights[bottom_below(int(path[0]))]
    return bool(np.all(np.abs(heights[indices(path[-TAIL:])] - bottom) <= TOLERANCE))


def largest_rate(bottom: int) -> float:
    """Largest stable learning rate near a minimum: two over the second derivative, in points² per cost.

    Steps on a parabola of that curvature shrink below this rate and grow above it.
    """
    heights = cost()
    return float(2 / (heights[bottom - 1] - 2 * heights[bottom] + heights[bottom + 1]))
