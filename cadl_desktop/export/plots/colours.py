"""The light theme of the screen's plots, for plots and pictures in files; a test holds the two together."""

import numpy as np
from numpy.typing import NDArray

COLOURS = {
    "plot_background": "#ffffff",
    "grid": "#e3e5e8",
    "border": "#cfd1d6",
    "text": "#1d2025",
    "muted": "#5a5f68",
    "series": "#0b7a6c",
    "series_two": "#a8478f",
    "truth": "#24282e",
    "points": "#747a84",
    "ghost": "#55a99d",
    "blue": "#1f6fc4",
    "orange": "#d2650a",
    "neutral": "#ffffff",
}
REACH = 128
"""Errors of this size and more have the scale's full colour."""
_ROOT = 0.7
"""Lifts small errors, which are most of them once a painting is good."""


def error_colours(error: NDArray[np.floating]) -> NDArray[np.float32]:
    """The colours (..., 3), 0 to 255, of errors (...): orange where too little was painted, blue where too
    much."""
    share = np.minimum(np.abs(np.nan_to_num(error)) / REACH, 1.0)[..., np.newaxis] ** _ROOT
    ends = np.where((error > 0)[..., np.newaxis], _rgb("blue"), _rgb("orange"))
    middle = _rgb("neutral")
    colours: NDArray[np.float32] = (middle + (ends - middle) * share).astype(np.float32)
    return colours


def _rgb(name: str) -> NDArray[np.float64]:
    return np.array(list(bytes.fromhex(COLOURS[name][1:])), np.float64)
