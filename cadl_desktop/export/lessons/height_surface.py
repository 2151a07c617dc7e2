"""Surface of heights over a plane in three dimensions, with the lines, points and trails on it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from cadl_desktop.drawing.cost_surface import Scale, height_at
from cadl_desktop.drawing.lesson_figures import role_colour
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.export.lessons.matplotlib_items import (
    STROKES,
    add_trail_to_key,
    height_colours,
    trail_colours,
)
from cadl_desktop.lessons.figure import Doubles, Figure, Heights, Line, Points, Trail, key_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

_MOST_CELLS = 80
"""Cells of the drawn surface along a side."""
_HEIGHT = 0.45
"""Height of the box, if a side of the plane is 1."""
_ZOOM = 1.05
_SEGMENTS = 32
"""Segments of a trail, each drawn as a whole above the previous one."""
_FRONT_AZIMUTH = -90.0
"""matplotlib's azimuth of a view along the second axis, which is that of an unturned surface."""


def draw_height_surface(
    figure: Figure, heights: Heights, turned: tuple[float, float], sheet: "Sheet"
) -> None:
    """Draws a figure whose heights are turned by (around, up) degrees, its paths always above the surface, so
    that no hill hides them."""
    axes = surface_axes(sheet, turned)
    values = Scale.even(heights.values).bounded(heights.values)
    x, y = (
        np.linspace(*ends, count)
        for ends, count in zip((heights.x_range, heights.y_range), values.shape[::-1], strict=True)
    )
    plot_surface(axes, x, y, values)
    for order, item in enumerate(figure.items, 1):
        if isinstance(item, Line | Points | Trail):
            _draw_on(item, axes, _heights_at(item.x, item.y, heights, values), order)
    style_surface_axes(axes, figure.x.label, figure.y.label)


def surface_axes(sheet: "Sheet", turned: tuple[float, float], zoom: float = _ZOOM) -> Any:
    """Three-dimensional axes seen from (around, up) degrees."""
    axes: Any = sheet.add_subplot(projection="3d", computed_zorder=False)
    around, up = turned
    axes.view_init(elev=up, azim=_FRONT_AZIMUTH - around)
    axes.set_proj_type("ortho")
    axes.set_box_aspect((1, 1, _HEIGHT), zoom=zoom)
    axes.set_facecolor(LIGHT.plot_background)
    return axes


def plot_surface(axes: Any, x: Doubles, y: Doubles, values: Doubles) -> None:
    """Draws heights (len(y), len(x)), lower ones lighter."""
    axes.plot_surface(
        *np.meshgrid(x, y),
        values,
        cmap=height_colours(),
        rcount=_MOST_CELLS,
        ccount=_MOST_CELLS,
        linewidth=0,
        antialiased=False,
        rasterized=True,
        zorder=0,
    )


def style_surface_axes(axes: Any, x: str, y: str) -> None:
    axes.set_xlabel(x, color=LIGHT.text)
    axes.set_ylabel(y, color=LIGHT.text)
    axes.tick_params(colors=LIGHT.muted, labelsize="small")
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_pane_color(LIGHT.plot_background)
        axis.line.set_color(LIGHT.border)
        axis._axinfo["grid"]["color"] = LIGHT.grid


def _draw_on(item: Line | Points | Trail, axes: Any, z: Doubles, order: int) -> None:
    match item:
        case Line():
            look = {"color": role_colour(item.role, LIGHT), "linewidth": item.width, "alpha": item.opacity}
            axes.plot(item.x, item.y, z, STROKES[item.stroke], label=key_name(item), zorder=order, **look)
        case Points():
            colour = role_colour(item.role, LIGHT)
            axes.plot(
                item.x, item.y, z, "o", color=colour, markersize=item.size, label=key_name(item), zorder=order
            )
        case Trail():
            look = {"s": item.size**2, "linewidths": 0, "depthshade": False, "zorder": order}
            colours = trail_colours(len(item.x))
            # matplotlib sorts the dots of one call from back to front, but later ones must lie above earlier.
            for segment in np.array_split(np.arange(len(item.x)), _SEGMENTS):
                axes.scatter(item.x[segment], item.y[segment], z[segment], c=colours[segment], **look)
            add_trail_to_key(item, axes)


def _heights_at(x: Doubles, y: Doubles, heights: Heights, values: Doubles) -> Doubles:
    """Heights at (x, y), interpolated linearly; NaN outside."""
    across, along = heights.even(x, y)
    inside = (np.abs(across) <= 1) & (np.abs(along) <= 1)
    return np.where(inside, height_at(values, across, along), np.nan)
