"""Another experiment in place of what there is: out of a project file, or one that comes along.

What reads files is imported when first used: the window is on screen a tenth sooner.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.presets import DEFAULT_CURVE, DEFAULT_PAINTING, preset
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.settings import add_recent_file, remember_folder
from cadl_desktop.ui.intake.reader import Reader
from cadl_desktop.ui.intake.saving import Saving

if TYPE_CHECKING:
    from cadl_desktop.project import Project


class ProjectReader(Reader):
    """Asks about what would be lost before it is replaced."""

    def __init__(self, window: QWidget, session: Session, newest: Newest, saving: Saving) -> None:
        super().__init__(window, session, newest)
        self._saving = saving

    @Slot()
    def begin_curve(self) -> None:
        self.begin(DEFAULT_CURVE)

    @Slot()
    def begin_painting(self) -> None:
        self.begin(DEFAULT_PAINTING)

    def begin(self, name: str) -> None:
        """Begins with a shipped experiment."""
        experiment = preset(name)
        self._saving.ask_to_save(lambda: self._show_new(experiment))

    def read(self, path: Path) -> None:
        before = self._document.experiment
        self._saving.ask_to_save(lambda: self._open(path, before))

    def _open(self, path: Path, before: Experiment) -> None:
        """What is no longer `before` when the project arrives has been edited since somebody was asked about
        it, so they are asked again."""
        from cadl_desktop.project import open_project

        def show(project: "Project") -> None:
            remember_folder(path)
            add_recent_file(path)
            self._show(project, path)

        def done(project: "Project") -> None:
            if self._document.experiment == before:
                show(project)
            else:
                self._saving.ask_to_save(lambda: show(project))

        self._background.do(lambda: open_project(path), done, self._say_error, self._newest)

    def _show(self, project: "Project", path: Path) -> None:
        self._newest.drop()
        self.opened.emit()
        self._document.open(project.experiment, path)
        self._session.open(
            project.state, project.history, project.runs, project.number, project.snapshots, project.note
        )

    def _show_new(self, experiment: Experiment) -> None:
        self._newest.drop()
        self.opened.emit()
        self._document.open(experiment, None)
        self._session.open(None, None)
