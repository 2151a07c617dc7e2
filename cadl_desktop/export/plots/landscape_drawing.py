"""The landscape as matplotlib draws it: as a map with contours, or as hills."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cadl_desktop.export.job import Job
from cadl_desktop.export.lessons.colours import height_colours
from cadl_desktop.export.lessons.height_field import dress_field, field_axes, plot_field
from cadl_desktop.export.plots.colours import COLOURS
from cadl_desktop.export.plots.figures import label_logarithmic, new_figure, new_plot, sides
from cadl_desktop.lessons.descending.heights import Scale, height_at, opacities
from cadl_desktop.lessons.descending.landscape import Outlook
from cadl_desktop.lessons.figure import Doubles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DOT, _BALL = 4.0, 10.0
_AROUND, _UP = 35.0, 40.0
"""From where hills are seen, in degrees, as in the window."""
_NEAR = 0.85
"""Long titles stand beside the axes."""
_PAD = 9
_COSTS_SHOWN = 5
"""At the upright axis of hills."""


@dataclass(frozen=True, eq=False)
class Surface:
    """Costs (side, side) as far as `extent` from the middle of what is seen, those of the moments (n,), and
    the step of the moment in the middle."""

    seen: Outlook
    values: Doubles
    extent: float
    path: Doubles
    step: int

    @property
    def opacities(self) -> list[float]:
        return [float(each) for each in opacities(self.seen.distances, self.seen.length)]


def draw_map(surface: Surface, titles: tuple[str, str], job: Job) -> "Figure":
    """From straight above."""
    from matplotlib.colors import LogNorm, Normalize

    scale, (x, y), reach = Scale.of(surface.values), surface.seen.places.T, surface.extent
    norm = (LogNorm if scale.logarithmic else Normalize)(scale.low, scale.high)
    figure, axes = new_plot(*sides(job), *titles)
    axes.grid(visible=False)
    shown = _drawable(surface.values, scale)
    look: dict[str, Any] = {"cmap": height_colours(), "norm": norm}
    ends = (-reach, reach, -reach, reach)
    drawn = axes.imshow(shown, extent=ends, origin="lower", aspect="auto", interpolation="bilinear", **look)
    along = np.linspace(-reach, reach, len(shown))
    if np.ptp(shown) > 0:
        levels = scale.costs(scale.levels())
        axes.contour(along, along, shown, levels, colors=COLOURS["truth"], alpha=0.35, linewidths=0.8)
    axes.plot(x, y, color=COLOURS["truth"], linewidth=1, alpha=0.5)
    dots = axes.scatter(x, y, c=_drawable(surface.path, scale), **_dot(), **look, zorder=3)
    dots.set_alpha(surface.opacities)
    axes.plot(0, 0, "o", color=COLOURS["series"], markersize=_BALL, label=_here(surface), zorder=4)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    _draw_bar(figure, axes, drawn, scale)
    _name_moments(axes)
    return figure


def draw_hills(surface: Surface, titles: tuple[str, str], job: Job) -> "Figure":
    """From aside: each moment as high as its own cost, with a line down or up to the surface."""
    figure = new_figure(*sides(job))
    axes: Any = field_axes(figure, (_AROUND, _UP), _NEAR)
    scale, reach = Scale.of(surface.values), surface.extent
    heights = scale.heights(surface.values)
    along = np.linspace(-reach, reach, len(heights))
    plot_field(axes, along, along, heights)
    x, y = (surface.seen.places / reach).T
    seen = np.flatnonzero(np.maximum(np.abs(x), np.abs(y)) <= 1)
    tops, feet = scale.heights(surface.path)[seen], height_at(heights, x[seen], y[seen])
    x, y = surface.seen.places[seen].T
    axes.plot(x, y, tops, color=COLOURS["truth"], linewidth=1, alpha=0.5, zorder=1)
    for place in range(len(seen)):
        at = [x[place]] * 2, [y[place]] * 2, [feet[place], tops[place]]
        axes.plot(*at, color=COLOURS["truth"], linewidth=0.8, alpha=0.5, zorder=1)
    colours = height_colours()(tops)
    colours[:, 3] = np.array(surface.opacities)[seen]
    axes.scatter(x, y, tops, c=colours, depthshade=False, **_dot(), zorder=2)
    ball = height_at(heights, np.zeros(1), np.zeros(1))
    look = {"color": COLOURS["series"], "markersize": _BALL, "label": _here(surface)}
    axes.plot([0], [0], ball, "o", **look, zorder=3)
    dress_field(axes, *titles)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.label.set_size("small")
        axis.labelpad = _PAD
    shown = np.linspace(0, 1, _COSTS_SHOWN)
    axes.set_zticks(shown, [f"{cost:.3g}" for cost in scale.costs(shown)])
    axes.set_zlabel("Cost", color=COLOURS["text"])
    _name_moments(axes)
    return figure


def _dot() -> dict[str, Any]:
    return {"s": _DOT**2 * 2, "edgecolors": COLOURS["truth"], "linewidths": 0.8}


def _here(surface: Surface) -> str:
    return f"Here: step {surface.step:,}"


def _name_moments(axes: Any) -> None:
    """In the key, which is drawn then."""
    axes.scatter([], [], color=COLOURS["plot_background"], label="Moments of the run", **_dot())
    axes.legend(facecolor=COLOURS["plot_background"], edgecolor="none", labelcolor=COLOURS["text"])


def _draw_bar(figure: "Figure", axes: "Axes", drawn: Any, scale: Scale) -> None:
    """Which cost has which colour."""
    bar = figure.colorbar(drawn, ax=axes)
    bar.outline.set_visible(False)
    bar.ax.set_ylabel("Cost", color=COLOURS["text"])
    bar.ax.tick_params(which="both", colors=COLOURS["muted"], length=0)
    if scale.logarithmic:
        label_logarithmic(bar.ax, scale.low, scale.high)


def _drawable(costs: Doubles, scale: Scale) -> Doubles:
    """What is no number is as high as the highest."""
    return np.where(np.isfinite(costs), costs, scale.high)
