"""Neurons muted or scaled by a person: how much of what each gives goes on."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import widths

Floats = NDArray[np.float32]
Gains = Mapping[int, Floats]
"""A factor for every neuron (neurons,) of the columns that have any but 1; column 0 is the encoding."""

NO_GAINS: Gains = {}


def with_gain(experiment: Experiment, gains: Gains, column: int, neuron: int | None, gain: float) -> Gains:
    """With one neuron's gain set, or without a neuron that of its whole column."""
    changed = np.array(gains.get(column, np.ones(widths(experiment)[column])), np.float32)
    changed[slice(None) if neuron is None else neuron] = gain
    return _without_ones({**gains, column: changed})


def _without_ones(gains: Gains) -> Gains:
    return {column: gain for column, gain in gains.items() if not np.all(gain == 1)}
