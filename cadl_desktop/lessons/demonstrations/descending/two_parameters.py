"""Page 5: a cost over two parameters as hills and as contours, and four ways down from one start."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from cadl_desktop.lessons.controls import Choice, Control, Slider
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.descending import surface
from cadl_desktop.lessons.descending.descents import METHODS, Place, descent
from cadl_desktop.lessons.descending.surface import LEAST, MOST
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

ITERATIONS = 500
WATCHED, NEAR = 50, 0.1
"""A descent has arrived when its last so many places lie so near to the bottom of a valley."""
TURNED = (30.0, 40.0)
"""How the hills are seen at first: the steep ones in front."""
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
    """`method` is the descent that the hills show; `chosen` says whether a person has chosen the start."""

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

    def moved(self, name: str, x: float, y: float) -> "TwoParameters":
        held = np.clip((x, y), LEAST, MOST)
        return replace(self, start=(float(held[0]), float(held[1])), chosen=True)

    def figures(self) -> tuple[Figure, ...]:
        return self._contours(), self._hills()

    def tables(self) -> tuple[Table, ...]:
        ends = {name: _end(path) for name, path in self._paths().items()}
        rows = [(TITLES[name], *end, surface.cost(end)) for name, end in ends.items()]
        header = ("method", "first", "second", "cost")
        return (Table("ends", f"After {ITERATIONS} steps", header, rows),)

    def words(self) -> tuple[str, ...]:
        arrived = self._arrived()
        told = (
            f"Arrived in a valley: {len(arrived)} of 4. Different valleys among them: "
            f"{len(set(arrived.values()))}."
        )
        return (told,)

    def reached(self) -> bool:
        return self.chosen and len(set(self._arrived().values())) > 1

    def _paths(self) -> dict[str, Doubles]:
        return {name: _path(name, self.start, self.rate) for name in METHODS}

    def _arrived(self) -> dict[str, Place]:
        """The bottoms of the valleys in which methods have come to rest."""
        bottoms = {name: surface.nearest_bottom(_end(path)) for name, path in self._paths().items()}
        return {
            name: bottom
            for name, bottom in bottoms.items()
            if np.all(np.hypot(*(self._paths()[name][-WATCHED:] - bottom).T) <= NEAR)
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
    """A hand asks for the same ways again while it only turns the hills."""
    return descent(METHODS[method], surface.gradient, start, rate, ITERATIONS, (LEAST, MOST))


def _end(path: Doubles) -> Place:
    return float(path[-1, 0]), float(path[-1, 1])


def _heights(turned: tuple[float, float] | None = None) -> Heights:
    return Heights(surface.heights(), (LEAST, MOST), (LEAST, MOST), LEVELS, turned)
