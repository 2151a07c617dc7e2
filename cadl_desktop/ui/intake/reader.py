"""Base classes of readers and of saving."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.settings.recent_paths import last_folder


class FileHandler(QObject):
    """Object that asks in a window and reports by messages."""

    message = Signal(str, object)  # kind, str

    def __init__(self, window: QWidget, session: Session, newest: LatestOnly) -> None:
        super().__init__(window)
        self._window, self._session, self._newest = window, session, newest
        self._document, self._background = session.document, session.background

    def _say_error(self, error: Exception) -> None:
        self.message.emit("error", sentence_of(error))


class Reader(FileHandler):
    """Reader of one kind of file. Reads in the background, then makes one edit or opens an experiment.

    Readers that share `newest` answer only the newest request.
    """

    opened = Signal()  # the file was read; messages about earlier ones go

    def _ask_for_file(self, title: str, kinds: str) -> Path | None:
        name = file_dialogs.file_to_open(self._window, title, last_folder(), kinds)
        return Path(name) if name else None

    def _say_part_of_project(self, name: str) -> None:
        """Says that an opened file became part of the open project, if that has a file."""
        if self._document.path is not None:
            kept, project = "Save keeps it there, and Undo takes it out again.", self._document.path.name
            self.message.emit("info", f"“{shown(name)}” is part of “{shown(project)}” now: {kept}")
