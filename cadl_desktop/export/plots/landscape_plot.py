"""Plot of the cost over a plane through a network's weights, with the run's path: as a map or as hills."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cadl_desktop.drawing.cost_surface import ASIDE, CONTOUR_OPACITY, RunSurvey, Scale, dots_of, height_at
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.lessons.height_surface import plot_surface, style_surface_axes, surface_axes
from cadl_desktop.export.lessons.matplotlib_items import height_colours
from cadl_desktop.export.plots.plot_files import (
    SIZE,
    Plot,
    Table,
    label_logarithmic,
    new_figure,
    new_plot,
    size_of,
)
from cadl_desktop.export.trained import Trained
from cadl_desktop.lessons.cost_plane import LEAST_MOMENTS, SIDES, PlaneChoice
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.runs.evaluations import Costs
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import flatten, shapes_of
from cadl_desktop.sentences import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


_PREVIEWED = 13
_PIECE_SECONDS, _FIRST_PIECE = 0.02, 4
"""Target duration of a piece of work, for which training waits, and the number of weights in the first."""
_DOT, _BALL = 4.0, 10.0
"""Sizes of the markers of snapshots and of the last state, in points."""
_ZOOM = 0.85
"""Smaller than usual, as the titles beside the axes are long."""
_LABEL_PAD = 9
_COST_TICKS = 5
"""Tick labels at the vertical axis of hills."""

DIRECTIONS = Parameter(
    "directions",
    "Directions",
    "choice",
    "main",
    "The two main ones of the run's moments; or two random ones, in which a neuron's weights are as long as "
    "its own (Li et al., 2018), as in any case where fewer than three moments were kept.",
    choices=("main", "random"),
)
ZOOM = Parameter(
    "zoom", "Reach", "float", 1.0, "1 is as far as the moments go.", 0.01, 100.0, logarithmic=True
)
PLACES = Parameter(
    "places",
    "Places",
    "choice",
    "25",
    "At so many places along each side the cost is computed.",
    choices=tuple(map(str, SIDES)),
)
SEEN = Parameter(
    "seen",
    "Seen",
    "choice",
    "from above",
    "From above, as a map with contours; or from aside, as hills, with each moment as high as its own cost.",
    choices=("from above", "as hills"),
)
OPTIONS = (DIRECTIONS, ZOOM, PLACES, SEEN, *SIZE)


def _survey(trained: Trained, job: Job) -> RunSurvey:
    """Survey of the run's snapshots, on a plane through the last."""
    has_main = job["directions"] == "main" and len(trained.states) >= LEAST_MOMENTS
    choice = PlaneChoice("main" if has_main else "random", trained.experiment.seed, float(job["zoom"]))
    return RunSurvey(choice, trained.state, trained.states, shapes_of(trained.experiment))


def _path(survey: RunSurvey, trained: Trained, job: Job) -> Doubles:
    """Costs of the snapshots (n,)."""
    return _costs(trained, job, [flatten(state.weights) for state in survey.states])


def _measure(survey: RunSurvey, trained: Trained, job: Job) -> None:
    """Measures the surface on ever finer grids."""
    side = int(str(job["places"]))
    while len(places := survey.next_places(side)):
        begin, share = survey.side**2 / side**2, len(places) / side**2
        costs = _costs(trained, job, survey.vectors(places), begin, share)
        survey.take_costs(places, costs)


def _costs(
    trained: Trained, job: Job, vectors: Sequence[Floats], begin: float = 0.0, share: float = 0.0
) -> Doubles:
    """Mean costs (n,) over the training set for each vector of weights, computed in pieces. `begin` and
    `share` are the shares of all work that were done before, and that this is."""
    found: list[float] = []
    piece = _FIRST_PIECE
    while len(found) < len(vectors):
        batch = vectors[len(found) : len(found) + piece]
        costs: Costs = trained.compute(partial(_measured, trained.experiment, batch))
        found += costs.values.tolist()
        piece = max(1, int(_PIECE_SECONDS * len(batch) / max(costs.seconds, 1e-9)))
        job.report(begin + share * len(found) / len(vectors))
    return np.array(found)


def _measured(experiment: Experiment, vectors: Sequence[Floats]) -> Costs:
    from cadl_desktop.engine import costs_of  # brings TensorFlow along

    return costs_of(experiment, vectors)


def _draw(trained: Trained, job: Job) -> "Figure":
    """Draws the surface, lower costs lighter, and each snapshot in the colour of its own cost."""
    survey = _survey(trained, job)
    survey.take_path(_path(survey, trained, job).tolist())
    _measure(survey, trained, job)
    draw = _draw_hills if job["seen"] == "as hills" else _draw_map
    return draw(survey, _titles(survey), job)


def _titles(survey: RunSurvey) -> tuple[str, str]:
    shares = survey.seen.plane.shares
    if shares is None:
        return "First random direction", "Second random direction"
    return (
        f"First main direction: {100 * shares[0]:.0f} % of the moments' variance",
        f"Second main direction: {100 * shares[1]:.0f} %",
    )


HEADER = ("what", "step", "x", "y", "cost", "distance")


def _table(trained: Trained, job: Job) -> Table:
    """Table of the snapshots, with costs and distances from the plane, followed by the surface."""
    survey = _survey(trained, job)
    rows = _moment_rows(survey, _path(survey, trained, job))
    _measure(survey, trained, job)
    along = survey.along.tolist()
    rows += [
        ["surface", "", x, y, cost, 0.0]
        for y, costs in zip(along, survey.values.tolist(), strict=True)
        for x, cost in zip(along, costs, strict=True)
    ]
    return Table(HEADER, rows)


