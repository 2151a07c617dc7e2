"""How one probing of the network looks: its columns' pictures, each made when it is first painted."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.probed_columns import Column
from cadl_desktop.ui.network.lines import Lines, strongest_lines
from cadl_desktop.ui.network.pictures.composing import Cut, composed
from cadl_desktop.ui.network.pictures.neuron_pictures import (
    Colours,
    Part,
    Size,
    channel_tiles,
    colour_picture,
    curve_tiles,
    flat_tiles,
    hatched,
    heat_tiles,
    image_of,
)
from cadl_desktop.ui.network.ways import shares_of_way
from cadl_desktop.ui.theme.theme import blend, theme

T = TypeVar("T")
Grid = tuple[int, int]

_USUAL_PEAK = 0.85
"""Up to which share of a layer's neurons the colours tell sizes apart."""
_LEAST_CURVE = 14
"""In a tile of fewer pixels a curve is no longer read; its values stand there as colours."""
_LEAST_FRAMED = 10


class Look:
    """Of these columns, in the theme's colours of now; `grid` is that of a painting's places, `ratio` how
    many pixels the screen has per unit. With `own_contrast` every tile has the full colours."""

    def __init__(
        self, columns: Sequence[Column], grid: Grid | None, ratio: float, *, own_contrast: bool = False
    ) -> None:
        self.columns, self.grid, self.ratio = tuple(columns), grid, ratio
        self.own_contrast = own_contrast
        self._made: dict[tuple[object, ...], Any] = {}
        self._mosaics: dict[int, tuple[Cut, QImage]] = {}

    def mosaic(self, column: int, seen: Cut, *, is_band: bool) -> QImage:
        """What is seen of the column's tiles, as one image."""
        known = self._mosaics.get(column)
        if known is None or known[0] is not seen:  # while one zooms only the newest is kept
            tiles = self._means(column, seen) if is_band else self._struck(column, seen)
            known = self._mosaics[column] = seen, composed(tiles, seen)
        return known[1]

    def filled(self, column: int, seen: Cut, values: Floats) -> QImage:
        """The same with one number for each neuron, (neurons,), in place of its picture."""
        own, limits = values[seen.shown], self.limits(column)[seen.shown]
        if self.grid is not None and column == len(self.columns) - 1 and len(values) == 3:
            tiles = channel_tiles(values[:, None], (1, 1), seen.part_size)[seen.shown]
        else:
            tiles = flat_tiles(own, limits, seen.part_size)
        return composed(tiles, seen)

    def large(self, column: int, neuron: int, size: Size) -> QImage:
        """One neuron's picture in so many rows and columns of units."""

        def make() -> QImage:
            pixels = round(size[0] * self.ratio), round(size[1] * self.ratio)
            return image_of(self._tiles(column, slice(neuron, neuron + 1), pixels)[0])

        return self._once(("large", column, neuron, size), make)

    def lines(self, column: int, most: int) -> Lines:
        """The strongest into this column, at most so many."""
        source, own = self.columns[column - 1], self.columns[column]
        return self._once(("lines", column, most), lambda: strongest_lines(source, own, most))

    def ways(self, column: int, neuron: int) -> list[Floats]:
        """How much of a neuron's way leads through each neuron of each column."""
        return self._once(("ways", column, neuron), lambda: shares_of_way(self.columns, column, neuron))

    def limits(self, column: int) -> Floats:
        """What a full colour, or a curve's edge, stands for in each neuron's picture, (neurons,).

        Neurons of a layer share a scale, so that they can be compared, unless each has its own contrast;
        inputs and what an encoding makes of them always have their own, as these are of different kinds.
        """
        return self._once(("limits", column), lambda: self._limits(self.columns[column], column))

    def _limits(self, column: Column, index: int) -> Floats:
        peaks = column.peaks
        learns = column.weights is not None or column.paired or index == len(self.columns) - 1
        if self.own_contrast or not learns:
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

    def _means(self, column: int, seen: Cut) -> Colours:
        means, limits = self.columns[column].means[seen.shown], self.limits(column)[seen.shown]
        return flat_tiles(means, limits, seen.part_size)

    def _struck(self, column: int, seen: Cut) -> Colours:
        """Pictures, hatched where a neuron is dead, with a fine frame where there is room for it."""
        tiles = np.array(self._tiles(column, seen.shown, seen.size, seen.part))
        idle, dies = self.columns[column].idle, self.columns[column].dies
        if dies and idle is not None:
            dead = idle[seen.shown] == 1
            if dead.any():
                tiles[dead] = hatched(tiles[dead], self.ratio, seen.part)
        if min(seen.size) >= _LEAST_FRAMED * self.ratio:
            frame, wide = np.uint32(QColor(frame_colour()).rgb()), max(round(self.ratio), 1)
            top, foot = np.searchsorted(seen.down.part, (wide, seen.down.length - wide))
            left, right = np.searchsorted(seen.across.part, (wide, seen.across.length - wide))
            for edge in (np.s_[:, :top], np.s_[:, foot:], np.s_[:, :, :left], np.s_[:, :, right:]):
                tiles[edge] = frame
        return tiles

    def _tiles(
        self, index: int, neurons: NDArray[np.intp] | slice, size: Size, part: Part | None = None
    ) -> Colours:
        column, is_output = self.columns[index], index == len(self.columns) - 1
        values, limits = column.values[neurons], self.limits(index)[neurons]
        if self.grid is None:
            if min(size) < _LEAST_CURVE * self.ratio:
                return heat_tiles(values, (1, values.shape[1]), limits, size, part)
            return curve_tiles(values, limits, size, self.ratio, plain=is_output, part=part)
        if is_output and len(column.values) == 3:
            return channel_tiles(column.values, self.grid, size, part)[neurons]
        return heat_tiles(values, self.grid, limits, size, part)

    def _once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        if key not in self._made:
            self._made[key] = make()
        found: T = self._made[key]
        return found


def frame_colour() -> str:
    """Of the fine line about a tile."""
    return blend(theme().border, theme().points, 0.5)
