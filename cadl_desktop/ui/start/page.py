"""Start page: begin with one's own data, a lesson, or a preset."""

import logging
from contextlib import suppress
from pathlib import Path
from typing import Literal

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QScrollArea, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.presets import preset, preset_groups, preset_names
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.fields import PreferenceSwitch, describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.tile_button import ARROWS
from cadl_desktop.ui.painting.images import Pixels, image_of
from cadl_desktop.ui.panels.thumbnails import Doubles, Loader, small_curve, small_picture, thumbnail_file
from cadl_desktop.ui.settings.recent_paths import recent_files
from cadl_desktop.ui.settings.settings_table import START_PAGE
from cadl_desktop.ui.start.start_tiles import StartTile, TileGrid
from cadl_desktop.ui.theme.theme import GRID, notifier, text_font, theme

LONGEST = 224


class RecentPictures(Loader[Path]):
    """Thumbnails of recent projects' datasets, by path."""

    picture = Signal(str, object)  # the path, uint8 array (height, width, 3)
    curve = Signal(str, object, object)  # the path, points and truth as `small_curve` gives them

    def load(self, one: Path) -> None:
        from cadl_desktop.project import open_experiment

        try:
            self._tell(str(one), open_experiment(one).data)
        except RuntimeError:
            raise
        except Exception as error:  # damaged files keep their icon
            logging.getLogger(__name__).info("no picture of %s: %s", one, error)

    def _tell(self, path: str, data: Part) -> None:
        if entry("dataset", data.kind).makes == "curve":
            self.curve.emit(path, *small_curve(data))
        else:
            self.picture.emit(path, small_picture(data, LONGEST))


OWN_PICTURE, OWN_POINTS, LESSONS = "own:picture", "own:points", "lessons"
MOST_RECENT = 4
PICTURES_AFTER_MS = 100
"""Delay of loading pictures, so that the window is drawn first."""


