"""Intake: hands whatever was opened, dropped or pasted to the reader of its kind.

Readers report paths that can't be looked at as unreadable.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.intake.file_names import ending_of, patterns
from cadl_desktop.ui.intake.picture_reader import (
    PICTURES,
    PictureReader,
    PictureSetReader,
    files_in,
    has_picture,
)
from cadl_desktop.ui.intake.project_reader import ProjectReader
from cadl_desktop.ui.intake.reader import Reader
from cadl_desktop.ui.intake.saving import ENDING, Saving
from cadl_desktop.ui.intake.table_reader import TABLES, TableReader
from cadl_desktop.ui.intake.weights_reader import WeightsReader
from cadl_desktop.ui.settings.recent_paths import last_folder
from cadl_desktop.weights_in.array_files import is_weight_file

_SPREADSHEETS = (".xlsx", ".xls", ".ods")


@dataclass(frozen=True)
class Kind:
    """Kind of file: a test for its paths, its reader, and its endings in the Open dialog."""

    recognises: Callable[[Path], bool]
    read: Callable[[Path], None]
    endings: Sequence[str] = ()
    in_sets: bool = False
    """Whether several of them are pictures for one network."""


class Intake(QObject):
    """Intake of a window. Of files opened in quick succession the last one counts."""

    message = Signal(str, object)  # kind, str
    copies_wanted = Signal()
    """Emitted when a person asks for skipped recovery copies."""
    _files_came = Signal(object)  # list of Paths

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window = window
        newest = LatestOnly()
        self.saving = Saving(window, session, newest)
        self.projects = ProjectReader(window, session, newest, self.saving)
        self.saving.reload_wanted.connect(self.projects.reload)
        self.pictures = PictureReader(window, session, newest)
        self.picture_sets = PictureSetReader(window, session, newest)
        self.tables = TableReader(window, session, newest)
        self.weights = WeightsReader(window, session, newest)
        self._kinds = (
            Kind(lambda path: ending_of(path) == ENDING, self.projects.read, [ENDING]),
            Kind(_is_picture, self.pictures.read, PICTURES, in_sets=True),
            Kind(lambda path: ending_of(path) in TABLES, self.tables.read, TABLES),
            # The table reader says how to convert spreadsheets.
            Kind(lambda path: ending_of(path) in _SPREADSHEETS, self.tables.read),
            Kind(lambda path: ending_of(path) == ".zip" and os.path.isfile(path), self._refuse_archive),
            Kind(is_weight_file, self.weights.read),
            Kind(os.path.isdir, lambda folder: self.picture_sets.read([folder]), in_sets=True),
            # Pictures may have any ending; other files are refused by name.
            Kind(lambda path: True, self.pictures.read, in_sets=True),
        )
        # Queued, as a question would block the program that a drag comes from.
        self._files_came.connect(self.take, Qt.ConnectionType.QueuedConnection)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @property
    def readers(self) -> tuple[Reader, ...]:
        return self.projects, self.pictures, self.picture_sets, self.tables, self.weights

    @Slot(object)
    def take(self, paths: Sequence[Path]) -> None:
        """Reads one file or folder; several paths are pictures for one network if any may be one."""
        kinds = [next(kind for kind in self._kinds if kind.recognises(path)) for path in paths]
        if len(paths) == 1:
            kinds[0].read(paths[0])
        elif any(kind.in_sets for kind in kinds):
            self.picture_sets.read(paths)
        else:
            text = "Only pictures are opened together: open one of these files."
            self.message.emit("warning", text)

    @Slot()
    def choose(self) -> None:
        """Shows the Open dialog."""
        offered = patterns([ending for kind in self._kinds for ending in kind.endings])
        kinds = f"Projects, pictures and tables ({offered})"
        name = file_dialogs.file_to_open(self._window, "Open", last_folder(), kinds)
        if name:
            self.take([Path(name)])

    @Slot()
    def paste(self) -> None:
        """Reads files or a picture from the clipboard."""
        text = "There is no picture on the clipboard; copy a picture or its file first."
        self._take_data(QGuiApplication.clipboard().mimeData(), "The copied picture", text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Reads what is dropped on the window."""
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            event.acceptProposedAction()
            text = "That is no picture; drop a picture or its file."
            self._take_data(event.mimeData(), "The dropped picture", text)
            return True
        if isinstance(event, QDragEnterEvent):
            if files_in(event.mimeData()) or has_picture(event.mimeData()):
                event.acceptProposedAction()
            return True
        return False

    def _refuse_archive(self, path: Path) -> None:
        remedy = "unpack it, with its password if it has one, and open it."
        self.message.emit("error", f"“{shown(path.name)}” is a zip archive: {remedy}")

    def _take_data(self, data: QMimeData | None, name: str, otherwise: str) -> None:
        """Reads files or a picture from `data`, which is None for a clipboard that another program holds."""
        if data is None:
            self.message.emit("warning", otherwise)
        elif paths := files_in(data):
            self._files_came.emit(paths)
        elif has_picture(data):
            self.pictures.read_data(data, name)
        else:
            self.message.emit("warning", otherwise)


def _is_picture(path: Path) -> bool:
    return ending_of(path) in PICTURES and not os.path.isdir(path)
