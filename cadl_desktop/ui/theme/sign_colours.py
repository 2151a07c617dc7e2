"""Orange for what is negative and blue for what is positive, wherever numbers are shown as colours."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from cadl_desktop.drawing.palette import SIGN_ROOT
from cadl_desktop.ui.theme.theme import Theme, blend


@lru_cache(maxsize=8)
def sign_colours(colours: Theme, steps: int = 255) -> NDArray[np.uint32]:
    """0xffrrggbb (2 * steps + 1,) of -1 to 1: orange, the neutral colour exactly in the middle, blue."""
    found = []
    for step in range(-steps, steps + 1):
        end = colours.blue if step > 0 else colours.orange
        found.append(QColor(blend(colours.neutral, end, (abs(step) / steps) ** SIGN_ROOT)).rgb())
    return np.array(found, np.uint32)


def sign_bar(colours: Theme, steps: int = 255) -> QImage:
    """The same side by side, one pixel high, for a legend."""
    scale = sign_colours(colours, steps)
    return QImage(scale.data, len(scale), 1, 4 * len(scale), QImage.Format.Format_RGB32).copy()
