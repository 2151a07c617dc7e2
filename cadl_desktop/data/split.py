"""Which samples are trained on and which are only measured."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Samples
from cadl_desktop.experiment.model import Experiment

Rows = NDArray[np.signedinteger]

# Weights and batch orders are drawn from the experiment's seed as well; this keeps the split apart.
_STREAM = 1


def split(experiment: Experiment, samples: Samples) -> tuple[Rows, Rows]:
    """The rows of the samples that are trained on, and those kept for validation; both sorted. Hidden samples
    are in neither.

    A pure function of the samples that are seen and of the experiment's seed and validation fraction, which
    is rounded to whole samples. Of samples that are seen, at least one row is always trained on.
    """
    seen = _seen(samples)
    count = len(seen)
    kept = min(round(experiment.validation * count), count - 1)
    if kept <= 0:
        return seen, np.empty(0, np.int64)
    order = np.random.default_rng([experiment.seed, _STREAM]).permutation(np.arange(count, dtype=seen.dtype))
    return seen[np.sort(order[kept:])], seen[np.sort(order[:kept])]


def _seen(samples: Samples) -> Rows:
    numbers = np.int32 if samples.large else np.int64
    if samples.hidden is None:
        return np.arange(len(samples.inputs), dtype=numbers)
    return np.flatnonzero(~samples.hidden).astype(numbers)
