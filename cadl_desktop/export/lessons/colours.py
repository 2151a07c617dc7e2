"""What the roles of a lesson's figure look like on paper: the light theme's colours."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from cadl_desktop.export.plots.colours import COLOURS
from cadl_desktop.lessons.descending.heights import RAMP
from cadl_desktop.lessons.figure import Doubles, Role

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

ROLES: Mapping[Role, str] = {
    "series": COLOURS["series"],
    "second": COLOURS["series_two"],
    "truth": COLOURS["truth"],
    "points": COLOURS["points"],
    "ghost": COLOURS["ghost"],
    "positive": COLOURS["blue"],
    "negative": COLOURS["orange"],
    "muted": COLOURS["muted"],
}
_FAINTEST = 0.25
"""How opaque a trail begins."""


def trail_colours(count: int) -> Doubles:
    """(count, 4) from cool to warm, ever more opaque."""
    from matplotlib.colors import to_rgb

    share = np.linspace(0.0, 1.0, count)[:, np.newaxis]
    cool, warm = np.array(to_rgb(COLOURS["blue"])), np.array(to_rgb(COLOURS["orange"]))
    return np.hstack((cool + (warm - cool) * share, _FAINTEST + (1 - _FAINTEST) * share))


def height_colours() -> "Colormap":
    """From the lowest to the highest: from the paper to a strong colour."""
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    paper, series, dark = (np.array(to_rgb(COLOURS[name])) for name in ("plot_background", "series", "truth"))
    low, high = paper + (series - paper) * RAMP[0], series + (dark - series) * RAMP[1]
    return LinearSegmentedColormap.from_list("heights", [tuple(low), tuple(high)])
