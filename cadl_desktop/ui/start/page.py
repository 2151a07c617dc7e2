"""The page that a first start shows in the middle of the window."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QScrollArea, QWidget

from cadl_desktop.experiment.presets import preset, preset_names
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.resources import resource
from cadl_desktop.ui.controls.fields import describe, translated
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.tile_button import ARROWS
from cadl_desktop.ui.start.grid import TileGrid
from cadl_desktop.ui.start.tile import StartTile
from cadl_desktop.ui.theme.theme import GRID, notifier, text_font, theme

PICTURES_AFTER_MS = 100
"""How long the pictures wait for the window to be drawn first."""


class StartPage(QScrollArea):
    """Every preset as a tile. Nothing of it is made before it is shown for the first time."""

    chosen = Signal(str)  # the preset's name
    open_wanted = Signal()
    left = Signal()
    at_start_changed = Signal(bool)

    def __init__(self, at_start: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at_start = at_start
        self.grid: TileGrid | None = None
        self._waiting: list[StartTile] = []
        self._pictures = QTimer(self, singleShot=True)
        self._pictures.timeout.connect(self._load_next)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Start page"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        notifier().changed.connect(self._ask_for_pictures)

    def tile(self, name: str) -> StartTile:
        """Raises KeyError where there is no such preset."""
        for tile in self.grid.tiles if self.grid else ():
            if tile.key == name:
                return tile
        raise KeyError(name)

    def showEvent(self, event: QShowEvent) -> None:
        if self.grid is None:
            self._build()
        super().showEvent(event)
        self._ask_for_pictures()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.left.emit()
            case key if key in ARROWS and self.grid and self.hasFocus():
                self.grid.focus_first()
            case _:
                super().keyPressEvent(event)

    def _build(self) -> None:
        content = QWidget()
        head, self.grid = self._make_head(), self._make_grid()
        self.grid.walked.connect(self._show_tile)
        margins = (3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        in_column(head, self.grid, SPRING, self._make_switch(), on=content, apart=2 * GRID, margins=margins)
        self.setWidget(content)

    def _make_head(self) -> QHBoxLayout:
        title = QLabel(self.tr("What shall the network learn?"))
        font = text_font()
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        self.open_button = QPushButton(self.tr("Open…"))
        describe(self.open_button, self.tr("Open"), self.tr("Opens a project or a picture to paint."))
        self.close_button = QPushButton(self.tr("Go on"))
        text = self.tr("Leaves this page and shows the network that is open (Esc).")
        describe(self.close_button, self.close_button.text(), text)
        self.open_button.clicked.connect(self.open_wanted)
        self.close_button.clicked.connect(self.left)
        return in_row(wide(title), self.open_button, self.close_button)

    def _make_grid(self) -> TileGrid:
        paintings: list[StartTile] = []
        curves: list[StartTile] = []
        for name in preset_names():
            experiment = preset(name)
            painting = is_painting(experiment)
            title, text = translated(experiment.name), translated(experiment.note)
            tile = StartTile(name, title, text, "picture" if painting else "curve")
            tile.clicked.connect(self._clicked)
            (paintings if painting else curves).append(tile)
        return TileGrid([(self.tr("Paint a picture"), paintings), (self.tr("Follow a curve"), curves)])

    def _make_switch(self) -> QCheckBox:
        switch = QCheckBox(self.tr("Show this page at the start"))
        text = self.tr("Whether the program begins with this page when no file is named.")
        describe(switch, self.tr("Show this page at the start"), text)
        switch.setChecked(self._at_start)
        switch.toggled.connect(self.at_start_changed)
        self.at_start_switch = switch
        return switch

    @Slot()
    def _clicked(self) -> None:
        tile = self.sender()
        if isinstance(tile, StartTile):
            self.chosen.emit(tile.key)

    @Slot(object)
    def _show_tile(self, tile: StartTile) -> None:
        self.ensureWidgetVisible(tile, 0, 2 * GRID)

    @Slot()
    def _ask_for_pictures(self) -> None:
        """Begins to load the pictures in the theme's colours, one at a time between other events."""
        if self.grid and self.isVisible():
            self._waiting = list(reversed(self.grid.tiles))
            self._pictures.start(PICTURES_AFTER_MS)

    @Slot()
    def _load_next(self) -> None:
        if not self._waiting:
            return
        tile = self._waiting.pop()
        tile.set_picture(QPixmap(str(thumbnail_file(tile.key, dark=theme().dark))))
        self._pictures.start(0)


def thumbnail_file(name: str, *, dark: bool) -> Path:
    """A painting has one picture, a curve one for each theme. The file may not be there."""
    painting = resource("thumbnails", f"{name}.png")
    if painting.exists():
        return painting
    return resource("thumbnails", f"{name}-{'dark' if dark else 'light'}.png")
