"""Plots of a run: cost and learning rate over the epochs, and the fitted curve, also as frames of a film."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import truth_line
from cadl_desktop.data.subsets import Rows, split
from cadl_desktop.drawing.date_ticks import date_ticks
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.drawing.plot_data import FADED, observed_ranges
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.job import Job
from cadl_desktop.export.plots.plot_files import (
    DRAWN,
    ONLY_FOR,
    SIZE,
    Plot,
    Table,
    cleared_after_use,
    legend,
    make_logarithmic,
    new_plot,
    pixels_of,
    size_of,
)
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.changes import in_words
from cadl_desktop.runs.events import RunState
from cadl_desktop.sentences import shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


_MOST_MARKS = 24
_MARK_LETTERS = 24
_MOST_DATES = 6
"""Dates along an axis of a plot that is 8 inches wide."""

AXIS = Parameter(
    "axis",
    "Axis",
    "choice",
    "auto",
    "How the values are spaced; auto is logarithmic where all are above 0.",
    choices=("auto", "logarithmic", "linear"),
)
MARKS = Parameter("marks", "Live changes", "bool", True, "Marks what was changed while it trained.")
COST_OPTIONS = (*SIZE, AXIS, MARKS)
PSNR_OPTIONS = (*SIZE, MARKS)
COST_ONLY_FOR = ONLY_FOR | {"axis": DRAWN, "marks": DRAWN}
Pixels = NDArray[np.uint8]


def _draw_cost(trained: Trained, job: Job) -> "Figure":
    unit = entry("cost", trained.experiment.cost).title
    figure, axes = new_plot(*size_of(job), "Epoch", f"Cost ({unit})")
    epochs = trained.history.column("epoch")
    costs, validation = trained.history.column("cost"), trained.history.column("validation_cost")
    axes.plot(epochs, costs, color=LIGHT.series, label="Training")
    if np.isfinite(validation).any():
        axes.plot(epochs, validation, color=LIGHT.series_two, label="Validation")
    legend(axes)
    _scale_axis(axes, np.concatenate([costs, validation[np.isfinite(validation)]]), job)
    _mark_changes(axes, trained, job)
    return figure


def _draw_rate(trained: Trained, job: Job) -> "Figure":
    figure, axes = new_plot(*size_of(job), "Epoch", "Learning rate")
    rates = trained.history.column("learning_rate")
    axes.plot(trained.history.column("epoch"), rates, color=LIGHT.series)
    _scale_axis(axes, rates, job)
    _mark_changes(axes, trained, job)
    return figure


def _draw_psnr(trained: Trained, job: Job) -> "Figure":
    figure, axes = new_plot(*size_of(job), "Epoch", "PSNR in dB")
    axes.plot(trained.history.column("epoch"), trained.history.column("psnr"), color=LIGHT.series)
    _mark_changes(axes, trained, job)
    return figure


def _draw_curve(trained: Trained, job: Job) -> "Figure":
    """Draws the observed points, the truth if it is known, the fit and its earlier versions."""
    figure, axes = new_plot(*size_of(job), *(column.label for column in trained.samples.columns))
    draw_observed(axes, trained)
    x, earlier = trained.positions[:, 0], trained.earlier
    for opacity, values in zip(np.linspace(*FADED, len(earlier)), earlier, strict=True):
        label = "Earlier" if values is earlier[-1] else None
        axes.plot(x, values, color=LIGHT.ghost, alpha=opacity, linewidth=1, label=label)
    _draw_fit(axes, trained)
    limit_to_observed(axes, trained)
    legend(axes)
    return figure


def _draw_fit(axes: "Axes", trained: Trained) -> None:
    """Draws the curve, dashed where there are no points that it could have been fitted to."""
    x, y, known = trained.positions[:, 0], trained.prediction, trained.samples.inputs[:, 0]
    first, last = np.searchsorted(x, known.min()), np.searchsorted(x, known.max(), "right")
    low, high = observed_ranges(trained.samples)[1]
    for outside in (slice(first + 1), slice(max(last - 1, 0), None)):
        if not ((y[outside] >= low) & (y[outside] <= high)).any():
            continue  # nothing of it would be seen, and an SVG would have a path without points
        axes.plot(x[outside], y[outside], "--", color=LIGHT.series, linewidth=1.5)
    axes.plot(x[first:last], y[first:last], color=LIGHT.series, linewidth=2, label="Fit")


def draw_observed(axes: "Axes", trained: Trained) -> None:
    """Draws the points of a curve, held-out ones as rings, and the truth if it is known."""
    samples = trained.samples
    trained_on, held_out = split(trained.experiment, samples)
    look = {"markersize": 2.5 if len(samples.inputs) > 200 else 4, "rasterized": len(trained_on) > 20_000}
    dots = {"markeredgewidth": 0, "alpha": 0.5, "color": LIGHT.points}
    rings = {"markerfacecolor": "none", "markeredgecolor": LIGHT.series_two, "alpha": 0.8}
    _draw_marks(axes, trained, trained_on[:], "Observed", **look, **dots)
    if len(held_out):
        _draw_marks(axes, trained, held_out, "Held out", **look, **rings)
    if samples.truth is not None:
        axes.plot(*truth_line(samples), "--", color=LIGHT.truth, label="Truth")


def _draw_marks(axes: "Axes", trained: Trained, rows: Rows, label: str, **look: Any) -> None:
    inputs, targets = trained.samples.inputs, trained.samples.targets
    axes.plot(inputs[rows, 0], targets[rows, 0], "o", label=label, **look)


def limit_to_observed(axes: "Axes", trained: Trained) -> None:
    """Limits the axes to the observed points and a margin, and puts ticks on round dates."""
    x, y = observed_ranges(trained.samples)
    axes.set_xlim(*x)
    axes.set_ylim(*y)
    across, up = (column.counts for column in trained.samples.columns)
    if across and (ticks := date_ticks(across, *x, _MOST_DATES)):
        axes.set_xticks(*zip(*ticks, strict=True))
    if up and (ticks := date_ticks(up, *y, _MOST_DATES)):
        axes.set_yticks(*zip(*ticks, strict=True))


def _history(trained: Trained, job: Job) -> Table:
    """Table of the history, a row for each measured epoch: the columns of `History.columns`, empty where a
    value is missing."""
    columns = trained.history.columns()
    rows = [
        [int(row[0]), int(row[1]), *("" if np.isnan(value) else float(value) for value in row[2:])]
        for row in zip(*columns.values(), strict=True)
    ]
    return Table(tuple(columns), rows)


def _rates(trained: Trained, job: Job) -> Table:
    return _course(trained, "learning_rate")


def _scores(trained: Trained, job: Job) -> Table:
    return _course(trained, "psnr")


def _course(trained: Trained, name: str) -> Table:
    """Table of one column of the history by epoch and step, where it has values."""
    rows = zip(*(trained.history.column(each).tolist() for each in ("epoch", "step", name)), strict=True)
    known = [[int(epoch), int(step), value] for epoch, step, value in rows if np.isfinite(value)]
    return Table(("epoch", "step", name), known)


def _fit(trained: Trained, job: Job) -> Table:
    """Table of a curve by x: the observed y, the network's, and the first less the second.

    Rows where the curve is drawn and nothing was observed have the network's alone.
    """
    x, y = trained.samples.columns
    drawn = zip(trained.positions[:, 0].tolist(), trained.prediction.tolist(), strict=True)
    rows: list[tuple[float, float, float | None]] = [(across, fit, None) for across, fit in drawn]
    points = (trained.samples.inputs[:, 0], trained.fitted, trained.samples.targets[:, 0])
    rows += zip(*(values.tolist() for values in points), strict=True)
    table: list[list[float | str]] = []
    for across, fit, seen in sorted(rows, key=lambda row: row[0]):
        observed, residual = ("", "") if seen is None else (y.written(seen), seen - fit)
        table.append([x.written(across), observed, y.written(fit), residual])
    first = next(place for place, row in enumerate(table) if row[1] != "")
    return Table((x.title, y.title, "fit", "residual"), table, first)


def _scale_axis(axes: "Axes", values: NDArray[np.float64], job: Job) -> None:
    positive = len(values) > 0 and float(values.min()) > 0
    if positive and job["axis"] != "linear":
        make_logarithmic(axes, values)


def _mark_changes(axes: "Axes", trained: Trained, job: Job) -> None:
    """Marks live changes by lines with a few words."""
    if not job["marks"]:
        return
    steps, epochs = trained.history.column("step"), trained.history.column("epoch")
    made = [change for change in trained.history.changes if change.is_visible]
    for change in made[-_MOST_MARKS:]:
        epoch = float(np.interp(change.step, steps, epochs)) if len(steps) else 0.0
        axes.axvline(epoch, color=LIGHT.muted, linewidth=0.8, linestyle=":")
        axes.annotate(
            shortened(in_words(change, "{:g}".format), _MARK_LETTERS),
            (epoch, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, -3),
            textcoords="offset points",
            rotation=90,
            parse_math=False,  # names of files may hold dollars
            va="top",
            fontsize="x-small",
            color=LIGHT.muted,
        )


COST = Plot(_draw_cost, _history)
RATE = Plot(_draw_rate, _rates)
PSNR = Plot(_draw_psnr, _scores)
CURVE = Plot(_draw_curve, _fit)


def curve_pictures(trained: Trained, states: Sequence[RunState], height: int, width: int) -> Iterator[Pixels]:
    """Frames (height, width, 3) of a film of the fit, one for each state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure, axes = new_plot(height, width, *(column.label for column in trained.samples.columns))
    with cleared_after_use(figure):
        figure.set_dpi(width / figure.get_figwidth())
        canvas: Any = FigureCanvasAgg(figure)  # its methods have no types
        draw_observed(axes, trained)
        x = trained.positions[:, 0]
        fit = axes.plot(x, np.zeros_like(x), color=LIGHT.series, linewidth=2, label="Fit", animated=True)[0]
        # Reserves room for the titles of all frames.
        title = axes.set_title("Epoch", loc="left", fontsize="medium", color=LIGHT.muted, animated=True)
        limit_to_observed(axes, trained)
        legend(axes)
        canvas.draw()
        background = canvas.copy_from_bbox(figure.bbox)
        for state in states:
            canvas.restore_region(background)
            fit.set_ydata(trained.predicted(state)[:, 0])
            title.set_text(f"Epoch {state.epoch:,}")
            axes.draw_artist(fit)
            axes.draw_artist(title)
            yield pixels_of(canvas)
