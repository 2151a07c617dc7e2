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
    """The tiles by the trials' numbers, and the rooms of the labels: of a column its left, top and width, of
    a row its top and height. `size` holds all of it."""

    tiles: dict[int, QRect] = field(default_factory=dict)
    columns: tuple[tuple[int, int, int], ...] = ()
    rows: tuple[tuple[int, int], ...] = ()
    size: QSize = field(default_factory=QSize)

    @property
    def wraps(self) -> bool:
        """Whether columns stand in several lines, each below its labels."""
        return any(top for _, top, _ in self.columns)

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
    """Each block as wide as there is room for, all of them alike; each line as high as its fullest block.
    Columns without rows go on in further lines."""
    columns, tile, gap = arrangement.columns, measures.tile, measures.gap
    side = measures.side if arrangement.down else 0
    head = measures.head if arrangement.across else 0
    fullest = max(map(len, arrangement.blocks.values()), default=1)
    room = (width - side - (columns - 1) * gap) // columns // tile.width()
    wide = min(max(room, 1), fullest)
    block = wide * tile.width()
    in_line = columns if arrangement.down else min(max((width + gap) // (block + gap), 1), columns)
    lefts = [side + column % in_line * (block + gap) for column in range(columns)]
    tiles: dict[int, QRect] = {}
    heads, spans, top = [0] * columns, [], head
    for row in range(arrangement.rows):
        for first in range(0, columns, in_line):
            top += head if first else 0
            line = range(first, min(first + in_line, columns))
            blocks = {column: arrangement.blocks.get((column, row), ()) for column in line}
            height = max(1, *(ceil(len(numbers) / wide) for numbers in blocks.values())) * tile.height()
            for column, numbers in blocks.items():
                heads[column] = 0 if arrangement.down else top - head
                for place, number in enumerate(numbers):
                    down, across = divmod(place, wide)
                    corner = QPoint(lefts[column] + across * tile.width(), top + down * tile.height())
                    tiles[number] = QRect(corner, tile)
            spans.append((top, height))
            top += height + gap
    size = QSize(max(lefts) + block, top - gap)
    return Sheet(tiles, tuple((*at, block) for at in zip(lefts, heads, strict=True)), tuple(spans), size)
