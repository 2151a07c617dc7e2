"""Which samples are trained on and which are only measured."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Samples
from cadl_desktop.experiment.model import Experiment

Rows = NDArray[np.signedinteger]


class EveryRow:
    """All of so many rows in their order, which are not stored one by one: of a camera's picture that would
    take more memory than its colours."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, places: slice | Rows) -> Rows:
        """Those at some places."""
        return np.arange(*places.indices(self._count)) if isinstance(places, slice) else places


# Weights and batch orders are drawn from the experiment's seed as well; this keeps the split apart.
_STREAM = 1


def split(experiment: Experiment, samples: Samples) -> tuple[Rows | EveryRow, Rows]:
    """The rows of the samples that are trained on, and those kept for validation; both sorted. Hidden samples
    are in neither. The former are `EveryRow` where they are all of a large picture.

    A pure function of the samples that are seen and of the experiment's seed and validation fraction, which
    is rounded to whole samples. Of samples that are seen, at least one row is always trained on.
    """
    count = len(samples.inputs) if samples.hidden is None else int(np.count_nonzero(~samples.hidden))
    kept = min(round(experiment.validation * count), count - 1)
    if kept <= 0:
        is_every = samples.large and samples.hidden is None
        return EveryRow(count) if is_every else _seen(samples), np.empty(0, np.int64)
    seen = _seen(samples)
    order = np.random.default_rng([experiment.seed, _STREAM]).permutation(np.arange(count, dtype=seen.dtype))
    return seen[np.sort(order[kept:])], seen[np.sort(order[:kept])]


def _seen(samples: Samples) -> Rows:
    numbers = np.int32 if samples.large else np.int64
    if samples.hidden is None:
        return np.arange(len(samples.inputs), dtype=numbers)
    return np.flatnonzero(~samples.hidden).astype(numbers)
