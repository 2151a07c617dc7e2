"""Files of a lesson's page: its figures with the lecture's settings, and its numbers as tables."""

from collections.abc import Callable
from functools import partial
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from cadl_desktop.drawing.lesson_figures import ranges_of
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.export.lessons.height_surface import draw_height_surface
from cadl_desktop.export.lessons.matplotlib_items import draw_item
from cadl_desktop.export.plots.plot_files import Table, new_figure, save, style_axes, write_table
from cadl_desktop.lessons.figure import Figure
from cadl_desktop.lessons.page import Page
from cadl_desktop.storage.atomic import write_atomically

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet


WIDTH, HEIGHT = 1600, 1000
"""Size of a figure in pixels."""
_SURFACE_HEIGHT = 1400
_MARGIN = 160
"""Pixels added above and below a square-scaled plane, whose height results from its ranges."""
_LEAST_HEIGHT, _MOST_HEIGHT = 400, 1400
"""Limits of that height."""


def drawn_figure(figure: Figure) -> "Sheet":
    """Sheet with a figure and its key, in the window's style."""
    surface = figure.surface
    sheet = new_figure(_SURFACE_HEIGHT if surface else HEIGHT, WIDTH)
    if surface is not None and surface.turned is not None:
        draw_height_surface(figure, surface, surface.turned, sheet)
    else:
        _draw_flat(figure, sheet)
    axes = sheet.axes[0]
    axes.set_title(figure.title, loc="left", fontsize="medium", fontweight="bold", color=LIGHT.text)
    if axes.get_legend_handles_labels()[0]:
        # Filled, as the colours of heights may lie below it.
        axes.legend(facecolor=LIGHT.plot_background, edgecolor="none", labelcolor=LIGHT.text)
    return sheet


def _draw_flat(figure: Figure, sheet: "Sheet") -> None:
    axes = sheet.add_subplot()
    style_axes(axes, figure.x.label, figure.y.label)
    for described, scale, axis in (
        (figure.x, axes.set_xscale, axes.xaxis),
        (figure.y, axes.set_yscale, axes.yaxis),
    ):
        if described.logarithmic:
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
        high = min(max(WIDTH * up / across + _MARGIN, _LEAST_HEIGHT), _MOST_HEIGHT)
        sheet.set_figheight(sheet.get_figwidth() * high / WIDTH)
    if not figure.axes:
        axes.set_axis_off()


ENDINGS = (".png", ".svg")


def write_page(folder: Path, page: Page, check: Callable[[], None] = lambda: None) -> list[str]:
    """Writes the figures and tables of a page, played to its end with the lecture's settings, and returns the
    files' names: PAGE-FIGURE.png and .svg, PAGE-TABLE.csv. A page of the studio has none.

    `check` is called before each file and may raise. Raises FileError if a file can't be written.
    """
    if page.begin is None:
        return []
    ended = page.begin().as_in_lecture()
    written: list[str] = []

    def write(name: str, write_file: Callable[[Path], object]) -> None:
        check()
        write_atomically(folder / name, write_file)
        written.append(name)

    for figure in ended.figures():
        sheet = drawn_figure(figure)
        for ending in ENDINGS:
            write(f"{page.name}-{figure.name}{ending}", partial(save, sheet, width=WIDTH))
    for table in ended.numbers():
        numbers = Table(table.header, [[_spelled(value) for value in row] for row in table.rows])
        write(f"{page.name}-{table.name}.csv", partial(write_table, table=numbers))
    return written


def _spelled(value: float | str) -> float | str:
    """Cell of a table: integers without a point, NaN as an empty cell."""
    if isinstance(value, str):
        return value
    if isnan(value):
        return ""
    return int(value) if float(value).is_integer() else value
