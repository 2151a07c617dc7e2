"""Places at which a curve is read by keys or the mouse, and its points there."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Doubles, Samples

_EVERY = 100
"""Stops between points in the width of the plot."""
_MOST_STOPS = 100_000


def reading_stops(samples: Samples, seen: tuple[float, float], whole: tuple[float, float]) -> Doubles:
    """Positions, (stops,): those of all points, and even ones between and beside them, over what is `seen`
    and the `whole` range."""
    points = np.unique(samples.inputs[:, 0])
    low, high = min(seen[0], whole[0]), max(seen[1], whole[1])
    every = max((seen[1] - seen[0]) / _EVERY, (high - low) / _MOST_STOPS)
    even = np.arange(low, high + every / 2, every)
    after = np.searchsorted(points, even)
    near = [np.abs(points[np.clip(at, 0, len(points) - 1)] - even) for at in (after - 1, after)]
    return np.union1d(points, even[np.minimum(*near) > every / 2])


def point_near(samples: Samples, where: tuple[float, float], reach: tuple[float, float]) -> int | None:
    """Row of the point nearest to a place, at most as far as `reach` to each side and up and down; None where
    there is none."""
    offsets = (samples.inputs[:, 0] - where[0]) / reach[0]
    near = np.flatnonzero(np.abs(offsets) <= 1)
    distances = np.hypot(offsets[near], (samples.targets[near, 0] - where[1]) / reach[1])
    return int(near[distances.argmin()]) if (distances <= 1).any() else None


def farthest_point(samples: Samples, x: float, fitted: NDArray[Any] | None) -> tuple[int, int] | None:
    """Row of the point at exactly this position, of several the one farthest from the network's outputs
    (points,), and how many there are; None without one."""
    rows = np.flatnonzero(samples.inputs[:, 0] == x)
    if not len(rows):
        return None
    errors = np.zeros(len(rows)) if fitted is None else samples.targets[rows, 0] - fitted[rows]
    return int(rows[np.abs(errors).argmax()]), len(rows)
