"""Opening, saving and exporting, as a person goes through it: dialogs, drops, recent files, questions.

What reads and writes files is imported when first used: the window is on screen a tenth sooner.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from cadl_desktop.experiment import Experiment, Value
from cadl_desktop.experiment.presets import DEFAULT_CURVE, DEFAULT_PAINTING, preset, preset_names
from cadl_desktop.runs.events import RunState
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result
from cadl_desktop.ui.controls.fields import catalog_text
from cadl_desktop.ui.controls.tips import wrapped
from cadl_desktop.ui.intake.file_names import file_name, with_ending
from cadl_desktop.ui.intake.own_points import TABLES, is_table
from cadl_desktop.ui.intake.pictures_in import FILES as PICTURE_FILES
from cadl_desktop.ui.intake.pictures_in import PicturesIn
from cadl_desktop.ui.window.settings import (
    add_recent_file,
    forget_recent_files,
    last_folder,
    recent_files,
    remember_folder,
)

if TYPE_CHECKING:
    from cadl_desktop.project import Project

PROJECT_SUFFIX = ".cadl"


class Files(QObject):
    """What the File menu does. Slow parts run in the background; the answer is one sentence in `message`."""

    message = Signal(str, str)
    table_wanted = Signal(object)  # Path
    set_wanted = Signal(object)  # list of Paths of pictures, or of folders of them
    opened = Signal()  # a project or a picture is there: what was said of an earlier one is settled

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._document = session.document
        self._request = 0
        self._export_request = 0
        self.moment: Callable[[], RunState | None] = lambda: None
        """The earlier moment of the run that is looked at, if one is: it is what is exported then."""
        self.looked_at: Callable[[], Mapping[str, Value]] = dict
        """Options of an export as they are looked at: the Export dialog begins with them."""
        session.device_changed.connect(self._load_exports)
        # The dialog may be closed by the time that an export ends.
        session.exporter.exported.connect(self._say_exported)
        session.exporter.cancelled.connect(self._say_cancelled)
        self.pictures = PicturesIn(window, session, self._read)
        self.pictures.message.connect(self.message)
        self.pictures.opened.connect(self.opened)
        # Later, as asking to save would keep the program that a drag came from waiting.
        self.pictures.files_dropped.connect(self.open_paths, Qt.ConnectionType.QueuedConnection)

    # New and open

    @Slot()
    def new_curve(self) -> None:
        self._open_new(preset(DEFAULT_CURVE))

    @Slot()
    def new_painting(self) -> None:
        self._open_new(preset(DEFAULT_PAINTING))

    def open_preset(self, name: str) -> None:
        """Begins with a shipped experiment."""
        self._open_new(preset(name))

    def fill_examples(self, menu: QMenu) -> None:
        """The presets, each with its sentence as a tooltip."""
        menu.setToolTipsVisible(True)
        for name in preset_names():
            experiment = preset(name)
            action = menu.addAction(experiment.name)
            action.setToolTip(wrapped(experiment.note))
            action.triggered.connect(lambda _=False, chosen=experiment: self._open_new(chosen))

    def fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        menu.setToolTipsVisible(True)
        for path in recent_files():
            action = menu.addAction(path.name)
            action.setToolTip(wrapped(str(path)))
            action.triggered.connect(lambda _=False, chosen=path: self.open_path(chosen))
        if menu.isEmpty():
            menu.addAction(self.tr("No recent files")).setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction(self.tr("Forget these")).triggered.connect(lambda: forget_recent_files())

    @Slot()
    def open(self) -> None:
        """Asks for a project, a picture or a table."""
        kinds = self.tr("Projects, pictures and tables (%1)")
        kinds = kinds.replace("%1", f"*{PROJECT_SUFFIX} {PICTURE_FILES} {TABLES}")
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open"), last_folder(), kinds)
        if name:
            self.open_path(Path(name))

    @Slot()
    def import_weights(self) -> None:
        """Asks for a file of weights that fit the network."""
        from cadl_desktop.weights_in.array_files import ENDINGS

        kinds = self.tr("Weights (%1)").replace("%1", " ".join(f"*{ending}" for ending in ENDINGS))
        title = self.tr("Import weights")
        name, _ = QFileDialog.getOpenFileName(self._window, title, last_folder(), kinds)
        if name:
            self.take_weights(Path(name))

    def take_weights(self, path: Path) -> None:
        """Goes on with the weights of a file."""
        from cadl_desktop.session.edits.weight_import import import_weights

        def done() -> None:
            remember_folder(path)
            self.message.emit("info", self.tr("Weights taken from %1.").replace("%1", path.name))

        import_weights(self._session, path, done, self._say_error)

    @Slot(object)
    def open_paths(self, paths: list[Path]) -> None:
        """Opens one file; several are pictures for one network."""
        if len(paths) == 1:
            self.open_path(paths[0])
        else:
            self.set_wanted.emit(paths)

    @Slot(object)
    def open_path(self, path: Path) -> None:
        """Opens a project in place of what there is, or takes a picture, a table, weights or a folder of
        pictures into it."""
        from cadl_desktop.weights_in.array_files import is_weight_file

        if path.suffix.lower() == PROJECT_SUFFIX:
            before = self._document.experiment
            self.ask_to_save(lambda: self._open_project(path, before))
        elif is_weight_file(path):
            self.take_weights(path)
        elif is_table(path):
            self.table_wanted.emit(path)
        elif path.is_dir():
            self.set_wanted.emit([path])
        else:
            self.pictures.bring_file(path)

    def _open_new(self, experiment: Experiment) -> None:
        self.ask_to_save(lambda: self._show_new(experiment))

    def _open_project(self, path: Path, before: Experiment) -> None:
        """Reads a project in the background. What is no longer `before` when it arrives has been edited
        since somebody was asked about it, so they are asked again."""
        from cadl_desktop.project import open_project

        def show(project: "Project") -> None:
            remember_folder(path)
            add_recent_file(path)
            self._show(project, path)

        def done(project: "Project") -> None:
            if self._document.experiment == before:
                show(project)
            else:
                self.ask_to_save(lambda: show(project))

        self._read(lambda: open_project(path), done)

    def _read(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Reads a file in the background; the answer is dropped when something newer was asked for."""
        wanted = self._new_request()
        self._session.background.do(
            work,
            lambda answer: done(answer) if wanted() else None,
            lambda error: self._say_error(error) if wanted() else None,
        )

    def _new_request(self) -> Callable[[], bool]:
        """Of things that are opened quickly the last one counts; the answer says whether it is this."""
        self._request += 1
        mine = self._request
        return lambda: mine == self._request

    def _show(self, project: "Project", path: Path) -> None:
        self._new_request()
        self.opened.emit()
        self._document.open(project.experiment, path)
        self._session.open(project.state, project.history, project.runs, project.number, project.snapshots)

    def _show_new(self, experiment: Experiment) -> None:
        self._new_request()
        self.opened.emit()
        self._document.open(experiment, None)
        self._session.open(None, None)

    # Save

    @Slot()
    def save(self) -> None:
        self.save_then(lambda: None)

    @Slot()
    def save_as(self) -> None:
        self._save_under_new_name(lambda: None)

    def save_then(self, then: Callable[[], None]) -> None:
        """Saves, and goes on with `then` when everything is safely in the file."""
        if self._document.path is None:
            self._save_under_new_name(then)
        else:
            self._save_to(self._document.path, then)

    def _save_under_new_name(self, then: Callable[[], None]) -> None:
        kinds = self.tr("cadl projects (%1)").replace("%1", f"*{PROJECT_SUFFIX}")
        title = self.tr("Save as")
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(self._suggestion()), kinds)
        if name:
            path = with_ending(Path(name), [PROJECT_SUFFIX], PROJECT_SUFFIX)
            if self._may_write(Path(name), path):
                self._save_to(path, then)

    def _suggestion(self) -> Path:
        name = file_name(self._document.experiment.name, self.tr("Experiment"))
        return self._document.path or Path(last_folder()) / f"{name}{PROJECT_SUFFIX}"

    def _may_write(self, typed: Path, path: Path) -> bool:
        """The dialog has asked about a file of the typed name only, without the ending that was added."""
        if path == typed or not path.exists():
            return True
        box = self._question(self.tr("Replace the file?"))
        box.setText(self.tr("“%1” exists already. Replace it?").replace("%1", path.name))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Yes | buttons.Cancel)
        box.setDefaultButton(buttons.Cancel)
        return QMessageBox.StandardButton(box.exec()) == buttons.Yes

    def _save_to(self, path: Path, then: Callable[[], None]) -> None:
        self._session.with_state(lambda result: self._write(path, result, then))

    def _write(self, path: Path, result: Result, then: Callable[[], None]) -> None:
        from cadl_desktop.project import Project, save_project

        experiment = self._document.experiment
        runs = self._session.runs.others()
        history, snapshots = result.history.copy(), result.snapshots.copy()
        project = Project(experiment, result.state, history, runs, result.run, snapshots)
        opened = self._document.opened

        def done(_: object) -> None:
            remember_folder(path)
            add_recent_file(path)
            if self._document.opened == opened:
                edited = self._document.experiment != experiment
                self._document.mark_saved(path, edited, _is_newer(self._session.result, result))
            self.message.emit("info", self.tr("Saved as %1.").replace("%1", path.name))
            then()

        self._session.background.do(lambda: save_project(path, project), done, self._say_error)

    def ask_to_save(self, then: Callable[[], None]) -> None:
        """Calls `then` when nothing would be lost by it: saved, discarded on purpose, or not modified."""
        if not self._document.modified:
            then()
            return
        match self._ask():
            case QMessageBox.StandardButton.Save:
                wanted = self._new_request()
                self.save_then(lambda: then() if wanted() else None)
            case QMessageBox.StandardButton.Discard:
                then()

    def _ask(self) -> QMessageBox.StandardButton:
        box = self._question(self.tr("Save changes?"))
        name = self._document.path.name if self._document.path else self._document.experiment.name
        box.setText(self.tr("Save the changes to “%1”?").replace("%1", name))
        box.setInformativeText(self.tr("Edits and what was learned since the last save are lost otherwise."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        return QMessageBox.StandardButton(box.exec())

    def _question(self, title: str) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(title)
        return box

    # Export

    @Slot()
    def _load_exports(self) -> None:
        """What writes files is read beforehand, so that the first look at the list doesn't stall."""

        def work() -> None:
            import cadl_desktop.export.exports  # noqa: F401

        self._session.background.do(work, lambda _: None, self._say_error)

    def fill_exports(self, menu: QMenu) -> None:
        """What can be exported of this experiment; greyed until there are weights."""
        from cadl_desktop.export.exports import exports_for

        menu.clear()
        menu.setToolTipsVisible(True)
        ready = self._session.result.state is not None or self._session.status.live
        for wanted in exports_for(self._document.experiment):
            action = menu.addAction(self.tr("%1…").replace("%1", catalog_text(wanted.title)))
            text = self.tr("Train first: there is nothing to export yet.")
            action.setToolTip(wrapped(catalog_text(wanted.help) if ready else text))
            action.setEnabled(ready)
            action.triggered.connect(lambda _=False, name=wanted.name: self.export(name))

    @Slot()
    def export(self, first: str = "") -> None:
        """Opens the Export dialog at the export of a name, with what has been learned by now, or by the
        moment that is looked at."""
        self._export_request += 1
        mine = self._export_request

        def show(result: Result) -> None:
            if mine == self._export_request:  # asked for twice before the weights came
                self._show_exports(result, first)

        self._session.load_tensorflow()
        self._session.with_state(show)

    def _show_exports(self, result: Result, first: str) -> None:
        from cadl_desktop.export.trained import Trained
        from cadl_desktop.ui.export.dialog import ExportDialog

        if result.state is None:
            self.message.emit("warning", self.tr("Train first: there is nothing to export yet."))
            return
        experiment, moment = self._document.experiment, self.moment()
        trained = Trained(
            experiment,
            moment or result.state,
            # What came after the moment is no part of what is exported of it.
            result.history.until(moment) if moment else result.history.copy(),
            result.snapshots.until(moment.step) if moment else result.snapshots.copy(),
            compute=self._session.compute,
            known_samples=self._session.samples_of(experiment),
        )
        dialog = ExportDialog(trained, self._session.exporter, first, self._window, self.looked_at())
        dialog.open()

    @Slot(object)
    def _say_exported(self, path: Path) -> None:
        self.message.emit("info", self.tr("Exported to %1.").replace("%1", str(path)))

    @Slot()
    def _say_cancelled(self) -> None:
        self.message.emit("info", self.tr("Cancelled; nothing was written."))

    def _say_error(self, error: Exception) -> None:
        self.message.emit("error", str(error))


def _is_newer(now: Result, saved: Result) -> bool:
    """Whether training has gone on; a prediction that was made since is no news."""
    return now.state is not saved.state or now.progress is not saved.progress
