"""Backpropagation (Rumelhart, Hinton and Williams, 1986) through 1 -> 2 -> 1, one product at a time."""

from collections.abc import Mapping
from math import tanh
from typing import NamedTuple

Numbers = Mapping[str, float]
"""By name; what belongs to the first or second hidden neuron ends in 1 or 2."""

PARAMETERS = ("w1", "b1", "w2", "b2", "v1", "v2", "c")
BEGUN: Numbers = {"w1": 0.8, "b1": 0.1, "w2": -0.5, "b2": 0.3, "v1": 1.0, "v2": -0.7, "c": 0.2}
FORWARD = ("h1", "h2", "y", "J")
"""In the order in which they are computed: both hidden neurons, the output, its cost."""


class Product(NamedTuple):
    """By the chain rule: how J changes with `name` is how it changes with `through`, times how that changes
    with `name`, which is the number called `factor`."""

    name: str
    through: str
    factor: str


PRODUCTS = (
    Product("y", "J", "twice E"),
    Product("v1", "y", "h1"),
    Product("v2", "y", "h2"),
    Product("c", "y", "one"),
    Product("h1", "y", "v1"),
    Product("z1", "h1", "slope1"),
    Product("w1", "z1", "x"),
    Product("b1", "z1", "one"),
    Product("h2", "y", "v2"),
    Product("z2", "h2", "slope2"),
    Product("w2", "z2", "x"),
    Product("b2", "z2", "one"),
)


def forward(parameters: Numbers, x: float, target: float) -> dict[str, float]:
    """Every number that is met on the way to J = (y - target)², where y = v1 tanh(w1 x + b1) + v2 tanh(w2 x +
    b2) + c, and what the way back needs of them."""
    found = {**parameters, "x": x, "one": 1.0}
    for at in ("1", "2"):
        found["z" + at] = found["w" + at] * x + found["b" + at]
        found["h" + at] = tanh(found["z" + at])
        found["slope" + at] = 1 - found["h" + at] ** 2
    found["y"] = found["v1"] * found["h1"] + found["v2"] * found["h2"] + found["c"]
    found["E"] = found["y"] - target
    found["twice E"] = 2 * found["E"]
    found["J"] = found["E"] ** 2
    return found


def back(passed: Numbers) -> dict[str, float]:
    """How J changes with every number, by `PRODUCTS` in turn, from what `forward` has found."""
    slopes = {"J": 1.0}
    for name, through, factor in PRODUCTS:
        slopes[name] = slopes[through] * passed[factor]
    return slopes


def stepped(parameters: Numbers, slopes: Numbers, rate: float) -> dict[str, float]:
    """One step of gradient descent."""
    return {name: parameters[name] - rate * slopes[name] for name in PARAMETERS}
