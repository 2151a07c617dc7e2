"""Page 5: four optimizers on the cost sin(10 x) exp(-x) cos(10 y) exp(-y), the lecture's L4."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import cos, exp, hypot, sin

import numpy as np

from cadl_desktop.lessons.demonstration import Choice, Control, Demonstration, Hints, Slider
from cadl_desktop.lessons.descents import METHODS, Place, descent
from cadl_desktop.lessons.figure import (
    Axis,
    Doubles,
    Figure,
    Handle,
    Heights,
    Item,
    Line,
    Points,
    Role,
    Table,
    Trail,
)
from cadl_desktop.lessons.lecture import LECTURE

_L4 = LECTURE["L4"]


@cache
def grid_axis() -> Doubles:
    """Values (100,) of either parameter at which the cost is drawn."""
    return np.arange(_L4["least"], _L4["most"], _L4["step"])


LEAST, MOST = float(grid_axis()[0]), float(grid_axis()[-1])
"""Range of both parameters."""


@cache
def cost_grid() -> Doubles:
    """Cost (100, 100): rows are the second parameter, columns the first."""
    x, y = np.meshgrid(grid_axis(), grid_axis())
    return np.asarray(np.sin(10 * x) * np.exp(-x) * np.cos(10 * y) * np.exp(-y))


def cost_at(place: Place) -> float:
    x, y = place
    return sin(10 * x) * cos(10 * y) * exp(-x - y)


def gradient_at(place: Place) -> Place:
    """Derivatives of the cost by the first and the second parameter."""
    x, y = place
    sin_x, cos_x, sin_y, cos_y, fall = sin(10 * x), cos(10 * x), sin(10 * y), cos(10 * y), exp(-x - y)
    return (10 * cos_x - sin_x) * cos_y * fall, -(10 * sin_y + cos_y) * sin_x * fall


@cache
def grid_minima() -> tuple[Place, ...]:
    """Grid points lower than all their neighbours, including points at the edges."""
    z = cost_grid()
    padded = np.pad(z, 1, constant_values=np.inf)
    rows, columns = z.shape
    lower = np.ones(z.shape, dtype=bool)
    for down in range(3):
        for right in range(3):
            if (down, right) != (1, 1):
                lower &= z < padded[down : down + rows, right : right + columns]
    return tuple((float(grid_axis()[column]), float(grid_axis()[row])) for row, column in np.argwhere(lower))


def nearest_minimum(place: Place) -> Place:
    """Grid minimum closest to a place."""
    x, y = place
    return min(grid_minima(), key=lambda bottom: hypot(bottom[0] - x, bottom[1] - y))


ITERATIONS = 500
TAIL, TOLERANCE = 50, 0.1
"""A descent has arrived if its last `TAIL` places are all within `TOLERANCE` of a minimum."""
TURNED = (30.0, 40.0)
"""Initial view of the surface, with the steep hills in front: azimuth and elevation in degrees."""
LEVELS = (-4.0, -2.0, -1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 2.0, 4.0)

TITLES: Mapping[str, str] = {
    "plain": "plain descent",
    "momentum": "momentum",
    "rmsprop": "RMSprop",
    "adam": "Adam",
}
ROLES: Mapping[str, Role] = {
    "plain": "truth",
    "momentum": "series",
    "rmsprop": "negative",
    "adam": "second",
}


@dataclass(frozen=True)
class TwoParameters(Demonstration):
    """State of page 5; `method` is drawn on the surface, `chosen` says whether the start was moved."""

    start: Place = (0.2, 0.1)
    chosen: bool = False
    rate: float = 0.003
    method: str = "plain"

    def controls(self) -> tuple[Control, ...]:
        rate = Slider(
            "rate",
            "Learning rate",
            self.rate,
            0.0003,
            0.03,
            "The rate of all four descents.",
            logarithmic=True,
        )
        method = Choice(
            "method",
            "On the hills",
            self.method,
            tuple(TITLES.items()),
            "Which of the four descents is drawn on the hills.",
        )
        return rate, method

    def after_move(self, name: str, x: float, y: float) -> "TwoParameters":
        clipped = np.clip((x, y), LEAST, MOST)
        return replace(self, start=(float(clipped[0]), float(clipped[1])), chosen=True)

    def figures(self) -> tuple[Figure, ...]:
        return self._contours(), self._hills()

    def tables(self) -> tuple[Table, ...]:
        ends = {name: _end(path) for name, path in self._paths().items()}
        rows = [(TITLES[name], *end, cost_at(end)) for name, end in ends.items()]
        header = ("method", "first", "second", "cost")
        return (Table("ends", f"After {ITERATIONS} steps", header, rows),)

    def words(self) -> tuple[str, ...]:
        arrived = self._arrived()
        text = (
            f"Arrived in a valley: {len(arrived)} of 4. Different valleys among them: "
            f"{len(set(arrived.values()))}."
        )
        return (text,)

    def reached(self) -> bool:
        return self.chosen and len(set(self._arrived().values())) > 1

    def missed(self) -> bool:
        return self.chosen and not self.reached()

    def hints(self) -> Hints:
        arrived = self._arrived()
        if len(arrived) < 2:
            look = (
                f"Of the four, {len(arrived)} have come to rest in a valley. "
                "Go back to a rate of 0.003 first."
            )
        else:
            look = (
                "All that arrive share a valley. On a ridge between two valleys "
                "a hair's breadth decides: begin there."
            )
        return look, (
            "Press “As at first”. Move the start by the arrow keys to 0.14 "
            "and 0.02: three times left, four times down."
        )

    def _paths(self) -> dict[str, Doubles]:
        return {name: _path(name, self.start, self.rate) for name in METHODS}

    def _arrived(self) -> dict[str, Place]:
        """Minima at which methods have arrived, by method."""
        bottoms = {name: nearest_minimum(_end(path)) for name, path in self._paths().items()}
        return {
            name: bottom
            for name, bottom in bottoms.items()
            if np.all(np.hypot(*(self._paths()[name][-TAIL:] - bottom).T) <= TOLERANCE)
        }

    def _contours(self) -> Figure:
        items: list[Item] = [_heights()]
        for name, path in self._paths().items():
            items.append(Line(path[:, 0], path[:, 1], ROLES[name], TITLES[name]))
            items.append(Points(path[-1:, 0], path[-1:, 1], ROLES[name], size=9))
        items.append(Handle("start", "Start", *self.start, step=0.02))
        return Figure(
            "contours",
            "Four ways down, from above",
            items,
            Axis("first parameter", (LEAST, MOST)),
            Axis("second parameter", (LEAST, MOST)),
            clicked="start",
            square=True,
        )

    def _hills(self) -> Figure:
        path = self._paths()[self.method]
        items = (
            _heights(turned=TURNED),
            Trail(path[:, 0], path[:, 1], TITLES[self.method]),
        )
        return Figure(
            "hills",
            f"The same cost as hills: {TITLES[self.method]}",
            items,
            Axis("first parameter"),
            Axis("second parameter"),
            clicked="start",
        )


@lru_cache(maxsize=16)
def _path(method: str, start: Place, rate: float) -> Doubles:
    """Path of a method; cached, because turning the surface asks for the same paths again."""
    return descent(METHODS[method], gradient_at, start, rate, ITERATIONS, (LEAST, MOST))


def _end(path: Doubles) -> Place:
    return float(path[-1, 0]), float(path[-1, 1])


def _heights(turned: tuple[float, float] | None = None) -> Heights:
    return Heights(cost_grid(), (LEAST, MOST), (LEAST, MOST), LEVELS, turned)
