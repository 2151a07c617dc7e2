"""The costs of many weights of one network."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Costs:
    """`values` (n,) are mean costs over so many `samples`, infinite or no number where the network gives
    none; finding them took some `seconds`."""

    values: NDArray[np.float64]
    samples: int
    seconds: float
