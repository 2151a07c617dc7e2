"""Summary in words of a curve's points and of how far a network is from them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Samples


def in_words(samples: Samples, fitted: NDArray[Any] | None, figure: Callable[[float], str]) -> str:
    """Number and ranges of the points of a curve, and the largest error of a network's outputs at them
    (points,), if known. `figure` writes numbers that are no dates."""
    x, y = samples.inputs[:, 0], samples.targets[:, 0]
    across, up = samples.columns
    ranges = " and ".join(
        f"{column.label} from {column.shown(float(values.min()), figure)} to "
        f"{column.shown(float(values.max()), figure)}"
        for column, values in ((across, x), (up, y))
    )
    counted = "1 point" if len(x) == 1 else f"{len(x):,} points"
    words = f"{counted}, {ranges}."
    if fitted is None or len(fitted) != len(y):
        return words
    errors = y - np.asarray(fitted, np.float64).ravel()
    if not np.isfinite(errors).all():
        return f"{words} The network's curve grew beyond all bounds."
    worst = int(np.abs(errors).argmax())
    largest = f"{figure(abs(float(errors[worst])))} {up.unit}".rstrip()
    side = "below" if errors[worst] > 0 else "above"
    at = across.shown(float(x[worst]), figure)
    return f"{words} The largest error of the network is {largest}, {side} the point at {across.label} {at}."
