"""Layout of the network's columns: input at the left, the output at the right, the layers between."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf

from PySide6.QtCore import QPointF, QRectF, QSizeF

from cadl_desktop.drawing.drawn_network import DrawnColumn, Role
from cadl_desktop.ui.network.camera import Camera
from cadl_desktop.ui.network.mosaic import LEGIBLE, Mosaic, fitted_mosaic, pitch_of
from cadl_desktop.ui.theme.theme import GRID

_SIDE_TILE = 6.0 * GRID
_NARROW_TILE = 5.0 * GRID
_NARROW = 90.0 * GRID
"""Views up to this width get smaller tiles for input and output."""
_NAME_ROOM = 2.0 * GRID
_LEAST_NAMED_TILE = 20.0
_RESULT_SHARE = 0.2
"""Largest share of the width that the output's picture takes, a copy of the one below the network."""
_LEAST_RESULT = 8 * GRID
_NEARLY = 0.85
"""Share of their largest size that legible tiles have at least beside a larger picture of the output."""
_CURVE_ASPECT = 1.35
_LINES_SHARE = 0.2
"""Least share of the layers' room that goes to the lines between them."""
_MOST_SHARE = 0.6
_LONGEST_TILE = 2.5
"""Largest aspect ratio of a tile, either way; the tiles of a panorama would be mere strips."""
_READOUT_SHARE = 0.22
_LEAST_READOUT, _HIGHEST_READOUT = 8.0 * GRID, 12.0 * GRID
_MOST_OF_BOX = 0.5
"""Largest share of a layer's height that its readout takes."""
_WANTED_SIDES = LEGIBLE, 16.0, 12.0
_TALLEST = 28.0 * GRID
"""Largest height that a drawing asks for, but for readouts."""
_LEAST_LINES = 12.0
_MOST_LINES = 18.0 * GRID


@dataclass(frozen=True)
class PlacedColumn:
    """Column with the positions of its tiles.

    `slot` reaches to the middle of the lines on either side. `result` is the rectangle of the picture that
    the output neurons make together, `readout` that of the linear readout below a layer; each is null where
    there is none.
    """

    column: DrawnColumn
    slot: QRectF
    mosaic: Mosaic
    result: QRectF
    readout: QRectF = field(default_factory=QRectF)

    @property
    def is_curve(self) -> bool:
        """Whether the column is the single output neuron of a curve."""
        return self.column.role is Role.OUTPUT and self.mosaic.count == 1 and self.result.isNull()

    @property
    def extent(self) -> QRectF:
        """Bounding rectangle of all that is drawn for the column."""
        return self.mosaic.area | self.result | self.readout

    def viewed_through(self, camera: Camera) -> "PlacedColumn":
        """Column in the view coordinates of a camera."""
        if camera == Camera():
            return self
        return replace(
            self,
            slot=camera.to_view(self.slot),
            mosaic=self.mosaic.viewed_through(camera),
            result=camera.to_view(self.result) if not self.result.isNull() else self.result,
            readout=camera.to_view(self.readout) if not self.readout.isNull() else self.readout,
        )


def arrange_columns(
    columns: Sequence[DrawnColumn],
    size: QSizeF,
    shape: tuple[int, int] | None,
    *,
    with_readouts: bool = False,
) -> tuple[PlacedColumn, ...]:
    """Places all columns in a view of `size`.

    `shape` is (rows, columns) of a painting, None for a curve; `with_readouts` leaves room for a picture
    below each layer. Tiles come before the output's picture until they are `LEGIBLE`.
    """
    between, tiled = columns[1:-1], _tile_aspect(shape)
    readout = (shape[1] / shape[0] if shape else _CURVE_ASPECT) if with_readouts else None
    first, last = _sides(columns, size, shape, _LEAST_RESULT)
    room = QRectF(first.extent.right(), GRID / 2, 0, size.height() - GRID)
    room.setRight(last.extent.left())

    def sizes(more: int) -> tuple[float, float]:
        """Sides of the smallest tile, and of the smallest readout as far as it counts, beside an output's
        picture that is so much larger than the least one."""
        layers, _ = _layers(between, room.adjusted(0, 0, -more, 0), tiled, readout)
        tile = min((one.mosaic.side for one in layers), default=inf)
        below = min((max(one.readout.size().toTuple()) for one in layers), default=inf)
        return tile, min(below, _LEAST_READOUT)

    tile, below = sizes(0)
    wanted = min(tile, max(LEGIBLE, _NEARLY * tile)), below
    most = int(_RESULT_SHARE * size.width()) - _LEAST_RESULT

    def is_too_large(more: int) -> bool:
        return any(found < least for found, least in zip(sizes(more), wanted, strict=True))

    more = bisect_left(range(1, most + 1), True, key=is_too_large)
    first, last = _sides(columns, size, shape, _LEAST_RESULT + more)
    room.setRight(last.extent.left())
    layers, gap = _layers(between, room, tiled, readout)
    return _with_slots([first, *layers, last], gap, size)


