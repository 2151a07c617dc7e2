"""Tiles in as many columns as there is room for, walked by the arrow keys."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.tile_button import set_tab_stop, share_width
from cadl_desktop.ui.start.tile import LEAST_WIDTH, StartTile
from cadl_desktop.ui.theme.theme import GRID

GAP = 2 * GRID

Group = tuple[str, Sequence[StartTile]]


class TileGrid(QWidget):
    """Groups of tiles, each under its heading. One tile is in the tab order, arrow keys go on from there."""

    walked = Signal(object)  # the StartTile that an arrow key went to

    def __init__(self, groups: Sequence[Group], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups = groups
        self._headings = [label(title, "heading") for title, _ in groups]
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(GAP)
        self.tiles = [tile for _, tiles in groups for tile in tiles]
        set_tab_stop(self.tiles, self.tiles[0])
        self._arrange(1)

    def focus_first(self) -> None:
        self._go_to(self.tiles[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = next((tile for tile in self.tiles if tile.hasFocus()), None)
        to = self._neighbour(focused, Qt.Key(event.key())) if focused else None
        if to is None:
            event.ignore()
        else:
            self._go_to(to)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(max(1, (self.width() + GAP) // (LEAST_WIDTH + GAP)))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        share_width(self._grid, columns, self._columns)
        self._columns = columns
        row = 0
        for heading, (_, tiles) in zip(self._headings, self._groups, strict=True):
            self._grid.addWidget(heading, row, 0, 1, columns)
            for index, tile in enumerate(tiles):
                self._grid.addWidget(tile, row + 1 + index // columns, index % columns)
            row += 1 + -(-len(tiles) // columns)

    def _rows(self) -> list[Sequence[StartTile]]:
        columns = self._columns
        return [
            tiles[start : start + columns]
            for _, tiles in self._groups
            for start in range(0, len(tiles), columns)
        ]

    def _neighbour(self, tile: StartTile, key: Qt.Key) -> StartTile | None:
        """The tile beside, above or below, also of the next group; None at the edge."""
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            to = self.tiles.index(tile) + (1 if key == Qt.Key.Key_Right else -1)
            return self.tiles[to] if 0 <= to < len(self.tiles) else None
        if key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return None
        rows = self._rows()
        here = next(index for index, row in enumerate(rows) if tile in row)
        to = here + (1 if key == Qt.Key.Key_Down else -1)
        if not 0 <= to < len(rows):
            return None
        return rows[to][min(rows[here].index(tile), len(rows[to]) - 1)]

    def _go_to(self, tile: StartTile) -> None:
        set_tab_stop(self.tiles, tile)
        tile.setFocus(Qt.FocusReason.TabFocusReason)
        self.walked.emit(tile)
