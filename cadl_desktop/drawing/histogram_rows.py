"""Histograms over time as pictures have them: rows of the decades that are shown, and where these end."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.runs.layer_histograms import HIGHEST, LOWEST, PER_DECADE, SIDE

Singles = NDArray[np.float32]

DECADES = 4
"""How many decades are shown on either side of zero; what is smaller counts as zero."""
SIDE_ROWS = DECADES * PER_DECADE


def top_decade(shares: Singles, rare: float = 0.0) -> int:
    """The power of ten that all values (..., BINS) stay below, but for those in bins that never have a larger
    share than `rare`: the scale's end."""
    often = shares.reshape(-1, shares.shape[-1]).max(0, initial=0.0) > rare
    sizes = often[SIDE + 1 :] | often[:SIDE][::-1]
    highest = int(np.flatnonzero(sizes).max(initial=0)) // PER_DECADE + 1 + LOWEST
    return min(max(highest, LOWEST + DECADES), HIGHEST)


def picture_rows(shares: Singles, top: int, zero_rows: int = 1) -> Singles:
    """Shares (slices, BINS) as they are drawn, from top to bottom: (2 * SIDE_ROWS + zero_rows, slices). All
    values that count as zero are in each of the middle rows.

    What is beyond the scale is in its outermost rows.
    """
    low = (top - DECADES - LOWEST) * PER_DECADE
    rows = np.empty((2 * SIDE_ROWS + zero_rows, len(shares)), np.float32)
    rows[:SIDE_ROWS] = shares[:, SIDE + 1 + low :][:, :SIDE_ROWS][:, ::-1].T
    rows[SIDE_ROWS:-SIDE_ROWS] = shares[:, SIDE - low : SIDE + low + 1].sum(1)
    rows[-SIDE_ROWS:] = shares[:, : SIDE - low][:, ::-1][:, :SIDE_ROWS].T
    rows[0] += shares[:, SIDE + 1 + low + SIDE_ROWS :].sum(1)
    rows[-1] += shares[:, : SIDE - low - SIDE_ROWS].sum(1)
    return rows
