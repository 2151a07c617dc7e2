"""The drawing of a network: its layers as columns of neurons, its strongest weights as lines between them."""

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.experiment.shapes import is_encoded, parameter_count
from cadl_desktop.export.job import Job
from cadl_desktop.export.plots.figures import DRAWN, INCHES, ONLY_FOR, SIZE, Plot, Table, new_figure, sides
from cadl_desktop.export.plots.network_columns import Column, columns_of, gaps
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats
from cadl_desktop.sentences import shortened, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Heights = NDArray[np.float64]

MOST_DOTS = 32
"""Neurons of a column that are drawn one by one; more of them are a band."""
_MOST_TICKS = 64
"""Across a band, whose neurons may be many more."""
_APART = 0.07
"""Between the dots of a column at most, as a share of its height."""
_LEAST, _WIDEST, _FAINTEST = 0.3, 2.4, 0.25
_CLOSE = 25
"""Lines are at most such a share of the room between two columns wide."""
_SMALLEST, _LARGEST, _LETTER = 3.0, 9.0, 0.75
"""Letters in points, and how wide one is beside its height."""
_SIDE, _ABOVE, _BELOW = 0.7, 0.16, 0.36
"""Room around the columns, which stand one apart and are one high."""
_WORDS_APART, _NAMES_APART = 0.06, 8
_UNDER = 0.035
_MOST_NAME = 48
"""Letters of a name that have room beside the parameters; a longer title pushes the drawing off its sheet."""

LINES = Parameter(
    "lines",
    "Lines",
    "int",
    200,
    "Between any two layers at most so many, of the largest weights.",
    minimum=0,
    maximum=5000,
)
OPTIONS = (LINES, *SIZE)
DRAWING_ONLY_FOR = ONLY_FOR | {"lines": DRAWN}


def _draw(trained: Trained, job: Job) -> "Figure":
    height, width = sides(job)
    columns = columns_of(trained.experiment, trained.state.weights)
    figure = new_figure(height, width)
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_xlim(-_SIDE, len(columns) - 1 + _SIDE)
    axes.set_ylim(-_BELOW, 1 + _ABOVE)
    places = [_places(column.neurons) for column in columns]
    room = _room(len(columns))
    most = int(job["lines"])
    between = gaps(columns, most)
    for at, lines in enumerate(between):
        _draw_lines(axes, at, places[at][lines.before], places[at + 1][lines.after], lines.weights, room)
    _draw_joins(axes, columns, 1 if is_encoded(trained.experiment) else 0)
    letters = _letters(columns)
    for at, (column, heights) in enumerate(zip(columns, places, strict=True)):
        _draw_neurons(axes, at, heights, room)
        _draw_words(axes, at, [column.title, *_words(column)], letters, room)
    _draw_names(axes, columns[0], places[0], is_input=True)
    _draw_names(axes, columns[-1], places[-1], is_input=False)
    _draw_title(axes, trained)
    if any(lines.weights is not None for lines in between):
        _draw_key(axes, most)
    return figure


def _places(neurons: int) -> Heights:
    """How high each neuron of a column stands, 0 to 1, the first above."""
    reach = min(1.0, _APART * (neurons - 1))
    return 0.5 + reach * np.linspace(0.5, -0.5, neurons) if neurons > 1 else np.array([0.5])


def _draw_lines(
    axes: "Axes", at: int, begins: Heights, ends: Heights, weights: Floats | None, room: float
) -> None:
    """Blue for weights above 0 and orange for those below, wider and stronger the larger they are."""
    from matplotlib.collections import LineCollection
    from matplotlib.colors import to_rgb

    if not len(begins):
        return
    starts, stops = np.full(len(begins), float(at)), np.full(len(begins), at + 1.0)
    segments = np.stack((np.stack((starts, begins), axis=1), np.stack((stops, ends), axis=1)), axis=1)
    if weights is None:
        axes.add_collection(LineCollection(list(segments), colors=LIGHT.border, linewidths=0.6, zorder=1))
        return
    # A square lets the largest stand out where many are nearly as large.
    share = (np.abs(weights) / np.abs(weights).max()) ** 2
    colours = np.empty((len(share), 4))
    colours[:, :3] = np.where((weights > 0)[:, np.newaxis], to_rgb(LIGHT.blue), to_rgb(LIGHT.orange))
    colours[:, 3] = _FAINTEST + (1 - _FAINTEST) * share
    widths = _LEAST + (min(_WIDEST, room / _CLOSE) - _LEAST) * share
    axes.add_collection(LineCollection(list(segments), colors=colours, linewidths=widths, zorder=1))


