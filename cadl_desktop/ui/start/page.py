"""Start page: begin with one's own data, a lesson, or a preset."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.presets import PAINTERS, preset, preset_groups, preset_names
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.project import open_experiment
from cadl_desktop.sentences import shown
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import CheckBox, PreferenceSwitch, describe, order_tabs
from cadl_desktop.ui.controls.layouts import in_column, in_row, scroll_area, wide
from cadl_desktop.ui.controls.looks import heading, label
from cadl_desktop.ui.controls.tile_button import ARROWS
from cadl_desktop.ui.painting.images import Pixels, image_of
from cadl_desktop.ui.panels.thumbnails import (
    Doubles,
    Loader,
    small_curve,
    small_picture,
    thumbnail_file,
)
from cadl_desktop.ui.settings.recent_paths import recent_files
from cadl_desktop.ui.settings.settings_table import START_PAGE
from cadl_desktop.ui.start.live_tile import LiveTile
from cadl_desktop.ui.start.start_tiles import StartTile
from cadl_desktop.ui.start.tile_grid import Line, TileGrid
from cadl_desktop.ui.theme.theme import GRID, notifier, theme

SHOWN = "learned-painting"
"""Preset that is trained before one's eyes at the start: sharp within ten seconds."""
LONGEST = 336


class OwnPictures(Loader[tuple[str, Path | Part]]):
    """Thumbnails of datasets, given themselves or by the paths of projects, by the keys of their tiles."""

    picture = Signal(str, object)  # the key, uint8 array (height, width, 3)
    curve = Signal(str, object, object)  # the key, points and truth as `small_curve` gives them

    def load(self, one: tuple[str, Path | Part]) -> None:
        key, source = one
        try:
            self._tell(key, open_experiment(source).data if isinstance(source, Path) else source)
        except RuntimeError:
            raise
        except Exception as error:  # damaged files keep their icon
            logging.getLogger(__name__).info("no picture of %s: %s", key, error)

    def _tell(self, key: str, data: Part) -> None:
        if entry("dataset", data.kind).makes == "curve":
            self.curve.emit(key, *small_curve(data))
        else:
            self.picture.emit(key, small_picture(data, LONGEST))


OWN_PICTURE, OWN_POINTS, LESSONS, BACK = "own:picture", "own:points", "lessons", "back"
FOLDERS = {
    "lecture-polynomial-4": (
        "Polynomials",
        "Sums of powers: why more of them bend further, and swing out of control.",
        ("lecture-polynomial-1", "lecture-polynomial-3", "lecture-polynomial-4"),
    ),
    "homework-painting": (
        "Homework",
        "The course's own task: one picture, or a hundred faces in one network.",
        ("homework-painting", "homework-many-pictures"),
    ),
}
"""Tiles that offer several presets: title, sentence and presets, by the one whose picture is shown."""
FOLDED = {name for key, (*_, names) in FOLDERS.items() for name in names if name != key}
LESSON_SHOWN = "lecture-polynomial-3"
"""Preset whose picture stands for the lessons."""
MOST_IN_FRONT = 3
"""Number of tiles before those of one's own data and lessons: what is open, and recent projects."""
PICTURES_AFTER_MS = 100
"""Delay of loading pictures, so that the window is drawn first."""


