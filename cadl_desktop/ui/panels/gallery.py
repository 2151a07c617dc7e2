"""Gallery of everything that can be learned, as tiles."""

from contextlib import suppress

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from cadl_desktop.data.samples import DataError
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Entry, entries, part
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.tile_button import set_tab_stop, share_width
from cadl_desktop.ui.painting.images import Pixels
from cadl_desktop.ui.panels.gallery_tile import SIDE, Tile
from cadl_desktop.ui.panels.thumbnails import Thumbnails, small_curve
from cadl_desktop.ui.theme.theme import GRID

LEAST_COLUMNS = 4
OWN_POINTS = "points"
OWN, OWN_SET = "picture:own", "pictures:own"
_FOLDED = frozenset(
    f"picture:{name}"
    for name in ("camera", "coins", "moon", "motorcycle", "clock", "tissue", "brick", "grass", "gravel")
)
"""Tiles that are hidden until *More pictures*, or until one is in use: the settings below need the room."""
_CAPTIONS = {"hubble deep field": "Hubble", "motorcycle": "Bike"}
"""Short captions for names that don't fit under a tile."""


class Gallery(QWidget):
    """Tiles of every dataset and every shipped picture.

    One tile is in the tab order, arrow keys go on from there, Enter or a click chooses.
    """

    chosen = Signal(str, str)  # dataset, and for pictures which one
    picture_wanted = Signal()
    pictures_wanted = Signal(QPoint)  # for one network; position on screen for the menu
    points_wanted = Signal()  # from a table

    def __init__(self) -> None:
        super().__init__()
        self._tiles = sorted(self._make_tiles(), key=lambda tile: tile.key in _FOLDED)
        self._own: tuple[str, Part] | None = None
        self._drawn: Part | None = None
        self._asked = False
        for tile in self._tiles:
            tile.clicked.connect(self._clicked)
            tile.setVisible(tile.key not in _FOLDED)
        self.more = self._make_more()
        self._name_more(False)
        self._foot = QWidget(self)
        self._buttons = in_row(wide(self.more), on=self._foot)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        self._arrange(LEAST_COLUMNS)
        self._soon = QTimer(self, singleShot=True, interval=100)
        self._soon.timeout.connect(self._ask)
        self._thumbnails = Thumbnails()
        self._thumbnails.ready.connect(self._show_thumbnail)

    def show_data(self, data: Part) -> None:
        """Highlights the tile of the dataset in use."""
        self._show_own(data)
        current = _key(data.kind, str(data.as_dict().get("source", "")))
        for tile in self._tiles:
            tile.setChecked(tile.key == current)
            if tile.key == current == data.kind and data != self._drawn:
                _show_curve(tile, data)
        self._drawn = data
        if current in _FOLDED:
            self.more.setChecked(True)
        set_tab_stop(self._tiles, next((tile for tile in self._tiles if tile.isChecked()), self._tiles[0]))

    def tile(self, key: str) -> Tile:
        """Tile of a key. Raises KeyError."""
        return {tile.key: tile for tile in self._tiles}[key]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, columns = Qt.Key, self._columns
        moves = {key.Key_Left: -1, key.Key_Right: 1, key.Key_Up: -columns, key.Key_Down: columns}
        by = moves.get(Qt.Key(event.key()))
        focused = [index for index, tile in enumerate(self._tiles) if tile.hasFocus()]
        if by is None or not focused:
            event.ignore()
            return
        to = focused[0] + by
        if 0 <= to < len(self._tiles) and not self._tiles[to].isHidden():
            set_tab_stop(self._tiles, self._tiles[to])
            self._tiles[to].setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(max(LEAST_COLUMNS, (self.width() + GRID) // (SIDE + GRID)))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        share_width(self._grid, columns, self._columns)
        self._columns = columns
        for index, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, index // columns, index % columns)
        self._grid.addWidget(self._foot, -(-len(self._tiles) // columns), 0, 1, columns)

    def add_button(self, button: QWidget) -> None:
        """Adds a button beside *More pictures*."""
        self._buttons.addWidget(button, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            # Decoding competes with the drawing of the window, which comes first.
            self._soon.start()

    @Slot()
    def _ask(self) -> None:
        self._thumbnails.ask(self._wanted())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._soon.stop()
        self._thumbnails.stop()
        self._asked = False  # decoded pictures are cached

    def _wanted(self) -> list[tuple[str, Part]]:
        shown = [tile.key for tile in self._tiles if not tile.isHidden()]
        keys = [key for key in shown if ":" in key and key not in (OWN, OWN_SET)]
        named = [(key, *key.split(":")) for key in keys]
        wanted = [(key, part("dataset", kind, source=source)) for key, kind, source in named]
        if self._own:
            wanted.insert(0, self._own)
        return wanted

    def _show_own(self, data: Part) -> None:
        own = _own(data)
        if own == self._own:
            return
        self._own = own
        for key in (OWN, OWN_SET):
            self.tile(key).set_picture(None)
        if own and self.isVisible():
            self._thumbnails.ask(self._wanted())

    def _make_more(self) -> QPushButton:
        more = QPushButton()
        more.setProperty("small", True)
        more.setCheckable(True)
        more.toggled.connect(self._unfold)
        return more

    def _name_more(self, on: bool) -> None:
        self.more.setText("Fewer" if on else "More")
        text = "Shows all photographs that come along, or only some of them."
        describe(self.more, f"{self.more.text()} pictures", text)

    @Slot(bool)
    def _unfold(self, on: bool) -> None:
        for tile in self._tiles:
            if tile.key in _FOLDED:
                tile.setVisible(on)
        self._name_more(on)
        if on and self.isVisible():
            self._ask()

    def _make_tiles(self) -> list[Tile]:
        tiles = []
        for entry in entries("dataset").values():
            if any(parameter.name == "source" for parameter in entry.parameters):
                tiles += [
                    self._picture_tile(entry, name) for name in entry.parameter("source").choice_names()
                ]
            else:
                tile = Tile(entry.kind, entry.title, entry.help, self)
                tile.set_icon_name("curve")
                _show_curve(tile, entry.part())
                tiles.append(tile)
        return tiles

    def _picture_tile(self, entry: Entry, name: str) -> Tile:
        if name != "own":
            title = name.capitalize()
            tile = Tile(_key(entry.kind, name), title, f"{title}. {entry.help}", self)
            tile.setText(_CAPTIONS.get(name, title))
            return tile
        if entry.kind == "pictures":
            text = "Opens several picture files of yours, or a folder of them, for one network."
            tile = Tile(OWN_SET, "Your set", text, self)
            tile.setAccessibleName("Your own pictures\u2026")
        else:
            text = "Opens a picture file of yours to paint."
            tile = Tile(OWN, "Your own", text, self)
            tile.setAccessibleName("Your own picture\u2026")
        tile.set_icon_name("plus")
        return tile

    @Slot()
    def _clicked(self) -> None:
        tile = self.sender()
        if not isinstance(tile, Tile):
            return
        if tile.key == OWN:
            self.picture_wanted.emit()
        elif tile.key == OWN_SET:
            self.pictures_wanted.emit(tile.mapToGlobal(tile.rect().bottomLeft()))
        elif tile.key == OWN_POINTS:
            self.points_wanted.emit()
        elif not tile.isChecked():
            kind, _, source = tile.key.partition(":")
            self.chosen.emit(kind, source)

    @Slot(str, object)
    def _show_thumbnail(self, key: str, pixels: Pixels | None) -> None:
        self.tile(key).set_picture(pixels)


def _own(data: Part) -> tuple[str, Part] | None:
    """Key of the tile for a person's own picture or pictures, and the data whose picture it shows."""
    settings = data.as_dict()
    image = settings.get("image")
    if not isinstance(image, bytes) or not image:
        return None
    shown = part("dataset", data.kind, source="own", image=image)
    return (OWN, shown) if data.kind == "picture" else (OWN_SET, shown.has(count=settings["count"]))


def _show_curve(tile: Tile, data: Part) -> None:
    with suppress(DataError):  # an unfinished function keeps the last curve
        tile.set_curve(*small_curve(data))


def _key(kind: str, source: str) -> str:
    return f"{kind}:{source}" if source else kind
