"""A histogram over time as a picture: steps to the right, values upwards, shares as colour."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from cadl_desktop.drawing.plot_data import DECADES, SIDE_ROWS, Singles
from cadl_desktop.runs.layer_histograms import PER_DECADE
from cadl_desktop.ui.theme.theme import Theme, blend

ZERO_ROWS = 3
"""So wide is the row of all that is smaller: dead neurons must not be overlooked."""
ROWS = 2 * SIDE_ROWS + ZERO_ROWS
RARE = 0.01
"""The share of a layer's values that doesn't rule its scale."""
FULL = 0.3
"""The share that has the scale's last colour; it never follows the data."""

_COLOURS = 256


def row_bounds(row: int, top: int) -> tuple[float, float]:
    """The smaller and the larger number between which the values of a row lie."""
    upward = SIDE_ROWS - row if row < SIDE_ROWS else row - (ROWS - SIDE_ROWS - 1)
    if SIDE_ROWS <= row < ROWS - SIDE_ROWS:
        reach = 10.0 ** (top - DECADES)
        return -reach, reach
    inner, outer = (10.0 ** (top - DECADES + (upward - 1 + end) / PER_DECADE) for end in (0, 1))
    return (inner, outer) if row < SIDE_ROWS else (-outer, -inner)


def slice_of_columns(steps: NDArray[np.int64], end: float, columns: int) -> NDArray[np.intp]:
    """Which slice each column of a picture from step 0 to `end` shows; -1 where there is none."""
    at = (np.arange(columns) + 0.5) / columns * end
    found = np.searchsorted(steps, at, "right") - 1
    newest = min(int(steps[-1] / end * columns), columns - 1)
    found[newest] = len(steps) - 1
    found[newest + 1 :] = -1
    return found


def strip_image(rows: Singles, slices: NDArray[np.intp], colours: Theme) -> QImage:
    """The picture of (ROWS, slices) with one column for each entry of `slices`."""
    levels = np.sqrt(np.minimum(rows / FULL, 1.0)) * (_COLOURS - 1)
    painted = colour_scale(colours)[levels.astype(np.intp)]
    pixels = painted[:, slices]
    pixels[:, slices < 0] = colour_scale(colours)[0]
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


@lru_cache(maxsize=4)
def colour_scale(colours: Theme) -> NDArray[np.uint32]:
    """Colours 0xffrrggbb from no share to `FULL`: the paper, what the network makes, the text."""
    found = []
    for place in np.linspace(0.0, 1.0, _COLOURS):
        if place < 0.6:
            colour = blend(colours.plot_background, colours.series, place / 0.6)
        else:
            colour = blend(colours.series, colours.text, (place - 0.6) / 0.4)
        found.append(QColor(colour).rgb())
    return np.array(found, np.uint32)