def _moment_rows(survey: RunSurvey, costs: Doubles) -> list[list[float | str]]:
    columns = zip(survey.states, survey.seen.places, costs, survey.seen.distances, strict=True)
    return [
        ["moment", state.step, float(x), float(y), float(cost), float(distance)]
        for state, (x, y), cost, distance in columns
    ]


def _draw_map(survey: RunSurvey, titles: tuple[str, str], job: Job) -> "Figure":
    """Draws the surface from above, with contours."""
    from matplotlib.colors import LogNorm, Normalize

    scale, (x, y), reach = Scale.of(survey.values), survey.seen.places.T, survey.extent
    norm = (LogNorm if scale.logarithmic else Normalize)(scale.low, scale.high)
    figure, axes = new_plot(*size_of(job), *titles)
    axes.grid(visible=False)
    shown = scale.bounded(survey.values)
    look: dict[str, Any] = {"cmap": height_colours(), "norm": norm}
    ends = (-reach, reach, -reach, reach)
    drawn = axes.imshow(shown, extent=ends, origin="lower", aspect="auto", interpolation="bilinear", **look)
    along = np.linspace(-reach, reach, len(shown))
    if np.ptp(shown) > 0:
        levels = scale.costs(scale.levels())
        axes.contour(along, along, shown, levels, colors=LIGHT.truth, alpha=CONTOUR_OPACITY, linewidths=0.8)
    axes.plot(x, y, color=LIGHT.truth, linewidth=1, alpha=0.5)
    dots = axes.scatter(x, y, c=scale.bounded(survey.path), **_dot(), **look, zorder=3)
    dots.set_alpha(dots_of(survey, scale, scale.heights(survey.values)).opacities.tolist())
    axes.plot(0, 0, "o", color=LIGHT.series, markersize=_BALL, label=_here(survey), zorder=4)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    _draw_colour_bar(figure, axes, drawn, scale)
    _draw_key(axes)
    return figure


def _draw_hills(survey: RunSurvey, titles: tuple[str, str], job: Job) -> "Figure":
    """Draws the surface from the side, and each snapshot at the height of its cost, tied to the surface."""
    figure = new_figure(*size_of(job))
    axes: Any = surface_axes(figure, ASIDE, _ZOOM)
    scale, reach = Scale.of(survey.values), survey.extent
    heights = scale.heights(survey.values)
    along = np.linspace(-reach, reach, len(heights))
    plot_surface(axes, along, along, heights)
    dots = dots_of(survey, scale, heights)
    tops, feet = dots.heights[dots.seen], dots.feet[dots.seen]
    x, y = survey.seen.places[dots.seen].T
    axes.plot(x, y, tops, color=LIGHT.truth, linewidth=1, alpha=0.5, zorder=1)
    for place in range(len(x)):
        at = [x[place]] * 2, [y[place]] * 2, [feet[place], tops[place]]
        axes.plot(*at, color=LIGHT.truth, linewidth=0.8, alpha=0.5, zorder=1)
    colours = height_colours()(tops)
    colours[:, 3] = dots.opacities[dots.seen]
    axes.scatter(x, y, tops, c=colours, depthshade=False, **_dot(), zorder=2)
    ball = height_at(heights, np.zeros(1), np.zeros(1))
    look = {"color": LIGHT.series, "markersize": _BALL, "label": _here(survey)}
    axes.plot([0], [0], ball, "o", **look, zorder=3)
    style_surface_axes(axes, *titles)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.label.set_size("small")
        axis.labelpad = _LABEL_PAD
    shown = np.linspace(0, 1, _COST_TICKS)
    axes.set_zticks(shown, [f"{cost:.3g}" for cost in scale.costs(shown)])
    axes.set_zlabel("Cost", color=LIGHT.text)
    _draw_key(axes)
    return figure


def _dot() -> dict[str, Any]:
    return {"s": _DOT**2 * 2, "edgecolors": LIGHT.truth, "linewidths": 0.8}


def _here(survey: RunSurvey) -> str:
    return f"Here: step {survey.ball.step:,}"


def _draw_key(axes: Any) -> None:
    """Adds the snapshots to the key, and draws it."""
    axes.scatter([], [], color=LIGHT.plot_background, label="Moments of the run", **_dot())
    axes.legend(facecolor=LIGHT.plot_background, edgecolor="none", labelcolor=LIGHT.text)


def _draw_colour_bar(figure: "Figure", axes: "Axes", drawn: Any, scale: Scale) -> None:
    bar = figure.colorbar(drawn, ax=axes)
    bar.outline.set_visible(False)
    bar.ax.set_ylabel("Cost", color=LIGHT.text)
    bar.ax.tick_params(which="both", colors=LIGHT.muted, length=0)
    if scale.logarithmic:
        label_logarithmic(bar.ax, scale.low, scale.high)


LANDSCAPE = Plot(_draw, _table)


def preview_landscape(trained: Trained, job: Job) -> Preview:
    """Preview with fewer grid points; of the table, the snapshots only."""
    side = int(str(job["places"]))
    quick = Job(job.options | {"places": str(min(side, _PREVIEWED))}, job.report)
    quick.ending = job.ending
    if job.ending != ".csv":
        return LANDSCAPE.preview(trained, quick)
    survey = _survey(trained, job)

    def moments(trained: Trained, job: Job) -> Table:
        return Table(HEADER, _moment_rows(survey, _path(survey, trained, job)))

    count = len(survey.states) + side**2
    return replace(Plot(_draw, moments).preview(trained, quick), caption=counted(count, "row"))
