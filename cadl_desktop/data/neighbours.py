"""Which samples lie next to one another: the pixels of a picture, the points along a curve."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Samples


def neighbours(samples: Samples) -> NDArray[np.int32]:
    """For each sample the row of its next one in every direction, (samples, directions): to the right and
    below for a picture, the next larger input for a curve. At an edge it is the sample itself."""
    if samples.picture_shape is None:
        return _along_the_line(samples.inputs[:, 0])
    height, width = samples.picture_shape
    rows = np.arange(height * width, dtype=np.int32).reshape(height, width)
    right, below = rows.copy(), rows.copy()
    right[:, :-1], below[:-1] = rows[:, 1:], rows[1:]
    return np.stack([right.ravel(), below.ravel()], axis=1)


def _along_the_line(positions: NDArray[np.float64]) -> NDArray[np.int32]:
    order = np.argsort(positions, kind="stable").astype(np.int32)
    following = order.copy()
    following[order[:-1]], following[order[-1]] = order[1:], order[-1]
    return following[:, np.newaxis]
