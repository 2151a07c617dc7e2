"""Door of the settings: the column of panels as a dock, connected to intake and session."""

from PySide6.QtCore import QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QScrollArea, QWidget

from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.layouts import SPRING, in_column
from cadl_desktop.ui.controls.section import Section
from cadl_desktop.ui.frame.door import Dock, Door, MenuEntry, Place
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.panels.data_panel import DataPanel
from cadl_desktop.ui.panels.encoding_panel import EncodingPanel
from cadl_desktop.ui.panels.run_panel import RunPanel
from cadl_desktop.ui.panels.training_panel import TrainingPanel
from cadl_desktop.ui.theme.theme import GRID

WIDTH = 296
LEAST_WIDTH = 35 * GRID
"""Width that fits every choice and every tile's name in the widest of the fonts."""


class SidePanel(QScrollArea):
    """Column of foldable panels, which scrolls vertically only."""

    def __init__(self, document: Document, crop: Action) -> None:
        super().__init__()
        content = QWidget(self.viewport())
        self.data, self.encoding = DataPanel(document, crop), EncodingPanel(document)
        self.training, self.run = TrainingPanel(document), RunPanel(document)
        panels = {"data": self.data, "encoding": self.encoding, "training": self.training, "run": self.run}
        sections = {name: Section(panel.title, panel, parent=content) for name, panel in panels.items()}
        in_column(*sections.values(), SPRING, on=content, apart=GRID // 2)
        self._sections = {**sections, "training.more": self.training.more}
        self.fold(["encoding", "training.more", "run"])
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what has the focus is scrolled into view
        self.setAccessibleName("Experiment")

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 600)

    def folded(self) -> list[str]:
        """Names of the folded sections."""
        return [name for name, section in self._sections.items() if section.folded]

    def fold(self, names: list[str]) -> None:
        """Folds these sections and unfolds the others."""
        for name, section in self._sections.items():
            section.set_folded(name in names)


class Settings(QObject):
    """Creates the panels and connects them to the intake and the session."""

    def __init__(self, frame: Frame, intake: Intake) -> None:
        super().__init__(frame.window)
        self._session = frame.session
        self.side = SidePanel(frame.session.document, intake.pictures.crop)
        gallery = self.side.data.gallery
        gallery.picture_wanted.connect(intake.pictures.choose)
        gallery.pictures_wanted.connect(intake.picture_sets.offer)
        gallery.points_wanted.connect(intake.tables.choose)
        frame.session.samples_changed.connect(self._tell_of_samples)
        frame.session.updated.connect(self._show_place)
        self.door = Door(
            docks=(
                Dock(
                    "settings", "Experiment", lambda _: self.side, Place.LEFT, is_lazy=False, manual="data.md"
                ),
            ),
            entries=(MenuEntry("new_seed", self.side.run.new_seed, "run", 1),),
        )

    @Slot()
    def _tell_of_samples(self) -> None:
        self.side.data.show_samples(self._session.samples)

    @Slot()
    def _show_place(self) -> None:
        result = self._session.result
        epoch, step = (result.progress.epoch, result.progress.step) if result.progress else (0, 0)
        self.side.training.schedule.drawing.show_place(epoch, result.history.share_done(step))
