"""Gains of neurons, by which a person mutes, solos or scales their outputs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.experiment.shapes import columns, widths
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import by_column

Gains = Mapping[int, Floats]
"""Factors for the neurons (neurons,) of those columns that have any other than 1; column 0 is the
encoding."""

NO_GAINS: Gains = {}
LEFT_OUT = (
    "Muting and scaling are left out: what goes through a sum, a normalisation or an output that bends can't "
    "be put into weights."
)
"""Sentence about a file of weights that can't express the gains."""


def with_gain(experiment: Experiment, gains: Gains, column: int, neuron: int | None, gain: float) -> Gains:
    """Gains with that of one neuron set, or of a whole column where `neuron` is None."""
    changed = np.array(gains.get(column, np.ones(widths(experiment)[column])), np.float32)
    changed[slice(None) if neuron is None else neuron] = gain
    return _without_ones({**gains, column: changed})


def soloed(experiment: Experiment, gains: Gains, column: int, neuron: int) -> Gains:
    """Gains with all other neurons of the column muted."""
    alone = np.zeros(widths(experiment)[column], np.float32)
    alone[neuron] = 1.0
    return _without_ones({**gains, column: alone})


def changed_neurons(gains: Gains) -> int:
    """Number of neurons with a gain other than 1."""
    return sum(int((gain != 1).sum()) for gain in gains.values())


def gains_that_fit(before: Experiment, after: Experiment, gains: Gains) -> Gains:
    """Gains that still apply after a change of the network: those of columns with the same width. Where
    layers were added, removed or reordered, only those before the first difference. Which of several equal
    layers was removed is unknown, so that all of them lose their gains."""
    sizes = widths(after)
    kept = {column: gain for column, gain in gains.items() if sizes[column : column + 1] == [len(gain)]}
    reordered = before.layers != after.layers and Counter(before.layers) == Counter(after.layers)
    if len(before.layers) == len(after.layers) and not reordered:
        return kept
    first = _first_difference(before.layers, after.layers)
    if len(after.layers) < len(before.layers):
        gone = before.layers[first]
        while first and before.layers[first - 1] == gone:
            first -= 1
    return {column: gain for column, gain in kept.items() if column <= first}


def _first_difference(before: Sequence[Part], after: Sequence[Part]) -> int:
    """First index at which two sequences differ, or the length of the shorter."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(before), len(after)))


def without_folded(gains: Gains, kept: Gains) -> Gains:
    """Gains that remain after those in `kept` were folded into the weights."""
    left = {
        column: np.where(gain == kept[column], np.float32(1), gain) if column in kept else gain
        for column, gain in gains.items()
    }
    return _without_ones(left)


def gains_in_weights(experiment: Experiment, weights: Sequence[Floats], gains: Gains) -> list[Floats] | None:
    """Weights that compute the same without gains as these do with them.

    A gain is folded into the weights of later dense layers that read the neuron; that of a linear output into
    its own weights. None where that is impossible: through layer normalisation or a sum.
    """
    changed = by_column(experiment, [array.copy() for array in weights])
    for column, gain in gains.items():
        for at, rows in _readers(experiment, column):
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


def _readers(experiment: Experiment, column: int) -> list[tuple[int, slice]]:
    """Dense columns that read a column, with the rows of their weights that do; (-1, ...) for one through
    which a gain cannot be folded."""
    sizes, parts = widths(experiment), columns(experiment)
    rows: slice | None = slice(0, sizes[column])
    readers = []
    for at in range(column + 1, len(parts)):
        kind = parts[at][1].kind
        if kind == "skip" and column == 0:
            return [(-1, slice(0))]  # from here on the encoding is read twice
        if kind in ("dropout", "skip") or rows is None:
            continue
        readers.append((at if kind == "dense" else -1, rows))
        rows = None
    return readers


def _without_ones(gains: Gains) -> Gains:
    return {column: gain for column, gain in gains.items() if not np.all(gain == 1)}
