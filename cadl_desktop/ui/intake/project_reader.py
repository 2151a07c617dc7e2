"""Opening of projects and examples in place of the open experiment."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.presets import DEFAULT_CURVE, DEFAULT_PAINTING, preset, preset_names
from cadl_desktop.project import Project, open_project
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.project_file import UNSEEN
from cadl_desktop.session.session import Session
from cadl_desktop.storage.shared_files import Look, stamp_of
from cadl_desktop.ui.intake.examples import DRAWN_INTO, example, tried_on
from cadl_desktop.ui.intake.reader import Reader
from cadl_desktop.ui.intake.saving import Saving
from cadl_desktop.ui.settings.recent_paths import add_recent_file, remember_folder


class ProjectReader(Reader):
    """Opens projects, asking first whether to save what would be lost."""

    brush_wanted = Signal()  # an example with a hole was opened

    def __init__(self, window: QWidget, session: Session, newest: LatestOnly, saving: Saving) -> None:
        super().__init__(window, session, newest)
        self._saving = saving
        self._recovered = -1
        """`Document.opened` of the last recovered copy."""

    @Slot()
    def begin_curve(self) -> None:
        self.begin(DEFAULT_CURVE)

    @Slot()
    def begin_painting(self) -> None:
        self.begin(DEFAULT_PAINTING)

    def begin(self, name: str) -> None:
        """Opens an example. An unchanged example is replaced without a question, as its seed repeats it."""
        if self._is_untouched_example():
            self._begin(name)
        else:
            self._saving.ask_to_save(lambda: self._begin(name))

    def try_on_own(self, name: str) -> None:
        """Applies a preset's method to the open data as one edit, which keeps all runs."""
        before, title = self._document.experiment, preset(name).name
        self._newest.drop()
        self.opened.emit()
        self._document.edit(f"Method: {title}", tried_on(before, name), begins_anew=True)
        text = f"“{title}” on what you have opened: your runs are kept, and Undo goes back."
        self.message.emit("info", text)
        self.request_brush(name)

    def _is_untouched_example(self) -> bool:
        """Whether the open document is an unchanged example.

        An undone edit or a recovered copy may have left runs of other designs, notes and weights.
        """
        document = self._document
        edited = document.undo_stack.count() > 0 or document.opened == self._recovered
        untouched = document.path is None and not edited
        return untouched and document.experiment in map(example, preset_names())

    def _begin(self, name: str) -> None:
        self._newest.drop()
        self.opened.emit()
        self._document.open(example(name), None)
        self._session.open(None, None)
        self.request_brush(name)

    def request_brush(self, name: str) -> None:
        """Asks for the brush if the example has a hole to draw."""
        if name == DRAWN_INTO:
            self.brush_wanted.emit()

    @Slot(object)
    def reload(self, path: Path) -> None:
        """Reads the file again; changes in the window are lost."""
        self._open(path, lost=self._document.experiment)

    def read(self, path: Path, then: Callable[[], None] = lambda: None) -> None:
        """Opens a file, and calls `then` once it is shown."""
        self._open(path, lost=None, then=then)

    def read_copy(
        self, read: Callable[[], Project], path: Path | None, seen: Look | None, then: Callable[[], None]
    ) -> None:
        """Opens a recovery copy of the project at `path`, whose file last looked like `seen`, as unsaved."""

        def show(project: Project, _: Look | None) -> None:
            self._show(project, path)
            self._recovered = self._document.opened
            self._session.file.opened(seen or UNSEEN)
            self._document.mark_results_changed()
            then()

        self._saving.ask_to_save(lambda: self._read(read, None, show, lost=self._document.experiment))

    def _open(self, path: Path, lost: Experiment | None, then: Callable[[], None] = lambda: None) -> None:
        def show(project: Project, look: Look | None) -> None:
            remember_folder(path)
            add_recent_file(path)
            self._show(project, path)
            self._session.file.opened(look)
            then()

        def read() -> Project:
            return open_project(path)

        self._read(read, path, show, lost)

    def _read(
        self,
        read: Callable[[], Project],
        path: Path | None,
        show: Callable[[Project, Look | None], None],
        lost: Experiment | None,
    ) -> None:
        """Reads in the background, then asks whether to save what would be lost, unless that is `lost`.

        The question comes after reading, as nobody saves for a file that can't be opened. The file is then
        read again, as it may have been saved meanwhile.
        """
        was_modified = self._document.modified

        def looked_at_and_read() -> tuple[Look | None, Project]:
            look = stamp_of(path) if path else None
            return look, read()

        def done(found: tuple[Look | None, Project]) -> None:
            look, project = found
            now = self._document.experiment
            if now == lost or not (was_modified or self._document.modified):
                show(project, look)
            else:
                self._saving.ask_to_save(lambda: self._read(read, path, show, lost=self._document.experiment))

        self._background.do(looked_at_and_read, done, self._say_error, self._newest)

    def _show(self, project: Project, path: Path | None) -> None:
        self._newest.drop()
        self.opened.emit()
        self._document.open(project.experiment, path)
        self._session.open(
            project.state,
            project.history,
            project.runs,
            project.number,
            project.snapshots,
            project.note,
            project.diverged,
            project.baseline,
        )