def wanted_height(
    columns: Sequence[DrawnColumn],
    width: float,
    shape: tuple[int, int] | None,
    *,
    with_readouts: bool = False,
) -> float:
    """Height of a view of this `width` in which all tiles can be told apart, and read if possible; 0 if that
    takes too much."""
    first, last = _sides(columns, QSizeF(width, _TALLEST), shape, _LEAST_RESULT)
    _, box = _gap_and_width(last.extent.left() - first.extent.right(), len(columns) - 2)
    for side in _WANTED_SIDES:
        pitch = pitch_of(side, _tile_aspect(shape))
        across = max(int(box / pitch.width()), 1)
        rows = max((_rows(column.neurons, across) for column in columns[1:-1]), default=0)
        height = rows * pitch.height() + GRID
        if height <= _TALLEST:
            return height + (_LEAST_READOUT + GRID if with_readouts else 0)
    return 0.0


def _rows(count: int, across: int) -> int:
    """Rows of so many tiles `across`, or of one less where that leaves fewer places empty."""
    return min((-count % columns, -(-count // columns)) for columns in (across, max(across - 1, 1)))[1]


def _tile_aspect(shape: tuple[int, int] | None) -> float:
    """Width over height of a tile."""
    aspect = shape[1] / shape[0] if shape else 1.0
    return min(max(aspect, 1 / _LONGEST_TILE), _LONGEST_TILE)


def _sides(
    columns: Sequence[DrawnColumn], size: QSizeF, shape: tuple[int, int] | None, width: float
) -> tuple[PlacedColumn, PlacedColumn]:
    """Input, and output with a picture of this `width`."""
    room = QRectF(GRID, GRID / 2, size.width() - 2 * GRID, size.height() - GRID)
    small, tiled = size.width() <= _NARROW, _tile_aspect(shape)
    left = QRectF(room.left(), room.top(), _side_tile(small), room.height())
    first = _side_column(columns[0], left, tiled, small)
    return first, _output_column(columns[-1], room, shape, tiled, small, width)


def _layers(
    columns: Sequence[DrawnColumn], room: QRectF, tiled: float, readout: float | None
) -> tuple[list[PlacedColumn], float]:
    """Layers in the room between input and output, and the gap beside each. Tiles are `tiled` times as wide
    as high, and the pictures below, if there are any, `readout` times."""
    count = len(columns)
    gap, width = _gap_and_width(room.width(), count)
    box = QRectF(0, room.top(), width, room.height())
    below = _readout_rect(box, gap, readout).height() + GRID if readout else 0.0
    mosaics = {
        neurons: fitted_mosaic(neurons, box.adjusted(0, 0, 0, -below), tiled)
        for neurons in {column.neurons for column in columns}
    }
    # Lines get what the widest layer leaves of its room.
    used = max((mosaic.area.width() for mosaic in mosaics.values()), default=0.0)
    gap = max(min((room.width() - count * used) / (count + 1), _MOST_LINES), gap)
    width = (room.width() - (count + 1) * gap) / max(count, 1)
    placed = []
    for number, column in enumerate(columns):
        box = QRectF(room.left() + gap + number * (width + gap), room.top(), width, room.height())
        mosaic = mosaics[column.neurons]
        area = mosaic.area.translated(box.center().x() - mosaic.area.center().x(), 0)
        mosaic = _on_whole_pixels(replace(mosaic, area=area))
        rect = _readout_rect(box, gap, readout) if readout else QRectF()
        placed.append(PlacedColumn(column, box, mosaic, QRectF(), rect))
    return placed, gap


def _gap_and_width(room: float, count: int) -> tuple[float, float]:
    """Least width of a gap between columns, and largest of a layer, with `count` layers in `room`."""
    gap = min(max(room * _LINES_SHARE / (count + 1), _LEAST_LINES), _MOST_LINES)
    gap = min(gap, room * _MOST_SHARE / (count + 1))
    return gap, max((room - (count + 1) * gap) / max(count, 1), 2.0)


def _readout_rect(box: QRectF, gap: float, aspect: float) -> QRectF:
    """Rectangle at the bottom of a layer's box, wider than a narrow box."""
    height = min(max(_READOUT_SHARE * box.height(), _LEAST_READOUT), _HIGHEST_READOUT)
    height = min(height, _MOST_OF_BOX * box.height(), (box.width() + gap - GRID / 4) / aspect)
    width, middle = round(height * aspect), box.center().x()
    return QRectF(
        round(middle - width / 2), round(box.bottom() - height), max(width, 2), max(round(height), 2)
    )


def _side_tile(small: bool) -> float:
    return _NARROW_TILE if small else _SIDE_TILE


def _side_column(column: DrawnColumn, room: QRectF, aspect: float, small: bool) -> PlacedColumn:
    """Single file of tiles with their names below, if there is room for the names."""
    count = max(column.neurons, 1)
    has_names = (
        column.neurons <= len(column.names) and room.height() / count >= _LEAST_NAMED_TILE + _NAME_ROOM
    )
    side = _side_tile(small)
    name_room = _NAME_ROOM if has_names else 0
    mosaic = fitted_mosaic(
        column.neurons,
        room,
        aspect,
        largest=side,
        name_room=name_room,
        most_columns=1 if has_names else None,
    )
    return PlacedColumn(column, room, _on_whole_pixels(mosaic), QRectF())


def _output_column(
    column: DrawnColumn,
    room: QRectF,
    shape: tuple[int, int] | None,
    tiled: float,
    small: bool,
    width: float,
) -> PlacedColumn:
    """Output column, with a picture or curve of this `width` if the room is high enough."""
    if shape is None and column.neurons == 1:
        large = _output_rect(room, _CURVE_ASPECT, width)
        return PlacedColumn(column, room, Mosaic(large, 1, 1), QRectF())
    if not column.has_result:
        side = QRectF(room.right() - width, room.top(), width, room.height())
        return PlacedColumn(
            column, room, _on_whole_pixels(fitted_mosaic(column.neurons, side, 1.0)), QRectF()
        )
    aspect = shape[1] / shape[0] if shape else 1.0  # a square, until it is known
    result = _output_rect(room, aspect, width)
    tile = _side_tile(small)
    side = QRectF(result.left() - 2 * GRID - tile, room.top(), tile, room.height())
    placed = _side_column(column, side, tiled, small)
    return replace(placed, result=result)


def _output_rect(room: QRectF, aspect: float, width: float) -> QRectF:
    """Rectangle of this aspect at the right edge, vertically centred, in whole pixels; narrower than `width`
    where the room isn't high enough."""
    width = min(width, room.height() * aspect)
    height = width / aspect
    return QRectF(
        round(room.right() - width), round(room.center().y() - height / 2), round(width), round(height)
    )


def _on_whole_pixels(mosaic: Mosaic) -> Mosaic:
    """Mosaic with its corner moved to a whole pixel."""
    area = mosaic.area
    return replace(mosaic, area=QRectF(QPointF(round(area.left()), round(area.top())), area.size()))


def _with_slots(placed: Sequence[PlacedColumn], gap: float, size: QSizeF) -> tuple[PlacedColumn, ...]:
    found = []
    for index, one in enumerate(placed):
        wide = one.column.role in (Role.FEATURES, Role.LAYER)
        box = one.slot if wide else one.extent
        left = 0.0 if index == 0 else box.left() - gap / 2
        right = size.width() if index == len(placed) - 1 else box.right() + gap / 2
        found.append(replace(one, slot=QRectF(left, 0, right - left, size.height())))
    return tuple(found)
