"""Colours of trails and heights on paper, in the light theme."""

from typing import TYPE_CHECKING

import numpy as np

from cadl_desktop.drawing.cost_surface import RAMP
from cadl_desktop.drawing.lesson_figures import FAINTEST
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.lessons.figure import Doubles

if TYPE_CHECKING:
    from matplotlib.colors import Colormap


def trail_colours(count: int) -> Doubles:
    """(count, 4) from cool to warm, ever more opaque."""
    from matplotlib.colors import to_rgb

    share = np.linspace(0.0, 1.0, count)[:, np.newaxis]
    cool, warm = np.array(to_rgb(LIGHT.blue)), np.array(to_rgb(LIGHT.orange))
    return np.hstack((cool + (warm - cool) * share, FAINTEST + (1 - FAINTEST) * share))


def height_colours() -> "Colormap":
    """From the lowest to the highest: from the paper to a strong colour."""
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    ends = LIGHT.plot_background, LIGHT.series, LIGHT.truth
    paper, series, dark = (np.array(to_rgb(colour)) for colour in ends)
    low, high = paper + (series - paper) * RAMP[0], series + (dark - series) * RAMP[1]
    return LinearSegmentedColormap.from_list("heights", [tuple(low), tuple(high)])
