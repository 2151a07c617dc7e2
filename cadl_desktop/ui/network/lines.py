"""Which connections between two columns are drawn, and how strong each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.drawing.drawn_network import BEYOND_FLOATS, Connections, Numbers, strongest
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.probed_columns import Column

IN_VIEW = 40
"""About how many lines are drawn of the whole network, as many between any two columns."""
LEAST = 4
LEVELS = 6
_SAMPLES = np.linspace(0, 1, 25, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Lines(Connections):
    """`levels`, -LEVELS to LEVELS, are signs of weights and how much of a neuron's sum comes along each."""

    levels: Numbers

    def only(self, wanted: NDArray[np.bool_]) -> "Lines":
        """Those of these (lines,)."""
        weights = None if self.weights is None else self.weights[wanted]
        return Lines(self.before[wanted], self.after[wanted], weights, self.levels[wanted])


def lines_a_gap(gaps: int) -> int:
    """How many are drawn between two columns of a network with so many gaps."""
    return max(-(-IN_VIEW // max(gaps, 1)), LEAST)


def unknown_lines(before: int, after: int, most: int) -> Lines:
    """As many as are drawn when weights are known, spread evenly."""
    count = min(before * after, most)
    each = np.arange(count)
    if before * after <= most:
        return _unknown(each // max(after, 1), each % max(after, 1))
    return _unknown(each * max(before, count) // count % before, each * max(after, count) // count % after)


def strongest_lines(source: Column, column: Column, most: int) -> Lines:
    """The lines into a column from the one before along which most comes: weight times activity."""
    before, after = len(source.values), len(column.values)
    if column.weights is None:
        if column.paired:
            return _one_to_one(min(before, after), most)
        return unknown_lines(before, after, most)
    found, strength = strongest(column.weights, most, source.activity)
    return _weighted(column, strength, found.before, found.after)


@BEYOND_FLOATS
def lines_of(columns: Sequence[Column], column: int, neuron: int) -> tuple[Lines, Lines]:
    """All lines of one neuron, however weak: those into it and those out of it."""
    into = out = _unknown(np.arange(0), np.arange(0))
    if column > 0:
        into = _of_neuron(columns[column - 1], columns[column], after=neuron)
    if column + 1 < len(columns):
        out = _of_neuron(columns[column], columns[column + 1], before=neuron)
    return into, out


def _of_neuron(source: Column, column: Column, before: int | None = None, after: int | None = None) -> Lines:
    count = len(source.values) if before is None else len(column.values)
    others = np.arange(count)
    if column.weights is None:
        if column.paired:
            same = others[others == (after if before is None else before)]
            return _unknown(same, same)
        fixed = np.full(count, after if before is None else before, np.intp)
        return _unknown(others, fixed) if before is None else _unknown(fixed, others)
    own = column.weights[:, after] if before is None else column.weights[before]
    active = source.activity.astype(np.float64)
    active = active if before is None else active[before]
    strength = np.nan_to_num(np.abs(own) * active, posinf=0.0, neginf=0.0)
    order = np.argsort(strength, kind="stable")
    fixed = np.full(count, after if before is None else before, np.intp)
    ends = (others[order], fixed) if before is None else (fixed, others[order])
    return _weighted(column, strength[order], *ends)


def _weighted(column: Column, strength: NDArray[np.floating[Any]], before: Numbers, after: Numbers) -> Lines:
    """With the strength of each line."""
    assert column.weights is not None
    weights = column.weights[before, after]
    largest = float(strength.max(initial=0.0)) or 1.0
    sizes = np.ceil(strength / largest * LEVELS - 1e-3).clip(1, LEVELS)
    signs = np.sign(np.nan_to_num(weights))
    return Lines(before, after, weights, (sizes * signs).astype(np.intp))


def _one_to_one(count: int, most: int) -> Lines:
    ends = np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.intp))
    return _unknown(ends, ends)


def _unknown(before: Numbers, after: Numbers) -> Lines:
    return Lines(before, after, None, np.zeros(len(before), np.intp))


def distances(ends: Floats, x: float, y: float) -> Floats:
    """How far a point is from each line, (lines,); `ends` (lines, 4) are x, y, x, y of cubics with their
    inner points half way across."""
    if not len(ends):
        return np.zeros(0, np.float32)
    t, back = _SAMPLES, 1 - _SAMPLES
    x0, y0, x1, y1 = (ends[:, [index]] for index in range(4))
    # Both inner points lie half way across, one at the height of either end.
    along = x0 * back**3 + 3 * (x0 + x1) / 2 * (back * t) + x1 * t**3
    across = y0 * (back**3 + 3 * back**2 * t) + y1 * (t**3 + 3 * back * t**2)
    return _from_segments(along, across, x, y)


def _from_segments(along: Floats, across: Floats, x: float, y: float) -> Floats:
    """From a polyline through (lines, points)."""
    dx, dy = np.diff(along, axis=1), np.diff(across, axis=1)
    length = np.maximum(dx * dx + dy * dy, np.float32(1e-9))
    share = ((x - along[:, :-1]) * dx + (y - across[:, :-1]) * dy) / length
    share = np.clip(share, 0, 1)
    apart = np.hypot(along[:, :-1] + share * dx - x, across[:, :-1] + share * dy - y)
    found: Floats = apart.min(axis=1)
    return found
