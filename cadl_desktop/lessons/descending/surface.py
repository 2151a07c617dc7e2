"""A cost over two parameters, sin(10 x) exp(-x) cos(10 y) exp(-y): the lecture's L4."""

from functools import cache
from math import cos, exp, hypot, sin

import numpy as np

from cadl_desktop.lessons.descending.descents import Place
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE

_L4 = LECTURE["L4"]


@cache
def places() -> Doubles:
    """The values (100,) of either parameter at which the cost is drawn."""
    return np.arange(_L4["least"], _L4["most"], _L4["step"])


LEAST, MOST = float(places()[0]), float(places()[-1])
"""Between which both parameters are held."""


@cache
def heights() -> Doubles:
    """The cost (100, 100): rows are the second parameter, columns the first."""
    x, y = np.meshgrid(places(), places())
    return np.asarray(np.sin(10 * x) * np.exp(-x) * np.cos(10 * y) * np.exp(-y))


def cost(place: Place) -> float:
    """At one place."""
    x, y = place
    return sin(10 * x) * cos(10 * y) * exp(-x - y)


def gradient(place: Place) -> Place:
    """By the first parameter and by the second, as the product rule gives them."""
    x, y = place
    sin_x, cos_x, sin_y, cos_y, fall = sin(10 * x), cos(10 * x), sin(10 * y), cos(10 * y), exp(-x - y)
    return (10 * cos_x - sin_x) * cos_y * fall, -(10 * sin_y + cos_y) * sin_x * fall


@cache
def bottoms() -> tuple[Place, ...]:
    """The drawn places that are lower than all their neighbours, at the edges as well: by looking at every
    one."""
    z = heights()
    around = np.pad(z, 1, constant_values=np.inf)
    rows, columns = z.shape
    lower = np.ones(z.shape, dtype=bool)
    for down in range(3):
        for right in range(3):
            if (down, right) != (1, 1):
                lower &= z < around[down : down + rows, right : right + columns]
    return tuple((float(places()[column]), float(places()[row])) for row, column in np.argwhere(lower))


def nearest_bottom(place: Place) -> Place:
    """Of all bottoms the one least far away."""
    x, y = place
    return min(bottoms(), key=lambda bottom: hypot(bottom[0] - x, bottom[1] - y))
