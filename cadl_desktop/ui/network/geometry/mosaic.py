"""Where the neurons of one column stand: a mosaic of equal tiles. It knows rectangles and numbers only."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF

from cadl_desktop.ui.network.geometry.camera import Camera

LARGEST = 96.0
"""How many pixels a tile has at most where the whole network is seen."""
SMALLEST = 4.0
"""From here on a tile says more as one colour, its neuron's mean, than as a picture of so few pixels."""
_NEAR_BEST = 0.7
"""A rectangle without holes is wanted, unless its tiles were smaller than this share of the largest."""
_GAPS = ((10.0, 1), (24.0, 2), (48.0, 3))
_WIDEST_GAP = 4


@dataclass(frozen=True)
class Mosaic:
    """`count` tiles in rows of `columns`; below each is room for a name, `name_room` high. `order` says which
    neuron stands first, second, ...; without one they stand in their own order."""

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
        """From one tile to the next."""
        return QSizeF(self.area.width() / self.columns, self.area.height() / max(self.rows, 1))

    @cached_property
    def is_band(self) -> bool:
        """Whether tiles are too small for a picture: each neuron is then its mean alone."""
        return min(self.pitch.width(), self.pitch.height() - self.name_room) < SMALLEST - 1e-6

    @cached_property
    def gap(self) -> int:
        """Pixels between two tiles."""
        if self.is_band:
            return 0
        side = min(self.pitch.width(), self.pitch.height() - self.name_room)
        return next((gap for below, gap in _GAPS if side < below), _WIDEST_GAP)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {neuron: place for place, neuron in enumerate(self.order or range(self.count))}

    def neuron(self, place: int) -> int:
        """Which one stands at a place."""
        return self.order[place] if self.order else place

    def tile(self, neuron: int) -> QRectF:
        """Where a neuron's picture stands."""
        return self.tile_at(self._places[neuron])

    def tile_at(self, place: int) -> QRectF:
        """Where the picture at a place stands, whosever it is."""
        row, column = divmod(place, self.columns)
        pitch = self.pitch
        left, top = self.area.left() + column * pitch.width(), self.area.top() + row * pitch.height()
        return QRectF(left, top, pitch.width() - self.gap, self._height)

    @cached_property
    def _height(self) -> float:
        return max(self.pitch.height() - self.name_room - self.gap, 0.5)

    def heights_of_lines(self, neurons: NDArray[np.intp]) -> NDArray[np.float64]:
        """Where lines of these neurons (lines,) reach the mosaic's edges: within their rows, in the order of
        a row's tiles, so that no two are the same."""
        places = neurons if self.order is None else np.argsort(self.order)[neurons]
        rows, columns = np.divmod(places, self.columns)
        tops = self.area.top() + rows * self.pitch.height()
        return np.asarray(tops + self._height * (columns + 0.5) / self.columns)

    def neuron_at(self, where: QPointF) -> int | None:
        """The one whose tile is at this point, with half of the gap about it."""
        if not self.count or not self.area.contains(where):
            return None
        pitch = self.pitch
        column = min(int((where.x() - self.area.left()) / pitch.width()), self.columns - 1)
        row = min(int((where.y() - self.area.top()) / pitch.height()), self.rows - 1)
        place = row * self.columns + column
        return self.neuron(place) if place < self.count else None

    def beside(self, neuron: int, right: int, down: int) -> int:
        """The neuron so many tiles further, and from either end to the other."""
        place = self._places[neuron] + right
        if down:
            step = self._places[neuron] + down * self.columns
            # From the last row on to the first of the next file, as one reads.
            place = step if 0 <= step < self.count else self._next_file(self._places[neuron], down)
        return self.neuron(place % self.count)

    def _next_file(self, place: int, down: int) -> int:
        file = (place % self.columns + down) % self.columns
        if down > 0:
            return file
        last = file + (self.rows - 1) * self.columns
        return last if last < self.count else last - self.columns

    def seen(self, camera: Camera) -> "Mosaic":
        """The same as a camera shows it."""
        return replace(self, area=camera.seen(self.area), name_room=self.name_room * camera.scale)


def fitted_mosaic(
    count: int,
    room: QRectF,
    aspect: float,
    *,
    largest: float = LARGEST,
    name_room: float = 0.0,
    most_columns: int | None = None,
) -> Mosaic:
    """The one whose tiles, `aspect` times as wide as high, are largest in a room; in its middle."""
    if not count:
        return Mosaic(QRectF(room.center(), QSizeF(0, 0)), 0, 1)
    columns = np.arange(1, min(count, most_columns or count) + 1)
    rows = -(-count // columns)
    heights = np.minimum(room.width() / columns / aspect, room.height() / rows - name_room)
    heights = np.minimum(heights, largest / max(aspect, 1.0))
    holes = columns * rows - count
    good = heights >= _NEAR_BEST * heights.max()
    # Whole rectangles first, of these the squarest.
    wrong = np.where(good, holes * 1e6 + np.abs(np.log(columns * aspect / rows)), np.inf)
    best = int(wrong.argmin())
    height = max(float(heights[best]), 0.25)
    width = float(columns[best]) * height * aspect
    size = QSizeF(width, float(rows[best]) * (height + name_room))
    corner = QPointF(room.center().x() - size.width() / 2, room.center().y() - size.height() / 2)
    return Mosaic(QRectF(corner, size), count, int(columns[best]), name_room)
