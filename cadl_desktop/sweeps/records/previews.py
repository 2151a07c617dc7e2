"""What a trial makes, small enough to be told every second and to lie beside a thousand others."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.runs.events import Floats, Prediction
from cadl_desktop.sweeps.records.folder import MOST_PREVIEW_POINTS, MOST_PREVIEW_SIDE

Preview = NDArray[np.uint8] | NDArray[np.float32]


def preview_of(prediction: Prediction) -> Preview:
    """Of a painting (height, width, 3), 0 to 255, the means of squares of pixels; of a curve (points,) its
    points, every second, third, ... of many."""
    if prediction.ndim == 1:
        every = -(-len(prediction) // MOST_PREVIEW_POINTS)
        return np.ascontiguousarray(prediction[::every], np.float32)
    height, width, colours = prediction.shape
    side = -(-max(height, width) // MOST_PREVIEW_SIDE)
    rows, columns = max(1, height // side), max(1, width // side)
    # Of a painting that is less than a square high or wide, all of that.
    whole = prediction[: rows * side, : columns * side]
    squares = whole.reshape(rows, whole.shape[0] // rows, columns, whole.shape[1] // columns, colours)
    means: Floats = squares.mean((1, 3))
    return np.rint(np.clip(means, 0, 255)).astype(np.uint8)
