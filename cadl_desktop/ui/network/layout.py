"""Layout of the network's columns: input at the left, a large output at the right, the layers between."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

from cadl_desktop.drawing.drawn_network import DrawnColumn, Role
from cadl_desktop.ui.network.camera import Camera
from cadl_desktop.ui.network.mosaic import Mosaic, fitted_mosaic
from cadl_desktop.ui.theme.theme import GRID

_SIDE_TILE = 6.0 * GRID
_NARROW_TILE = 5.0 * GRID
_NARROW = 90.0 * GRID
"""Views up to this width get smaller tiles for input and output."""
_NAME_ROOM = 2.0 * GRID
_LEAST_NAMED_TILE = 20.0
_RESULT_SHARE = 0.29
"""Largest share of the width that the output's picture takes."""
_CURVE_ASPECT = 1.35
_LINES_SHARE = 0.42
"""Share of the layers' room that goes to the lines between them."""
_MOST_SHARE = 0.6
_LONGEST_TILE = 2.5
"""Largest aspect ratio of a tile, either way; the tiles of a panorama would be mere strips."""
_READOUT_SHARE = 0.3
_HIGHEST_READOUT = 12.0 * GRID
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
    below each layer.
    """
    aspect = shape[1] / shape[0] if shape else 1.0
    tiled = min(max(aspect, 1 / _LONGEST_TILE), _LONGEST_TILE)
    room = QRectF(GRID, GRID / 2, size.width() - 2 * GRID, size.height() - GRID)
    small = size.width() <= _NARROW
    first = _side_column(
        columns[0], QRectF(room.left(), room.top(), _side_tile(small), room.height()), tiled, small
    )
    last = _output_column(columns[-1], room, shape, tiled, small)
    between = columns[1:-1]
    left, right = first.extent.right(), last.extent.left()
    gap, width = _gap_and_width(right - left, len(between))
    placed = [first]
    for number, column in enumerate(between):
        box = QRectF(left + gap + number * (width + gap), room.top(), width, room.height())
        readout = _readout_rect(box, gap, aspect if shape else _CURVE_ASPECT) if with_readouts else QRectF()
        tiles = box.adjusted(0, 0, 0, readout.top() - GRID - box.bottom()) if with_readouts else box
        mosaic = _on_whole_pixels(fitted_mosaic(column.neurons, tiles, tiled))
        placed.append(PlacedColumn(column, box, mosaic, QRectF(), readout))
    return _with_slots([*placed, last], gap, size)


def _gap_and_width(room: float, count: int) -> tuple[float, float]:
    """Width of a gap between columns, and of a layer, with `count` layers in `room`."""
    gap = min(max(room * _LINES_SHARE / (count + 1), _LEAST_LINES), _MOST_LINES)
    gap = min(gap, room * _MOST_SHARE / (count + 1))
    return gap, max((room - (count + 1) * gap) / max(count, 1), 2.0)


def _readout_rect(box: QRectF, gap: float, aspect: float) -> QRectF:
    """Rectangle at the bottom of a layer's box, slightly wider than a narrow box."""
    height = min(_READOUT_SHARE * box.height(), (box.width() + gap / 2) / aspect, _HIGHEST_READOUT)
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
    column: DrawnColumn, room: QRectF, shape: tuple[int, int] | None, tiled: float, small: bool
) -> PlacedColumn:
    """Output column: its picture, or the one curve, as large as the room allows."""
    if shape is None and column.neurons == 1:
        large = _output_rect(room, _CURVE_ASPECT)
        return PlacedColumn(column, room, Mosaic(large, 1, 1), QRectF())
    if not column.has_result:
        side = QRectF(room.right() - _RESULT_SHARE * room.width(), room.top(), 0, room.height())
        side.setRight(room.right())
        return PlacedColumn(
            column, room, _on_whole_pixels(fitted_mosaic(column.neurons, side, 1.0)), QRectF()
        )
    aspect = shape[1] / shape[0] if shape else 1.0  # a square, until it is known
    result = _output_rect(room, aspect)
    tile = _side_tile(small)
    side = QRectF(result.left() - 2 * GRID - tile, room.top(), tile, room.height())
    placed = _side_column(column, side, tiled, small)
    return replace(placed, result=result)


def _output_rect(room: QRectF, aspect: float) -> QRectF:
    """Largest rectangle of this aspect at the right edge, vertically centred, in whole pixels."""
    width = min(_RESULT_SHARE * room.width(), room.height() * aspect)
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
