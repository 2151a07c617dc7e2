"""The column of settings: data, encoding, training, run, each under a heading that folds."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.layouts import SPRING, in_column
from cadl_desktop.ui.controls.section import Section
from cadl_desktop.ui.panels.data_panel import DataPanel
from cadl_desktop.ui.panels.encoding_panel import EncodingPanel
from cadl_desktop.ui.panels.run_panel import RunPanel
from cadl_desktop.ui.panels.training_panel import TrainingPanel
from cadl_desktop.ui.theme.theme import GRID

WIDTH = 296
LEAST_WIDTH = 35 * GRID
"""Wide enough for every choice and every tile's name, in the widest of the fonts."""
FOLDED_AT_FIRST = ("encoding",)


class SidePanel(QScrollArea):
    """Scrolls up and down, never sideways."""

    def __init__(self, document: Document, crop: Action, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content = QWidget(self.viewport())
        self.data, self.encoding = DataPanel(document, crop), EncodingPanel(document)
        self.training, self.run = TrainingPanel(document), RunPanel(document)
        self._sections = {
            "data": Section(self.data.title, self.data, parent=content),
            "encoding": Section(self.encoding.title, self.encoding, parent=content),
            "training": Section(self.training.title, self.training, parent=content),
            "run": Section(self.run.title, self.run, parent=content),
        }
        self.fold(list(FOLDED_AT_FIRST))
        in_column(*self._sections.values(), SPRING, on=content, apart=GRID // 2)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setAccessibleName("Experiment")

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 600)

    def folded(self) -> list[str]:
        """The names of the sections that are folded."""
        return [name for name, section in self._sections.items() if section.folded]

    def fold(self, names: list[str]) -> None:
        """Folds these sections and unfolds the others."""
        for name, section in self._sections.items():
            section.set_folded(name in names)
