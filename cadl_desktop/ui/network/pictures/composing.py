"""Puts the tiles of a column into one image, pixel by pixel as they are seen."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from cadl_desktop.ui.network.geometry.mosaic import Mosaic
from cadl_desktop.ui.network.pictures.neuron_pictures import Colours, Numbers, Part, Size, image_of


@dataclass(frozen=True, eq=False)
class Side:
    """Tiles along one side of a mosaic, in pixels of the screen: where each begins and how long all are.
    Between `low` and `high` pixels are seen."""

    starts: Numbers
    length: int
    low: int
    high: int

    @cached_property
    def part(self) -> Numbers:
        """The pixels of a tile that are seen of at least one: few where tiles are larger than the screen."""
        return np.nonzero(self._seen(self.starts[:, None] + np.arange(self.length)).any(0))[0]

    @cached_property
    def laid(self) -> NDArray[np.bool_]:
        """Which pixels of these parts are seen, when they lie side by side."""
        return self._seen(self._places)

    @property
    def first(self) -> int:
        """Where the image begins."""
        return int(self._places[self.laid][0])

    @cached_property
    def pixels(self) -> Numbers:
        """Those of the image that tiles cover."""
        return self._places[self.laid] - self.first

    @cached_property
    def _places(self) -> Numbers:
        return (self.starts[:, None] + self.part).ravel()

    def _seen(self, places: Numbers) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (places >= self.low) & (places < self.high)
        return found


@dataclass(frozen=True, eq=False)
class Cut:
    """What of a mosaic is seen: the neurons of whole rows and columns of tiles, row by row (-1 where a tile
    is missing), and where these stand; `count` is how many neurons there are."""

    neurons: Numbers
    down: Side
    across: Side
    ratio: float
    count: int

    @cached_property
    def shown(self) -> Numbers | slice:
        """The neurons that are there, row by row: of all in their own order simply all, which is faster."""
        there = self.neurons[self.neurons >= 0]
        return slice(None) if np.array_equal(there, np.arange(self.count)) else there

    @property
    def size(self) -> Size:
        """Of every tile."""
        return self.down.length, self.across.length

    @property
    def part(self) -> Part | None:
        """What has to be made of every tile; None is all of it."""
        return None if self.part_size == self.size else (self.down.part, self.across.part)

    @property
    def part_size(self) -> Size:
        return len(self.down.part), len(self.across.part)

    @property
    def corner(self) -> QPointF:
        """Where the image stands."""
        return QPointF(self.across.first / self.ratio, self.down.first / self.ratio)


def cut(mosaic: Mosaic, clip: QRectF, ratio: float) -> Cut | None:
    """The tiles of a mosaic in `clip`, on a screen of `ratio` pixels per unit; None where none are there."""
    seen = mosaic.area & clip
    if not mosaic.count or seen.isEmpty():
        return None
    pitch, area = mosaic.pitch, mosaic.area
    across = _range(seen.left() - area.left(), seen.right() - area.left(), pitch.width(), mosaic.columns)
    down = _range(seen.top() - area.top(), seen.bottom() - area.top(), pitch.height(), mosaic.rows)
    places = down[:, None] * mosaic.columns + across
    order = np.array(mosaic.order or range(mosaic.count), np.intp)
    neurons = np.where(places < mosaic.count, order[np.minimum(places, mosaic.count - 1)], -1)
    lefts, tops = area.left() + across * pitch.width(), area.top() + down * pitch.height()
    height, width = _size(mosaic, ratio)
    rows = _side(tops, height, clip.top(), clip.bottom(), ratio)
    columns = _side(lefts, width, clip.left(), clip.right(), ratio)
    found = Cut(neurons, rows, columns, ratio, mosaic.count)
    return found if all(found.part_size) else None  # there may be but a gap in sight


def _side(starts: NDArray[np.floating[Any]], length: int, low: float, high: float, ratio: float) -> Side:
    pixels = np.round(starts * ratio).astype(np.intp)
    return Side(pixels, length, int(np.floor(low * ratio)), int(np.ceil(high * ratio)))


def _range(low: float, high: float, pitch: float, count: int) -> Numbers:
    first, last = int(max(low, 0) / pitch), int(np.ceil(high / pitch))
    return np.arange(min(first, count - 1), max(min(last, count), first + 1))


def _size(mosaic: Mosaic, ratio: float) -> Size:
    """Of every tile, in pixels: the same for all, so that none looks larger than another."""
    pitch, gap = mosaic.pitch, mosaic.gap * ratio
    if mosaic.is_band:  # these touch: rounded up, each covers what rounding leaves between two
        return int(np.ceil(pitch.height() * ratio)), int(np.ceil(pitch.width() * ratio))
    height = (pitch.height() - mosaic.name_room) * ratio - gap
    return max(int(height), 1), max(int(pitch.width() * ratio - gap), 1)


def composed(tiles: Colours, seen: Cut) -> QImage:
    """One image of the parts of tiles that are seen (neurons of the cut that are there, *its part's size);
    between them one sees through."""
    height, width = seen.part_size
    rows, columns = seen.neurons.shape
    full = np.zeros((rows * columns, height, width), np.uint32)
    full[(seen.neurons >= 0).ravel()] = tiles
    by_rows = full.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
    laid = by_rows.reshape(rows * height, columns * width)
    if not (seen.down.laid.all() and seen.across.laid.all()):
        laid = laid[np.ix_(seen.down.laid, seen.across.laid)]
    down, across = seen.down.pixels, seen.across.pixels
    pixels = np.zeros((int(down[-1]) + 1, int(across[-1]) + 1), np.uint32)
    pixels[np.ix_(down, across)] = laid
    image = image_of(pixels)
    image.setDevicePixelRatio(seen.ratio)
    return image
