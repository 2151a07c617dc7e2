"""Where the network's columns stand: input left, a large output right, the layers between, always all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

from cadl_desktop.drawing.drawn_network import DrawnColumn, Role
from cadl_desktop.ui.network.geometry.camera import Camera
from cadl_desktop.ui.network.geometry.mosaic import Mosaic, fitted_mosaic
from cadl_desktop.ui.theme.theme import GRID

_SIDE_TILE = 6.0 * GRID
_NARROW_TILE = 5.0 * GRID
_NARROW = 90.0 * GRID
"""A view this wide or narrower has smaller tiles for what goes in and what comes out."""
_NAME_ROOM = 2.0 * GRID
_LEAST_NAMED = 20.0
_RESULT_SHARE = 0.29
"""How much of the width the output has at most."""
_CURVE_ASPECT = 1.35
_LINES_SHARE = 0.42
"""How much of the room for the layers is left to the lines between them."""
_MOST_SHARE = 0.6
_LONGEST_TILE = 2.5
"""How many times as wide as high tiles are at most, or as high as wide: those of a panorama were lines."""
_READOUT_SHARE = 0.3
_HIGHEST_READOUT = 12.0 * GRID
_LEAST_LINES = 12.0
_MOST_LINES = 18.0 * GRID


@dataclass(frozen=True)
class Placed:
    """A column's tiles; `slot` is the room between the middles of the lines on either side, and `result`
    where its neurons' picture stands, null where they make none; `readout` is where that of a linear readout
    of a layer does, null where none is shown."""

    column: DrawnColumn
    slot: QRectF
    mosaic: Mosaic
    result: QRectF
    readout: QRectF = field(default_factory=QRectF)

    @property
    def is_curve(self) -> bool:
        """Whether its one neuron is the curve that the network makes."""
        return self.column.role is Role.OUTPUT and self.mosaic.count == 1 and self.result.isNull()

    @property
    def extent(self) -> QRectF:
        """All that is drawn of it."""
        return self.mosaic.area | self.result | self.readout

    def seen(self, camera: Camera) -> "Placed":
        """The same as a camera shows it."""
        if camera == Camera():
            return self
        return replace(
            self,
            slot=camera.seen(self.slot),
            mosaic=self.mosaic.seen(camera),
            result=camera.seen(self.result) if not self.result.isNull() else self.result,
            readout=camera.seen(self.readout) if not self.readout.isNull() else self.readout,
        )


def arranged(
    columns: Sequence[DrawnColumn],
    size: QSizeF,
    shape: tuple[int, int] | None,
    *,
    with_readouts: bool = False,
) -> tuple[Placed, ...]:
    """All columns in a view of this size; `shape` is that of a painting, in rows and columns. `with_readouts`
    leaves room for a picture below each layer."""
    aspect = shape[1] / shape[0] if shape else 1.0
    tiled = min(max(aspect, 1 / _LONGEST_TILE), _LONGEST_TILE)
    room = QRectF(GRID, GRID / 2, size.width() - 2 * GRID, size.height() - GRID)
    small = size.width() <= _NARROW
    first = _named(columns[0], QRectF(room.left(), room.top(), _side(small), room.height()), tiled, small)
    last = _output(columns[-1], room, shape, tiled, small)
    between = columns[1:-1]
    left, right = first.extent.right(), last.extent.left()
    gap, width = _shares(right - left, len(between))
    placed = [first]
    for number, column in enumerate(between):
        box = QRectF(left + gap + number * (width + gap), room.top(), width, room.height())
        readout = _readout(box, gap, aspect if shape else _CURVE_ASPECT) if with_readouts else QRectF()
        tiles = box.adjusted(0, 0, 0, readout.top() - GRID - box.bottom()) if with_readouts else box
        mosaic = _whole(fitted_mosaic(column.neurons, tiles, tiled))
        placed.append(Placed(column, box, mosaic, QRectF(), readout))
    return _with_slots([*placed, last], gap, size)


def _shares(room: float, count: int) -> tuple[float, float]:
    """How wide the lines' room and a layer are."""
    gap = min(max(room * _LINES_SHARE / (count + 1), _LEAST_LINES), _MOST_LINES)
    gap = min(gap, room * _MOST_SHARE / (count + 1))
    return gap, max((room - (count + 1) * gap) / max(count, 1), 2.0)


def _readout(box: QRectF, gap: float, aspect: float) -> QRectF:
    """At the foot of a layer's room, and a little wider than that where it is narrow."""
    height = min(_READOUT_SHARE * box.height(), (box.width() + gap / 2) / aspect, _HIGHEST_READOUT)
    width, middle = round(height * aspect), box.center().x()
    return QRectF(
        round(middle - width / 2), round(box.bottom() - height), max(width, 2), max(round(height), 2)
    )


def _side(small: bool) -> float:
    return _NARROW_TILE if small else _SIDE_TILE


def _named(column: DrawnColumn, room: QRectF, aspect: float, small: bool) -> Placed:
    """One file of tiles with their names below, where these have room."""
    count = max(column.neurons, 1)
    has_names = column.neurons <= len(column.names) and room.height() / count >= _LEAST_NAMED + _NAME_ROOM
    side = _side(small)
    name_room = _NAME_ROOM if has_names else 0
    mosaic = fitted_mosaic(
        column.neurons,
        room,
        aspect,
        largest=side,
        name_room=name_room,
        most_columns=1 if has_names else None,
    )
    return Placed(column, room, _whole(mosaic), QRectF())


def _output(
    column: DrawnColumn, room: QRectF, shape: tuple[int, int] | None, tiled: float, small: bool
) -> Placed:
    """The picture that its neurons make, or the one curve, as large as there is room for."""
    if shape is None and column.neurons == 1:
        large = _largest(room, _CURVE_ASPECT)
        return Placed(column, room, Mosaic(large, 1, 1), QRectF())
    if not column.has_result:
        side = QRectF(room.right() - _RESULT_SHARE * room.width(), room.top(), 0, room.height())
        side.setRight(room.right())
        return Placed(column, room, _whole(fitted_mosaic(column.neurons, side, 1.0)), QRectF())
    aspect = shape[1] / shape[0] if shape else 1.0  # a square, until it is known
    result = _largest(room, aspect)
    tile = _side(small)
    side = QRectF(result.left() - 2 * GRID - tile, room.top(), tile, room.height())
    placed = _named(column, side, tiled, small)
    return replace(placed, result=result)


def _largest(room: QRectF, aspect: float) -> QRectF:
    """At the right edge, in the middle of the height, in whole pixels."""
    width = min(_RESULT_SHARE * room.width(), room.height() * aspect)
    height = width / aspect
    return QRectF(
        round(room.right() - width), round(room.center().y() - height / 2), round(width), round(height)
    )


def _whole(mosaic: Mosaic) -> Mosaic:
    """The same with its corner on a pixel."""
    area = mosaic.area
    return replace(mosaic, area=QRectF(QPointF(round(area.left()), round(area.top())), area.size()))


def _with_slots(placed: Sequence[Placed], gap: float, size: QSizeF) -> tuple[Placed, ...]:
    found = []
    for index, one in enumerate(placed):
        wide = one.column.role in (Role.FEATURES, Role.LAYER)
        box = one.slot if wide else one.extent
        left = 0.0 if index == 0 else box.left() - gap / 2
        right = size.width() if index == len(placed) - 1 else box.right() + gap / 2
        found.append(replace(one, slot=QRectF(left, 0, right - left, size.height())))
    return tuple(found)
