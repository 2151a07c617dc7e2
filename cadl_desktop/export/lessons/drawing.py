"""A lesson's figure as matplotlib draws it, with everything that the window paints of it."""

from typing import TYPE_CHECKING

from cadl_desktop.export.lessons.height_field import draw_height_field
from cadl_desktop.export.lessons.items import draw_item
from cadl_desktop.export.plots.colours import COLOURS
from cadl_desktop.export.plots.figures import dress, new_figure
from cadl_desktop.lessons.figure import Figure, Heights, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

WIDTH, HEIGHT = 1600, 1000
"""Of a figure in pixels."""
_TURNED = 1400
_AROUND = 160
"""Pixels above and below a plane that decides itself how high it is, which stays within these:"""
_LOWEST, _HIGHEST = 400, 1400


def drawn(figure: Figure) -> "Sheet":
    """A sheet with one figure and its key."""
    turned = next((item for item in figure.items if isinstance(item, Heights) and item.turned), None)
    sheet = new_figure(_TURNED if turned else HEIGHT, WIDTH)
    if turned is not None and turned.turned:
        draw_height_field(figure, turned, turned.turned, sheet)
    else:
        _draw_flat(figure, sheet)
    axes = sheet.axes[0]
    axes.set_title(figure.title, loc="left", fontsize="medium", fontweight="bold", color=COLOURS["text"])
    if axes.get_legend_handles_labels()[0]:
        # Colours lie under it where there are heights.
        axes.legend(facecolor=COLOURS["plot_background"], edgecolor="none", labelcolor=COLOURS["text"])
    return sheet


def _draw_flat(figure: Figure, sheet: "Sheet") -> None:
    axes = sheet.add_subplot()
    dress(axes, figure.x.label, figure.y.label)
    for told, scale, axis in (
        (figure.x, axes.set_xscale, axes.xaxis),
        (figure.y, axes.set_yscale, axes.yaxis),
    ):
        if told.logarithmic:
            scale("log")
            axis.set_major_formatter("{x:g}")
    for order, item in enumerate(figure.items, 2):
        draw_item(item, axes, order)
    _limit(figure, axes)
    if figure.square:
        axes.set_aspect("equal", "box")
        across, up = (abs(end - begin) for begin, end in (axes.get_xlim(), axes.get_ylim()))
        high = min(max(WIDTH * up / across + _AROUND, _LOWEST), _HIGHEST)
        sheet.set_figheight(sheet.get_figwidth() * high / WIDTH)
    if not figure.axes:
        axes.set_axis_off()


def _limit(figure: Figure, axes: "Axes") -> None:
    """Where the axes begin and end: as the figure says, or as its items need."""
    whole = any(isinstance(item, Heights | Picture) for item in figure.items)
    axes.autoscale(tight=whole)
    if any(isinstance(item, Picture) for item in figure.items) and not axes.yaxis_inverted():
        axes.invert_yaxis()
    if figure.x.range:
        axes.set_xlim(*figure.x.range)
    if figure.y.range:
        axes.set_ylim(*figure.y.range)
