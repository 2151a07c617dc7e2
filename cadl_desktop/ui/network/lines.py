"""Which connections between two columns are drawn, and how strong each is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.neurons import Column

FEW = 4
"""From more than so many neurons on, only the strongest incoming lines of each are drawn."""
LEVELS = 6
_SAMPLES = np.linspace(0, 1, 25, dtype=np.float32)

Numbers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Lines:
    """`before` and `after` are the neurons at the ends of each line; `weights` is None where a line stands
    for no number, or for one that isn't known yet. `levels`, -LEVELS to LEVELS, are signs and sizes."""

    before: Numbers
    after: Numbers
    weights: Floats | None
    levels: Numbers

    def __len__(self) -> int:
        return len(self.before)

    def only(self, wanted: NDArray[np.bool_]) -> "Lines":
        """Those of these (lines,)."""
        weights = None if self.weights is None else self.weights[wanted]
        return Lines(self.before[wanted], self.after[wanted], weights, self.levels[wanted])


def all_lines(before: int, after: int) -> Lines:
    """Every connection, with nothing known of it."""
    ends = np.indices((before, after)).reshape(2, -1)
    return Lines(ends[0], ends[1], None, np.zeros(before * after, np.intp))


def unknown_lines(before: int, after: int) -> Lines:
    """As many as are drawn when weights are known, spread evenly."""
    if before <= FEW:
        return all_lines(before, after)
    columns = np.tile(np.arange(after), (FEW, 1))
    rows = (columns + np.arange(FEW)[:, None] * before // FEW) % before
    return Lines(rows.ravel(), columns.ravel(), None, np.zeros(rows.size, np.intp))


def lines_into(column: Column, before: int, after: int) -> Lines:
    """Of the first `before` neurons to the first `after` of this column."""
    if column.weights is None:
        return _one_to_one(min(before, after)) if column.paired else all_lines(before, after)
    if before <= FEW:
        return _weighted(column, *np.indices((before, after)).reshape(2, -1))
    weights = np.abs(column.weights[:before, :after])
    rows = np.argpartition(-weights, FEW - 1, axis=0)[:FEW]
    columns = np.tile(np.arange(after), (FEW, 1))
    return _weighted(column, rows.ravel(), columns.ravel())


def lines_of(
    columns: Sequence[Column], column: int, neuron: int, shown: Sequence[int]
) -> tuple[Lines, Lines]:
    """All lines of one neuron that can be drawn, however weak: those into it and those out of it.

    `shown` is how many neurons of each column are drawn.
    """
    nothing = all_lines(0, 0)
    into = out = nothing
    if column > 0 and neuron < shown[column]:
        into = _of_neuron(columns[column], shown[column - 1], shown[column], after=neuron)
    if column + 1 < len(columns) and neuron < shown[column]:
        out = _of_neuron(columns[column + 1], shown[column], shown[column + 1], before=neuron)
    return into, out


def _of_neuron(
    column: Column, count_before: int, count_after: int, before: int | None = None, after: int | None = None
) -> Lines:
    if column.weights is None:
        lines = lines_into(column, count_before, count_after)
        wanted = lines.before == before if after is None else lines.after == after
        return lines.only(wanted)
    if after is None:
        return _weighted(column, np.full(count_after, before, np.intp), np.arange(count_after))
    return _weighted(column, np.arange(count_before), np.full(count_before, after, np.intp))


def _weighted(column: Column, before: Numbers, after: Numbers) -> Lines:
    assert column.weights is not None
    weights = column.weights[before, after]
    share = weights / column.weight_scale
    if not np.isfinite(share).all():
        share = np.nan_to_num(share)
    levels = np.ceil(np.abs(share) * LEVELS - 1e-3).clip(1, LEVELS) * np.sign(share)
    return Lines(before, after, weights, levels.astype(np.intp))


def _one_to_one(count: int) -> Lines:
    ends = np.arange(count)
    return Lines(ends, ends, None, np.zeros(count, np.intp))


def ends_of(lines: Lines, before: Sequence[QRectF], after: Sequence[QRectF]) -> Floats:
    """Where each line begins and ends, (lines, 4) as x, y, x, y: right of one cell and left of another."""
    starts = np.array([(cell.right(), cell.center().y()) for cell in before], np.float32).reshape(-1, 2)
    ends = np.array([(cell.left(), cell.center().y()) for cell in after], np.float32).reshape(-1, 2)
    found: Floats = np.concatenate([starts[lines.before], ends[lines.after]], axis=1)
    return found


def distances(ends: Floats, x: float, y: float) -> Floats:
    """How far a point is from each line, (lines,): cubics with their inner points half way across."""
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
