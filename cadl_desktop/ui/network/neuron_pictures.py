"""Renders what neurons compute as small pictures: value arrays in, pixel arrays out."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.theme.theme import Theme, blend, sign_colours, theme

_STEPS = 255
"""Number of colours on either side of zero."""
_INK = 15
"""Number of antialiasing levels of a curve's edge."""
_STROKE = 0.7
"""Half the width of a curve, in pixels at ratio 1."""
_CURVE_REACH = 100.0
"""Curves are clipped at this multiple of their limit."""
_LEAST_LIMIT = 1e-30
_HATCH = 5
"""Distance between hatching strokes in pixels."""

Colours = NDArray[np.uint32]
Numbers = NDArray[np.intp]
Size = tuple[int, int]
"""Rows and columns of pixels."""
Part = tuple[Numbers, Numbers]
"""Rows and columns of a tile's pixels to render."""


def heat_tiles(values: Floats, grid: Size, limits: Floats, size: Size, part: Part | None = None) -> Colours:
    """Values (neurons, places) on a grid of (rows, columns) as coloured tiles (neurons, *size), or a part of
    them. Values at or beyond a neuron's limit, (neurons,), get the full colour."""
    return _sign_coloured(_resized(_finite(values), grid, size, part), limits).transpose(2, 0, 1)


