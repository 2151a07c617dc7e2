"""The landscape as matplotlib draws it: as a map with contours, or as hills."""

from typing import TYPE_CHECKING, Any

import numpy as np

from cadl_desktop.drawing.cost_surface import ASIDE, CONTOUR_OPACITY, Scale, dots_of, height_at
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.drawing.run_survey import RunSurvey
from cadl_desktop.export.job import Job
from cadl_desktop.export.lessons.colours import height_colours
from cadl_desktop.export.lessons.height_field import dress_field, field_axes, plot_field
from cadl_desktop.export.plots.figures import label_logarithmic, new_figure, new_plot, sides

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DOT, _BALL = 4.0, 10.0
_NEAR = 0.85
"""Long titles stand beside the axes."""
_PAD = 9
_COSTS_SHOWN = 5
"""At the upright axis of hills."""


def draw_map(survey: RunSurvey, titles: tuple[str, str], job: Job) -> "Figure":
    """From straight above."""
    from matplotlib.colors import LogNorm, Normalize

    scale, (x, y), reach = Scale.of(survey.values), survey.seen.places.T, survey.extent
    norm = (LogNorm if scale.logarithmic else Normalize)(scale.low, scale.high)
    figure, axes = new_plot(*sides(job), *titles)
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
    _draw_bar(figure, axes, drawn, scale)
    _name_moments(axes)
    return figure


def draw_hills(survey: RunSurvey, titles: tuple[str, str], job: Job) -> "Figure":
    """From aside: each moment as high as its own cost, with a line down or up to the surface."""
    figure = new_figure(*sides(job))
    axes: Any = field_axes(figure, ASIDE, _NEAR)
    scale, reach = Scale.of(survey.values), survey.extent
    heights = scale.heights(survey.values)
    along = np.linspace(-reach, reach, len(heights))
    plot_field(axes, along, along, heights)
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
    dress_field(axes, *titles)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.label.set_size("small")
        axis.labelpad = _PAD
    shown = np.linspace(0, 1, _COSTS_SHOWN)
    axes.set_zticks(shown, [f"{cost:.3g}" for cost in scale.costs(shown)])
    axes.set_zlabel("Cost", color=LIGHT.text)
    _name_moments(axes)
    return figure


def _dot() -> dict[str, Any]:
    return {"s": _DOT**2 * 2, "edgecolors": LIGHT.truth, "linewidths": 0.8}


def _here(survey: RunSurvey) -> str:
    return f"Here: step {survey.ball.step:,}"


def _name_moments(axes: Any) -> None:
    """In the key, which is drawn then."""
    axes.scatter([], [], color=LIGHT.plot_background, label="Moments of the run", **_dot())
    axes.legend(facecolor=LIGHT.plot_background, edgecolor="none", labelcolor=LIGHT.text)


def _draw_bar(figure: "Figure", axes: "Axes", drawn: Any, scale: Scale) -> None:
    """Which cost has which colour."""
    bar = figure.colorbar(drawn, ax=axes)
    bar.outline.set_visible(False)
    bar.ax.set_ylabel("Cost", color=LIGHT.text)
    bar.ax.tick_params(which="both", colors=LIGHT.muted, length=0)
    if scale.logarithmic:
        label_logarithmic(bar.ax, scale.low, scale.high)
