"""Connections between columns: which lines are drawn, how strong each is, and a neuron's paths through
them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.drawing.drawn_network import BEYOND_FLOATS, Connections, Numbers, strongest
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.probed_columns import Column

LINES_IN_VIEW = 40
"""Approximate number of lines in the whole drawing, spread evenly over the gaps."""
LEAST = 4
LEVELS = 6
_SAMPLES = np.linspace(0, 1, 25, dtype=np.float32)
_MOST_FOLLOWED = 512
"""Number of neurons per column that are followed further, those with the largest shares."""


@dataclass(frozen=True, eq=False)
class Lines(Connections):
    """Connections with their `levels`, -LEVELS to LEVELS: the weight's sign, and how much of the neuron's sum
    arrives along the line."""

    levels: Numbers

    def select(self, wanted: NDArray[np.bool_]) -> "Lines":
        """Lines chosen by a mask (lines,)."""
        weights = None if self.weights is None else self.weights[wanted]
        return Lines(self.before[wanted], self.after[wanted], weights, self.levels[wanted])


def lines_per_gap(gaps: int) -> int:
    """Number of lines drawn in each gap of a network with `gaps` gaps."""
    return max(-(-LINES_IN_VIEW // max(gaps, 1)), LEAST)


def placeholder_lines(before: int, after: int, most: int) -> Lines:
    """Evenly spread lines without weights, at most `most`, for weights that are not known yet."""
    count = min(before * after, most)
    each = np.arange(count)
    if before * after <= most:
        return _unweighted_lines(each // max(after, 1), each % max(after, 1))
    return _unweighted_lines(
        each * max(before, count) // count % before, each * max(after, count) // count % after
    )


def strongest_lines(source: Column, column: Column, most: int) -> Lines:
    """Strongest lines into a column from the one before, by |weight| times activity; at most `most`."""
    before, after = len(source.values), len(column.values)
    if column.weights is None:
        if column.paired:
            count = min(before, after)
            ends = np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.intp))
            return _unweighted_lines(ends, ends)
        return placeholder_lines(before, after, most)
    found, strength = strongest(column.weights, most, source.activity)
    return _weighted_lines(column, strength, found.before, found.after)


@BEYOND_FLOATS
def lines_of_neuron(columns: Sequence[Column], column: int, neuron: int) -> tuple[Lines, Lines]:
    """All lines of one neuron, however weak: those into it and those out of it."""
    into = out = _unweighted_lines(np.arange(0), np.arange(0))
    if column > 0:
        into = _lines_at_neuron(columns[column - 1], columns[column], after=neuron)
    if column + 1 < len(columns):
        out = _lines_at_neuron(columns[column], columns[column + 1], before=neuron)
    return into, out


def _lines_at_neuron(
    source: Column, column: Column, before: int | None = None, after: int | None = None
) -> Lines:
    count = len(source.values) if before is None else len(column.values)
    others, fixed = np.arange(count), np.full(count, after if before is None else before, np.intp)
    if column.weights is None:
        if column.paired:
            same = others[others == fixed]
            return _unweighted_lines(same, same)
        return _unweighted_lines(others, fixed) if before is None else _unweighted_lines(fixed, others)
    own = column.weights[:, after] if before is None else column.weights[before]
    active = source.activity.astype(np.float64)
    active = active if before is None else active[before]
    strength = np.nan_to_num(np.abs(own) * active, posinf=0.0, neginf=0.0)
    order = np.argsort(strength, kind="stable")
    ends = (others[order], fixed) if before is None else (fixed, others[order])
    return _weighted_lines(column, strength[order], *ends)


def _weighted_lines(
    column: Column, strength: NDArray[np.floating[Any]], before: Numbers, after: Numbers
) -> Lines:
    """Lines with levels from the strength of each, (lines,)."""
    assert column.weights is not None
    weights = column.weights[before, after]
    largest = float(strength.max(initial=0.0)) or 1.0
    sizes = np.ceil(strength / largest * LEVELS - 1e-3).clip(1, LEVELS)
    signs = (weights > 0) * 1.0 - (weights < 0)
    return Lines(before, after, weights, (sizes * signs).astype(np.intp))


def _unweighted_lines(before: Numbers, after: Numbers) -> Lines:
    return Lines(before, after, None, np.zeros(len(before), np.intp))


def line_distances(ends: Floats, x: float, y: float) -> Floats:
    """Distance in pixels of a point from each line, (lines,); `ends` (lines, 4) are x, y, x, y of cubic
    curves."""
    if not len(ends):
        return np.zeros(0, np.float32)
    t, back = _SAMPLES, 1 - _SAMPLES
    x0, y0, x1, y1 = (ends[:, [index]] for index in range(4))
    # Both control points lie half way across, each at the height of one end.
    along = x0 * back**3 + 3 * (x0 + x1) / 2 * (back * t) + x1 * t**3
    across = y0 * (back**3 + 3 * back**2 * t) + y1 * (t**3 + 3 * back * t**2)
    return _polyline_distances(along, across, x, y)


def _polyline_distances(along: Floats, across: Floats, x: float, y: float) -> Floats:
    """Distance of a point from each polyline (lines, points)."""
    dx, dy = np.diff(along, axis=1), np.diff(across, axis=1)
    length = np.maximum(dx * dx + dy * dy, np.float32(1e-9))
    share = ((x - along[:, :-1]) * dx + (y - across[:, :-1]) * dy) / length
    share = np.clip(share, 0, 1)
    apart = np.hypot(along[:, :-1] + share * dx - x, across[:, :-1] + share * dy - y)
    found: Floats = apart.min(axis=1)
    return found


@BEYOND_FLOATS
def path_shares(columns: Sequence[Column], column: int, neuron: int) -> list[Floats]:
    """Share of a neuron's paths that leads through each neuron of each column, (neurons,), 1 for the
    strongest.

    Each connection contributes |weight| times activity, and parallel paths add up, back to the input and on
    to the output. In columns of more than 512 neurons only the largest shares lead further: following all of
    4,096 took a quarter of a second.
    """
    here = np.zeros(len(columns[column].values), np.float32)
    here[neuron] = 1.0
    shares = [here] * len(columns)
    for index in range(column, 0, -1):
        shares[index - 1] = _backward(columns[index - 1], columns[index], shares[index])
    for index in range(column + 1, len(columns)):
        shares[index] = _forward(columns[index - 1], columns[index], shares[index - 1])
    return shares


def _backward(source: Column, column: Column, share: Floats) -> Floats:
    if column.weights is not None:
        main = _strongest(share)
        heard = np.abs(column.weights[:, main]) @ share[main]
        return _normalised(heard.astype(np.float64) * source.activity)
    return _unweighted_shares(column, share, len(source.values))


def _forward(source: Column, column: Column, share: Floats) -> Floats:
    if column.weights is not None:
        passed = _normalised(share * source.activity)
        main = _strongest(passed)
        return _normalised(passed[main] @ np.abs(column.weights[main]))
    return _unweighted_shares(column, share, len(column.values))


def _strongest(shares: Floats) -> NDArray[np.intp] | slice:
    """Indices of the largest shares, or all of a column that is not very wide."""
    if len(shares) <= _MOST_FOLLOWED:
        return slice(None)
    return np.argpartition(shares, -_MOST_FOLLOWED)[-_MOST_FOLLOWED:]


def _unweighted_shares(column: Column, share: Floats, count: int) -> Floats:
    """Shares across a connection without weights: one to one, or all neurons alike."""
    if column.paired and len(share) == count:
        return share
    return np.ones(count, np.float32)


def _normalised(sums: NDArray[np.floating[Any]]) -> Floats:
    sums = np.nan_to_num(sums, posinf=0.0, neginf=0.0)
    found: Floats = (sums / (float(sums.max(initial=0.0)) or 1.0)).astype(np.float32)
    return found
