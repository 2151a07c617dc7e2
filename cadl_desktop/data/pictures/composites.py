"""What was seen of a picture and what a network paints where it was hidden, as one picture."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Mask = NDArray[np.bool_]


def composite(prediction: ArrayLike, target: ArrayLike, hidden: Mask | None) -> NDArray[np.float64]:
    """The target where it was seen and the prediction where it was hidden, (height, width, colours).

    `hidden` is (height, width); None where nothing is.
    """
    seen = np.asarray(target, np.float64)
    if hidden is None:
        return seen
    return np.where(hidden[..., np.newaxis], np.asarray(prediction, np.float64), seen)