def cell_tiles(values: Floats, grid: Size, limits: Floats, size: Size, part: Part | None = None) -> Colours:
    """Values (neurons, places) as `heat_tiles`, but in cells of one colour where tiles are larger than the
    grid: between the places there are no values."""
    if size[0] < grid[0] or size[1] < grid[1]:
        return heat_tiles(values, grid, limits, size, part)
    down, across = (np.arange(side) * count // side for side, count in zip(size, grid, strict=True))
    if part is not None:
        down, across = down[part[0]], across[part[1]]
    cells = _sign_coloured(_finite(values), limits[:, None]).reshape(len(values), *grid)
    found: Colours = cells[:, down[:, None], across]
    return found


def flat_tiles(numbers: Floats, limits: Floats) -> Colours:
    """Tiles of one colour, each as a single pixel (neurons, 1, 1), from one number per neuron, (neurons,)."""
    return _sign_coloured(_finite(numbers), limits)[:, None, None]


def channel_tiles(values: Floats, grid: Size, size: Size, part: Part | None = None) -> Colours:
    """Red, green and blue (3, places), clipped to 0..255, each from black to its own colour: (3, *size), or a
    part of it."""
    levels = _byte_levels(_resized(_finite(values), grid, size, part))
    found: Colours = (levels << np.array([16, 8, 0], np.uint32)) | np.uint32(0xFF000000)
    return found.transpose(2, 0, 1)


def colour_picture(values: Floats, grid: Size) -> QImage:
    """Red, green and blue (3, places) as one colour picture."""
    red, green, blue = _byte_levels(_finite(values)).reshape(3, *grid)
    pixels = (red << 16) | (green << 8) | blue | np.uint32(0xFF000000)
    return image_of(pixels.astype(np.uint32))


def curve_tiles(
    values: Floats,
    limits: Floats,
    size: Size,
    ratio: float,
    *,
    plain: bool = False,
    part: Part | None = None,
) -> Colours:
    """Values (neurons, places from left to right) as curves about a central zero line, in tiles (neurons,
    *size) or a part of them.

    `size` is in pixels, on a screen of `ratio` pixels per unit; a neuron's limit, (neurons,), reaches nearly
    to the edge. The curve is blue above zero and orange below; a `plain` curve has the colour of the
    network's output.
    """
    height, width = size
    heights = _scaled(_resampled(_finite(values), width), _inverse(limits)[:, None], _CURVE_REACH)
    middle = np.float32(height / 2)
    line = middle - heights * np.float32(height / 2 - 2 * ratio)
    lean = np.sqrt(1 + np.square(np.gradient(line, axis=1))).astype(np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)
    if part is not None:
        rows, (line, lean, heights) = rows[part[0]], (each[:, part[1]] for each in (line, lean, heights))
    away = rows - line[:, None, :]
    ink = np.clip(_STROKE * ratio + 0.5 - np.abs(away) / lean[:, None, :], 0, 1)
    code = (ink * np.float32(_INK) + np.float32(0.5)).astype(np.intp)
    filled = (away > 0) != (rows > middle)
    code += (_INK + 1) * filled
    code += 2 * (_INK + 1) * (np.sign(heights).astype(np.intp) + 1)[:, None, :]
    found: Colours = _curve_colours(theme(), plain).take(code)
    return found


def bar_tiles(values: Floats, limits: Floats, size: Size, ratio: float, part: Part | None = None) -> Colours:
    """Values (neurons, places from left to right) as bars about a central zero line, blue above it and orange
    below, in tiles as those of `curve_tiles`."""
    height, width = size
    across = np.arange(width) * values.shape[1] // width
    rows = np.arange(height, dtype=np.float32) + np.float32(0.5)
    if part is not None:
        rows, across = rows[part[0]], across[part[1]]
    heights = _scaled(_finite(values), _inverse(limits)[:, None], 1.0)[:, across]
    middle = np.float32(height / 2)
    line = middle - heights * np.float32(height / 2 - ratio)
    in_bar = (rows[:, None] > line[:, None, :]) != (rows > middle)[:, None]
    on_zero = np.abs(rows - middle) <= np.float32(ratio / 2)
    code = _INK * (in_bar | on_zero[:, None]) + 2 * (_INK + 1) * (np.sign(heights) + 1)[:, None, :]
    found: Colours = _curve_colours(theme(), False).take(code.astype(np.intp))
    return found


def hatching(size: Size, ratio: float, part: Part | None = None) -> Colours:
    """Tile of a dead neuron, or a part of it (rows, columns)."""
    rows, columns = part or map(np.arange, size)
    period = _hatch_colours(theme(), ratio)
    found: Colours = period[(rows[:, None] + columns) % len(period)]
    return found


def image_of(pixels: Colours) -> QImage:
    """QImage of pixels (rows, columns), opaque or premultiplied."""
    buffer = np.ascontiguousarray(pixels, np.uint32)
    rows, columns = buffer.shape
    image = QImage(buffer.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()  # as the buffer belongs to the array


@lru_cache(maxsize=4)
def _curve_colours(colours: Theme, plain: bool) -> Colours:
    """Colour table by sign (below, at, above zero), then background or filled, then antialiasing level."""
    found = []
    inks = (colours.series,) * 3 if plain else (colours.orange, colours.muted, colours.blue)
    for ink in inks:
        for filled in (0.0, 0.0 if plain else 0.28):
            ground = blend(colours.plot_background, ink, filled)
            found += [QColor(blend(ground, ink, step / _INK)).rgb() for step in range(_INK + 1)]
    return np.array(found, np.uint32)


@lru_cache(maxsize=4)
def _hatch_colours(colours: Theme, ratio: float) -> Colours:
    """Colours across one stroke and the ground up to the next."""
    ground, ink = QColor(colours.surface).rgb(), QColor(blend(colours.surface, colours.muted, 0.5)).rgb()
    found = np.full(max(round(_HATCH * ratio), 3), ground, np.uint32)
    found[: max(round(ratio), 1)] = ink
    return found


def _inverse(limits: Floats) -> Floats:
    """Reciprocal of the limits; 0 for limits too small to matter."""
    nothing = np.zeros(limits.shape, np.float32)
    found: Floats = np.divide(1, limits, out=nothing, where=limits > _LEAST_LIMIT)
    return found


def _scaled(values: Floats, factors: Floats, most: float) -> Floats:
    """Products clipped to -`most`..`most`."""
    with np.errstate(over="ignore"):
        found = values * factors
    return np.clip(found, np.float32(-most), np.float32(most), out=found)


def _sign_coloured(values: Floats, limits: Floats) -> Colours:
    scaled = _scaled(values, _STEPS * _inverse(limits), _STEPS)
    scaled += np.float32(_STEPS + 0.5)
    return sign_colours(theme(), _STEPS).take(scaled.astype(np.intp), mode="clip")


def _resized(values: Floats, grid: Size, size: Size, part: Part | None) -> Floats:
    """Values (neurons, places) of a grid as (*size, neurons), or a part of it: area means where tiles are
    smaller than the grid, linear interpolation where they are larger."""
    down, across = _resampling_matrix(grid[0], size[0]), _resampling_matrix(grid[1], size[1])
    if part is not None:
        down, across = down[part[0]], across[part[1]]
    count = len(values)
    # Neurons adjacent in memory make both products few and large.
    places = np.ascontiguousarray(values.T).reshape(grid[0], grid[1] * count)
    rows = (down @ places).reshape(len(down), grid[1], count)
    found: Floats = np.matmul(across, rows)
    return found


@lru_cache(maxsize=256)
def _resampling_matrix(places: int, pixels: int) -> Floats:
    """Matrix (pixels, places) of each place's share in each pixel."""
    edges = np.linspace(0, places, pixels + 1)
    if pixels < places:
        low, high = edges[:-1, None], edges[1:, None]
        place = np.arange(places)
        shares = np.clip(np.minimum(high, place + 1) - np.maximum(low, place), 0, None)
        found: Floats = (shares / (high - low)).astype(np.float32)
        return found
    middles = np.clip((edges[:-1] + edges[1:]) / 2 - 0.5, 0, places - 1)
    found = np.maximum(0, 1 - np.abs(middles[:, None] - np.arange(places))).astype(np.float32)
    return found


def _resampled(values: Floats, side: int) -> Floats:
    """Values (neurons, places) interpolated linearly at `side` positions."""
    at = np.linspace(0, values.shape[1] - 1, side, dtype=np.float32)
    left = np.minimum(at.astype(np.intp), max(values.shape[1] - 2, 0))
    right = np.minimum(left + 1, values.shape[1] - 1)
    share = at - left
    found: Floats = values[:, left] * (1 - share) + values[:, right] * share
    return found


def _byte_levels(values: Floats) -> NDArray[np.uint32]:
    levels: NDArray[np.uint32] = (np.clip(values, 0, 255) + np.float32(0.5)).astype(np.uint32)
    return levels


def _finite(values: Floats) -> Floats:
    """Values with zeros in place of the non-finite ones of a diverging network."""
    if np.isfinite(values).all():
        return values
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
