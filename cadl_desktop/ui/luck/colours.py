"""The colours of the two designs that are compared, and of how far apart seeds are."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from cadl_desktop.ui.theme.theme import Theme, blend

REACH = 64
"""Deviations of this size and more, in steps of 255, have the scale's full colour; it never follows the
data, so that two pictures can be compared."""
NAMES = "series", "series_two"
"""The theme's colours of the first design and the second."""


def design_colour(colours: Theme, place: int) -> str:
    """That of a design, counted from 0."""
    return str(getattr(colours, NAMES[place]))


def deviation_image(deviations: NDArray[np.float32], colours: Theme) -> QImage:
    """Deviations (height, width), 0 or more, in the scale's colours."""
    scale, (height, width) = _scale(colours), deviations.shape
    pixels = scale.take((np.minimum(deviations, REACH) * (255 / REACH)).astype(np.intp))
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def deviation_bar(colours: Theme) -> QImage:
    """The same side by side, one pixel high, for a legend."""
    scale = _scale(colours)
    return QImage(scale.data, len(scale), 1, 4 * len(scale), QImage.Format.Format_RGB32).copy()


@lru_cache(maxsize=4)
def _scale(colours: Theme) -> NDArray[np.uint32]:
    found = []
    for step in range(256):
        share = 2 * (step / 255) ** 0.7  # a root lifts small deviations: those of good paintings
        half = blend(colours.neutral, colours.amber, min(share, 1.0))
        found.append(QColor(blend(half, colours.truth, max(share - 1.0, 0.0))).rgb())
    return np.array(found, np.uint32)
