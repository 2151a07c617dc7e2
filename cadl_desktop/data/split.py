"""Which samples are trained on and which are only measured."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment

Rows = NDArray[np.int64]

# Weights and batch orders are drawn from the experiment's seed as well; this keeps the split apart.
_STREAM = 1


def split(experiment: Experiment, count: int) -> tuple[Rows, Rows]:
    """The rows of `count` samples that are trained on, and those kept for validation; both sorted.

    A pure function of the experiment's seed and validation fraction, which is rounded to whole samples.
    At least one row is always trained on.
    """
    kept = min(round(experiment.validation * count), count - 1)
    if kept <= 0:
        return np.arange(count, dtype=np.int64), np.empty(0, np.int64)
    order = np.random.default_rng([experiment.seed, _STREAM]).permutation(count).astype(np.int64)
    return np.sort(order[kept:]), np.sort(order[:kept])
