"""Noisy values as a calm line: only ever drawn over the values themselves, so that no extreme is lost."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

LEAST_ROWS = 80
"""Of fewer, each can be seen by itself."""
_WINDOWS = 40
"""How many windows go side by side into the whole: what is narrower than one of them is noise to the eye."""


def window_of(rows: int) -> int:
    """Over how many of so many rows the mean is taken, an odd number; 1 where nothing is smoothed."""
    return 1 if rows < LEAST_ROWS else 2 * (rows // (2 * _WINDOWS)) + 1


def smoothed(values: Doubles, window: int) -> Doubles:
    """The mean of the `window` values around each (rows,), towards either end of fewer; what is no number is
    left out, and stays a gap."""
    known = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    places = np.arange(len(values))
    # As far to one side as to the other, or a falling line would be lifted at its end; but the newest value
    # alone would jump.
    reach = np.clip(np.minimum(places, places[::-1]), window // 4, window // 2)
    first, last = np.maximum(places - reach, 0), np.minimum(places + reach + 1, len(values))
    means = (sums[last] - sums[first]) / np.maximum(counts[last] - counts[first], 1)
    return np.where(known, means, np.nan)
