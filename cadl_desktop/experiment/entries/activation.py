"""What an activation says of itself, beside what computes it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Settings = Mapping[str, Any]
"""An activation's own settings, by name."""
Range = tuple[float, float]


def _any_number(settings: Settings) -> Range:
    return -math.inf, math.inf


@dataclass(frozen=True)
class Activation:
    """What follows from its shape. Of what isn't said, nothing is made."""

    bounds: Callable[[Settings], Range] = _any_number
    """The least and the greatest number that it can give."""
    symmetry: Literal["odd", "even", "none"] = "none"
    """Odd: f(-x) = -f(x); even: f(-x) = f(x)."""
    saturates: Callable[[Settings], Range] | None = None
    """The values from which on, below and above, its slope is so small that it hardly learns: one definition
    for all is less than 6 % of the steepest, which tanh has at 0.97."""
    dies: bool = False
    """Whether a neuron that gives 0 everywhere learns no more: its slope is 0 wherever it gives 0."""
    bends: bool = True
    """Whether it gives anything else than what it takes in."""
    keeps_positive: bool = False
    """Whether it gives positive numbers and 0 as they are."""
    initialiser: str = "xavier"
    """The initial weights that the doctor advises for it."""
    reach: float = 3.2
    """How far from 0 its icon goes."""
    drawn: tuple[tuple[str, Any], ...] = ()
    """Settings in its icon, where the defaults give too dense a curve."""


NOTHING_SAID = Activation()
