"""Everything that one painting of the network depends on."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.network.layout import PlacedColumn
from cadl_desktop.ui.network.lines import Lines, lines_per_gap, placeholder_lines
from cadl_desktop.ui.network.mosaic import VisibleTiles
from cadl_desktop.ui.network.probe_pictures import ProbePictures

ON_PATH = 0.2
"""Neurons with a smaller share of the highlighted neuron's paths are dimmed."""

Muted = Sequence[tuple[int, ...]]
"""Muted neurons of each column; empty where none is muted."""
PathShares = Sequence[Floats]
"""Share of the highlighted neuron's paths that leads through each neuron, by column."""


@dataclass(frozen=True)
class Highlight:
    """Neuron, line or whole column under the pointer or reached by keys. A line goes from neuron `line[0]` of
    the column before to neuron `line[1]` of this column."""

    column: int
    neuron: int | None = None
    line: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class FollowedPoint:
    """A point of the input followed through the network.

    `values` are the outputs of each column at the point, (neurons,); `texts` its coordinates in units of the
    data; `at` its position in the output's picture, 0 to 1 from left and top. Only the first `reached`
    columns are filled so far. A `held` point stays when the mouse moves on.
    """

    values: Sequence[Floats]
    texts: Sequence[str]
    at: QPointF
    reached: int
    held: bool = False

    def fits(self, placed: Sequence[PlacedColumn]) -> bool:
        """Whether the values belong to the network that is drawn."""
        return [len(values) for values in self.values] == [one.mosaic.count for one in placed]

    def fills(self, column: int) -> bool:
        return column < self.reached


@dataclass(frozen=True, eq=False)
class Scene:
    """State of the drawing for one painting; without `pictures` a placeholder that shows only connections."""

    placed: Sequence[PlacedColumn]
    pictures: ProbePictures | None
    highlight: Highlight | None = None
    muted: Muted = ()
    path_shares: PathShares | None = None
    visible: Sequence[VisibleTiles | None] = ()
    """Visible part of each column's tiles."""
    point: FollowedPoint | None = None
    readouts: Sequence[Floats] = ()
    """Output of the linear readout of each layer, as far as it is known."""

    def lines(self, index: int) -> Lines:
        """Lines drawn into a column while nothing is highlighted."""
        most = lines_per_gap(len(self.placed) - 1)
        if self.pictures is None:
            counts = (self.placed[index - 1].column.neurons, self.placed[index].column.neurons)
            return placeholder_lines(*counts, most)
        return self.pictures.lines(index, most)
