"""How one probing of the network looks: pictures and lines, each made when it is first painted."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from PySide6.QtGui import QImage

from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.neurons import Column
from cadl_desktop.ui.network.layout import CELL
from cadl_desktop.ui.network.lines import Lines, lines_into
from cadl_desktop.ui.network.neuron_pictures import Atlas, channel_maps, colour_picture, curves, heat_maps

T = TypeVar("T")
Grid = tuple[int, int]

_USUAL_PEAK = 0.85
"""Up to which share of a layer's neurons the colours tell sizes apart."""


class Look:
    """Of these columns, in the theme's colours of now; `grid` is that of a painting's places, `ratio` how
    many pixels the screen has per unit."""

    def __init__(self, columns: Sequence[Column], grid: Grid | None, ratio: float) -> None:
        self.columns, self.grid, self.ratio = tuple(columns), grid, ratio
        self._made: dict[tuple[object, ...], object] = {}

    def atlas(self, column: int, count: int) -> Atlas:
        """The pictures of a column's first `count` neurons, for cells of the usual size."""
        return self._once(("atlas", column, count), lambda: self._pictures(column, slice(count), CELL))

    def large(self, column: int, neuron: int, side: int) -> QImage:
        """One neuron's picture for a place of `side` units."""
        key = ("large", column, neuron, side)
        return self._once(key, lambda: self._pictures(column, slice(neuron, neuron + 1), side)).image

    def sheet(self, column: int, side: int) -> Atlas:
        """The pictures of all neurons of a column, for cells of `side` units."""
        return self._once(("sheet", column, side), lambda: self._pictures(column, slice(None), side))

    def lines(self, column: int, before: int, after: int) -> Lines:
        """The drawn lines into this column, where so many neurons are drawn of both."""
        key = ("lines", column, before, after)
        return self._once(key, lambda: lines_into(self.columns[column], before, after))

    def biases(self, column: int) -> list[float] | None:
        """-1 to 1: each bias beside the layer's largest."""
        bias = self.columns[column].bias
        if bias is None:
            return None
        largest = float(np.abs(bias).max(initial=0.0))
        if not np.isfinite(largest):
            return [0.0] * len(bias)
        return list((bias / (largest or 1.0)).tolist())

    def limits(self, column: int) -> Floats:
        """What a full colour, or a curve's edge, stands for in each neuron's picture, (neurons,).

        Neurons of a layer share a scale, so that they can be compared; inputs and what an encoding makes of
        them have each their own, as these are of different kinds.
        """
        return self._once(("limits", column), lambda: self._limits(self.columns[column], column))

    def _limits(self, column: Column, index: int) -> Floats:
        peaks = column.peaks
        if column.weights is None and not column.paired and index < len(self.columns) - 1:
            return peaks
        alive = np.sort(peaks[peaks > 0])
        # A curve has to fit into its picture; a colour may be the full one for the few largest alike.
        share = 1.0 if self.grid is None else _USUAL_PEAK
        limit = alive[round(share * (len(alive) - 1))] if len(alive) else 0.0
        return np.full(len(peaks), limit, np.float32)

    def result(self) -> QImage | None:
        """What a painting's output neurons make together."""
        if self.grid is None or len(self.columns[-1].values) != 3:
            return None
        grid = self.grid
        return self._once(("result",), lambda: colour_picture(self.columns[-1].values, grid))

    def _pictures(self, index: int, wanted: slice, side: int) -> Atlas:
        column = self.columns[index]
        values, is_output = column.values[wanted], index == len(self.columns) - 1
        if self.grid is None:
            pixels = round(side * self.ratio)
            return curves(values, self.limits(index)[wanted], pixels, self.ratio, plain=is_output)
        if is_output and len(column.values) == 3:
            return channel_maps(column.values, self.grid, wanted)
        return heat_maps(values, self.grid, self.limits(index)[wanted])

    def _once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]  # type: ignore[return-value]
