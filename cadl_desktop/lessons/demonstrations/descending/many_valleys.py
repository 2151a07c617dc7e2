"""Page 3: a cost with many valleys, and a start that decides which of them is found."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.controls import Button, Control, Switch
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.descending import valleys
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Handle, Item, Line, Points, Role, Table, Trail
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.sentences import Sentence, said

START = int(LECTURE["L2"]["start"])
NAMES = ("local", "global")
_ROLES: tuple[Role, ...] = ("series", "second", "positive")
"""Of the valleys, from left to right."""


@dataclass(frozen=True)
class ManyValleys(Demonstration):
    """`called` is what a person said last of where the descent ends, `found` what was right so far."""

    start: int = START
    basins: bool = False
    called: str = ""
    found: frozenset[str] = frozenset()

    def controls(self) -> tuple[Control, ...]:
        local = Button(
            "local",
            said("A local minimum"),
            said("Says that the descent ends at the bottom of a valley, and another one is deeper."),
        )
        everywhere = Button(
            "global",
            said("The global minimum"),
            said("Says that the descent ends at the deepest place of all."),
        )
        basins = Switch(
            "basins",
            said("All {count} starts", count=valleys.POINTS),
            self.basins,
            said("Shows where a descent from each point of the line ends."),
        )
        return local, everywhere, basins

    def pressed(self, name: str) -> "ManyValleys":
        right = {name} if self._is(name) else set()
        return replace(self, called=name, found=self.found | right)

    def moved(self, name: str, x: float, y: float) -> "ManyValleys":
        return replace(self, start=int(np.argmin(np.abs(valleys.places() - x))), called="")

    def figures(self) -> tuple[Figure, ...]:
        return (self._descent(), _map_of_basins()) if self.basins else (self._descent(),)

    def words(self) -> tuple[Sentence, ...]:
        end = int(self._path()[-1])
        where = said(
            "{count} steps lead from $x = {start:.2f}$ to $x = {end:.2f}$; the cost falls from {before:.2f} "
            "to {after:.2f}.",
            count=valleys.ITERATIONS,
            start=valleys.places()[self.start],
            end=valleys.places()[end],
            before=valleys.cost()[self.start],
            after=valleys.cost()[end],
        )
        return (where, self._verdict()) if self.called else (where,)

    def as_in_lecture(self) -> "ManyValleys":
        return ManyValleys(basins=True)

    def numbers(self) -> tuple[Table, ...]:
        at = valleys.whole(valleys.ends())
        columns = (valleys.places(), valleys.ends(), valleys.places()[at], valleys.cost()[at])
        rows = [(float(point), *map(float, row)) for point, row in enumerate(zip(*columns, strict=True))]
        header = (said("start"), said("x"), said("end"), said("x at the end"), said("cost at the end"))
        return (Table("basins", said("Where each start ends"), header, rows),)

    def reached(self) -> bool:
        return self.found == frozenset(NAMES)

    def _path(self) -> Doubles:
        return valleys.descent(float(self.start))

    def _is(self, name: str) -> bool:
        bottom = valleys.valley(self._path()[-1])
        return bottom is not None and (bottom == valleys.lowest()) == (name == "global")

    def _verdict(self) -> Sentence:
        if valleys.valley(self._path()[-1]) is None:
            return said("It hasn't come to the bottom of a valley: begin somewhere else.")
        if not self._is("global"):
            if self.called == "local":
                return said("Right: deepest of all around, but not of all there are.")
            return said("No: this line has a deeper place.")
        if self.called == "global":
            return said("Right: nowhere on this line is the cost lower.")
        return said("More than that: no valley is deeper than this one.")

    def _descent(self) -> Figure:
        x, y, path = valleys.places(), valleys.cost(), valleys.whole(self._path())
        items: tuple[Item, ...] = (
            Line(x, y, "truth", said("cost")),
            Trail(x[path], y[path], said("descent, from cool to warm")),
            Handle("start", said("Start"), float(x[self.start]), float(y[self.start]), along="x", step=0.01),
        )
        return Figure(
            "descent",
            said("Down from one start"),
            items,
            Axis(said("a parameter")),
            Axis(said("cost")),
        )


def _map_of_basins() -> Figure:
    x, y = valleys.places(), valleys.cost()
    bottoms = valleys.bottoms()
    arrived = np.array([valleys.valley(end) or 0 for end in valleys.ends()])
    items: list[Item] = [Line(x, y, "muted", said("arrives nowhere in time"))]
    for bottom, role in zip(bottoms, _ROLES, strict=True):
        name = said("ends at cost {cost:.2f}", cost=y[bottom])
        items.append(Line(x, np.where(arrived == bottom, y, np.nan), role, name, width=5))
        items.append(Points(x[[bottom]], y[[bottom]], role, size=10))
    return Figure(
        "basins",
        said("Where each start ends"),
        items,
        Axis(said("where it starts")),
        Axis(said("cost there")),
    )
