"""What lies on a neuron's way: through which neurons it hears the input, and through which it reaches the
output."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.drawing.drawn_network import BEYOND_FLOATS
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.probed_columns import Column

_MOST = 512


@BEYOND_FLOATS
def shares_of_way(columns: Sequence[Column], column: int, neuron: int) -> list[Floats]:
    """For each column, how much of the neuron's way leads through each of its neurons, (neurons,), 1 for the
    strongest: along every connection goes weight times activity, and ways add up. Of a very wide column only
    those with the largest shares lead further: all of 4,096 took a quarter of a second."""
    here = np.zeros(len(columns[column].values), np.float32)
    here[neuron] = 1.0
    shares = [here] * len(columns)
    for index in range(column, 0, -1):
        shares[index - 1] = _back(columns[index - 1], columns[index], shares[index])
    for index in range(column + 1, len(columns)):
        shares[index] = _on(columns[index - 1], columns[index], shares[index - 1])
    return shares


def _back(source: Column, column: Column, share: Floats) -> Floats:
    if column.weights is not None:
        main = _main(share)
        heard = np.abs(column.weights[:, main]) @ share[main]
        return _relative(heard.astype(np.float64) * source.activity)
    return _unweighted(column, share, len(source.values))


def _on(source: Column, column: Column, share: Floats) -> Floats:
    if column.weights is not None:
        passed = _relative(share * source.activity)
        main = _main(passed)
        return _relative(passed[main] @ np.abs(column.weights[main]))
    return _unweighted(column, share, len(column.values))


def _main(shares: Floats) -> NDArray[np.intp] | slice:
    """The neurons with the largest of these shares, or all of a column that isn't very wide."""
    if len(shares) <= _MOST:
        return slice(None)
    return np.argpartition(shares, -_MOST)[-_MOST:]


def _unweighted(column: Column, share: Floats, count: int) -> Floats:
    """Each neuron hears the one beside it, or all of them alike."""
    if column.paired and len(share) == count:
        return share
    return np.ones(count, np.float32)


def _relative(sums: NDArray[np.floating[Any]]) -> Floats:
    sums = np.nan_to_num(sums, posinf=0.0, neginf=0.0)
    found: Floats = (sums / (float(sums.max(initial=0.0)) or 1.0)).astype(np.float32)
    return found
