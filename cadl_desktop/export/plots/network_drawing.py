"""Drawing of a network: layers as columns of neurons, the strongest weights as lines between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.columns import shortened_name
from cadl_desktop.drawing.drawn_network import (
    Connections,
    DrawnColumn,
    Role,
    drawn_columns,
    strongest,
)
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.effort import curve_points
from cadl_desktop.experiment.model import Experiment, has_many_pictures, identity_of
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Parameter, activation_of
from cadl_desktop.experiment.shapes import (
    count_parameters,
    is_encoded,
    is_painting,
    parameter_count,
    weight_shapes,
)
from cadl_desktop.export.job import Job
from cadl_desktop.export.plots.plot_files import (
    DRAWN,
    INCHES,
    ONLY_FOR,
    SIZE,
    Plot,
    Table,
    new_figure,
    size_of,
)
from cadl_desktop.export.trained import Trained
from cadl_desktop.lessons.cost_plane import evenly_spread
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import between, by_column
from cadl_desktop.sentences import counted, shortened, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Heights = NDArray[np.float64]
MOST_DOTS = 32
"""Neurons up to which a column is drawn as dots; larger ones are drawn as a band."""
_MOST_TICKS = 64
"""Ticks across a band, which may stand for more neurons."""
_MOST_GAP = 0.07
"""Largest distance between the dots of a column, as a share of its height."""
_THINNEST, _WIDEST, _FAINTEST = 0.3, 2.4, 0.25
_GAP_PER_WIDTH = 25
"""Least distance between two columns, in widths of the widest line."""
_SMALLEST_FONT, _LARGEST_FONT, _LETTER_WIDTH = 3.0, 9.0, 0.75
"""Font sizes in points, and the width of a letter as a share of the font size."""
_SIDE, _ABOVE, _BELOW = 0.7, 0.16, 0.36
"""Margins around the columns, which are 1 apart and 1 high."""
_WORDS_APART, _NAMES_APART = 0.06, 8
_UNDER = 0.035
_MOST_NAME = 48
"""Letters of the experiment's name; a longer title would push the drawing off its sheet."""
_MOST_OF_NEURON = 16
"""Letters of the names beside the first and last neurons."""
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


@dataclass(frozen=True, eq=False)
class Column(DrawnColumn):
    """Column of the drawing, and its connections to the previous one.

    `weights` is (previous neurons, neurons), None if the column has none between the two; `paired` says that
    each neuron is then connected to its neighbour only. With `joins_encoded` the encoded inputs are joined.
    """

    kind: str = ""
    activation: str = ""
    weights: Floats | None = None
    parameters: int = 0
    paired: bool = False
    joins_encoded: bool = False


def columns_of(experiment: Experiment, weights: Sequence[Floats]) -> list[Column]:
    """Columns from left to right: inputs, encoding if there is one, layers, output."""
    drawn, parts = drawn_columns(experiment), (*experiment.layers, experiment.output)
    owned = by_column(experiment, weights)
    counted = [count_parameters(shapes) for shapes in weight_shapes(experiment)]
    ends = zip(drawn[: -len(parts)], (_inputs(experiment), _encoding(experiment)), strict=False)
    found = [Column(**vars(column), kind=kind) for column, kind in ends]
    found[-1] = replace(found[-1], parameters=counted[0])
    for column, part, arrays, parameters in zip(
        drawn[-len(parts) :], parts, owned[1:], counted[1:], strict=True
    ):
        found.append(_column(column, part, between(arrays, found[-1].neurons, column.neurons), parameters))
    return found


