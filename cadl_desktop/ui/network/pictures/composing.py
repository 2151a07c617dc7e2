"""Puts the tiles of a column into one image, pixel by pixel as they are seen."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from cadl_desktop.ui.network.geometry.mosaic import Mosaic
from cadl_desktop.ui.network.pictures.neuron_pictures import Colours, Size, image_of

Numbers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Cut:
    """What of a mosaic is seen, in pixels of the screen: the neurons of whole rows and columns of tiles, row
    by row (-1 where a tile is missing), and where these begin; `size` is that of every tile, `count` how many
    neurons there are."""

    neurons: Numbers
    tops: Numbers
    lefts: Numbers
    size: Size
    ratio: float
    count: int

    @cached_property
    def shown(self) -> Numbers | slice:
        """The neurons that are there, row by row: of all in their own order simply all, which is faster."""
        there = self.neurons[self.neurons >= 0]
        return slice(None) if np.array_equal(there, np.arange(self.count)) else there

    @cached_property
    def pixels(self) -> tuple[Numbers, Numbers]:
        """The rows and the columns of the image that tiles cover."""
        height, width = self.size
        down = (self.tops[:, None] - self.tops[0] + np.arange(height)).ravel()
        return down, (self.lefts[:, None] - self.lefts[0] + np.arange(width)).ravel()

    @property
    def corner(self) -> QPointF:
        """Where the image stands."""
        return QPointF(int(self.lefts[0]) / self.ratio, int(self.tops[0]) / self.ratio)


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
    lefts = np.round((area.left() + across * pitch.width()) * ratio).astype(np.intp)
    tops = np.round((area.top() + down * pitch.height()) * ratio).astype(np.intp)
    return Cut(neurons, tops, lefts, _size(mosaic, ratio), ratio, mosaic.count)


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
    """One image of tiles (neurons of the cut that are there, *its size); between them one sees through."""
    height, width = seen.size
    rows, columns = seen.neurons.shape
    full = np.zeros((rows * columns, height, width), np.uint32)
    full[(seen.neurons >= 0).ravel()] = tiles
    down, across = seen.pixels
    pixels = np.zeros((int(down[-1]) + 1, int(across[-1]) + 1), np.uint32)
    laid = full.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
    pixels[np.ix_(down, across)] = laid.reshape(rows * height, columns * width)
    image = image_of(pixels)
    image.setDevicePixelRatio(seen.ratio)
    return image
