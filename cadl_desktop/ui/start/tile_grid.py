"""Grid of the start page's tiles: lines of groups under headings, each as wide as the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.tile_button import set_tab_stop
from cadl_desktop.ui.start.start_tiles import StartTile
from cadl_desktop.ui.theme.theme import GRID

_HEADING = 3 * GRID
_LEAST_GAP, _MOST_GAP = 2 * GRID, 5 * GRID
"""Height between two lines."""
_LEAST_LARGE, _LARGEST_SHAPE = 13 * GRID, 0.85
"""Height of a large tile's picture: at least so many pixels, and at most this share of its width."""
_LEAST_SHAPE, _MOST_SHAPE = 2 / 3, 0.8
"""Height of other pictures as a share of their width."""


@dataclass(frozen=True)
class Line:
    """Groups of tiles side by side, all of one width; several rows where they would be narrower than `least`.

    large: the tiles take the height that is left on the page.
    """

    groups: Sequence[tuple[str, Sequence[StartTile]]]
    least: int
    apart: int = 2 * GRID
    large: bool = False

    def tiles(self) -> list[StartTile]:
        return [tile for _, tiles in self.groups for tile in tiles]


class TileGrid(QWidget):
    """Lines of tiles. One tile is in the tab order, arrow keys go on from there."""

    walked = Signal(object)  # the StartTile that an arrow key went to

    def __init__(self, lines: Sequence[Line], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._across = self._room = 0
        self._headings = {}
        for line in lines:
            for title, tiles in line.groups:
                self._headings[tiles[0]] = heading = label(title, "heading")
                heading.setParent(self)
            for tile in line.tiles():
                tile.large = line.large
                tile.setParent(self)
        self.tiles = [tile for line in lines for tile in line.tiles()]
        set_tab_stop(self.tiles, self.tiles[0])

    def focus_first(self) -> None:
        self._go_to(self.tiles[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = next((tile for tile in self.tiles if tile.hasFocus()), None)
        to = self._neighbour(focused, Qt.Key(event.key())) if focused else None
        if to is None:
            event.ignore()
        else:
            self._go_to(to)

    # Places

    def arrange(self, width: int, room: int) -> None:
        """Places all tiles in this width. What is left of the page's height, `room`, goes to large pictures,
        then to the others, and then between lines."""
        self._across, self._room = width, room
        others = sum(
            _width(line, self._across) * sum(1 for _ in _rows(line, self._across))
            for line in self._lines
            if not line.large
        )
        large, shape = float(_LEAST_LARGE), _LEAST_SHAPE
        for line in self._lines:
            if line.large:
                most = _LARGEST_SHAPE * _width(line, self._across)
                large = max(large, min(large + self._left(large, shape), most))
        shape = min(_MOST_SHAPE, shape + max(0, self._left(large, shape)) / max(1, others))
        between = max(0, self._left(large, shape)) // max(1, len(self._lines) - 1)
        height = self._place_all(large, shape, min(_MOST_GAP, _LEAST_GAP + between))
        self.resize(width, height)

    def _left(self, large: float, shape: float) -> int:
        """Height of the page that these pictures leave."""
        return self._room - self._place_all(large, shape, _LEAST_GAP)

    def _place_all(self, large: float, shape: float, gap: int) -> int:
        """Places all tiles with these heights of pictures and gaps, and returns the height of all."""
        top = 0
        for line in self._lines:
            width = _width(line, self._across)
            caption = max(tile.caption_height(width) for tile in line.tiles())
            height = caption + int(large if line.large else shape * width)
            for row in _rows(line, self._across):
                if any(tile in self._headings for tile in row):
                    self._place_headings(line, row, top)
                    top += _HEADING
                for place, tile in enumerate(row):
                    tile.caption = caption
                    tile.setGeometry(self._span(line, place, 1, top, height))
                top += height + line.apart
            top += gap - line.apart
        return top - gap

    def _place_headings(self, line: Line, row: Sequence[StartTile], top: int) -> None:
        starts = [place for place, tile in enumerate(row) if tile in self._headings]
        for start, end in zip(starts, [*starts[1:], len(row)], strict=True):
            self._headings[row[start]].setGeometry(
                self._span(line, start, end - start, top, _HEADING - GRID // 2)
            )

    def _span(self, line: Line, place: int, count: int, top: int, height: int) -> QRect:
        """Room of so many columns of a line. They share its width to the pixel."""
        whole, columns = self._across + line.apart, _columns(line, self._across)
        left, right = (edge * whole // columns for edge in (place, place + count))
        return QRect(left, top, right - left - line.apart, height)

    # Keys

    def _neighbour(self, tile: StartTile, key: Qt.Key) -> StartTile | None:
        """Neighbouring tile, also of the next line; None at the edge."""
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            to = self.tiles.index(tile) + (1 if key == Qt.Key.Key_Right else -1)
            return self.tiles[to] if 0 <= to < len(self.tiles) else None
        if key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return None
        rows = [row for line in self._lines for row in _rows(line, self._across)]
        here = next(index for index, row in enumerate(rows) if tile in row)
        to = here + (1 if key == Qt.Key.Key_Down else -1)
        if not 0 <= to < len(rows):
            return None
        middle = tile.geometry().center().x()
        return min(rows[to], key=lambda other: abs(other.geometry().center().x() - middle))

    def _go_to(self, tile: StartTile) -> None:
        set_tab_stop(self.tiles, tile)
        tile.setFocus(Qt.FocusReason.TabFocusReason)
        self.walked.emit(tile)


def _columns(line: Line, width: int) -> int:
    """Number of tiles in a row of the line; rows are as equal as they can be."""
    count = len(line.tiles())
    most = max(1, (width + line.apart) // (line.least + line.apart))
    return -(-count // -(-count // most))


def _width(line: Line, width: int) -> int:
    columns = _columns(line, width)
    return (width - (columns - 1) * line.apart) // columns


def _rows(line: Line, width: int) -> Iterator[list[StartTile]]:
    tiles, columns = line.tiles(), _columns(line, width)
    return (tiles[start : start + columns] for start in range(0, len(tiles), columns))
