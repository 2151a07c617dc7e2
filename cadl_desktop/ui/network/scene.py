"""All that one painting of the network depends on."""

from collections.abc import Sequence
from dataclasses import dataclass

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.network.geometry.layout import Placed
from cadl_desktop.ui.network.lines import Lines, lines_a_gap, unknown_lines
from cadl_desktop.ui.network.pictures.composing import Cut
from cadl_desktop.ui.network.pictures.look import Look
from cadl_desktop.ui.network.point_marks import FollowedPoint

ON_THE_WAY = 0.2
"""A neuron with a smaller share of the way is dimmed."""

Muted = Sequence[tuple[int, ...]]
"""The muted neurons of each column; nothing where none is."""
Ways = Sequence[Floats]
"""For each column, how much of the way of the neuron that is pointed at leads through each of its neurons."""


@dataclass(frozen=True)
class Pointed:
    """What the pointer or the keys are at: a neuron of a column, or the line from `line[0]` in the column
    before to `line[1]` in this one; or the column alone."""

    column: int
    neuron: int | None = None
    line: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """Without a look, a quiet drawing of what is connected."""

    placed: Sequence[Placed]
    look: Look | None
    pointed: Pointed | None = None
    muted: Muted = ()
    ways: Ways | None = None
    cuts: Sequence[Cut | None] = ()
    """What is seen of each column's tiles."""
    point: FollowedPoint | None = None
    readouts: Sequence[Floats] = ()
    """What a linear readout of each column between input and output makes, as far as it is known."""

    def lines(self, index: int) -> Lines:
        """Those that are drawn into a column while nothing is pointed at."""
        most = lines_a_gap(len(self.placed) - 1)
        if self.look is None:
            counts = (self.placed[index - 1].column.neurons, self.placed[index].column.neurons)
            return unknown_lines(*counts, most)
        return self.look.lines(index, most)