class StartPage(QWidget):
    """Start page in the middle of the window: what is open or being shown, recent projects, own data and
    lessons first, then every preset. What a tile is for is said at the foot, so that nothing moves.

    Its content is built when it is first shown.
    """

    chosen = Signal(str)  # the preset's name
    recent_chosen = Signal(object)  # Path of a project
    picture_wanted = Signal()
    points_wanted = Signal()
    lessons_wanted = Signal()
    tour_wanted = Signal()
    open_wanted = Signal()
    left = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._document = session, session.document
        self._own = ""
        self.grid: TileGrid | None = None
        self._built: tuple[object, ...] = ()
        self._recent: list[Path] = []
        self._waiting: list[StartTile] = []
        self._pictures = QTimer(self, singleShot=True)
        self._pictures.timeout.connect(self._load_next)
        self._own_pictures = OwnPictures()
        self._own_pictures.picture.connect(self._show_own_picture)
        self._own_pictures.curve.connect(self._show_own_curve)
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
        return self.grid is None or self.try_switch.isHidden() or self.try_switch.isChecked()

    def set_own(self, own: Literal["", "picture", "curve"]) -> None:
        """Says which own data are open, to which presets may be applied."""
        self._own = own

    def showEvent(self, event: QShowEvent) -> None:
        self._build()
        super().showEvent(event)
        self._ask_for_pictures()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._own_pictures.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Gives the tiles the height of the page."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        """Arranges the tiles, with a scroll bar where they need more than the page. Qt, left to decide, would
        show and hide it in turn for ever where they need no more without one."""
        room, grid = self._scroll.contentsRect().size(), self.grid
        if grid is None:
            return
        grid.arrange(room.width(), room.height())
        is_higher = grid.height() > room.height()
        if is_higher:
            bar = self._scroll.verticalScrollBar().sizeHint().width()
            grid.arrange(room.width() - bar, room.height())
        policies = Qt.ScrollBarPolicy
        policy = policies.ScrollBarAlwaysOn if is_higher else policies.ScrollBarAlwaysOff
        self._scroll.setVerticalScrollBarPolicy(policy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.left.emit()
            case key if key in ARROWS and self.grid and self.hasFocus():
                self.grid.focus_first()
            case _:
                super().keyPressEvent(event)

    # Content

    def _build(self) -> None:
        """Builds the page, and its tiles anew where others are to be shown than before."""
        if self.grid is None:
            self._make_frame()
        self._show_try_switch()
        is_shown = self._document.is_shown_only
        recent = [path for path in recent_files() if path != self._document.path]
        recent = recent[: MOST_IN_FRONT if is_shown else MOST_IN_FRONT - 1]
        experiment = self._document.experiment
        content = is_shown, recent, experiment.name, experiment.data.kind
        if content == self._built:
            return
        self._built, self._recent = content, recent
        self._waiting.clear()
        self.grid = TileGrid(self._make_lines(is_shown))
        self.grid.walked.connect(self._show_tile)
        for tile in self.grid.tiles:
            tile.pointed.connect(self._tell_purpose)
        self._scroll.setWidget(self.grid)
        self._fit()
        order_tabs([self.open_button, self.grid.tiles[0], self.at_start_switch])

    def _make_frame(self) -> None:
        """Creates what stands above and below the tiles."""
        title = heading("Watch a small neural network learn to paint your picture")
        self.try_switch = CheckBox()
        self.try_switch.setChecked(True)
        self.tour_button, self.open_button = QPushButton("Show me around"), QPushButton("Open…")
        text = "Five steps on this window: bring, train, look, look back, take home."
        describe(self.tour_button, self.tour_button.text(), text)
        describe(self.open_button, "Open", "Opens a project, a picture or a table of points.")
        self.tour_button.clicked.connect(self.tour_wanted)
        self.open_button.clicked.connect(self.open_wanted)
        self._scroll = scroll_area(self)
        self._scroll.setWidgetResizable(False)
        self._scroll.installEventFilter(self)
        self._purpose = label("", "muted")
        self._purpose.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        title_of_switch = "Show this page at the start"
        self.at_start_switch = PreferenceSwitch(START_PAGE, title_of_switch)
        text = "Whether the program begins with this page when no file is named."
        describe(self.at_start_switch, title_of_switch, text)
        head = in_row(wide(title), self.try_switch, self.tour_button, self.open_button)
        foot = in_row(wide(self._purpose), self.at_start_switch)
        margins = (4 * GRID, 3 * GRID, 4 * GRID, 2 * GRID)
        in_column(head, wide(self._scroll), foot, on=self, apart=2 * GRID, margins=margins)

    def _show_try_switch(self) -> None:
        self.try_switch.setVisible(bool(self._own))
        self.try_switch.setText("Try on my points" if self._own == "curve" else "Try on my picture")
        text = (
            "An example below then learns what you have opened, and your runs are kept; otherwise it is "
            "opened as it is."
        )
        describe(self.try_switch, self.try_switch.text(), text)

    def _make_lines(self, is_shown: bool) -> list[Line]:
        """Lines of tiles. An example that is being shown stands first, or among the presets where there are
        projects to go on with."""
        front: list[tuple[str, Sequence[StartTile]]] = []
        live = self._make_live() if is_shown else None
        if not is_shown:
            front.append(("Go on", [self._make_back()]))
        elif live is not None and not self._recent:
            front.append(("Watch one learn", [live]))
        if self._recent:
            front.append(("Your projects", [self._make_recent(path) for path in self._recent]))
        front.append(("Begin here", [*self._make_own(), self._make_lessons()]))
        left_out = SHOWN if is_shown else ""
        learn, *other, course = [
            (group.title, [self._make_preset(name) for name in group.presets if name != left_out])
            for group in preset_groups()
            if group.title != PAINTERS
        ]
        if live is not None and self._recent:
            learn[1].insert(0, live)
        course[1][:] = [tile for tile in course[1] if tile.key not in FOLDED]
        return [
            Line(front, least=17 * GRID, large=True),
            Line([learn, *other], least=12 * GRID),
            Line([course], least=10 * GRID, apart=GRID),
        ]

    def _make_live(self) -> StartTile:
        experiment = preset(SHOWN)
        text = "A network learns this photograph as you watch; a click shows it at work."
        tile = LiveTile(self._session, SHOWN, experiment.name, text, "play")
        tile.clicked.connect(self.left)
        return tile

    def _make_back(self) -> StartTile:
        experiment = self._document.experiment
        icon, name = "picture" if is_painting(experiment) else "curve", shown(experiment.name)
        tile = LiveTile(self._session, BACK, f"Back to {name}", "Goes back to what you were at (Esc).", icon)
        tile.clicked.connect(self.left)
        return tile

    def _make_preset(self, name: str) -> StartTile:
        experiment = preset(name)
        icon = "picture" if is_painting(experiment) else "curve"
        if name not in FOLDERS:
            tile = StartTile(name, experiment.name, experiment.note, icon)
            tile.clicked.connect(self._clicked)
            return tile
        title, sentence, names = FOLDERS[name]
        tile = StartTile(name, title, sentence, icon)
        menu = QMenu(tile)
        for each in names:
            menu.addAction(preset(each).name).triggered.connect(partial(self.chosen.emit, each))
        tile.clicked.connect(lambda: menu.popup(tile.mapToGlobal(tile.rect().bottomLeft())))
        return tile

    def _make_own(self) -> list[StartTile]:
        text = "Any photograph or drawing: choose a part of it, and a network paints it."
        picture = StartTile(OWN_PICTURE, "Your own picture…", text, "picture", "Drop it here, or choose")
        picture.takes_drops = True
        picture.clicked.connect(self.picture_wanted)
        text = "Two columns of a table: a network draws the curve through them."
        points = StartTile(OWN_POINTS, "Your own points…", text, "curve", "From a table")
        points.clicked.connect(self.points_wanted)
        return [picture, points]

    def _make_lessons(self) -> StartTile:
        text = "From one error to a painted picture: pages to play with, each with a figure and a small goal."
        tile = StartTile(LESSONS, "Lessons", text, "curve", "In small steps")
        tile.clicked.connect(self.lessons_wanted)
        return tile

    def _make_recent(self, path: Path) -> StartTile:
        folder = f"In “{shown(path.parent.name or path.parent)}”"
        tile = StartTile(str(path), path.stem, f"A project of yours. {folder}.", "open", folder)
        tile.clicked.connect(lambda: self.recent_chosen.emit(path))
        return tile

    @Slot()
    def _clicked(self) -> None:
        tile = self.sender()
        if isinstance(tile, StartTile):
            self.chosen.emit(tile.key)

    @Slot(object)
    def _show_tile(self, tile: StartTile) -> None:
        self._scroll.ensureWidgetVisible(tile, 0, 4 * GRID)

    @Slot(bool)
    def _tell_purpose(self, pointed: bool) -> None:
        """Says what the tile is for that the pointer or else the focus is on."""
        tiles = self.grid.tiles if self.grid else []
        told = [tile for tile in tiles if tile is self.sender()] if pointed else []
        told += [tile for tile in tiles if tile.hasFocus()]
        self._purpose.setText(told[0].sentence if told else "")

    @Slot()
    def _ask_for_pictures(self) -> None:
        """Starts loading pictures in the theme's colours, one in each iteration of the event loop."""
        if self.grid and self.isVisible():
            shipped = preset_names()
            tiles = [tile for tile in self.grid.tiles if not isinstance(tile, LiveTile)]
            self._waiting = [tile for tile in reversed(tiles) if tile.key in (*shipped, LESSONS)]
            self._pictures.start(PICTURES_AFTER_MS)

    @Slot()
    def _load_next(self) -> None:
        if not self._waiting:
            if self.isVisible():
                self._ask_for_own_pictures()
            return
        tile = self._waiting.pop()
        name = LESSON_SHOWN if tile.key == LESSONS else tile.key
        tile.set_picture(QPixmap(str(thumbnail_file(name, dark=theme().dark))))
        self._pictures.start(0)

    def _ask_for_own_pictures(self) -> None:
        """Loads the pictures of projects, and of what is open where nothing has been learned of it."""
        wanted: list[tuple[str, Path | Part]] = [(str(path), path) for path in self._recent]
        wanted.append((OWN_POINTS, preset("lecture-tanh").data))
        if not self._document.is_shown_only and self._session.result.prediction is None:
            wanted.append((BACK, self._document.experiment.data))
        self._own_pictures.ask(wanted)

    @Slot(str, object)
    def _show_own_picture(self, key: str, pixels: Pixels) -> None:
        with suppress(KeyError):  # the page was rebuilt meanwhile
            self.tile(key).set_picture(QPixmap.fromImage(image_of(pixels)))

    @Slot(str, object, object)
    def _show_own_curve(self, key: str, points: Doubles, truth: Doubles | None) -> None:
        with suppress(KeyError):
            self.tile(key).set_curve(points, truth)