def _draw_joins(axes: "Axes", columns: Sequence[Column], encoded: int) -> None:
    """From the column of encoded inputs below all that these pass by, up to where they come in again."""
    look: dict[str, Any] = {"color": LIGHT.muted, "linewidth": 0.8, "zorder": 1, "clip_on": False}
    for at, column in enumerate(columns):
        if column.joins_encoded:
            begin, end = _places(columns[encoded].neurons)[-1], _places(column.neurons)[-1]
            axes.plot([encoded, encoded, at, at], [begin, -_UNDER, -_UNDER, end], **look)
            axes.plot(at, end - 0.6 * _UNDER, "^", markersize=4, **look)


def _draw_neurons(axes: "Axes", at: int, heights: Heights, room: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    look: dict[str, Any] = {
        "facecolor": LIGHT.plot_background,
        "edgecolor": LIGHT.series,
        "zorder": 2,
    }
    if len(heights) <= MOST_DOTS:
        # Dots keep out of each other's way, sideways and upwards.
        size = min(9.0, 0.2 * room)
        axes.scatter(np.full(len(heights), float(at)), heights, s=size**2, linewidths=1.0, **look)
        return
    half = 0.07
    axes.add_patch(
        FancyBboxPatch(
            (at - half, heights[-1] - 0.01),
            2 * half,
            heights[0] - heights[-1] + 0.02,
            boxstyle=f"round,pad=0,rounding_size={half / 2}",
            linewidth=1.0,
            **look,
        )
    )
    ticks = heights[:: -(-len(heights) // _MOST_TICKS)]
    axes.hlines(ticks, at - half, at + half, colors=LIGHT.ghost, linewidths=0.3, alpha=0.6, zorder=2)


def _room(columns: int) -> float:
    """Between two columns, in points."""
    return 72 * INCHES / (columns - 1 + 2 * _SIDE)


def _words(column: Column) -> tuple[str, ...]:
    count = column.neurons
    units = "1 unit" if count == 1 else f"{count:,} units"
    return tuple(word for word in (column.kind, units, column.activation) if word)


def _letters(columns: Sequence[Column]) -> float:
    """The size at which the words of one column don't run into those of the next."""
    words = [word for column in columns for word in (column.title, *_words(column))]
    longest = max(len(part) for word in words for part in word.split())
    return float(np.clip(_room(len(columns)) / (_LETTER * longest), _SMALLEST, _LARGEST))


def _draw_words(axes: "Axes", at: int, words: Sequence[str], letters: float, room: float) -> None:
    """The title above a column, and below it what it is."""
    title, *others = [
        fill(word, max(1, int(room / (_LETTER * letters))), break_long_words=False) for word in words
    ]
    look: dict[str, Any] = {"ha": "center", "fontsize": letters, "parse_math": False}
    axes.text(at, 1 + _WORDS_APART, title, va="bottom", fontweight="bold", color=LIGHT.text, **look)
    axes.text(at, -_WORDS_APART, "\n".join(others), va="top", color=LIGHT.muted, **look)


def _draw_names(axes: "Axes", column: Column, heights: Heights, is_input: bool) -> None:
    """Beside the neurons of the first column, or the last, at `at`."""
    if len(column.names) != len(heights):
        return
    at = 0 if is_input else axes.get_xlim()[1] - _SIDE
    for name, height in zip(column.names, heights, strict=True):
        axes.annotate(
            name,
            (at, height),
            (-_NAMES_APART if is_input else _NAMES_APART, 0),
            textcoords="offset points",
            ha="right" if is_input else "left",
            va="center",
            fontsize=_LARGEST,
            color=LIGHT.text,
        )


def _draw_title(axes: "Axes", trained: Trained) -> None:
    name = shown(shortened(trained.experiment.name, _MOST_NAME))
    axes.set_title(
        f"{name}: {parameter_count(trained.experiment):,} parameters",
        loc="left",
        fontsize="medium",
        fontweight="bold",
        color=LIGHT.text,
        parse_math=False,
    )


def _draw_key(axes: "Axes", most: int) -> None:
    """What the colours say, and which lines there are."""
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=LIGHT.blue, linewidth=_WIDEST, label="weight above 0"),
        Line2D([], [], color=LIGHT.orange, linewidth=_WIDEST, label="weight below 0"),
        Line2D([], [], alpha=0, label=f"the {most:,} largest of each layer"),
    ]
    axes.legend(
        handles=lines,
        loc="lower center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=len(lines),
        frameon=False,
        fontsize="small",
        labelcolor=LIGHT.muted,
    )


def _table(trained: Trained, job: Job) -> Table:
    """One row for each column of the network."""
    columns = columns_of(trained.experiment, trained.state.weights)
    rows: list[list[float | str]] = [
        [column.title, column.kind, column.neurons, column.activation, column.parameters]
        for column in columns
    ]
    return Table(("column", "kind", "units", "activation", "parameters"), rows)


NETWORK = Plot(_draw, _table)
