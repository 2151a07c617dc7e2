"""Contents of plots in the window and in files: ranges of curve plots, and rows of histograms over time."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples
from cadl_desktop.runs.layer_histograms import HIGHEST, LOWEST, PER_DECADE, SIDE

Range = tuple[float, float]
Singles = NDArray[np.float32]

FADED = (0.12, 0.55)
"""Opacity of the oldest and of the newest earlier fit."""
_MARGIN = 0.3
"""Margin above and below the observed values, as a share of their span."""
DECADES = 4
"""Decades shown on either side of zero; smaller values count as zero."""
SIDE_ROWS = DECADES * PER_DECADE


def observed_ranges(samples: Samples) -> tuple[Range, Range]:
    """x and y range of a curve plot: the observed values and a margin, whatever the fit does."""
    low, high = float(samples.targets.min()), float(samples.targets.max())
    positions = curve_positions(samples)
    margin = _MARGIN * (high - low or 1.0)
    return (float(positions[0, 0]), float(positions[-1, 0])), (low - margin, high + margin)


def top_decade(shares: Singles, rare: float = 0.0) -> int:
    """Power of ten at which the scale of shares (..., BINS) ends.

    All values are below it, apart from those in bins whose share never exceeds `rare`.
    """
    often = shares.reshape(-1, shares.shape[-1]).max(0, initial=0.0) > rare
    sizes = often[SIDE + 1 :] | often[:SIDE][::-1]
    highest = int(np.flatnonzero(sizes).max(initial=0)) // PER_DECADE + 1 + LOWEST
    return min(max(highest, LOWEST + DECADES), HIGHEST)


def picture_rows(shares: Singles, top: int, zero_rows: int = 1) -> Singles:
    """Rows of a histogram picture (2 * SIDE_ROWS + zero_rows, slices) from shares (slices, BINS), top row
    first.

    Each of the middle rows has all values that count as zero; the outermost rows include values beyond the
    scale.
    """
    low = (top - DECADES - LOWEST) * PER_DECADE
    rows = np.empty((2 * SIDE_ROWS + zero_rows, len(shares)), np.float32)
    rows[:SIDE_ROWS] = shares[:, SIDE + 1 + low :][:, :SIDE_ROWS][:, ::-1].T
    rows[SIDE_ROWS:-SIDE_ROWS] = shares[:, SIDE - low : SIDE + low + 1].sum(1)
    rows[-SIDE_ROWS:] = shares[:, : SIDE - low][:, ::-1][:, :SIDE_ROWS].T
    rows[0] += shares[:, SIDE + 1 + low + SIDE_ROWS :].sum(1)
    rows[-1] += shares[:, : SIDE - low - SIDE_ROWS].sum(1)
    return rows
