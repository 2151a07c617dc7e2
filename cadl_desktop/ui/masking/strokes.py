"""What tools do to a mask: discs, lines of discs and rectangles, in rows and columns of the picture."""

from typing import NamedTuple

import numpy as np

from cadl_desktop.data.pictures.composites import Mask
from cadl_desktop.ui.masking.tool import ToolKind


class PicturePoint(NamedTuple):
    """A point of the picture in rows and columns; the middle of its first pixel is (0.5, 0.5)."""

    row: float
    column: float


def draw_disc(mask: Mask, at: PicturePoint, size: float, hide: bool) -> None:
    """Hides or shows the pixels whose middles lie in a disc of this diameter, and always the one under it."""
    rows, columns = mask.shape
    reach = size / 2
    top, bottom = max(0, int(at.row - reach)), min(rows, int(at.row + reach) + 1)
    left, right = max(0, int(at.column - reach)), min(columns, int(at.column + reach) + 1)
    down = np.arange(top, bottom)[:, np.newaxis] + 0.5 - at.row
    along = np.arange(left, right) + 0.5 - at.column
    mask[top:bottom, left:right][down**2 + along**2 <= reach**2] = hide
    row, column = int(at.row), int(at.column)
    if 0 <= row < rows and 0 <= column < columns:
        mask[row, column] = hide


def draw_line(mask: Mask, start: PicturePoint, end: PicturePoint, size: float, hide: bool) -> None:
    """Draws discs so close together from one place to another that no pixel between is left out."""
    length = max(abs(end.row - start.row), abs(end.column - start.column))
    steps = max(1, int(np.ceil(2 * length)))
    for share in np.linspace(0, 1, steps + 1):
        at = PicturePoint(
            start.row + (end.row - start.row) * share, start.column + (end.column - start.column) * share
        )
        draw_disc(mask, at, size, hide)


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
