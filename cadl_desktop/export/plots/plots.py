"""The plots of a run: the cost and the learning rate over the epochs, and the fitted curve."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import truth_line
from cadl_desktop.data.subsets import Rows, split
from cadl_desktop.drawing.curve_plots import FADED, observed_ranges
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.job import Job
from cadl_desktop.export.plots.figures import (
    DRAWN,
    ONLY_FOR,
    SIZE,
    Plot,
    Table,
    legend,
    make_logarithmic,
    new_plot,
    sides,
)
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.changes import in_words
from cadl_desktop.runs.history import COLUMNS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_MARKS = 24
_MARK_LETTERS = 24

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
COST_ONLY_FOR = ONLY_FOR | {"axis": DRAWN, "marks": DRAWN}


def _draw_cost(trained: Trained, job: Job) -> "Figure":
    unit = entry("cost", trained.experiment.cost).title
    figure, axes = new_plot(*sides(job), "Epoch", f"Cost ({unit})")
    epochs = trained.history.column("epoch")
    costs, validation = trained.history.column("cost"), trained.history.column("validation_cost")
    axes.plot(epochs, costs, color=LIGHT.series, label="Training")
    if np.isfinite(validation).any():
        axes.plot(epochs, validation, color=LIGHT.series_two, label="Validation")
    legend(axes)
    _space(axes, np.concatenate([costs, validation[np.isfinite(validation)]]), job)
    _mark_changes(axes, trained, job)
    return figure


def _draw_rate(trained: Trained, job: Job) -> "Figure":
    figure, axes = new_plot(*sides(job), "Epoch", "Learning rate")
    rates = trained.history.column("learning_rate")
    axes.plot(trained.history.column("epoch"), rates, color=LIGHT.series)
    _space(axes, rates, job)
    _mark_changes(axes, trained, job)
    return figure


def _draw_curve(trained: Trained, job: Job) -> "Figure":
    """What was observed, the truth behind it where it is known, and the fit before its earlier selves."""
    figure, axes = new_plot(*sides(job), "x", "y")
    draw_observed(axes, trained)
    x, earlier = trained.positions[:, 0], trained.earlier
    for opacity, values in zip(np.linspace(*FADED, len(earlier)), earlier, strict=True):
        label = "Earlier" if values is earlier[-1] else None
        axes.plot(x, values, color=LIGHT.ghost, alpha=opacity, linewidth=1, label=label)
    axes.plot(x, trained.prediction, color=LIGHT.series, linewidth=2, label="Fit")
    limit_to_observed(axes, trained)
    legend(axes)
    return figure


def draw_observed(axes: "Axes", trained: Trained) -> None:
    """The points of a curve, those that are held back as rings, and the truth behind them where it is
    known."""
    samples = trained.samples
    trained_on, held_back = split(trained.experiment, samples)
    look = {"markersize": 2.5 if len(samples.inputs) > 200 else 4, "rasterized": len(trained_on) > 20_000}
    dots = {"markeredgewidth": 0, "alpha": 0.5, "color": LIGHT.points}
    rings = {"markerfacecolor": "none", "markeredgecolor": LIGHT.series_two, "alpha": 0.8}
    _draw_marks(axes, trained, trained_on[:], "Observed", **look, **dots)
    if len(held_back):
        _draw_marks(axes, trained, held_back, "Held back", **look, **rings)
    if samples.truth is not None:
        axes.plot(*truth_line(samples), "--", color=LIGHT.truth, label="Truth")


def _draw_marks(axes: "Axes", trained: Trained, rows: Rows, label: str, **look: Any) -> None:
    inputs, targets = trained.samples.inputs, trained.samples.targets
    axes.plot(inputs[rows, 0], targets[rows, 0], "o", label=label, **look)


def limit_to_observed(axes: "Axes", trained: Trained) -> None:
    """Has the plot show what was observed, and a margin."""
    x, y = observed_ranges(trained.samples)
    axes.set_xlim(*x)
    axes.set_ylim(*y)


def _history(trained: Trained, job: Job) -> Table:
    """The rows of the history: epoch, step, seconds, cost, validation cost, learning rate.

    There is one for each epoch that was measured. Where nothing was kept for validation its cells are empty.
    """
    rows = [
        [int(row[0]), int(row[1]), *("" if np.isnan(value) else float(value) for value in row[2:])]
        for row in trained.history.rows
    ]
    return Table(COLUMNS, rows)


def _rates(trained: Trained, job: Job) -> Table:
    rows = [[int(row[0]), int(row[1]), float(row[-1])] for row in trained.history.rows]
    return Table((*COLUMNS[:2], COLUMNS[-1]), rows)


def _fit(trained: Trained, job: Job) -> Table:
    """The fitted curve: x and the network's y."""
    return Table(("x", "y"), np.column_stack([trained.positions[:, 0], trained.prediction]).tolist())


def _space(axes: "Axes", values: NDArray[np.float64], job: Job) -> None:
    positive = len(values) > 0 and float(values.min()) > 0
    if positive and job["axis"] != "linear":
        make_logarithmic(axes, values)


def _mark_changes(axes: "Axes", trained: Trained, job: Job) -> None:
    """A line and a few words where something was changed while it trained."""
    if not job["marks"]:
        return
    steps, epochs = trained.history.column("step"), trained.history.column("epoch")
    made = [change for change in trained.history.changes if change.is_visible]
    for change in made[-_MOST_MARKS:]:
        epoch = float(np.interp(change.step, steps, epochs)) if len(steps) else 0.0
        axes.axvline(epoch, color=LIGHT.muted, linewidth=0.8, linestyle=":")
        axes.annotate(
            _shortened(in_words(change, "{:g}".format)),
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


def _shortened(words: str) -> str:
    return words if len(words) <= _MARK_LETTERS else f"{words[:_MARK_LETTERS]}…"


COST = Plot(_draw_cost, _history)
RATE = Plot(_draw_rate, _rates)
CURVE = Plot(_draw_curve, _fit)
