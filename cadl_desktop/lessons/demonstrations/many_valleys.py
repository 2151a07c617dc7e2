"""Page 3: on a cost with many valleys, the start decides which minimum is found."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons import valleys
from cadl_desktop.lessons.demonstration import Button, Control, Demonstration, Hints, Switch
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Handle, Item, Line, Points, Role, Table, Trail
from cadl_desktop.lessons.lecture import LECTURE

START = int(LECTURE["L2"]["start"])
NAMES = ("local", "global")
_ROLES: tuple[Role, ...] = ("series", "second", "positive")
"""Colours of the valleys, from left to right."""


@dataclass(frozen=True)
class ManyValleys(Demonstration):
    """State of page 3; `called` is the last claim about where the descent ends, `found` the right claims."""

    start: int = START
    basins: bool = False
    called: str = ""
    found: frozenset[str] = frozenset()

    def controls(self) -> tuple[Control, ...]:
        local = Button(
            "local",
            "A local minimum",
            "Says that the descent ends at the bottom of a valley, and another one is deeper.",
        )
        everywhere = Button(
            "global",
            "The global minimum",
            "Says that the descent ends at the deepest place of all.",
        )
        basins = Switch(
            "basins",
            f"All {valleys.POINTS} starts",
            self.basins,
            "Shows where a descent from each point of the line ends.",
        )
        return local, everywhere, basins

    def after_press(self, name: str) -> "ManyValleys":
        right = {name} if self._is_right_claim(name) else set()
        return replace(self, called=name, found=self.found | right)

    def after_move(self, name: str, x: float, y: float) -> "ManyValleys":
        return replace(self, start=int(np.argmin(np.abs(valleys.places() - x))), called="")

    def figures(self) -> tuple[Figure, ...]:
        return (self._descent(), _map_of_basins()) if self.basins else (self._descent(),)

    def words(self) -> tuple[str, ...]:
        end = int(self._path()[-1])
        where = (
            f"{valleys.ITERATIONS} steps lead from $x = {valleys.places()[self.start]:.2f}$ "
            f"to $x = {valleys.places()[end]:.2f}$; the cost falls from "
            f"{valleys.cost()[self.start]:.2f} to {valleys.cost()[end]:.2f}."
        )
        return (where, self._verdict()) if self.called else (where,)

    def as_in_lecture(self) -> "ManyValleys":
        return ManyValleys(basins=True)

    def numbers(self) -> tuple[Table, ...]:
        at = valleys.indices(valleys.ends())
        columns = (valleys.places(), valleys.ends(), valleys.places()[at], valleys.cost()[at])
        rows = [(float(point), *map(float, row)) for point, row in enumerate(zip(*columns, strict=True))]
        header = ("start", "x", "end", "x at the end", "cost at the end")
        return (Table("basins", "Where each start ends", header, rows),)

    def reached(self) -> bool:
        return self.found == frozenset(NAMES)

    def missed(self) -> bool:
        return bool(self.called) and not self._is_right_claim(self.called)

    def hints(self) -> Hints:
        if valleys.valley(self._path()[-1]) is None:
            look = (
                "This way ends in no valley: it is held at the edge, or still under way. Begin farther left."
            )
        elif "global" in self.found:
            look = "The deepest valley is found. Now begin on a slope that leads into another one."
        elif "local" in self.found:
            look = (
                "One that isn't deepest is found. Where is the cost "
                "lowest of all, and which slope leads there?"
            )
        else:
            look = "Is there a deeper place than where this way ends? Then its end is only a local minimum."
        ways = {
            "local": "put the start at 0.2 and press “A local minimum”",
            "global": "put the start at -0.6 and press “The global minimum”",
        }
        steps = "; then ".join(way for name, way in ways.items() if name not in self.found)
        return look, f"{steps[:1].upper()}{steps[1:]}."

    def _path(self) -> Doubles:
        return valleys.descent(float(self.start))

    def _is_right_claim(self, name: str) -> bool:
        bottom = valleys.valley(self._path()[-1])
        return bottom is not None and (bottom == valleys.lowest()) == (name == "global")

    def _verdict(self) -> str:
        if valleys.valley(self._path()[-1]) is None:
            return "It hasn't come to the bottom of a valley: begin somewhere else."
        if not self._is_right_claim("global"):
            if self.called == "local":
                return "Right: deepest of all around, but not of all there are."
            return "No: this line has a deeper place."
        if self.called == "global":
            return "Right: nowhere on this line is the cost lower."
        return "More than that: no valley is deeper than this one."

    def _descent(self) -> Figure:
        x, y, path = valleys.places(), valleys.cost(), valleys.indices(self._path())
        items: tuple[Item, ...] = (
            Line(x, y, "truth", "cost"),
            Trail(x[path], y[path], "descent, from cool to warm"),
            Handle("start", "Start", float(x[self.start]), float(y[self.start]), along="x", step=0.01),
        )
        return Figure(
            "descent",
            "Down from one start",
            items,
            Axis("a parameter"),
            Axis("cost"),
        )


def _map_of_basins() -> Figure:
    x, y = valleys.places(), valleys.cost()
    bottoms = valleys.bottoms()
    arrived = np.array([valleys.valley(end) or 0 for end in valleys.ends()])
    items: list[Item] = [Line(x, y, "muted", "arrives nowhere in time")]
    for bottom, role in zip(bottoms, _ROLES, strict=True):
        name = f"ends at cost {y[bottom]:.2f}"
        items.append(Line(x, np.where(arrived == bottom, y, np.nan), role, name, width=5))
        items.append(Points(x[[bottom]], y[[bottom]], role, size=10))
    return Figure(
        "basins",
        "Where each start ends",
        items,
        Axis("where it starts"),
        Axis("cost there"),
    )
