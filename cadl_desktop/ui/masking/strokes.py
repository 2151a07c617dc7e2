"""What tools do to a mask: discs, lines of discs and rectangles, in rows and columns of the picture."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.pictures.masks import Mask
from cadl_desktop.ui.masking.tool import ToolKind

Doubles = NDArray[np.float64]
Numbers = NDArray[np.int_]


class PicturePoint(NamedTuple):
    """A point of the picture in rows and columns; the middle of its first pixel is (0.5, 0.5)."""

    row: float
    column: float


def draw_line(mask: Mask, start: PicturePoint, end: PicturePoint, size: float, hide: bool) -> None:
    """Draws discs so close together from one place to another that no pixel between is left out."""
    length = max(abs(end.row - start.row), abs(end.column - start.column))
    shares = np.linspace(0, 1, max(1, int(np.ceil(2 * length))) + 1)
    rows = start.row + (end.row - start.row) * shares
    columns = start.column + (end.column - start.column) * shares
    _draw_discs(mask, rows, columns, size / 2, hide)
    _draw_pixels(mask, rows.astype(int), columns.astype(int), hide)


def _draw_discs(mask: Mask, rows: Doubles, columns: Doubles, reach: float, hide: bool) -> None:
    """Hides or shows the pixels whose middles lie in discs of this radius, whose middles are given (discs,).

    All at once, by where each begins and ends in a row: a wide brush takes thousands.
    """
    height, width = mask.shape
    row = np.floor(rows - reach)[:, np.newaxis] + np.arange(int(2 * reach) + 2)
    left_over = reach**2 - (row + 0.5 - rows[:, np.newaxis]) ** 2
    half, middle = np.sqrt(np.maximum(left_over, 0)), columns[:, np.newaxis] - 0.5
    first, last = np.maximum(np.ceil(middle - half), 0), np.minimum(np.floor(middle + half), width - 1)
    kept = (left_over >= 0) & (row >= 0) & (row < height) & (first <= last)
    if not kept.any():
        return
    row, first, after = (found[kept].astype(int) for found in (row, first, last + 1))
    top, left = row.min(), first.min()
    shape = row.max() - top + 1, after.max() - left + 1
    begin, end = (
        np.bincount((row - top) * shape[1] + column - left, minlength=shape[0] * shape[1])
        for column in (first, after)
    )
    covered = (begin - end).reshape(shape).cumsum(axis=1)[:, :-1] > 0
    mask[top : top + covered.shape[0], left : left + covered.shape[1]][covered] = hide


def _draw_pixels(mask: Mask, rows: Numbers, columns: Numbers, hide: bool) -> None:
    """However small a disc is, the pixel under it is drawn."""
    height, width = mask.shape
    within = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    mask[rows[within], columns[within]] = hide


def draw_rectangle(mask: Mask, corner: PicturePoint, opposite: PicturePoint) -> None:
    """Hides all pixels from one to another, both included."""
    top, bottom = sorted((int(np.floor(corner.row)), int(np.floor(opposite.row))))
    left, right = sorted((int(np.floor(corner.column)), int(np.floor(opposite.column))))
    mask[max(0, top) : max(0, bottom + 1), max(0, left) : max(0, right + 1)] = True


class Stroke:
    """One stroke under way: `mask` (height, width) is what it has made of the one before it."""

    def __init__(self, before: Mask, kind: ToolKind, size: int, at: PicturePoint) -> None:
        self._before, self._kind, self._size = before, kind, size
        self._start = self._last = at
        self.mask = before.copy()
        self.go_on(at)

    def go_on(self, at: PicturePoint) -> None:
        """Draws on to another place."""
        if self._kind == "rectangle":
            self.mask = self._before.copy()
            draw_rectangle(self.mask, self._start, at)
        else:
            draw_line(self.mask, self._last, at, self._size, hide=self._kind == "brush")
        self._last = at

    def with_chance(self, hidden: Mask | None) -> Mask:
        """The mask, and what was hidden before without having been drawn: what isn't kept by chance."""
        return self.mask if hidden is None else self.mask | (hidden & ~self._before)