def drawn_connections(before: int, column: Column, most: int) -> Connections:
    """At most `most` connections between a column of `before` neurons and the next: the strongest, or evenly
    spread ones if they have no weights."""
    if column.weights is not None:
        return strongest(column.weights, most)[0]
    if column.paired:
        each = evenly_spread(min(before, column.neurons), most)
        return Connections(each, each, None)
    chosen = evenly_spread(before * column.neurons, most)
    return Connections(chosen // column.neurons, chosen % column.neurons, None)


def _column(column: DrawnColumn, part: Part, weights: Floats | None, parameters: int) -> Column:
    known = entry("layer" if column.role is Role.LAYER else "output", part.kind)
    activation = activation_of(part)
    return Column(
        **vars(column),
        kind=known.title,
        activation=activation.title if activation else "",
        weights=weights,
        parameters=parameters,
        paired=weights is None and column.neurons > 1,
        joins_encoded=known.joins_encoded,
    )


def _inputs(experiment: Experiment) -> str:
    if not is_painting(experiment):
        return "a number"
    return "place and picture" if has_many_pictures(experiment.data) else "a pixel's place"


def _encoding(experiment: Experiment) -> str:
    title = entry("encoding", experiment.encoding.kind).title
    if identity_of(experiment.data) is None:
        return title
    return f"{title}, and which picture"


def _draw(trained: Trained, job: Job) -> "Figure":
    height, width = size_of(job)
    columns = columns_of(trained.experiment, trained.state.weights)
    figure = new_figure(height, width)
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_xlim(-_SIDE, len(columns) - 1 + _SIDE)
    axes.set_ylim(-_BELOW, 1 + _ABOVE)
    places = [_places(column.neurons) for column in columns]
    room = _room(len(columns))
    most = int(job["lines"])
    between = [drawn_connections(before.neurons, after, most) for before, after in pairwise(columns)]
    for at, lines in enumerate(between):
        _draw_lines(axes, at, places[at][lines.before], places[at + 1][lines.after], lines.weights, room)
    _draw_joins(axes, columns, 1 if is_encoded(trained.experiment) else 0)
    font_size = _font_size(columns)
    for at, (column, heights) in enumerate(zip(columns, places, strict=True)):
        _draw_neurons(axes, at, heights, room)
        _draw_words(axes, at, [column.title, *_description(column)], font_size, room)
    _draw_names(axes, columns[0], places[0], is_input=True)
    _draw_names(axes, columns[-1], places[-1], is_input=False)
    _draw_title(axes, trained)
    if any(lines.weights is not None for lines in between):
        _draw_key(axes, most)
    return figure


def _places(neurons: int) -> Heights:
    """Height of each neuron of a column, 0 to 1, the first at the top."""
    reach = min(1.0, _MOST_GAP * (neurons - 1))
    return 0.5 + reach * np.linspace(0.5, -0.5, neurons) if neurons > 1 else np.array([0.5])


def _draw_lines(
    axes: "Axes", at: int, begins: Heights, ends: Heights, weights: Floats | None, room: float
) -> None:
    """Draws positive weights blue and negative ones orange, larger ones wider and more opaque."""
    from matplotlib.collections import LineCollection
    from matplotlib.colors import to_rgb

    if not len(begins):
        return
    starts, stops = np.full(len(begins), float(at)), np.full(len(begins), at + 1.0)
    segments = np.stack((np.stack((starts, begins), axis=1), np.stack((stops, ends), axis=1)), axis=1)
    if weights is None:
        axes.add_collection(LineCollection(list(segments), colors=LIGHT.border, linewidths=0.6, zorder=1))
        return
    # Squared, so that the largest stand out among many that are nearly as large.
    share = (np.abs(weights) / np.abs(weights).max()) ** 2
    colours = np.empty((len(share), 4))
    colours[:, :3] = np.where((weights > 0)[:, np.newaxis], to_rgb(LIGHT.blue), to_rgb(LIGHT.orange))
    colours[:, 3] = _FAINTEST + (1 - _FAINTEST) * share
    widths = _THINNEST + (min(_WIDEST, room / _GAP_PER_WIDTH) - _THINNEST) * share
    axes.add_collection(LineCollection(list(segments), colors=colours, linewidths=widths, zorder=1))


def _draw_joins(axes: "Axes", columns: Sequence[Column], encoded: int) -> None:
    """Draws lines from the encoded inputs, below the columns between, to the columns that they join."""
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
        # Small enough not to overlap, sideways and upwards.
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
    """Distance between two columns in points."""
    return 72 * INCHES / (columns - 1 + 2 * _SIDE)


def _description(column: Column) -> tuple[str, ...]:
    words = column.kind, counted(column.neurons, "unit"), column.activation
    return tuple(word for word in words if word)


def _font_size(columns: Sequence[Column]) -> float:
    """Font size at which the texts of neighbouring columns don't overlap."""
    words = [word for column in columns for word in (column.title, *_description(column))]
    longest = max(len(part) for word in words for part in word.split())
    return float(np.clip(_room(len(columns)) / (_LETTER_WIDTH * longest), _SMALLEST_FONT, _LARGEST_FONT))


def _draw_words(axes: "Axes", at: int, words: Sequence[str], font_size: float, room: float) -> None:
    """Draws the title above a column, and its description below."""
    title, *others = [
        fill(word, max(1, int(room / (_LETTER_WIDTH * font_size))), break_long_words=False) for word in words
    ]
    look: dict[str, Any] = {"ha": "center", "fontsize": font_size, "parse_math": False}
    axes.text(at, 1 + _WORDS_APART, title, va="bottom", fontweight="bold", color=LIGHT.text, **look)
    axes.text(at, -_WORDS_APART, "\n".join(others), va="top", color=LIGHT.muted, **look)


def _draw_names(axes: "Axes", column: Column, heights: Heights, is_input: bool) -> None:
    """Draws names beside the neurons of the first column or the last."""
    if len(column.names) != len(heights):
        return
    at = 0 if is_input else axes.get_xlim()[1] - _SIDE
    for name, height in zip(column.names, heights, strict=True):
        axes.annotate(
            shortened_name(name, _MOST_OF_NEURON),
            (at, height),
            (-_NAMES_APART if is_input else _NAMES_APART, 0),
            textcoords="offset points",
            ha="right" if is_input else "left",
            va="center",
            fontsize=_LARGEST_FONT,
            color=LIGHT.text,
            parse_math=False,
        )


def _draw_title(axes: "Axes", trained: Trained) -> None:
    name = shown(shortened(trained.experiment.name, _MOST_NAME))
    points = curve_points(trained.experiment)
    against = f" for {counted(points, 'point')}" if points else ""
    axes.set_title(
        f"{name}: {parameter_count(trained.experiment):,} parameters{against}",
        loc="left",
        fontsize="medium",
        fontweight="bold",
        color=LIGHT.text,
        parse_math=False,
    )


def _draw_key(axes: "Axes", most: int) -> None:
    """Draws the key of the lines' colours."""
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
    """Table with a row for each column of the network."""
    columns = columns_of(trained.experiment, trained.state.weights)
    rows: list[list[float | str]] = [
        [column.title, column.kind, column.neurons, column.activation, column.parameters]
        for column in columns
    ]
    return Table(("column", "kind", "units", "activation", "parameters"), rows)


NETWORK = Plot(_draw, _table)