class StartPage(QScrollArea):
    """Start page in the middle of the window: own data, recent projects and lessons first, then every preset.

    Its content is built when it is first shown.
    """

    chosen = Signal(str)  # the preset's name
    recent_chosen = Signal(object)  # Path of a project
    picture_wanted = Signal()
    points_wanted = Signal()
    lessons_wanted = Signal()
    open_wanted = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._own = ""
        self.grid: TileGrid | None = None
        self.try_switch: QCheckBox | None = None
        self._recent: list[Path] = []
        self._waiting: list[StartTile] = []
        self._pictures = QTimer(self, singleShot=True)
        self._pictures.timeout.connect(self._load_next)
        self._recent_pictures = RecentPictures()
        self._recent_pictures.picture.connect(self._show_recent_picture)
        self._recent_pictures.curve.connect(self._show_recent_curve)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Start page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        notifier().changed.connect(self._ask_for_pictures)

    def tile(self, key: str) -> StartTile:
        """Tile of a key. Raises KeyError."""
        for tile in self.grid.tiles if self.grid else ():
            if tile.key == key:
                return tile
        raise KeyError(key)

    @property
    def tries(self) -> bool:
        """Whether a chosen preset is to be applied to the open data, if it fits them."""
        return self.try_switch is None or self.try_switch.isChecked()

    def set_own(self, own: Literal["", "picture", "curve"]) -> None:
        """Says which own data are open, to which presets may be applied."""
        if own != self._own:
            self._own = own
            self._forget()

    def showEvent(self, event: QShowEvent) -> None:
        if self.grid is None or self._recent != recent_files()[:MOST_RECENT]:
            self._build()
        self.verticalScrollBar().setValue(0)
        super().showEvent(event)
        self._ask_for_pictures()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._recent_pictures.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.left.emit()
            case key if key in ARROWS and self.grid and self.hasFocus():
                self.grid.focus_first()
            case _:
                super().keyPressEvent(event)

    def _forget(self) -> None:
        """Discards the content and rebuilds it, now if visible."""
        self.grid = None
        if self.isVisible():
            self._build()
            self._ask_for_pictures()

    def _build(self) -> None:
        self._waiting.clear()
        self._recent = recent_files()[:MOST_RECENT]
        content = QWidget()
        head, self.grid = self._make_head(), self._make_grid()
        self.grid.walked.connect(self._show_tile)
        title = "Show this page at the start"
        self.at_start_switch = PreferenceSwitch(START_PAGE, title)
        text = "Whether the program begins with this page when no file is named."
        describe(self.at_start_switch, title, text)
        margins = (3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        in_column(head, self.grid, SPRING, self.at_start_switch, on=content, apart=2 * GRID, margins=margins)
        self.setWidget(content)

    def _make_head(self) -> QHBoxLayout:
        title = QLabel("What shall the network learn?")
        font = text_font()
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        self.try_switch = self._make_try_switch() if self._own else None
        self.open_button = QPushButton("Open…")
        describe(self.open_button, "Open", "Opens a project or a picture to paint.")
        self.close_button = QPushButton("Close")
        text = "Leaves this page and shows the network that is open (Esc)."
        describe(self.close_button, self.close_button.text(), text)
        self.open_button.clicked.connect(self.open_wanted)
        self.close_button.clicked.connect(self.left)
        switch = [self.try_switch] if self.try_switch else []
        return in_row(wide(title), *switch, self.open_button, self.close_button)

    def _make_try_switch(self) -> QCheckBox:
        picture = self._own == "picture"
        switch = QCheckBox("Try on my picture" if picture else "Try on my points")
        text = (
            "An example below then learns what you have opened, and your runs are kept; otherwise it is "
            "opened as it is."
        )
        describe(switch, switch.text(), text)
        switch.setChecked(True)
        return switch

    def _make_grid(self) -> TileGrid:
        groups = [("Begin here", [*self._make_own(), self._make_lessons()])]
        for group in preset_groups():
            groups.append((group.title, [self._make_preset(name) for name in group.presets]))
        return TileGrid(groups)

    def _make_preset(self, name: str) -> StartTile:
        experiment = preset(name)
        icon = "picture" if is_painting(experiment) else "curve"
        tile = StartTile(name, experiment.name, experiment.note, icon)
        tile.clicked.connect(self._clicked)
        return tile

    def _make_own(self) -> list[StartTile]:
        text = "Any photograph or drawing: choose a part of it, and a network paints it."
        picture = StartTile(OWN_PICTURE, "Your own picture…", text, "plus")
        picture.clicked.connect(self.picture_wanted)
        text = "Two columns of a table: a network draws the curve through them."
        points = StartTile(OWN_POINTS, "Your own points…", text, "plus")
        points.clicked.connect(self.points_wanted)
        return [picture, points, *map(self._make_recent, self._recent)]

    def _make_lessons(self) -> StartTile:
        text = "From one error to a painted picture: pages to play with, each with a figure and a small goal."
        tile = StartTile(LESSONS, "Lessons", text, "curve")
        x = np.linspace(0, 1, 61)
        valley = np.column_stack((x, (2 * x - 1) ** 2))
        tile.set_curve(valley, valley)
        tile.clicked.connect(self.lessons_wanted)
        return tile

    def _make_recent(self, path: Path) -> StartTile:
        text = f"A project of yours in “{shown(path.parent.name or path.parent)}”."
        tile = StartTile(str(path), path.stem, text, "open")
        tile.clicked.connect(lambda: self.recent_chosen.emit(path))
        return tile

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
        """Starts loading pictures in the theme's colours, one in each iteration of the event loop."""
        if self.grid and self.isVisible():
            shipped = preset_names()
            self._waiting = [tile for tile in reversed(self.grid.tiles) if tile.key in shipped]
            self._pictures.start(PICTURES_AFTER_MS)

    @Slot()
    def _load_next(self) -> None:
        if not self._waiting:
            if self._recent and self.isVisible():
                self._recent_pictures.ask(self._recent)
            return
        tile = self._waiting.pop()
        tile.set_picture(QPixmap(str(thumbnail_file(tile.key, dark=theme().dark))))
        self._pictures.start(0)

    @Slot(str, object)
    def _show_recent_picture(self, path: str, pixels: Pixels) -> None:
        with suppress(KeyError):  # the page was rebuilt meanwhile
            self.tile(path).set_picture(QPixmap.fromImage(image_of(pixels)))

    @Slot(str, object, object)
    def _show_recent_curve(self, path: str, points: Doubles, truth: Doubles | None) -> None:
        with suppress(KeyError):
            self.tile(path).set_curve(points, truth)
