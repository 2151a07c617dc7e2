"""What neurons compute, as small pictures: arrays in, one image per column out."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.theme.sign_colours import sign_colours
from cadl_desktop.ui.theme.theme import Theme, blend, theme

_STEPS = 255
"""Colours on either side of zero."""
_INK = 15
"""Degrees of a curve's edge, from nothing to full."""
_STROKE = 0.7
"""Half the width of a curve, in pixels of an unmagnified screen."""

Colours = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Atlas:
    """The pictures of a column's first neurons, one below the other, each `width` x `height` pixels."""

    image: QImage
    width: int
    height: int

    def place(self, index: int) -> QRect:
        """Where the picture of one neuron stands in the image."""
        return QRect(0, index * self.height, self.width, self.height)

    def __len__(self) -> int:
        return self.image.height() // self.height


def heat_maps(values: Floats, grid: tuple[int, int], limits: Floats) -> Atlas:
    """Values (neurons, places) on a grid of (rows, columns). What is as large as a neuron's limit,
    (neurons,), or larger has the full colours."""
    scaled = _finite(values) * (_STEPS * _inverse(limits))
    scaled += _STEPS + 0.5
    pixels = sign_colours(theme(), _STEPS).take(scaled.astype(np.intp), mode="clip")
    return _atlas(pixels, grid)


def channel_maps(values: Floats, grid: tuple[int, int], wanted: slice = slice(None)) -> Atlas:
    """Of red, green and blue (3, places), 0 to 255 or beyond, those that are wanted: each from black to its
    own colour."""
    shifts = np.array([[16], [8], [0]], np.uint32)[wanted]
    return _atlas((_levels(values[wanted]) << shifts) | np.uint32(0xFF000000), grid)


def colour_picture(values: Floats, grid: tuple[int, int]) -> QImage:
    """Red, green and blue (3, places) as the one picture that they make."""
    red, green, blue = _levels(values)
    pixels = (red << 16) | (green << 8) | blue | np.uint32(0xFF000000)
    return _atlas(pixels[None], grid).image


def curves(values: Floats, limits: Floats, side: int, ratio: float, *, plain: bool = False) -> Atlas:
    """Values (neurons, places from left to right) as curves about a zero line in the middle.

    Each picture is `side` pixels square, on a screen of `ratio` pixels per unit; a neuron's limit,
    (neurons,), reaches nearly to the edge. What is above zero is blue and what is below is orange; a
    `plain` curve has the colour of what the network makes.
    """
    heights = _resampled(_finite(values), side) * _inverse(limits)
    middle = np.float32(side / 2)
    line = middle - heights * np.float32(side / 2 - 2 * ratio)
    rows = np.arange(side, dtype=np.float32)[:, None] + np.float32(0.5)
    away = rows - line[:, None, :]
    lean = np.sqrt(1 + np.square(np.gradient(line, axis=1))).astype(np.float32)
    ink = np.clip(_STROKE * ratio + 0.5 - np.abs(away) / lean[:, None, :], 0, 1)
    code = (ink * np.float32(_INK) + np.float32(0.5)).astype(np.intp)
    filled = (away > 0) != (rows > middle)
    code += (_INK + 1) * filled
    code += 2 * (_INK + 1) * (np.sign(heights).astype(np.intp) + 1)[:, None, :]
    table = _curve_colours(theme(), plain)
    return _atlas(table.take(code.reshape(len(values), -1)), (side, side))


@lru_cache(maxsize=4)
def _curve_colours(colours: Theme, plain: bool) -> Colours:
    """By sign (below, at, above zero), then ground or filled, then how much ink."""
    found = []
    inks = (colours.series,) * 3 if plain else (colours.orange, colours.muted, colours.blue)
    for ink in inks:
        for filled in (0.0, 0.0 if plain else 0.28):
            ground = blend(colours.plot_background, ink, filled)
            found += [QColor(blend(ground, ink, step / _INK)).rgb() for step in range(_INK + 1)]
    return np.array(found, np.uint32)


def _inverse(limits: Floats) -> Floats:
    """(neurons, 1) for multiplying; 0 where a limit is 0."""
    nothing = np.zeros(len(limits), np.float32)
    found: Floats = np.divide(1, limits, out=nothing, where=limits > 0)[:, None]
    return found


def _resampled(values: Floats, side: int) -> Floats:
    """(neurons, places) at `side` places, in straight lines between those there are."""
    at = np.linspace(0, values.shape[1] - 1, side, dtype=np.float32)
    left = np.minimum(at.astype(np.intp), max(values.shape[1] - 2, 0))
    right = np.minimum(left + 1, values.shape[1] - 1)
    share = at - left
    found: Floats = values[:, left] * (1 - share) + values[:, right] * share
    return found


def _levels(values: Floats) -> NDArray[np.uint32]:
    levels: NDArray[np.uint32] = (np.clip(_finite(values), 0, 255) + np.float32(0.5)).astype(np.uint32)
    return levels


def _finite(values: Floats) -> Floats:
    """The same, with zeros where a network that diverges gives no number."""
    if np.isfinite(values).all():
        return values
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)


def _atlas(pixels: Colours, grid: tuple[int, int]) -> Atlas:
    """Of pixels (neurons, places)."""
    rows, columns = grid
    buffer = np.ascontiguousarray(pixels, np.uint32)
    image = QImage(buffer.data, columns, rows * len(buffer), 4 * columns, QImage.Format.Format_RGB32)
    return Atlas(image.copy(), columns, rows)  # the copy outlives the array
