"""Heights over a plane in three dimensions, with what lies on them."""

from typing import TYPE_CHECKING, Any

import numpy as np

from cadl_desktop.drawing.cost_surface import Scale, height_at
from cadl_desktop.drawing.lesson_figures import role_colour
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.export.lessons.colours import height_colours, trail_colours
from cadl_desktop.export.lessons.items import name_trail
from cadl_desktop.lessons.figure import Doubles, Figure, Heights, Line, Points, Trail, key_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

_MOST = 80
"""Squares along a side."""
_TALL = 0.45
"""How high the highest is, where a side of the plane is 1."""
_NEAR = 1.05
_STRETCHES = 32
"""Of a trail, each of them as a whole over the one before."""
_FROM_THE_FRONT = -90.0
"""What matplotlib calls this angle looks along the second axis, as a field does that isn't turned."""


def draw_height_field(figure: Figure, heights: Heights, turned: tuple[float, float], sheet: "Sheet") -> None:
    """Draws a figure whose heights are turned by (around, up) degrees: its paths always over the surface,
    as nothing of them may hide behind a hill."""
    axes = field_axes(sheet, turned)
    values = Scale.even(heights.values).bounded(heights.values)
    x, y = (
        np.linspace(*ends, count)
        for ends, count in zip((heights.x_range, heights.y_range), values.shape[::-1], strict=True)
    )
    plot_field(axes, x, y, values)
    for order, item in enumerate(figure.items, 1):
        if isinstance(item, Line | Points | Trail):
            _draw_on(item, axes, _heights_at(item.x, item.y, heights, values), order)
    dress_field(axes, figure.x.label, figure.y.label)


def field_axes(sheet: "Sheet", turned: tuple[float, float], zoom: float = _NEAR) -> Any:
    """Axes in three dimensions, seen from (around, up) degrees, and so near."""
    axes: Any = sheet.add_subplot(projection="3d", computed_zorder=False)
    around, up = turned
    axes.view_init(elev=up, azim=_FROM_THE_FRONT - around)
    axes.set_proj_type("ortho")
    axes.set_box_aspect((1, 1, _TALL), zoom=zoom)
    axes.set_facecolor(LIGHT.plot_background)
    return axes


def plot_field(axes: Any, x: Doubles, y: Doubles, values: Doubles) -> None:
    """Heights (len(y), len(x)), the lighter the lower."""
    axes.plot_surface(
        *np.meshgrid(x, y),
        values,
        cmap=height_colours(),
        rcount=_MOST,
        ccount=_MOST,
        linewidth=0,
        antialiased=False,
        rasterized=True,
        zorder=0,
    )


def dress_field(axes: Any, x: str, y: str) -> None:
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
            style = "--" if item.dashed else "-"
            look = {"color": role_colour(item.role, LIGHT), "linewidth": item.width, "alpha": item.opacity}
            axes.plot(item.x, item.y, z, style, label=key_name(item), zorder=order, **look)
        case Points():
            colour = role_colour(item.role, LIGHT)
            axes.plot(
                item.x, item.y, z, "o", color=colour, markersize=item.size, label=key_name(item), zorder=order
            )
        case Trail():
            look = {"s": item.size**2, "linewidths": 0, "depthshade": False, "zorder": order}
            colours = trail_colours(len(item.x))
            # Dots of one call are drawn from back to front, and the last are to lie over the first.
            for some in np.array_split(np.arange(len(item.x)), _STRETCHES):
                axes.scatter(item.x[some], item.y[some], z[some], c=colours[some], **look)
            name_trail(item, axes)


def _heights_at(x: Doubles, y: Doubles, heights: Heights, values: Doubles) -> Doubles:
    """The heights between the values, linearly; not a number beyond them."""
    across, along = heights.even(x, y)
    inside = (np.abs(across) <= 1) & (np.abs(along) <= 1)
    return np.where(inside, height_at(values, across, along), np.nan)
