"""Pictures of one probe of the network, each rendered when it is first painted."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.probed_columns import Column
from cadl_desktop.ui.network.lines import Lines, path_shares, strongest_lines
from cadl_desktop.ui.network.mosaic import VisibleTiles, compose_tiles
from cadl_desktop.ui.network.neuron_pictures import (
    Colours,
    Part,
    Size,
    channel_tiles,
    colour_picture,
    curve_tiles,
    flat_tiles,
    hatching,
    heat_tiles,
    image_of,
)
from cadl_desktop.ui.theme.theme import blend, theme

T = TypeVar("T")
Grid = tuple[int, int]
Bools = NDArray[np.bool_]
Chosen = NDArray[np.intp] | slice
"""Neurons of a column."""

_USUAL_PEAK = 0.85
"""Quantile of a layer's peaks that gets the full colour."""
_LEAST_CURVE = 14
"""Smaller tiles show a curve's values as colours, since the curve would be unreadable."""
_LEAST_FRAMED = 10


class ProbePictures:
    """Pictures of the columns of one probe, in the current theme's colours, cached.

    `grid` is (rows, columns) of a painting's probed places, None for a curve; `ratio` is screen pixels per
    unit. With `own_contrast` every tile uses the full colour range.
    """

    def __init__(
        self, columns: Sequence[Column], grid: Grid | None, ratio: float, *, own_contrast: bool = False
    ) -> None:
        self.columns, self.grid, self.ratio = tuple(columns), grid, ratio
        self.own_contrast = own_contrast
        self._cache: dict[tuple[object, ...], Any] = {}
        self._mosaics: dict[int, tuple[VisibleTiles, QImage]] = {}

    def mosaic_image(self, column: int, visible: VisibleTiles, *, is_band: bool) -> QImage:
        """Image of the visible tiles of a column."""
        known = self._mosaics.get(column)
        if known is None or known[0] is not visible:  # only the newest is kept: zooming makes many
            tiles = self._mean_tiles(column, visible) if is_band else self._framed_tiles([column], [visible])
            known = self._mosaics[column] = visible, compose_tiles(tiles, visible)
        return known[1]

    def render_layers(self, visible: Sequence[VisibleTiles | None], bands: Sequence[bool]) -> None:
        """Renders mosaics of whole, equally large tiles together, ahead of `mosaic_image`: of a layer alone,
        calling NumPy would take longer than its work."""
        alike: dict[Size, list[int]] = {}
        for column in range(1, len(self.columns) - 1):
            seen, known = visible[column], self._mosaics.get(column)
            if seen and seen.part is None and not bands[column] and not (known and known[0] is seen):
                alike.setdefault(seen.size, []).append(column)
        for columns in alike.values():
            every = [seen for column in columns if (seen := visible[column])]
            tiles = self._framed_tiles(columns, every)
            ends = np.cumsum([np.count_nonzero(seen.neurons >= 0) for seen in every])
            for column, seen, own in zip(columns, every, np.split(tiles, ends[:-1]), strict=True):
                self._mosaics[column] = seen, compose_tiles(own, seen)

    def filled_image(self, column: int, visible: VisibleTiles, values: Floats) -> QImage:
        """Image of the visible tiles, each filled with one number (neurons,) in place of its picture."""
        own, limits = values[visible.shown], self.limits(column)[visible.shown]
        if self.grid is not None and column == len(self.columns) - 1 and len(values) == 3:
            tiles = channel_tiles(values[:, None], (1, 1), (1, 1))[visible.shown]
        else:
            tiles = flat_tiles(own, limits)
        return compose_tiles(tiles, visible)

    def large_image(self, column: int, neuron: int, size: Size) -> QImage:
        """Picture of one neuron at `size` (rows, columns) in units."""

        def make() -> QImage:
            pixels, one = (
                (round(size[0] * self.ratio), round(size[1] * self.ratio)),
                slice(neuron, neuron + 1),
            )
            return image_of(self._hatched_tiles([column], [one], pixels)[0])

        return self._cached(("large", column, neuron, size), make)

    def lines(self, column: int, most: int) -> Lines:
        """Strongest lines into this column, at most `most`."""
        source, own = self.columns[column - 1], self.columns[column]
        return self._cached(("lines", column, most), lambda: strongest_lines(source, own, most))

    def shares_on_path(self, column: int, neuron: int) -> list[Floats]:
        """Share of a neuron's paths through each neuron of each column; see `path_shares`."""
        return self._cached(("ways", column, neuron), lambda: path_shares(self.columns, column, neuron))

    def limits(self, column: int) -> Floats:
        """Value of full colour, or of a curve's edge, in each neuron's picture, (neurons,).

        Neurons of a layer share a scale so that they can be compared, unless each has its own contrast.
        Inputs and encoded features always have their own scale, since they differ in kind.
        """
        return self._cached(("limits", column), lambda: self._limits(self.columns[column], column))

    def _limits(self, column: Column, index: int) -> Floats:
        peaks = column.peaks
        learns = column.weights is not None or column.paired or index == len(self.columns) - 1
        if self.own_contrast or not learns:
            return peaks
        alive = np.sort(peaks[peaks > 0])
        # A curve has to fit into its tile; colours may saturate for the few largest neurons.
        share = 1.0 if self.grid is None else _USUAL_PEAK
        limit = alive[round(share * (len(alive) - 1))] if len(alive) else 0.0
        return np.full(len(peaks), limit, np.float32)

    def result_image(self) -> QImage | None:
        """Picture that a painting's output neurons make together; None for other outputs."""
        if self.grid is None or len(self.columns[-1].values) != 3:
            return None
        grid = self.grid
        return self._cached(("result",), lambda: colour_picture(self.columns[-1].values, grid))

    def has_sign(self, column: int) -> bool:
        """Whether this column's pictures have the colours of signs; not those of a colour's channels."""
        return self.result_image() is None or column < len(self.columns) - 1

    def dead(self, column: int) -> Bools:
        """Which neurons are dead, (neurons,)."""
        return self.columns[column].dead

    def has_curves(self, size: Size) -> bool:
        """Whether tiles of `size` (rows, columns) in pixels are large enough for curves."""
        return min(size) >= _LEAST_CURVE * self.ratio

    def _mean_tiles(self, column: int, visible: VisibleTiles) -> Colours:
        means, limits = self.columns[column].means[visible.shown], self.limits(column)[visible.shown]
        return flat_tiles(means, limits)

    def _framed_tiles(self, columns: Sequence[int], every: Sequence[VisibleTiles]) -> Colours:
        """Pictures as tiles of one size: hatched where a neuron is dead, with a thin frame where there is
        room."""
        visible = every[0]
        neurons = [each.shown for each in every]
        tiles = self._hatched_tiles(columns, neurons, visible.size, visible.part)
        if min(visible.size) >= _LEAST_FRAMED * self.ratio:
            frame, wide = np.uint32(QColor(frame_colour()).rgb()), max(round(self.ratio), 1)
            top, foot = np.searchsorted(visible.down.part, (wide, visible.down.length - wide))
            left, right = np.searchsorted(visible.across.part, (wide, visible.across.length - wide))
            for edge in (np.s_[:, :top], np.s_[:, foot:], np.s_[:, :, :left], np.s_[:, :, right:]):
                tiles[edge] = frame
        return tiles

    def _hatched_tiles(
        self, columns: Sequence[int], neurons: Sequence[Chosen], size: Size, part: Part | None = None
    ) -> Colours:
        """Tiles of each column's neurons, of which dead ones are hatched."""
        tiles = self._tiles(columns, neurons, size, part)
        pairs = zip(columns, neurons, strict=True)
        dead = np.concatenate([self.dead(column)[own] for column, own in pairs])
        if dead.any():
            tiles[dead] = hatching(size, self.ratio, part)
        return tiles

    def _values_and_limits(self, columns: Sequence[int], neurons: Sequence[Chosen]) -> tuple[Floats, Floats]:
        """Values (neurons, places) and limits (neurons,) of each column's neurons, one after the other."""
        pairs = list(zip(columns, neurons, strict=True))
        limits = np.concatenate([self.limits(column)[own] for column, own in pairs])
        values = [self.columns[column].values[own] for column, own in pairs]
        if len(values) == 1:
            return values[0], limits
        # Neurons adjacent in memory, as for resizing, which then copies them no more.
        return np.concatenate([own.T for own in values], axis=1).T, limits

    def _tiles(
        self, columns: Sequence[int], neurons: Sequence[Chosen], size: Size, part: Part | None = None
    ) -> Colours:
        is_output = columns[0] == len(self.columns) - 1
        values, limits = self._values_and_limits(columns, neurons)
        if self.grid is None:
            if not self.has_curves(size):
                return heat_tiles(values, (1, values.shape[1]), limits, size, part)
            return curve_tiles(values, limits, size, self.ratio, plain=is_output, part=part)
        if is_output and len(self.columns[-1].values) == 3:
            return channel_tiles(self.columns[-1].values, self.grid, size, part)[neurons[0]]
        return heat_tiles(values, self.grid, limits, size, part)

    def _cached(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        if key not in self._cache:
            self._cache[key] = make()
        found: T = self._cache[key]
        return found


def frame_colour() -> str:
    """Colour of the thin line around a tile."""
    return blend(theme().border, theme().points, 0.5)
