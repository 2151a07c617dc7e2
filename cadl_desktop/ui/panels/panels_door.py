"""Door of the settings: the column of panels as a dock, connected to intake and session."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QScrollArea, QWidget

from cadl_desktop.experiment import Problem
from cadl_desktop.experiment.methods.following import sizes_network
from cadl_desktop.experiment.own_settings import own_settings
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row
from cadl_desktop.ui.controls.section import Section
from cadl_desktop.ui.frame.door import Dock, Door, Hideable, MenuEntry, Place
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.panels.data_panel import DataPanel
from cadl_desktop.ui.panels.encoding_panel import EncodingPanel
from cadl_desktop.ui.panels.panel import Panel
from cadl_desktop.ui.panels.run_panel import RunPanel
from cadl_desktop.ui.panels.training_panel import TrainingPanel
from cadl_desktop.ui.theme.theme import GRID

WIDTH = 296
_BROUGHT = frozenset(
    {"method", "parameters", "data.expression", "data.longest", "data.count", "name", "note"}
)
"""Settings that come with a picture or a set of them, are shown in Simple, or say nothing of the training."""
LEAST_WIDTH = 35 * GRID
"""Width that fits every choice and every tile's name in the widest of the fonts."""


class SidePanel(QScrollArea):
    """Column of foldable panels, which scrolls vertically only."""

    def __init__(self, document: Document, crop: Action, painters: Action) -> None:
        super().__init__()
        content = QWidget(self.viewport())
        self.data, self.encoding = DataPanel(document, crop, painters), EncodingPanel(document)
        self.training, self.run = TrainingPanel(document), RunPanel(document)
        panels = {"data": self.data, "encoding": self.encoding, "training": self.training, "run": self.run}
        sections = {name: Section(panel.title, panel, parent=content) for name, panel in panels.items()}
        self._column = in_column(*sections.values(), SPRING, on=content, apart=GRID // 2)
        self._sections = {**sections, "training.more": self.training.more}
        document.problems_changed.connect(self._unfold)
        self.fold(["encoding", "training.more", "run"])
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what has the focus is scrolled into view
        self.setAccessibleName("Experiment")

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 600)

    def section(self, panel: Panel) -> Section:
        return next(each for each in self._sections.values() if each.content is panel)

    @Slot(object)
    def _unfold(self, problems: tuple[Problem, ...]) -> None:
        """Unfolds panels of settings with a problem, which is never hidden."""
        fields = {problem.field for problem in problems}
        for panel in (self.data, self.encoding, self.training, self.run):
            if not fields.isdisjoint(panel.controls()):
                self.section(panel).set_folded(False)

    def add_at_foot(self, widget: QWidget) -> None:
        """Adds a widget below the panels."""
        row = in_row(margins=(GRID, 0, GRID, GRID))
        self._column.insertLayout(self._column.count() - 1, row)  # before it is filled, as `add_row` does
        row.addWidget(widget)
        row.addStretch()

    def folded(self) -> list[str]:
        """Names of the folded sections."""
        return [name for name, section in self._sections.items() if section.folded]

    def fold(self, names: list[str]) -> None:
        """Folds these sections and unfolds the others."""
        for name, section in self._sections.items():
            section.set_folded(name in names)


class Settings(QObject):
    """Creates the panels and connects them to the intake and the session."""

    def __init__(self, frame: Frame, intake: Intake, painters: Action) -> None:
        super().__init__(frame.window)
        self._session = frame.session
        self.side = SidePanel(frame.session.document, intake.pictures.crop, painters)
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
            hideables=tuple(self._hideables()),
        )

    def _hideables(self) -> Iterator[Hideable]:
        side, data, document = self.side, self.side.data, self._session.document
        yield Hideable("pictures", lambda: [data.gallery])
        yield Hideable("more-pictures", lambda: [data.gallery.more])
        yield Hideable("crop", lambda: [data.crop], is_wanted=data.can_crop)
        yield Hideable("method", lambda: [data.method], is_wanted=data.has_method)
        yield Hideable(
            "size", lambda: [data.network_size], is_wanted=lambda: sizes_network(document.experiment)
        )
        yield Hideable("size-limit", lambda: [data.network_size.share])
        own_data = partial(self._needs, data)
        yield Hideable("data", lambda: [data.form], own_data, lambda: not data.form.is_empty())
        yield Hideable("data", lambda: [data.more], own_data)
        for name, panel in (("encoding", side.encoding), ("optimizer", side.training), ("run", side.run)):
            yield Hideable(name, partial(list, [side.section(panel)]), partial(self._needs, panel))

    def _needs(self, panel: Panel) -> bool:
        """Whether a panel has a setting of somebody's own, or one with a problem."""
        document = self._session.document
        fields = own_settings(document.experiment).union(problem.field for problem in document.problems)
        return not fields.isdisjoint(panel.controls().keys() - _BROUGHT)

    @Slot()
    def _tell_of_samples(self) -> None:
        self.side.data.show_samples(self._session.samples)

    @Slot()
    def _show_place(self) -> None:
        result = self._session.result
        epoch, step = (result.progress.epoch, result.progress.step) if result.progress else (0, 0)
        self.side.training.schedule.drawing.show_place(epoch, result.history.share_done(step))
