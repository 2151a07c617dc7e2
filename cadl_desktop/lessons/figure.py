"""Figures and tables of the lessons as plain data, which both the window and the exports draw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Range = tuple[float, float]
Role = Literal["series", "second", "truth", "points", "ghost", "positive", "negative", "muted"]
"""Meaning of an item; every theme has a colour for each."""
Stroke = Literal["solid", "dashed", "dotted", "dash-dotted"]
"""Stroke of a line, by which lines are told apart also without their colours."""


@dataclass(frozen=True, eq=False)
class Line:
    """Line through the points x (n,), y (n,), with gaps where y is NaN. A `name` puts it into the key."""

    x: Doubles
    y: Doubles
    role: Role = "series"
    name: str = ""
    width: float = 2.0
    opacity: float = 1.0
    stroke: Stroke = "solid"


@dataclass(frozen=True, eq=False)
class Points:
    """Dots at x (n,), y (n,), `size` in screen points."""

    x: Doubles
    y: Doubles
    role: Role = "points"
    name: str = ""
    size: float = 4.0
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Trail:
    """Path x (n,), y (n,) over time: its colour goes from cool to warm and becomes more opaque."""

    x: Doubles
    y: Doubles
    name: str = ""
    size: float = 6.0


@dataclass(frozen=True, eq=False)
class Bars:
    """Histogram: counts (n,) between edges (n + 1,)."""

    edges: Doubles
    counts: Doubles
    role: Role = "series"
    name: str = ""
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Heights:
    """Values (rows, columns) over a plane, from the lower ends of `y_range` and `x_range` on.

    Drawn flat, as colours with contours at `levels`, or with `turned` (azimuth, elevation in degrees) as a
    3-D surface, on which the figure's trails and points lie.
    """

    values: Doubles
    x_range: Range
    y_range: Range
    levels: Sequence[float] = ()
    turned: tuple[float, float] | None = None

    def even(self, x: Doubles, y: Doubles) -> tuple[Doubles, Doubles]:
        """Scales points x (n,), y (n,) so that both ranges become -1 to 1."""
        across, along = (
            2 * (np.asarray(values, np.float64) - low) / ((high - low) or 1.0) - 1
            for values, (low, high) in ((x, self.x_range), (y, self.y_range))
        )
        return across, along


@dataclass(frozen=True, eq=False)
class Picture:
    """RGB picture (rows, columns, 3), 0 to 255, drawn over x from 0 to columns and y from rows to 0."""

    colours: NDArray[np.uint8]


@dataclass(frozen=True)
class Arrow:
    """Arrow from one point to another."""

    start: tuple[float, float]
    end: tuple[float, float]
    role: Role = "truth"
    width: float = 1.5


@dataclass(frozen=True)
class Node:
    """Text, usually in a box, centred on a point."""

    x: float
    y: float
    text: str
    role: Role = "truth"
    strong: bool = False
    framed: bool = True


@dataclass(frozen=True)
class Handle:
    """Draggable dot, also moved by the arrow keys, which calls `Demonstration.after_move`."""

    name: str
    label: str
    x: float
    y: float
    along: Literal["x", "y", "both"] = "both"
    step: float = 0.05
    """Distance per press of an arrow key."""


Named = Line | Points | Trail | Bars
Item = Line | Points | Trail | Bars | Heights | Picture | Arrow | Node | Handle


def key_name(item: Named) -> str:
    """Name of an item in the key; empty while the item has no points."""
    seen = item.counts if isinstance(item, Bars) else item.x
    return item.name if len(seen) else ""


@dataclass(frozen=True)
class Axis:
    """Axis of a figure; its range follows the items if None."""

    label: str = ""
    range: Range | None = None
    logarithmic: bool = False


@dataclass(frozen=True)
class Figure:
    """Figure of a page, whose items are drawn from back to front.

    A click on its plane calls `Demonstration.after_move` with `clicked`, if that is set. `axes` is False for
    diagrams; `square` gives x and y the same unit length.
    """

    name: str
    """Name for files: short, lower case, with hyphens."""
    title: str
    items: Sequence[Item]
    x: Axis = field(default_factory=Axis)
    y: Axis = field(default_factory=Axis)
    clicked: str = ""
    axes: bool = True
    square: bool = False

    @property
    def surface(self) -> Heights | None:
        """The heights that are drawn as a 3-D surface, if any."""
        found = (item for item in self.items if isinstance(item, Heights) and item.turned is not None)
        return next(found, None)


@dataclass(frozen=True)
class Table:
    """Table of numbers and words; the rows in `marked` are highlighted."""

    name: str
    title: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[float | str]]
    marked: frozenset[int] = frozenset()
