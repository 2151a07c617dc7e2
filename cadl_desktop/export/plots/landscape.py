"""The cost over a plane through a network's weights, with the run's path on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.lessons.colours import height_colours
from cadl_desktop.export.plots.colours import COLOURS
from cadl_desktop.export.plots.figures import SIZE, Plot, Table, label_logarithmic, new_plot, sides
from cadl_desktop.export.trained import Trained
from cadl_desktop.lessons.descending.landscape import (
    LEAST_MOMENTS,
    SIDES,
    Choice,
    Outlook,
    coordinates,
    extent,
    lines,
    most_moments,
    outlook,
    spread,
)
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.weights import flatten, shapes_of
from cadl_desktop.sentences import Sentence, said

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

_PREVIEWED = 13
_PIECE_SECONDS, _FIRST_PIECE = 0.02, 4
"""Training waits no longer for what is asked at a time."""
_WIDE, _LEVELS = 8.0, 12
"""From so many times the lowest cost as the highest on, colours and contours are logarithmic."""
_FAINTEST, _DOT, _BALL = 0.25, 4.0, 10.0

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
OPTIONS = (DIRECTIONS, ZOOM, PLACES, *SIZE)


@dataclass(frozen=True, eq=False)
class _View:
    """What is asked of a run: its moments (n,), and the plane that is looked at through the last."""

    states: Sequence[RunState]
    choice: Choice
    seen: Outlook

    @classmethod
    def of(cls, trained: Trained, job: Job) -> "_View":
        known, centre = trained.states, flatten(trained.state.weights)
        states = [known[place] for place in spread(len(known), most_moments(len(centre)))]
        wanted = job["directions"] == "main" and len(states) >= LEAST_MOMENTS
        choice = Choice("main" if wanted else "random", trained.experiment.seed, float(job["zoom"]))
        moments = np.stack([flatten(state.weights) for state in states])
        return cls(states, choice, outlook(choice, centre, moments, shapes_of(trained.experiment)))

    def surface(self, side: int) -> list[Floats]:
        """The weights at all places of a grid, row by row."""
        return [self.seen.plane.at(place) for place in self.places(side)]

    def places(self, side: int) -> Doubles:
        """x and y (side * side, 2)."""
        rows = np.stack(np.meshgrid(lines(side), lines(side), indexing="ij"), -1).reshape(-1, 2)
        return coordinates(rows, self.seen.reach)

    def path(self) -> list[Floats]:
        return [flatten(state.weights) for state in self.states]

    def opacities(self) -> Doubles:
        """Of the moments (n,): the farther from the plane, the fainter."""
        length = float(np.linalg.norm(self.seen.plane.directions[0])) or 1.0
        far = self.seen.distances / (self.seen.reach * length)
        return np.asarray(_FAINTEST + (1 - _FAINTEST) * np.exp(-far))


def _costs(trained: Trained, job: Job, vectors: Sequence[Floats], begin: float = 0.0) -> Doubles:
    """The mean costs (n,) over the training set with each of some weights, asked for in pieces."""
    found: list[float] = []
    piece = _FIRST_PIECE
    while len(found) < len(vectors):
        some = vectors[len(found) : len(found) + piece]

        def work(some: Sequence[Floats] = some) -> Any:
            from cadl_desktop.engine import costs_of  # brings TensorFlow along

            return costs_of(trained.experiment, some)

        costs = trained.compute(work)
        found += costs.values.tolist()
        piece = max(1, int(_PIECE_SECONDS * len(some) / max(costs.seconds, 1e-9)))
        job.report(begin + (1 - begin) * len(found) / len(vectors))
    return np.array(found)


def _draw(trained: Trained, job: Job) -> "Figure":
    """Contours from above: the lighter the lower. Each moment has the colour of its own cost."""
    view, side = _View.of(trained, job), int(str(job["places"]))
    path = _costs(trained, job, view.path())
    values = _costs(trained, job, view.surface(side)).reshape(side, side)
    across, up = _titles(view)
    say = trained.translate
    figure, axes = new_plot(*sides(job), say(across), say(up))
    axes.grid(visible=False)
    scale = _scale(values)
    drawn = _draw_surface(axes, values, extent(side, view.seen.reach), scale)
    _draw_path(axes, view, path, scale, trained)
    _draw_bar(figure, axes, drawn, trained)
    axes.legend(facecolor=COLOURS["plot_background"], edgecolor="none", labelcolor=COLOURS["text"])
    return figure


def _draw_bar(figure: "Figure", axes: "Axes", drawn: Any, trained: Trained) -> None:
    """Which cost has which colour."""
    from matplotlib.colors import LogNorm

    bar = figure.colorbar(drawn, ax=axes)
    bar.outline.set_visible(False)
    bar.ax.set_ylabel(trained.translate(said("Cost")), color=COLOURS["text"])
    bar.ax.tick_params(which="both", colors=COLOURS["muted"], length=0)
    if isinstance(drawn.norm, LogNorm):
        label_logarithmic(bar.ax, *drawn.get_clim())


def _scale(values: Doubles) -> "Normalize":
    from matplotlib.colors import LogNorm, Normalize

    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return LogNorm(low, high) if 0 < low * _WIDE < high else Normalize(low, high)


def _drawable(costs: Doubles, scale: "Normalize") -> Doubles:
    """What is no number is as high as the highest."""
    return np.where(np.isfinite(costs), costs, float(scale.vmax or 0.0))


def _draw_surface(axes: "Axes", values: Doubles, reach: float, scale: "Normalize") -> Any:
    shown = _drawable(values, scale)
    ends = (-reach, reach, -reach, reach)
    drawn = axes.imshow(
        shown,
        extent=ends,
        origin="lower",
        aspect="auto",
        cmap=height_colours(),
        norm=scale,
        interpolation="bilinear",
    )
    along = np.linspace(-reach, reach, len(values))
    levels = np.asarray(scale.inverse(np.arange(1, _LEVELS) / _LEVELS))
    if np.ptp(shown) > 0:
        look: dict[str, Any] = {"colors": COLOURS["truth"], "alpha": 0.35, "linewidths": 0.8}
        axes.contour(along, along, shown, levels, **look)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    return drawn


def _draw_path(axes: "Axes", view: _View, costs: Doubles, scale: "Normalize", trained: Trained) -> None:
    say, (x, y) = trained.translate, view.seen.places.T
    axes.plot(x, y, color=COLOURS["truth"], linewidth=1, alpha=0.5)
    look: dict[str, Any] = {"s": _DOT**2 * 2, "edgecolors": COLOURS["truth"], "linewidths": 0.8}
    dots = axes.scatter(x, y, c=_drawable(costs, scale), cmap=height_colours(), norm=scale, **look, zorder=3)
    dots.set_alpha(view.opacities().tolist())
    axes.scatter([], [], color=COLOURS["plot_background"], label=say(said("Moments of the run")), **look)
    here = say(said("Here: step {step:,}", step=trained.state.step))
    axes.plot(0, 0, "o", color=COLOURS["series"], markersize=_BALL, label=here, zorder=4)


def _titles(view: _View) -> tuple[Sentence, Sentence]:
    shares = view.seen.plane.shares
    if shares is None:
        return said("First random direction"), said("Second random direction")
    return (
        said("First main direction: {share:.0%} of the moments' variance", share=shares[0]),
        said("Second main direction: {share:.0%}", share=shares[1]),
    )


HEADER = ("what", "step", "x", "y", "cost", "distance")


def _table(trained: Trained, job: Job) -> Table:
    """The moments, each with its own cost and its distance from the plane, then the surface."""
    view, side = _View.of(trained, job), int(str(job["places"]))
    rows = _moment_rows(view, _costs(trained, job, view.path()))
    costs = _costs(trained, job, view.surface(side))
    rows += [
        ["surface", "", float(x), float(y), float(cost), 0.0]
        for (x, y), cost in zip(view.places(side), costs, strict=True)
    ]
    return Table(HEADER, rows)


def _moment_rows(view: _View, costs: Doubles) -> list[list[float | str]]:
    told = zip(view.states, view.seen.places, costs, view.seen.distances, strict=True)
    return [
        ["moment", state.step, float(x), float(y), float(cost), float(distance)]
        for state, (x, y), cost, distance in told
    ]


LANDSCAPE = Plot(_draw, _table)


def preview_landscape(trained: Trained, job: Job) -> Preview:
    """From fewer places; of the table the moments."""
    side = int(str(job["places"]))
    quick = Job(job.options | {"places": str(min(side, _PREVIEWED))}, job.report)
    quick.ending = job.ending
    if job.ending != ".csv":
        return LANDSCAPE.preview(trained, quick)
    view = _View.of(trained, job)

    def moments(trained: Trained, job: Job) -> Table:
        return Table(HEADER, _moment_rows(view, _costs(trained, job, view.path())))

    count = len(view.states) + side**2
    return replace(Plot(_draw, moments).preview(trained, quick), caption=said("{count:,} rows", count=count))
