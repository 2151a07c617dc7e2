"""Mosaic of equal tiles, one per neuron of a column: its geometry, its visible part, and the composed
image."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage

from cadl_desktop.ui.network.camera import Camera
from cadl_desktop.ui.network.neuron_pictures import Colours, Numbers, Part, Size, image_of

LARGEST = 96.0
"""Largest side of a tile in pixels while the whole network is shown."""
SMALLEST = 4.0
"""Smaller tiles show one colour, the neuron's mean, instead of a picture of too few pixels."""
LEGIBLE = 20.0
"""Smallest side of a tile whose picture can be read as it is."""
_LEAST_SHARE_OF_BEST = 0.7
"""An arrangement without empty places is preferred if its tiles are legible, and reach this share of the
largest possible."""
_GAPS = ((22.0, 1), (32.0, 2), (48.0, 3))
_WIDEST_GAP = 4


@dataclass(frozen=True)
class Mosaic:
    """`count` tiles in rows of `columns`, each with room for a name of height `name_room` below.

    `order` lists the neurons in the order of their places; None is their own order.
    """

    area: QRectF
    count: int
    columns: int
    name_room: float = 0.0
    order: tuple[int, ...] | None = None

    @cached_property
    def rows(self) -> int:
        return -(-self.count // self.columns) if self.count else 0

    @cached_property
    def pitch(self) -> QSizeF:
        """Distance from one tile to the next."""
        return QSizeF(self.area.width() / self.columns, self.area.height() / max(self.rows, 1))

    @cached_property
    def is_band(self) -> bool:
        """Whether tiles are too small for pictures, so that each shows only its neuron's mean."""
        return min(self.pitch.width(), self.pitch.height() - self.name_room) < SMALLEST - 1e-6

    @cached_property
    def gap(self) -> int:
        """Space between two tiles in pixels."""
        if self.is_band:
            return 0
        side = min(self.pitch.width(), self.pitch.height() - self.name_room)
        return next((gap for below, gap in _GAPS if side < below), _WIDEST_GAP)

    @property
    def side(self) -> float:
        """Shorter side of a tile."""
        return min(self.pitch.width() - self.gap, self._height)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {neuron: place for place, neuron in enumerate(self.order or range(self.count))}

    def neuron(self, place: int) -> int:
        return self.order[place] if self.order else place

    def tile(self, neuron: int) -> QRectF:
        return self.tile_at(self._places[neuron])

    def tile_at(self, place: int) -> QRectF:
        row, column = divmod(place, self.columns)
        pitch = self.pitch
        left, top = self.area.left() + column * pitch.width(), self.area.top() + row * pitch.height()
        return QRectF(left, top, pitch.width() - self.gap, self._height)

    @cached_property
    def _height(self) -> float:
        return max(self.pitch.height() - self.name_room - self.gap, 0.5)

    def line_heights(self, neurons: NDArray[np.intp]) -> NDArray[np.float64]:
        """Heights at which the lines of `neurons` (lines,) meet the mosaic's edge: within the tile's row,
        staggered by column so that no two coincide."""
        places = neurons if self.order is None else np.argsort(self.order)[neurons]
        rows, columns = np.divmod(places, self.columns)
        tops = self.area.top() + rows * self.pitch.height()
        return np.asarray(tops + self._height * (columns + 0.5) / self.columns)

    def neuron_at(self, where: QPointF) -> int | None:
        """Neuron whose tile, including the gap after it, contains a point; None if there is none."""
        if not self.count or not self.area.contains(where):
            return None
        pitch = self.pitch
        column = min(int((where.x() - self.area.left()) / pitch.width()), self.columns - 1)
        row = min(int((where.y() - self.area.top()) / pitch.height()), self.rows - 1)
        place = row * self.columns + column
        return self.neuron(place) if place < self.count else None

    def neighbour(self, neuron: int, right: int, down: int) -> int:
        """Neuron `right` and `down` tiles further, wrapping around at either end."""
        place = self._places[neuron] + right
        if down:
            step = self._places[neuron] + down * self.columns
            # The last row continues in the first row of the next column.
            place = step if 0 <= step < self.count else self._in_next_column(self._places[neuron], down)
        return self.neuron(place % self.count)

    def _in_next_column(self, place: int, down: int) -> int:
        file = (place % self.columns + down) % self.columns
        if down > 0:
            return file
        last = file + (self.rows - 1) * self.columns
        return last if last < self.count else last - self.columns

    def viewed_through(self, camera: Camera) -> "Mosaic":
        """Mosaic in the view coordinates of a camera."""
        return replace(self, area=camera.to_view(self.area), name_room=self.name_room * camera.scale)


def pitch_of(side: float, aspect: float) -> QSizeF:
    """Pitch of small tiles, `aspect` times as wide as high, whose shorter side is `side`."""
    gap = _GAPS[0][1]
    return QSizeF(side * max(aspect, 1.0) + gap, side * max(1 / aspect, 1.0) + gap)


def fitted_mosaic(
    count: int,
    room: QRectF,
    aspect: float,
    *,
    largest: float = LARGEST,
    name_room: float = 0.0,
    most_columns: int | None = None,
) -> Mosaic:
    """Mosaic of the largest possible tiles, `aspect` times as wide as high, centred in `room`."""
    if not count:
        return Mosaic(QRectF(room.center(), QSizeF(0, 0)), 0, 1)
    columns = np.arange(1, min(count, most_columns or count) + 1)
    rows = -(-count // columns)
    heights = np.minimum(room.width() / columns / aspect, room.height() / rows - name_room)
    heights = np.minimum(heights, largest / max(aspect, 1.0))
    # In whole pixels, so that all tiles of a mosaic look alike and stand equally far apart.
    heights = np.where(heights >= SMALLEST, np.floor(heights), heights)
    holes, best_height = columns * rows - count, float(heights.max())
    legible = pitch_of(LEGIBLE, aspect).height()
    good = heights >= min(max(_LEAST_SHARE_OF_BEST * best_height, legible), best_height)
    # Full rectangles first, then the squarest.
    wrong = np.where(good, holes * 1e6 + np.abs(np.log(columns * aspect / rows)), np.inf)
    best = int(wrong.argmin())
    height = max(float(heights[best]), 0.25)
    width = float(columns[best]) * height * aspect
    size = QSizeF(width, float(rows[best]) * (height + name_room))
    corner = QPointF(room.center().x() - size.width() / 2, room.center().y() - size.height() / 2)
    return Mosaic(QRectF(corner, size), count, int(columns[best]), name_room)


@dataclass(frozen=True, eq=False)
class TileAxis:
    """Tiles along one axis of a mosaic in screen pixels: where each starts, and their common length. Pixels
    from `low` to `high` are visible."""

    starts: Numbers
    length: int
    low: int
    high: int

    @cached_property
    def part(self) -> Numbers:
        """Pixels within a tile that are visible in at least one tile; few when tiles are larger than the
        screen."""
        return np.nonzero(self._is_visible(self.starts[:, None] + np.arange(self.length)).any(0))[0]

    @cached_property
    def visible(self) -> NDArray[np.bool_]:
        """Mask of the visible pixels, for the parts of all tiles laid side by side."""
        return self._is_visible(self._places)

    @property
    def first(self) -> int:
        """Screen pixel at which the image begins."""
        return int(self._places[self.visible][0])

    @cached_property
    def sources(self) -> tuple[Numbers, Numbers]:
        """Tile that each pixel of the image shows, -1 between tiles, and which pixel of the tile's part."""
        seen, many = np.nonzero(self.visible)[0], len(self.part)
        pixels = self._places[seen] - self.first
        found = np.full((2, int(pixels[-1]) + 1), -1, np.intp)
        found[:, pixels] = np.divmod(seen, many)
        return found[0], found[1]

    @cached_property
    def _places(self) -> Numbers:
        return (self.starts[:, None] + self.part).ravel()

    def _is_visible(self, places: Numbers) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (places >= self.low) & (places < self.high)
        return found


@dataclass(frozen=True, eq=False)
class VisibleTiles:
    """Visible part of a mosaic: the neurons of whole rows and columns of tiles (rows, columns), -1 where a
    tile is missing, and where the tiles stand. `count` is the number of neurons in the mosaic."""

    neurons: Numbers
    down: TileAxis
    across: TileAxis
    ratio: float
    count: int

    @cached_property
    def shown(self) -> Numbers | slice:
        """Visible neurons, row by row. A slice if these are all neurons in their own order: indexing with it
        is faster."""
        there = self.neurons[self.neurons >= 0]
        return slice(None) if np.array_equal(there, np.arange(self.count)) else there

    @property
    def size(self) -> Size:
        """Height and width of every tile in pixels."""
        return self.down.length, self.across.length

    @property
    def part(self) -> Part | None:
        """Rows and columns of pixels that are needed of every tile; None means all."""
        return None if self.part_size == self.size else (self.down.part, self.across.part)

    @property
    def part_size(self) -> Size:
        return len(self.down.part), len(self.across.part)

    @cached_property
    def image_neurons(self) -> Numbers:
        """Index among the visible neurons of the one that each pixel of the image shows, -1 between tiles:
        (rows, columns) of pixels."""
        there = self.neurons >= 0
        places = np.where(there, np.cumsum(there).reshape(there.shape) - 1, -1)
        down, across = self.down.sources[0], self.across.sources[0]
        return np.where((down[:, None] >= 0) & (across >= 0), places[np.ix_(down, across)], -1)

    @cached_property
    def image_pixels(self) -> Numbers:
        """Index of each pixel of the image in the tiles' parts (*part size, visible neurons)."""
        down, across = self.down.sources[1], self.across.sources[1]
        many = np.count_nonzero(self.neurons >= 0)
        return (down[:, None] * len(self.across.part) + across) * many + self.image_neurons

    @cached_property
    def is_covered(self) -> NDArray[np.bool_]:
        """Whether each pixel of the image is part of a tile."""
        return self.image_neurons >= 0

    @property
    def corner(self) -> QPointF:
        """Position of the image in the view."""
        return QPointF(self.across.first / self.ratio, self.down.first / self.ratio)


def visible_tiles(mosaic: Mosaic, clip: QRectF, ratio: float) -> VisibleTiles | None:
    """Visible part of a mosaic within `clip`, on a screen of `ratio` pixels per unit; None if nothing is
    visible."""
    seen = mosaic.area & clip
    if not mosaic.count or seen.isEmpty():
        return None
    pitch, area = mosaic.pitch, mosaic.area
    across = _index_range(
        seen.left() - area.left(), seen.right() - area.left(), pitch.width(), mosaic.columns
    )
    down = _index_range(seen.top() - area.top(), seen.bottom() - area.top(), pitch.height(), mosaic.rows)
    places = down[:, None] * mosaic.columns + across
    order = np.array(mosaic.order or range(mosaic.count), np.intp)
    neurons = np.where(places < mosaic.count, order[np.minimum(places, mosaic.count - 1)], -1)
    lefts, tops = area.left() + across * pitch.width(), area.top() + down * pitch.height()
    height, width = _tile_size(mosaic, ratio)
    rows = _tile_axis(tops, height, clip.top(), clip.bottom(), ratio)
    columns = _tile_axis(lefts, width, clip.left(), clip.right(), ratio)
    found = VisibleTiles(neurons, rows, columns, ratio, mosaic.count)
    # Only a gap may be visible, or places without tiles.
    return found if all(found.part_size) and (neurons >= 0).any() else None


def _tile_axis(
    starts: NDArray[np.floating[Any]], length: int, low: float, high: float, ratio: float
) -> TileAxis:
    pixels = np.round(starts * ratio).astype(np.intp)
    return TileAxis(pixels, length, int(np.floor(low * ratio)), int(np.ceil(high * ratio)))


def _index_range(low: float, high: float, pitch: float, count: int) -> Numbers:
    first, last = int(max(low, 0) / pitch), int(np.ceil(high / pitch))
    return np.arange(min(first, count - 1), max(min(last, count), first + 1))


def _tile_size(mosaic: Mosaic, ratio: float) -> Size:
    """Height and width of every tile in pixels; equal for all, so that none looks larger."""
    pitch, gap = mosaic.pitch, mosaic.gap * ratio
    if mosaic.is_band:  # band tiles touch: rounding up closes the seams that rounding leaves
        return int(np.ceil(pitch.height() * ratio)), int(np.ceil(pitch.width() * ratio))
    height = (pitch.height() - mosaic.name_room) * ratio - gap
    return max(int(height), 1), max(int(pitch.width() * ratio - gap), 1)


def compose_tiles(tiles: Colours, seen: VisibleTiles) -> QImage:
    """Image composed of the visible parts of tiles (visible neurons, *part size), transparent between them;
    tiles of one pixel have one colour.

    Where each pixel comes from is looked up, as that stays the same from one picture to the next.
    """
    sources = seen.image_neurons if tiles.shape[1:] == (1, 1) else seen.image_pixels
    # Most tiles lie in memory in this order, in which they aren't copied.
    pixels = tiles.transpose(1, 2, 0).ravel().take(sources, mode="clip")
    pixels *= seen.is_covered
    image = image_of(pixels)
    image.setDevicePixelRatio(seen.ratio)
    return image
