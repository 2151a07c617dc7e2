"""Goal of a race, in which designs are trained in turns."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["step", "seconds"]
"""Quantity that is equal for all designs; a column of a history."""


@dataclass(frozen=True)
class Goal:
    """End of a race for each design: a number of steps, or of seconds of its own training."""

    unit: Unit
    count: float
