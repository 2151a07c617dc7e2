"""Drawing of each kind of item of a lesson's figure on flat axes, and the colours of trails and heights."""

from collections.abc import Mapping
from functools import singledispatch
from typing import TYPE_CHECKING

import numpy as np

from cadl_desktop.drawing.cost_surface import CONTOUR_OPACITY, RAMP, Scale
from cadl_desktop.drawing.lesson_figures import FAINTEST, TRAIL_OPACITY, role_colour
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.lessons.figure import (
    Arrow,
    Bars,
    Doubles,
    Handle,
    Heights,
    Item,
    Line,
    Node,
    Picture,
    Points,
    Stroke,
    Trail,
    key_name,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

STROKES: Mapping[Stroke, str] = {"solid": "-", "dashed": "--", "dotted": ":", "dash-dotted": "-."}
MANY = 20_000
"""Number of dots from which on they are rasterised in vector files."""
_HANDLE = 8.0


def trail_colours(count: int) -> Doubles:
    """RGBA colours (count, 4) from cool to warm, increasingly opaque."""
    from matplotlib.colors import to_rgb

    share = np.linspace(0.0, 1.0, count)[:, np.newaxis]
    cool, warm = np.array(to_rgb(LIGHT.blue)), np.array(to_rgb(LIGHT.orange))
    return np.hstack((cool + (warm - cool) * share, FAINTEST + (1 - FAINTEST) * share))


def height_colours() -> "Colormap":
    """Colour map of heights, from the paper's colour to a strong one."""
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    ends = LIGHT.plot_background, LIGHT.series, LIGHT.truth
    paper, series, dark = (np.array(to_rgb(colour)) for colour in ends)
    low, high = paper + (series - paper) * RAMP[0], series + (dark - series) * RAMP[1]
    return LinearSegmentedColormap.from_list("heights", [tuple(low), tuple(high)])


@singledispatch
def draw_item(item: Item, axes: "Axes", order: int) -> None:
    """Draws an item above those of a lower `order`."""
    raise TypeError(type(item))


@draw_item.register(Line)
def _line(item: Line, axes: "Axes", order: int) -> None:
    axes.plot(
        item.x,
        item.y,
        STROKES[item.stroke],
        color=role_colour(item.role, LIGHT),
        linewidth=item.width,
        alpha=item.opacity,
        label=key_name(item),
        zorder=order,
    )


@draw_item.register(Points)
def _points(item: Points, axes: "Axes", order: int) -> None:
    axes.plot(
        item.x,
        item.y,
        "o",
        color=role_colour(item.role, LIGHT),
        markersize=item.size,
        markeredgewidth=0,
        alpha=item.opacity,
        label=key_name(item),
        zorder=order,
        rasterized=len(item.x) >= MANY,
    )


@draw_item.register(Trail)
def _trail(item: Trail, axes: "Axes", order: int) -> None:
    axes.plot(item.x, item.y, color=LIGHT.muted, linewidth=1, alpha=TRAIL_OPACITY, zorder=order)
    colours = trail_colours(len(item.x))
    axes.scatter(item.x, item.y, s=item.size**2, c=colours, linewidths=0, zorder=order)
    add_trail_to_key(item, axes)


def add_trail_to_key(item: Trail, axes: "Axes") -> None:
    """Adds a trail to the key, as a dot in the colour of its end."""
    axes.plot([], [], "o", color=LIGHT.orange, markersize=item.size, label=key_name(item))


@draw_item.register(Bars)
def _bars(item: Bars, axes: "Axes", order: int) -> None:
    axes.stairs(
        item.counts,
        item.edges,
        fill=True,
        color=role_colour(item.role, LIGHT),
        alpha=item.opacity,
        label=key_name(item),
        zorder=order,
    )


@draw_item.register(Heights)
def _heights(item: Heights, axes: "Axes", order: int) -> None:
    rows, columns = item.values.shape
    axes.imshow(
        Scale.even(item.values).bounded(item.values),
        extent=(*item.x_range, *item.y_range),
        origin="lower",
        aspect="auto",
        cmap=height_colours(),
        interpolation="bilinear",
        zorder=order,
    )
    if len(item.levels):
        x, y = np.linspace(*item.x_range, columns), np.linspace(*item.y_range, rows)
        axes.contour(
            x,
            y,
            item.values,
            sorted(item.levels),
            colors=LIGHT.truth,
            alpha=CONTOUR_OPACITY,
            linewidths=0.8,
            linestyles="solid",
            zorder=order,
        )


@draw_item.register(Picture)
def _picture(item: Picture, axes: "Axes", order: int) -> None:
    rows, columns = item.colours.shape[:2]
    axes.imshow(
        item.colours, extent=(0, columns, rows, 0), aspect="auto", interpolation="nearest", zorder=order
    )


@draw_item.register(Arrow)
def _arrow(item: Arrow, axes: "Axes", order: int) -> None:
    look = {"arrowstyle": "-|>", "color": role_colour(item.role, LIGHT), "linewidth": item.width}
    axes.annotate("", item.end, item.start, arrowprops={**look, "shrinkA": 0, "shrinkB": 0}, zorder=order)


@draw_item.register(Node)
def _node(item: Node, axes: "Axes", order: int) -> None:
    colour = role_colour(item.role, LIGHT)
    box = {
        "boxstyle": "round,pad=0.35",
        "facecolor": LIGHT.plot_background,
        "edgecolor": colour,
        "linewidth": 2.0 if item.strong else 1.0,
    }
    axes.text(
        item.x,
        item.y,
        item.text,
        color=LIGHT.text if item.framed else colour,
        fontsize="small",
        fontweight="bold" if item.strong else "normal",
        ha="center",
        va="center",
        bbox=box if item.framed else None,
        zorder=order,
    )


@draw_item.register(Handle)
def _handle(item: Handle, axes: "Axes", order: int) -> None:
    axes.plot(
        item.x,
        item.y,
        "o",
        markersize=_HANDLE,
        markerfacecolor=LIGHT.plot_background,
        markeredgecolor=LIGHT.text,
        markeredgewidth=1.5,
        zorder=order,
    )
