"""A page of the lessons as files: its figures in the lecture's settings, and its numbers."""

from collections.abc import Callable
from functools import partial
from math import isnan
from pathlib import Path

from cadl_desktop.export.lessons.drawing import WIDTH, drawn
from cadl_desktop.export.plots.figures import Table, save, write_table
from cadl_desktop.lessons.page import Page
from cadl_desktop.storage.atomic import write_atomically

ENDINGS = (".png", ".svg")


def write_page(folder: Path, page: Page, check: Callable[[], None] = lambda: None) -> list[str]:
    """Writes what a page shows when it is played to its end as in the lecture, and returns the files' names:
    PAGE-FIGURE.png and .svg, PAGE-TABLE.csv. None where everything of it happens in the studio.

    `check` is called before each file and may raise. Raises FileError where a file can't be written.
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
        sheet = drawn(figure)
        for ending in ENDINGS:
            write(f"{page.name}-{figure.name}{ending}", partial(save, sheet, width=WIDTH))
    for table in ended.numbers():
        numbers = Table(table.header, [[_spelled(value) for value in row] for row in table.rows])
        write(f"{page.name}-{table.name}.csv", partial(write_table, table=numbers))
    return written


def _spelled(value: float | str) -> float | str:
    """Whole numbers without a point, and nothing where there is no number."""
    if isinstance(value, str):
        return value
    if isnan(value):
        return ""
    return int(value) if float(value).is_integer() else value
