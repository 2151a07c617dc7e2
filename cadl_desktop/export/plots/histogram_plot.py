"""Histograms of weights, gradients or activations in every layer, at the run's snapshots."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.drawing.drawn_network import layer_titles, weight_titles
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.drawing.plot_data import DECADES, SIDE_ROWS, Singles, picture_rows, top_decade
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.job import Job
from cadl_desktop.export.plots.plot_files import SIZE, Plot, Table, new_figure, size_of, style_axes
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
"""Number of layers beyond which each has room for few tick labels."""

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
_STRIP_HEIGHT = 0.6
"""Inches, including the layer's title."""
OPTIONS = (QUANTITY, OVER_TIME, *SIZE)


def _draw(trained: Trained, job: Job) -> "Figure":
    """Draws one strip for each layer: over the steps, or as bars if there is only one snapshot."""
    slices = _slices(trained, job)
    titles = _titles(trained, job)
    figure = new_figure(*size_of(job), least_high=_STRIP_HEIGHT * len(titles))
    plots = figure.subplots(len(titles), 1, sharex=True, squeeze=False)[:, 0]
    over_time = len(slices.steps) > 1
    for layer, (axes, title) in enumerate(zip(plots, titles, strict=True)):
        style_axes(axes, "", "")
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
    """Table with a row for each nonempty bin of a layer at a step."""
    slices, borders = _slices(trained, job), edges()
    titles = _titles(trained, job)
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
    begin = partial(_histograms_so_far, trained.experiment, moments, _quantity(job))
    found = Slices()
    for number, so_far in enumerate(trained.pieces(begin)):
        found = so_far
        job.report(number / len(moments))
    return found


def _histograms_so_far(
    experiment: Experiment, moments: list[tuple[int, tuple[Floats, ...]]], quantity: Quantity
) -> Iterator[Slices]:
    """Histograms so far, after each of the moments (step, weights). Runs where TensorFlow is: the neurons'
    outputs are not sent."""
    from cadl_desktop.engine.evaluation.live_probe import Gradients  # brings TensorFlow along
    from cadl_desktop.engine.evaluation.probe import Probe
    from cadl_desktop.engine.prepared_samples import prepare

    prepared, found = prepare(experiment), Histograms()
    probe, gradients = Probe(experiment, prepared.samples), Gradients(experiment, prepared)
    for step, weights in moments:
        found.add(replace(probe(step, weights), gradients=gradients(weights)), experiment)
        yield found.shown(quantity)


def _titles(trained: Trained, job: Job) -> list[str]:
    return (weight_titles if _quantity(job) == "weights" else layer_titles)(trained.experiment)


def _quantity(job: Job) -> Quantity:
    return cast(Quantity, job["quantity"])


def _ticks(top: int, few: bool = False) -> tuple[list[float], list[str]]:
    """Positions among the rows, and labels, of zero and of every other power of ten, or the largest only."""
    places, names = [SIDE_ROWS + 0.5], ["0"]
    for decade in range(top, top - (1 if few else DECADES), -2):
        distance = (decade - (top - DECADES)) * PER_DECADE
        places += [SIDE_ROWS - distance, SIDE_ROWS + 1 + distance]
        names += [f"−{10.0**decade:g}", f"{10.0**decade:g}"]
    return places, names


HISTOGRAMS = Plot(_draw, _table)
