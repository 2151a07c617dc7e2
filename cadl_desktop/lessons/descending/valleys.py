"""A cost over one parameter, sin(10 x) exp(-x), and what goes downhill on it: the lecture's L2 and L3.

A position is a fractional index of the curve's points, cut to a whole one wherever something is looked up,
and held on the line: from 0 to the last point that has a neighbour on its right.
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
"""The last point that has a gradient."""
NEAR = 2
"""So many points from a valley's bottom a descent has arrived."""
WATCHED, CLOSE = 50, 0.05
"""A rate settles when none of so many costs at the end lies further from that of the valley's bottom."""


@cache
def places() -> Doubles:
    """The values (200,) of the parameter at which the cost is known."""
    return np.linspace(_L2["least"], _L2["most"], POINTS)


@cache
def cost() -> Doubles:
    """The cost (200,) at each of them."""
    x = places()
    return np.asarray(np.sin(10 * x) * np.exp(-x))


@cache
def gradient() -> Doubles:
    """Differences of neighbours (199,), each told at the left one, in cost per point."""
    return np.diff(cost())


@lru_cache(maxsize=16)
def descent(start: float, rate: float = 1.0, iterations: int = ITERATIONS) -> Doubles:
    """The positions (iterations + 1,) from a start on: each is the one before minus rate times its
    gradient."""
    slopes = gradient().tolist()
    path = [min(max(start, 0.0), float(LAST))]
    for _ in range(iterations):
        here = path[-1]
        path.append(min(max(here - rate * slopes[int(here)], 0.0), float(LAST)))
    return np.array(path)


def descents(starts: Doubles, rate: float = 1.0, iterations: int = ITERATIONS) -> Doubles:
    """The positions (iterations + 1, n) of n descents at once, which begin at `starts` (n,)."""
    slopes = rate * gradient()
    path = np.empty((iterations + 1, len(starts)))
    path[0] = here = np.clip(starts, 0, LAST)
    for step in range(1, iterations + 1):
        path[step] = here = np.clip(here - slopes[whole(here)], 0, LAST)
    return path


def whole(positions: Doubles) -> NDArray[np.intp]:
    """The points at which positions look something up."""
    return positions.astype(np.intp)


@cache
def bottoms() -> tuple[int, ...]:
    """The points lower than both neighbours, found by looking at every one. The right end, towards which the
    cost falls, is none."""
    heights = cost()
    lower = (heights[1:-1] < heights[:-2]) & (heights[1:-1] < heights[2:])
    return tuple(int(point) + 1 for point in np.flatnonzero(lower))


@cache
def lowest() -> int:
    """The point of the least cost of all."""
    return int(np.argmin(cost()))


def valley(position: float) -> int | None:
    """The bottom at which a descent that ends here has arrived."""
    return next((bottom for bottom in bottoms() if abs(position - bottom) <= NEAR), None)


def bottom_below(point: int) -> int:
    """Where one comes who goes from a point to its lowest neighbour again and again."""
    heights = cost()
    while True:
        nearby = range(max(point - 1, 0), min(point + 2, POINTS))
        lower = min(nearby, key=lambda neighbour: float(heights[neighbour]))
        if lower == point:
            return point
        point = lower


@cache
def ends() -> Doubles:
    """Where a descent from each of the 200 points ends, with the lecture's settings."""
    return np.asarray(descents(np.arange(POINTS, dtype=np.float64))[-1])


def settles(path: Doubles) -> bool:
    """Whether a descent (n,) has come to the bottom of the valley that its start lies in, and stays there:
    none of its last 50 costs differs from the bottom's by more than 0.05."""
    heights = cost()
    bottom = heights[bottom_below(int(path[0]))]
    return bool(np.all(np.abs(heights[whole(path[-WATCHED:])] - bottom) <= CLOSE))


def largest_rate(bottom: int) -> float:
    """Where steps on a parabola as bent as the valley at its bottom turn from ever shorter to ever longer:
    two over the second derivative, here in points squared over cost."""
    heights = cost()
    return float(2 / (heights[bottom - 1] - 2 * heights[bottom] + heights[bottom + 1]))
