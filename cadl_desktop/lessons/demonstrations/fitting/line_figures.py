"""What the pages about lines share: the noisy sine with lines through it, and their cost over W and b."""

from collections.abc import Sequence

import numpy as np

from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Handle, Heights, Item, Line, Points, Trail
from cadl_desktop.lessons.networks import line
from cadl_desktop.lessons.samples import noisy_sine

ENDS = np.array([-4.0, 4.0])
"""Lines are drawn from here to there, a little beyond the points."""
TURNED = (35.0, 35.0)
_W, _B = Axis("weight W", line.W_RANGE), Axis("bias b", line.B_RANGE)
_COST = Axis("cost")
LEVELS = (0.43, 0.45, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 1.75, 2.0)


def points(size: float = 3.0) -> Points:
    """The noisy sine."""
    return Points(noisy_sine.x(), noisy_sine.y(), name="what was measured", size=size, opacity=0.35)


def values_of(place: Doubles) -> Doubles:
    """(2,): the line of W and b at both `ENDS`."""
    return np.asarray(ENDS * place[0] + place[1])


def data_figure(name: str, title: str, items: Sequence[Item]) -> Figure:
    """As large as the lecture draws it."""
    return Figure(name, title, (points(), *items), Axis("x", (-4.0, 4.0)), Axis("y", (-2.0, 2.0)))


def fading(path: Doubles, every: int) -> list[Line]:
    """The lines of a path's places, ever more opaque, and the last in full strength."""
    shown = range(0, len(path) - 1, every)
    earlier = [
        Line(ENDS, values_of(path[at]), "series", width=1.0, opacity=0.7 * at / len(path)) for at in shown
    ]
    return [*earlier, Line(ENDS, values_of(path[-1]), "series", "the line now", width=3.0)]


def bowl_from_above(name: str, title: str, path: Doubles, start: line.Place) -> Figure:
    """With the start as a handle; a click on the plane moves it too."""
    items = (
        _heights(),
        *_way(path),
        Handle("start", "Start", *start, step=0.05),
    )
    return Figure(name, title, items, _W, _B, clicked="start")


def bowl_turned(name: str, title: str, path: Doubles) -> Figure:
    """As a height field."""
    return Figure(name, title, (_heights(TURNED), *_way(path)), _W, _B)


def cost_by_step(path: Doubles, axis: Axis = _COST) -> Figure:
    """The cost of all points along a path, over that of the best line."""
    costs, best = line.costs(path), np.full(2, line.lowest()[1])
    items = (
        Line(np.arange(len(costs), dtype=np.float64), costs, "series", "cost of all points", width=1.0),
        Line(np.array([0.0, len(costs) - 1.0]), best, "truth", "the best line", width=1.0, dashed=True),
    )
    return Figure("cost-by-step", "The cost after each step", items, Axis("step"), axis)


def held(x: float, y: float) -> line.Place:
    """A start on the plane."""
    return float(np.clip(x, *line.W_RANGE)), float(np.clip(y, *line.B_RANGE))


def _heights(turned: tuple[float, float] | None = None) -> Heights:
    return Heights(line.heights(), line.W_RANGE, line.B_RANGE, LEVELS, turned)


def _way(path: Doubles) -> tuple[Item, ...]:
    """A path where it lies on the plane; what leaps beyond is left out."""
    (left, right), (low, high) = line.W_RANGE, line.B_RANGE
    inside = (left <= path[:, 0]) & (path[:, 0] <= right) & (low <= path[:, 1]) & (path[:, 1] <= high)
    x, y = np.where(inside, path.T, np.nan)
    return Trail(x, y, "descent, from cool to warm"), Points(x[-1:], y[-1:], "series", size=9)
