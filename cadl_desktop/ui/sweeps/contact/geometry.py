"""Where the tiles of a contact sheet lie."""

from collections.abc import Container
from dataclasses import dataclass, field
from math import ceil

from PySide6.QtCore import QPoint, QRect, QSize

from cadl_desktop.ui.sweeps.contact.arrangement import Arrangement


@dataclass(frozen=True)
class Measures:
    """In pixels of the screen: a tile with its line of words, the gap between blocks, and the room for the
    labels of columns and rows."""

    tile: QSize
    gap: int
    head: int
    side: int


@dataclass(frozen=True)
class Sheet:
    """The tiles by the trials' numbers, and the rooms of the labels: of a column its left and width, of a row
    its top and height. `size` holds all of it."""

    tiles: dict[int, QRect] = field(default_factory=dict)
    columns: tuple[tuple[int, int], ...] = ()
    rows: tuple[tuple[int, int], ...] = ()
    size: QSize = field(default_factory=QSize)

    def at(self, place: QPoint) -> int | None:
        """Whose tile lies there."""
        return next((number for number, tile in self.tiles.items() if tile.contains(place)), None)

    def beside(
        self, number: int | None, across: int, down: int, among: Container[int] | None = None
    ) -> int | None:
        """The next trial in a direction: along the line of tiles, or the nearest one above or below. Where
        only some can be chosen, the next one of these."""
        tiles = {each: tile for each, tile in self.tiles.items() if among is None or each in among}
        order = sorted(tiles, key=lambda each: (tiles[each].top(), tiles[each].left()))
        if number not in tiles:
            return order[0] if order else None
        if across:
            place = order.index(number) + across
            return order[min(max(place, 0), len(order) - 1)]
        here = tiles[number].center()
        beyond = [each for each in order if (tiles[each].center().y() - here.y()) * down > 0]
        return min(
            beyond,
            key=lambda each: (
                abs(tiles[each].center().y() - here.y()),
                abs(tiles[each].center().x() - here.x()),
            ),
            default=number,
        )


def laid_out(arrangement: Arrangement, measures: Measures, width: int) -> Sheet:
    """Each block as wide as there is room for, all of them alike; each row as high as its fullest block."""
    columns, rows = arrangement.columns, arrangement.rows
    side = measures.side if arrangement.down else 0
    head = measures.head if arrangement.across else 0
    fullest = max(map(len, arrangement.blocks.values()), default=1)
    room = (width - side - (columns - 1) * measures.gap) // columns // measures.tile.width()
    wide = min(max(room, 1), fullest)
    block = wide * measures.tile.width()
    lefts = [side + column * (block + measures.gap) for column in range(columns)]
    tiles: dict[int, QRect] = {}
    spans, top = [], head
    for row in range(rows):
        counts = [len(arrangement.blocks.get((column, row), ())) for column in range(columns)]
        height = max(1, ceil(max(counts) / wide)) * measures.tile.height()
        for column, left in enumerate(lefts):
            for place, number in enumerate(arrangement.blocks.get((column, row), ())):
                line, across = divmod(place, wide)
                corner = QPoint(left + across * measures.tile.width(), top + line * measures.tile.height())
                tiles[number] = QRect(corner, measures.tile)
        spans.append((top, height))
        top += height + measures.gap
    size = QSize(lefts[-1] + block, top - measures.gap)
    return Sheet(tiles, tuple((left, block) for left in lefts), tuple(spans), size)
