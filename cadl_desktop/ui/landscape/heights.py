"""The colours of heights, from the lowest to the highest."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from cadl_desktop.drawing.cost_surface import RAMP
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.ui.theme.theme import Theme, blend


def colours_of(heights: Doubles, colours: Theme) -> NDArray[np.uint32]:
    """0xffrrggbb of heights from 0 to 1."""
    return _ramp(colours)[(heights * 255).astype(np.int64)]


@lru_cache(maxsize=4)
def _ramp(colours: Theme) -> NDArray[np.uint32]:
    low = blend(colours.plot_background, colours.series, RAMP[0])
    high = blend(colours.series, colours.truth, RAMP[1])
    return np.array([QColor(blend(low, high, step / 255)).rgb() for step in range(256)], np.uint32)
