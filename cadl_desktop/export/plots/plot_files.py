"""Plots as files: figures in the look of the window's plots, drawn without a screen, and tables as CSV."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.pictures.picture_writers import png_with
from cadl_desktop.export.trained import Trained
from cadl_desktop.sentences import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS = (".png", ".svg", ".pdf", ".csv")
DRAWN = (".png", ".svg", ".pdf")
INCHES, _LEAST_HIGH = 8.0, 2.5
"""Width of a figure, which grows if it would be lower than the least height that its texts need. Texts keep
their share of the plot, however many pixels it has."""
_PREVIEW_DPI = 80
_PLAIN_FROM, _PLAIN_TO = 1e-4, 1e6
"""Range of numbers that are written without an exponent."""
_MOST_ROWS = 30
"""Rows of a table in a preview."""

WIDTH = Parameter(
    "width",
    "Width",
    "int",
    1600,
    "Pixels across; letters and lines grow with them.",
    minimum=200,
    maximum=20_000,
)
HEIGHT = Parameter("height", "Height", "int", 1000, "Pixels down.", minimum=200, maximum=20_000)
SIZE = (WIDTH, HEIGHT)
ONLY_FOR = {"width": DRAWN, "height": DRAWN}

_matplotlib_lock = Lock()
"""Files are written in parallel, but matplotlib's settings and formula parser are shared by all threads."""


@dataclass(frozen=True)
class Table:
    """Rows of numbers and texts; missing numbers are empty texts. A preview begins with the row `first`."""

    header: tuple[str, ...]
    rows: Sequence[Sequence[float | str]]
    first: int = 0


@dataclass(frozen=True)
class Plot:
    """Plot, and its numbers as a table."""

    draw: Callable[[Trained, Job], "Figure"]
    table: Callable[[Trained, Job], Table]

    def write(self, path: Path, trained: Trained, job: Job) -> None:
        """Writes .png, .svg, .pdf or .csv."""
        if path.suffix == ".csv":
            write_table(path, self.table(trained, job))
        else:
            with cleared_after_use(self.draw(trained, job)) as figure:
                save(figure, path, int(job["width"]), job.recipe())

    def preview(self, trained: Trained, job: Job) -> Preview:
        """Preview of the plot, or the first rows of the table."""
        if job.ending == ".csv":
            table = self.table(trained, job)
            shown = islice(table.rows, table.first, table.first + _MOST_ROWS)
            rows = [tuple(map(_cell_text, row)) for row in shown]
            since = f", shown from row {table.first + 1:,}" if table.first else ""
            return Preview(rows=(table.header, *rows), caption=counted(len(table.rows), "row") + since)
        pixels = f"{int(job['width']):,} × {int(job['height']):,} pixels"
        caption = pixels if job.ending == ".png" else "Lines and letters, which can be enlarged at will"
        with cleared_after_use(self.draw(trained, job)) as figure:
            return Preview(_raster(figure), caption=caption)


def size_of(job: Job) -> tuple[int, int]:
    """(height, width) of a job in pixels."""
    return int(job["height"]), int(job["width"])


def new_figure(height: int, width: int, least_high: float = _LEAST_HIGH) -> "Figure":
    """Figure of these proportions, at least `least_high` inches high."""
    from matplotlib.figure import Figure

    across = max(INCHES, least_high * width / height)
    # Not made by pyplot, which keeps global state and would choose a window toolkit.
    return Figure(
        figsize=(across, across * height / width),
        facecolor=LIGHT.plot_background,
        layout="constrained",
    )


def new_plot(height: int, width: int, x_title: str, y_title: str) -> tuple["Figure", "Axes"]:
    """Figure with one plot."""
    figure = new_figure(height, width)
    axes = figure.add_subplot()
    style_axes(axes, x_title, y_title)
    return figure, axes


def style_axes(axes: "Axes", x_title: str, y_title: str) -> None:
    """Styles axes like the window's plots."""
    axes.set_facecolor(LIGHT.plot_background)
    for title, set_label in ((x_title, axes.set_xlabel), (y_title, axes.set_ylabel)):
        set_label(title, color=LIGHT.text, parse_math=False)  # names of columns may hold dollars
    axes.grid(color=LIGHT.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", colors=LIGHT.muted, length=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(LIGHT.border)


def make_logarithmic(axes: "Axes", values: NDArray[Any]) -> None:
    """Makes the y axis logarithmic, with plain numbers. All values must be above 0."""
    axes.set_yscale("log")
    label_logarithmic(axes, float(values.min()), float(values.max()))


def label_logarithmic(axes: "Axes", low: float, high: float) -> None:
    """Labels a logarithmic y axis for values from `low` to `high` with plain numbers."""
    from matplotlib.ticker import LogLocator, NullLocator

    decades = float(np.log10(high / low))
    labelled = (1, 2, 3, 4, 6) if decades < 1 else (1, 2, 5) if decades < 4 else (1,)
    axes.yaxis.set_major_locator(LogLocator(subs=labelled))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(lambda value, _: _tick_text(value, *axes.get_ylim()))


def _tick_text(value: float, low: float, high: float) -> str:
    """Label of a tick; all labels of an axis from `low` to `high` are plain numbers, or none is."""
    if low >= _PLAIN_FROM and high < _PLAIN_TO:
        return f"{value:g}"
    # Not every SVG viewer can draw the superscripts of matplotlib's own labels.
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def legend(axes: "Axes") -> None:
    axes.legend(frameon=False, labelcolor=LIGHT.text)


def save(figure: "Figure", path: Path, width: int, recipe: str = "") -> None:
    """Writes .png of this width in pixels, .svg or .pdf, with a recipe in it. The same run gives the same
    bytes."""
    from matplotlib import rc_context

    written = BytesIO()
    texts: dict[str, dict[str, Any]] = {
        ".svg": {"Date": None, "Description": recipe or None},
        ".pdf": {"CreationDate": None, "Keywords": recipe or None},
    }
    # Text stays text, which other programs can search and edit.
    settings: Any = {"svg.hashsalt": "cadl_desktop", "svg.fonttype": "none", "pdf.fonttype": 42}
    with _matplotlib_lock, rc_context(settings):
        # In memory first, as matplotlib's PDF writer raises misleading errors when the disk is full.
        dpi = width / figure.get_figwidth()
        figure.savefig(written, dpi=dpi, metadata=texts.get(path.suffix), format=path.suffix[1:])
    content = written.getvalue()
    path.write_bytes(png_with(recipe, content) if path.suffix == ".png" else content)


def _raster(figure: "Figure") -> NDArray[np.uint8]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(_PREVIEW_DPI)
    canvas: Any = FigureCanvasAgg(figure)  # its methods have no types
    with _matplotlib_lock:
        canvas.draw()
    return pixels_of(canvas)


@contextmanager
def cleared_after_use(figure: "Figure") -> "Iterator[Figure]":
    """Clears a figure after use. Its five to twenty thousand objects form cycles, which would be left to the
    garbage collector, and the window would wait for that."""
    try:
        yield figure
    finally:
        for artist in figure.findobj():
            vars(artist).clear()


def pixels_of(canvas: Any) -> NDArray[np.uint8]:
    """Pixels of a `FigureCanvasAgg`, (height, width, 3)."""
    return np.asarray(canvas.buffer_rgba(), np.uint8)[..., :3].copy()


def write_table(path: Path, table: Table) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.header)
        writer.writerows(table.rows)


def _cell_text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
