"""A small picture of what a network has made, to know its run by."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import as_pixels
from cadl_desktop.runs.events import Made

SIDE = 96
"""Pixels along the longer side of a painting's: twice as many as a row of the list has."""
POINTS = 128

Thumbnail = NDArray[Any]
"""Of a painting (height, width, 3) uint8, of a curve (points,) float32, at even distances."""


def thumbnail_of(prediction: Made) -> Thumbnail:
    """Of what `events.Progressed` has."""
    if prediction.ndim == 1:
        return np.ascontiguousarray(prediction[_evenly(len(prediction), POINTS)], np.float32)
    height, width = prediction.shape[:2]
    longest = max(height, width)
    rows, columns = (
        _evenly(side, max(1, round(side * min(1.0, SIDE / longest)))) for side in (height, width)
    )
    return np.ascontiguousarray(as_pixels(prediction[rows][:, columns]))


def is_thumbnail(array: NDArray[Any]) -> bool:
    """Whether an array of a file is one."""
    if array.dtype == np.float32:
        return array.ndim == 1 and 0 < len(array) <= POINTS
    is_picture = array.ndim == 3 and array.shape[2:] == (3,) and array.dtype == np.uint8
    return is_picture and all(0 < side <= SIDE for side in array.shape[:2])


def _evenly(there: int, most: int) -> NDArray[np.int64]:
    """The middles of `most` equal parts; all there are where these are fewer."""
    wanted = min(there, most)
    return ((2 * np.arange(wanted) + 1) * there) // (2 * wanted)
