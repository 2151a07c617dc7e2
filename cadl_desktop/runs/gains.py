"""Neurons muted, soloed or scaled by a person: how much of what each gives goes on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.experiment.shapes import columns, widths
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.weights import by_column

Gains = Mapping[int, Floats]
"""A factor for every neuron (neurons,) of the columns that have any but 1; column 0 is the encoding."""

NO_GAINS: Gains = {}


def with_gain(experiment: Experiment, gains: Gains, column: int, neuron: int | None, gain: float) -> Gains:
    """With one neuron's gain set, or without a neuron that of its whole column."""
    changed = np.array(gains.get(column, np.ones(widths(experiment)[column])), np.float32)
    changed[slice(None) if neuron is None else neuron] = gain
    return _without_ones({**gains, column: changed})


def soloed(experiment: Experiment, gains: Gains, column: int, neuron: int) -> Gains:
    """With all others of its column muted."""
    alone = np.zeros(widths(experiment)[column], np.float32)
    alone[neuron] = 1.0
    return _without_ones({**gains, column: alone})


def changed_neurons(gains: Gains) -> int:
    """How many neurons have a gain other than 1."""
    return sum(int((gain != 1).sum()) for gain in gains.values())


def fitting(before: Experiment, after: Experiment, gains: Gains) -> Gains:
    """What is left of gains when the network has changed: those of columns that are still as wide, and where
    layers came, went or changed places only those before the first of them. Which of several equal layers has
    gone nobody can tell, so that the gains of all of them leave."""
    sizes = widths(after)
    kept = {column: gain for column, gain in gains.items() if sizes[column : column + 1] == [len(gain)]}
    same_places = len(before.layers) == len(after.layers) and not _reordered(before, after)
    if same_places:
        return kept
    first = _first_difference(before.layers, after.layers)
    if len(after.layers) < len(before.layers):
        gone = before.layers[first]
        while first and before.layers[first - 1] == gone:
            first -= 1
    return {column: gain for column, gain in kept.items() if column <= first}


def _first_difference(before: Sequence[Part], after: Sequence[Part]) -> int:
    """The first place at which two sequences differ, or else the length of the shorter."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(before), len(after)))


def _reordered(before: Experiment, after: Experiment) -> bool:
    return before.layers != after.layers and Counter(before.layers) == Counter(after.layers)


def without(gains: Gains, kept: Gains) -> Gains:
    """What is left of gains when some of them have been put into the weights."""
    left = {
        column: np.where(gain == kept[column], np.float32(1), gain) if column in kept else gain
        for column, gain in gains.items()
    }
    return _without_ones(left)


def baked(experiment: Experiment, weights: Sequence[Floats], gains: Gains) -> list[Floats] | None:
    """Weights that make the same of every input without any gains as these do with them.

    A gain goes into the weights by which later dense layers take the neuron in; that of an output without
    a bend goes into its own weights. None where that is not possible: through layer normalisation or a sum.
    """
    changed = by_column(experiment, [array.copy() for array in weights])
    for column, gain in gains.items():
        for at, rows in _takers(experiment, column):
            if at < 0:
                return None
            changed[at][0][rows] *= gain[:, None]
        if column == len(experiment.layers) + 1:
            chosen = activation_of(experiment.output)
            if chosen is None or chosen.declared.bends:
                return None
            for array in changed[column]:
                array *= gain
    return list(chain.from_iterable(changed))


def _takers(experiment: Experiment, column: int) -> list[tuple[int, slice]]:
    """The dense columns that take in what a column gives, and by which rows of theirs; (-1, ...) stands for
    one through which a gain can't be followed."""
    sizes, parts = widths(experiment), columns(experiment)
    rows: slice | None = slice(0, sizes[column])
    takers = []
    for at in range(column + 1, len(parts)):
        kind = parts[at][1].kind
        if kind == "skip" and column == 0:
            return [(-1, slice(0))]  # the encoding comes in twice from here on
        if kind in ("dropout", "skip") or rows is None:
            continue
        takers.append((at if kind == "dense" else -1, rows))
        rows = None
    return takers


def _without_ones(gains: Gains) -> Gains:
    return {column: gain for column, gain in gains.items() if not np.all(gain == 1)}
