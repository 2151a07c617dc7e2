"""A lesson's figure as matplotlib draws it, with everything that the window paints of it."""

from typing import TYPE_CHECKING

from cadl_desktop.drawing.lesson_figures import ranges_of
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.export.lessons.height_field import draw_height_field
from cadl_desktop.export.lessons.items import draw_item
from cadl_desktop.export.plots.figures import dress, new_figure
from cadl_desktop.lessons.figure import Figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

WIDTH, HEIGHT = 1600, 1000
"""Of a figure in pixels."""
_TURNED = 1400
_AROUND = 160
"""Pixels above and below a plane that decides itself how high it is, which stays within these:"""
_LOWEST, _HIGHEST = 400, 1400


def drawn(figure: Figure) -> "Sheet":
    """A sheet with one figure and its key."""
    surface = figure.surface
    sheet = new_figure(_TURNED if surface else HEIGHT, WIDTH)
    if surface is not None and surface.turned is not None:
        draw_height_field(figure, surface, surface.turned, sheet)
    else:
        _draw_flat(figure, sheet)
    axes = sheet.axes[0]
    axes.set_title(figure.title, loc="left", fontsize="medium", fontweight="bold", color=LIGHT.text)
    if axes.get_legend_handles_labels()[0]:
        # Colours lie under it where there are heights.
        axes.legend(facecolor=LIGHT.plot_background, edgecolor="none", labelcolor=LIGHT.text)
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
    x, y = ranges_of(figure)
    axes.set_xlim(*x)
    axes.set_ylim(*y)
    if figure.square:
        axes.set_aspect("equal", "box")
        across, up = (abs(end - begin) for begin, end in (x, y))
        high = min(max(WIDTH * up / across + _AROUND, _LOWEST), _HIGHEST)
        sheet.set_figheight(sheet.get_figwidth() * high / WIDTH)
    if not figure.axes:
        axes.set_axis_off()
