"""Plots as files, drawn by matplotlib without a screen, and the numbers in them as tables."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cadl_desktop.export.colours import COLOURS
from cadl_desktop.export.job import Job
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.history import COLUMNS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE = (8.0, 5.0)
"""Inches."""
_DPI = 200


def write_cost(path: Path, trained: Trained, job: Job) -> None:
    """The cost over the epochs: as .csv all that the history has, otherwise as a plot."""
    if path.suffix == ".csv":
        _write_history(path, trained)
    else:
        _write_cost_plot(path, trained)


def write_curve(path: Path, trained: Trained, job: Job) -> None:
    """The fitted curve: as .csv its x and y, otherwise as a plot with what was observed."""
    if path.suffix == ".csv":
        points = np.column_stack([trained.positions[:, 0], trained.prediction])
        _write_table(path, ("x", "y"), points.tolist())
    else:
        _write_curve_plot(path, trained)


def _write_cost_plot(path: Path, trained: Trained) -> None:
    figure, axes = _plot("Epoch", "Cost")
    epochs = trained.history.column("epoch")
    costs, validation = trained.history.column("cost"), trained.history.column("validation_cost")
    axes.plot(epochs, costs, color=COLOURS["series"], label="Training")
    if np.isfinite(validation).any():
        axes.plot(epochs, validation, color=COLOURS["series_two"], label="Validation")
        _legend(axes)
    if len(costs) and costs.min() > 0:
        _make_logarithmic(axes, decades=float(np.log10(costs.max() / costs.min())))
    _save(figure, path)


def _write_curve_plot(path: Path, trained: Trained) -> None:
    """What was observed, the truth behind it where it is known, and the fit."""
    figure, axes = _plot("x", "y")
    samples = trained.samples
    x = samples.inputs[:, 0]
    axes.plot(
        x,
        samples.targets[:, 0],
        "o",
        markersize=2.5,
        markeredgewidth=0,
        alpha=0.5,
        color=COLOURS["points"],
        label="Observed",
    )
    if samples.truth is not None:
        axes.plot(x, samples.truth[:, 0], "--", color=COLOURS["truth"], label="Truth")
    axes.plot(trained.positions[:, 0], trained.prediction, color=COLOURS["series"], linewidth=2, label="Fit")
    _legend(axes)
    _save(figure, path)


def _write_history(path: Path, trained: Trained) -> None:
    """The rows of the history as CSV: epoch, step, seconds, cost, validation cost, learning rate.

    Where nothing was kept for validation its cells are empty.
    """
    rows = [
        [int(row[0]), int(row[1]), *("" if np.isnan(value) else float(value) for value in row[2:])]
        for row in trained.history.rows
    ]
    _write_table(path, COLUMNS, rows)


def _write_table(path: Path, header: tuple[str, ...], rows: list[list[float | str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def _plot(x_title: str, y_title: str) -> tuple["Figure", "Axes"]:
    from matplotlib.figure import Figure

    # A figure of its own, without pyplot, which keeps global state and would choose a window toolkit.
    figure = Figure(figsize=_SIZE, facecolor=COLOURS["plot_background"], layout="constrained")
    axes = figure.add_subplot(facecolor=COLOURS["plot_background"])
    axes.set_xlabel(x_title, color=COLOURS["text"])
    axes.set_ylabel(y_title, color=COLOURS["text"])
    axes.grid(color=COLOURS["grid"], linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", colors=COLOURS["muted"], length=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(COLOURS["border"])
    return figure, axes


def _make_logarithmic(axes: "Axes", decades: float) -> None:
    from matplotlib.ticker import LogLocator, NullLocator

    axes.set_yscale("log")
    labelled = (1, 2, 3, 4, 6) if decades < 1 else (1, 2, 5) if decades < 4 else (1,)
    axes.yaxis.set_major_locator(LogLocator(subs=labelled))
    axes.yaxis.set_minor_locator(NullLocator())
    # Plain numbers: not every program that shows an SVG can draw the powers of the usual labels.
    axes.yaxis.set_major_formatter("{x:g}")


def _legend(axes: "Axes") -> None:
    axes.legend(frameon=False, labelcolor=COLOURS["text"])


def _save(figure: "Figure", path: Path) -> None:
    # Without the date, the same run gives the same file.
    metadata = {"Date": None} if path.suffix == ".svg" else None
    figure.savefig(path, dpi=_DPI, metadata=metadata)
