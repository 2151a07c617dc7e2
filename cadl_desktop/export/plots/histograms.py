"""How weights, gradients and activations spread in every layer, at the moments of a run that were kept."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.drawing.drawn_network import layer_titles
from cadl_desktop.drawing.histogram_rows import DECADES, SIDE_ROWS, Singles, picture_rows, top_decade
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.job import Job
from cadl_desktop.export.plots.figures import SIZE, Plot, Table, dress, new_figure, sides
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.layer_histograms import (
    MOST_SLICES,
    PER_DECADE,
    QUANTITIES,
    Histograms,
    Quantity,
    Slices,
    edges,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
    titles = layer_titles(trained.experiment)
    figure = new_figure(*sides(job), least_high=_STRIP_HIGH * len(titles))
    plots = figure.subplots(len(titles), 1, sharex=True, squeeze=False)[:, 0]
    over_time = len(slices.steps) > 1
    for layer, (axes, title) in enumerate(zip(plots, titles, strict=True)):
        dress(axes, "", "")
        axes.set_title(title, loc="left", fontsize="small", color=LIGHT.text)
        shares = slices.shares[:, layer]
        top = top_decade(shares)
        if over_time:
            _draw_strip(axes, slices.steps, picture_rows(shares, top)[::-1])
            axes.set_yticks(*_ticks(top, few=len(titles) > _MANY_LAYERS))
        else:
            _draw_bars(axes, picture_rows(shares, top)[::-1, 0], top)
    quantity = _quantity(job).capitalize()
    across, up = ("Step", quantity) if over_time else (quantity, "Share")
    plots[-1].set_xlabel(across, color=LIGHT.text)
    figure.supylabel(up, color=LIGHT.text, fontsize="medium")
    return figure


def _draw_strip(axes: "Axes", steps: NDArray[np.int64], rows: Singles) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    ramp = LinearSegmentedColormap.from_list("shares", [LIGHT.plot_background, LIGHT.series])
    ends = np.concatenate([steps, [2 * steps[-1] - steps[-2]]])
    shown = rows / max(float(rows.max()), 1e-9)
    axes.pcolormesh(ends, np.arange(shown.shape[0] + 1), shown, cmap=ramp, vmin=0, vmax=1, rasterized=True)
    axes.grid(visible=False)


def _draw_bars(axes: "Axes", row: Singles, top: int) -> None:
    axes.stairs(row, np.arange(len(row) + 1), fill=True, color=LIGHT.series)
    axes.set_xticks(*_ticks(top))
    axes.tick_params(labelbottom=True)


def _table(trained: Trained, job: Job) -> Table:
    """One row for each bin of a layer and a step that holds anything."""
    slices, borders = _slices(trained, job), edges()
    titles = layer_titles(trained.experiment)
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
    from cadl_desktop.engine.evaluation.live_probe import Gradients  # brings TensorFlow along
    from cadl_desktop.engine.evaluation.probe import Probe
    from cadl_desktop.engine.prepared_samples import prepare

    prepared, found = prepare(experiment), Histograms()
    probe, gradients = Probe(experiment, prepared.samples), Gradients(experiment, prepared)
    for step, weights in moments:
        found.add(replace(probe(step, weights), gradients=gradients(weights)), experiment)
        yield found[quantity]


def _quantity(job: Job) -> Quantity:
    return cast(Quantity, job["quantity"])


def _ticks(top: int, few: bool = False) -> tuple[list[float], list[str]]:
    """Where zero and every other power of ten, or only the largest, stand among the rows, and their names."""
    places, names = [SIDE_ROWS + 0.5], ["0"]
    for decade in range(top, top - (1 if few else DECADES), -2):
        distance = (decade - (top - DECADES)) * PER_DECADE
        places += [SIDE_ROWS - distance, SIDE_ROWS + 1 + distance]
        names += [f"−{10.0**decade:g}", f"{10.0**decade:g}"]
    return places, names


HISTOGRAMS = Plot(_draw, _table)
