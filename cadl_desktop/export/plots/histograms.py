"""How weights, gradients and activations spread in every layer, at the moments of a run that were kept."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.job import Job
from cadl_desktop.export.plots.colours import COLOURS
from cadl_desktop.export.plots.figures import SIZE, Plot, Table, dress, new_figure, sides
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.histograms import (
    HIGHEST,
    LOWEST,
    MOST_SLICES,
    PER_DECADE,
    QUANTITIES,
    SIDE,
    Histograms,
    Quantity,
    Slices,
    edges,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DECADES = 4
"""Shown on either side of zero; what is smaller counts as zero."""
_MANY_LAYERS = 3
"""With more there is no room for many numbers beside each."""

QUANTITY = Parameter(
    "quantity",
    "Quantity",
    "choice",
    "weights",
    "Weights with biases, the cost's gradients by them, or what the neurons give.",
    choices=QUANTITIES,
)
OVER_TIME = Parameter(
    "over_time", "Over time", "bool", True, "Shows all moments that were kept, and not only the last."
)
_STRIP_HIGH = 0.6
"""Inches, with the name of its layer."""
OPTIONS = (QUANTITY, OVER_TIME, *SIZE)


def _draw(trained: Trained, job: Job) -> "Figure":
    """One strip a layer: over the steps, or as bars where there is one moment only."""
    slices = _slices(trained, job)
    titles = _titles(trained)
    figure = new_figure(*sides(job), least_high=_STRIP_HIGH * len(titles))
    plots = figure.subplots(len(titles), 1, sharex=True, squeeze=False)[:, 0]
    over_time = len(slices.steps) > 1
    for layer, (axes, title) in enumerate(zip(plots, titles, strict=True)):
        dress(axes, "", "")
        axes.set_title(title, loc="left", fontsize="small", color=COLOURS["text"])
        shares = slices.shares[:, layer]
        top = _top_decade(shares)
        if over_time:
            _draw_strip(axes, slices.steps, _rows(shares, top), top)
            axes.set_yticks(*_ticks(top, few=len(titles) > _MANY_LAYERS))
        else:
            _draw_bars(axes, _rows(shares, top)[0], top)
    quantity = _quantity(job).capitalize()
    across, up = ("Step", quantity) if over_time else (quantity, "Share")
    plots[-1].set_xlabel(across, color=COLOURS["text"])
    figure.supylabel(up, color=COLOURS["text"], fontsize="medium")
    return figure


def _draw_strip(axes: "Axes", steps: NDArray[np.int64], rows: NDArray[np.float32], top: int) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    ramp = LinearSegmentedColormap.from_list("shares", [COLOURS["plot_background"], COLOURS["series"]])
    ends = np.concatenate([steps, [2 * steps[-1] - steps[-2]]])
    shown = rows.T / max(float(rows.max()), 1e-9)
    axes.pcolormesh(ends, np.arange(shown.shape[0] + 1), shown, cmap=ramp, vmin=0, vmax=1, rasterized=True)
    axes.grid(visible=False)


def _draw_bars(axes: "Axes", row: NDArray[np.float32], top: int) -> None:
    axes.stairs(row, np.arange(len(row) + 1), fill=True, color=COLOURS["series"])
    axes.set_xticks(*_ticks(top))
    axes.tick_params(labelbottom=True)


def _table(trained: Trained, job: Job) -> Table:
    """One row for each bin of a layer and a step that holds anything."""
    slices, borders = _slices(trained, job), edges()
    titles = _titles(trained)
    places = zip(*np.nonzero(slices.shares), strict=True)
    rows: list[list[float | str]] = [
        [
            int(slices.steps[moment]),
            titles[layer],
            float(borders[at]),
            float(borders[at + 1]),
            float(slices.shares[moment, layer, at]),
        ]
        for moment, layer, at in places
    ]
    return Table(("step", "layer", "from", "to", "share"), rows)


def _slices(trained: Trained, job: Job) -> Slices:
    *states, last = trained.states
    states = states[:: max(1, -(-len(states) // (MOST_SLICES - 1)))] if job["over_time"] else []
    states.append(last)
    moments = [(state.step, state.weights) for state in states]
    begin = partial(_counted, trained.experiment, moments, _quantity(job))
    found = Slices()
    for number, so_far in enumerate(trained.pieces(begin)):
        found = so_far
        job.report(number / len(moments))
    return found


def _counted(
    experiment: Experiment, moments: list[tuple[int, tuple[Floats, ...]]], quantity: Quantity
) -> Iterator[Slices]:
    """The histograms as they are with each moment more, of which each is a step and its weights. All that the
    neurons give stays where it was computed."""
    from cadl_desktop.engine.looking.probe import Probe
    from cadl_desktop.engine.samples import prepare
    from cadl_desktop.engine.training.gradients import Gradients  # brings TensorFlow along

    prepared, found = prepare(experiment), Histograms()
    probe, gradients = Probe(experiment, prepared.samples), Gradients(experiment, prepared)
    for step, weights in moments:
        found.add(replace(probe(step, weights), gradients=gradients(weights)), experiment)
        yield found[quantity]


def _quantity(job: Job) -> Quantity:
    return cast(Quantity, job["quantity"])


def _titles(trained: Trained) -> list[str]:
    count = len(trained.experiment.layers)
    return [*(f"Layer {number}" for number in range(1, count + 1)), "Output"]


def _top_decade(shares: NDArray[np.float32]) -> int:
    """The power of ten below which all values are."""
    used = np.flatnonzero(shares.any(axis=0))
    largest = int(np.abs(used - SIDE).max()) if len(used) else 0
    return min(HIGHEST, max(LOWEST + _DECADES, LOWEST - (-largest // PER_DECADE)))


def _rows(shares: NDArray[np.float32], top: int) -> NDArray[np.float32]:
    """The bins of the decades that are shown, those of smaller values joined in the middle."""
    end = (top - LOWEST) * PER_DECADE
    start = end - _DECADES * PER_DECADE
    middle = shares[:, SIDE - start : SIDE + start + 1].sum(axis=1, keepdims=True)
    negative = shares[:, SIDE - end : SIDE - start]
    positive = shares[:, SIDE + start + 1 : SIDE + end + 1]
    return np.concatenate([negative, middle, positive], axis=1)


def _ticks(top: int, few: bool = False) -> tuple[list[float], list[str]]:
    """Where zero and every other power of ten, or only the largest, stand among the rows, and their names."""
    half = _DECADES * PER_DECADE
    places, names = [half + 0.5], ["0"]
    for decade in range(top, top - (1 if few else _DECADES), -2):
        distance = (decade - (top - _DECADES)) * PER_DECADE
        places += [half - distance, half + 1 + distance]
        names += [f"−{10.0**decade:g}", f"{10.0**decade:g}"]
    return places, names


HISTOGRAMS = Plot(_draw, _table)
