"""What a lesson's figure shows, as plain data: the window paints it live, files are drawn from the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Range = tuple[float, float]
Role = Literal["series", "second", "truth", "points", "ghost", "positive", "negative", "muted"]
"""What something stands for; each theme, and the page of a file, has its colour for it."""


@dataclass(frozen=True, eq=False)
class Line:
    """Through the points x (n,), y (n,); gaps where y isn't a number. With a name it is in the key."""

    x: Doubles
    y: Doubles
    role: Role = "series"
    name: str = ""
    width: float = 2.0
    opacity: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class Points:
    """Dots at x (n,), y (n,), `size` across in points of the screen."""

    x: Doubles
    y: Doubles
    role: Role = "points"
    name: str = ""
    size: float = 4.0
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Trail:
    """A path x (n,), y (n,) whose colour goes from cool to warm, ever more opaque, as time goes by."""

    x: Doubles
    y: Doubles
    name: str = ""
    size: float = 6.0


@dataclass(frozen=True, eq=False)
class Bars:
    """A histogram: counts (n,) between edges (n + 1,)."""

    edges: Doubles
    counts: Doubles
    role: Role = "series"
    name: str = ""
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Heights:
    """Values (rows, columns) over a plane: row 0 at the lower end of `y_range`, column 0 at that of
    `x_range`. Flat, as colours with contours at `levels`, or `turned` by so many degrees (around, up) as a
    height field, over which trails and points of the same figure lie at the heights below them."""

    values: Doubles
    x_range: Range
    y_range: Range
    levels: Sequence[float] = ()
    turned: tuple[float, float] | None = None

    def even(self, x: Doubles, y: Doubles) -> tuple[Doubles, Doubles]:
        """The points x (n,), y (n,) on the square from -1 to 1 that stands for both ranges."""
        across, along = (
            2 * (np.asarray(values, np.float64) - low) / ((high - low) or 1.0) - 1
            for values, (low, high) in ((x, self.x_range), (y, self.y_range))
        )
        return across, along


@dataclass(frozen=True, eq=False)
class Picture:
    """Colours (rows, columns, 3), 0 to 255, row 0 above, over x 0 to columns and y rows to 0."""

    colours: NDArray[np.uint8]


@dataclass(frozen=True)
class Arrow:
    """From one point to another."""

    start: tuple[float, float]
    end: tuple[float, float]
    role: Role = "truth"
    width: float = 1.5


@dataclass(frozen=True)
class Node:
    """A box with some words or a number in it, centred on a point; of a diagram, or beside a curve."""

    x: float
    y: float
    text: str
    role: Role = "truth"
    strong: bool = False
    framed: bool = True


@dataclass(frozen=True)
class Handle:
    """A dot that a hand or the arrow keys move, along one axis or both: `Demonstration.moved` is told."""

    name: str
    label: str
    x: float
    y: float
    along: Literal["x", "y", "both"] = "both"
    step: float = 0.05
    """How far an arrow key moves it."""


Named = Line | Points | Trail | Bars
Item = Line | Points | Trail | Bars | Heights | Picture | Arrow | Node | Handle


def key_name(item: Named) -> str:
    """What the key calls it; nothing as long as there is nothing of it to be seen."""
    seen = item.counts if isinstance(item, Bars) else item.x
    return item.name if len(seen) else ""


@dataclass(frozen=True)
class Axis:
    """A label, where it begins and ends (None: as the items need), and whether it is logarithmic."""

    label: str = ""
    range: Range | None = None
    logarithmic: bool = False


@dataclass(frozen=True)
class Figure:
    """One drawing, which items make from back to front. `clicked` is the name by which `Demonstration.moved`
    is told of a click on its plane; a diagram has no axes; `square` keeps a unit of x as long as one of y."""

    name: str
    """Of its files: short, lower case, words apart by hyphens."""
    title: str
    items: Sequence[Item]
    x: Axis = field(default_factory=Axis)
    y: Axis = field(default_factory=Axis)
    clicked: str = ""
    axes: bool = True
    square: bool = False

    @property
    def surface(self) -> Heights | None:
        """The heights that are turned, if there are such."""
        found = (item for item in self.items if isinstance(item, Heights) and item.turned is not None)
        return next(found, None)


@dataclass(frozen=True)
class Table:
    """Rows of numbers and words under a header, some of them marked."""

    name: str
    title: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[float | str]]
    marked: frozenset[int] = frozenset()
