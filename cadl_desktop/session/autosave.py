"""Autosave: a recovery copy of the project, written every few seconds while there are unsaved changes."""

from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import replace
from operator import is_
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.project import Project
from cadl_desktop.project.listed_runs import thumbnail_content
from cadl_desktop.project.recovery_folders import RecoveryFolder
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.record import thumbnail_of
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.background import Background
from cadl_desktop.session.saved_project import project_now
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

AUTOSAVE_INTERVAL_MS = 7000
"""Interval between copies; with snapshot age and writing time losses stay below ten seconds."""

FINAL_COPY_SECONDS = 0.8
"""How long closing waits for the last copy, which has taken six seconds on a busy machine."""

LOG_OUT_SECONDS = 3.0
"""How long logging out of the system is delayed; after five seconds it may kill the program."""


class Autosave(QObject):
    """Keeps a recovery copy from the first unsaved change until all is saved or discarded on purpose."""

    message = Signal(str, object)  # kind, str
    settled = Signal(object)  # str: a message that no longer holds
    written = Signal(int)  # bytes

    def __init__(self, session: Session, root: Path) -> None:
        super().__init__(session)
        self._session, self._document = session, session.document
        self._own = RecoveryFolder(root)
        self._writing = Background(self, threads=1)
        self._busy = self._ended = False
        self._shown_error = ""
        self._last_contents: tuple[object, ...] = ()
        self._timer = QTimer(self, interval=AUTOSAVE_INTERVAL_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._document.modified_changed.connect(self._on_modified_changed)

    @Slot()
    def look(self) -> None:
        """Writes a copy if something has changed, or if the last copy lacks some snapshots."""
        copy = None if self._busy else self._copy()
        if copy is not None:
            self._busy = True
            self._writing.do(copy, self._done, self._failed)

    def take_over(self, folder: RecoveryFolder) -> None:
        """Continues in a folder that was just recovered, and begins a copy; the old one stays until then."""
        self._discard()
        self._own = folder
        self.look()

    def keep_now(self) -> None:
        """Writes a copy and waits for it, up to `LOG_OUT_SECONDS`; on a timeout the copy before it stays.

        To be quick, only the newest of the snapshots without a copy is written.
        """
        copy = self._copy(catch_up_bytes=0)
        if copy is not None:
            self._busy = True
            writing = self._writing.do(copy, self._done, self._failed)
            wait([writing] if writing else (), LOG_OUT_SECONDS)

    def end(self, *, keep: bool) -> None:
        """Ends with the program: writes a last copy if `keep`, otherwise removes the copy.

        Waits `FINAL_COPY_SECONDS` at most; on a timeout the copy before it stays, which is seconds old.
        """
        if self._ended:
            return
        self._ended = True
        self._timer.stop()
        if keep and self._document.modified:
            self._writing.close(self._final_copy(self._copy(catch_up_bytes=0)), FINAL_COPY_SECONDS)
        else:
            self._own.give_up()
            self._writing.close(self._own.discard, FINAL_COPY_SECONDS)

    def _final_copy(self, copy: Callable[[], int] | None) -> Callable[[], None]:
        own = self._own

        def write() -> None:
            try:
                if copy is not None:
                    copy()
            finally:
                own.unlock()

        return write

    def _copy(self, **room: int) -> Callable[[], int] | None:
        """Returns a function that writes a copy; None if nothing is new or weights are carried over."""
        session, path = self._session, self._document.path
        if not self._document.modified or session.carrying_over:
            return None
        project, own = project_now(session), self._own
        seen = session.file.look
        contents = (
            project.experiment,
            project.state,
            path,
            seen,
            project.note,
            project.baseline,
            *project.runs,
        )
        if len(contents) == len(self._last_contents) and all(map(is_, contents, self._last_contents)):
            return None
        self._last_contents = contents
        prediction, live = session.result.prediction, session.status.live

        def write() -> int:
            consistent = _consistent(project) if live else project
            return own.write(consistent, path, _thumbnail_bytes(prediction), seen=seen, **room)

        return write

    @Slot(bool)
    def _on_modified_changed(self, modified: bool) -> None:
        if not modified:
            self._discard()

    def _discard(self) -> None:
        """Discards the copy: all is saved, or another project was opened."""
        self._last_contents = ()
        self._writing.do(self._own.discard, lambda _: None, lambda error: None)

    def _done(self, written: int) -> None:
        self._busy = False
        if self._shown_error:
            self.settled.emit(self._shown_error)
            self._shown_error = ""
        self.written.emit(written)
        if self._own.behind:
            self._last_contents = ()
        if self._own.can_catch_up and self._session.status not in (Status.PREPARING, Status.TRAINING):
            self.look()  # no training needs the time

    def _failed(self, error: Exception) -> None:
        """Shows the error, once until a copy succeeds again; later copies are still attempted."""
        self._busy, self._last_contents = False, ()
        if not self._shown_error:
            self._shown_error = f"Your work isn’t kept for a recovery now: {sentence_of(error)}"
            self.message.emit("error", self._shown_error)


def _consistent(project: Project) -> Project:
    """Cuts the history of a running training off at its state."""
    if project.state is None or project.history is None:
        return project
    return replace(project, history=project.history.until(project.state.latest))


def _thumbnail_bytes(prediction: Floats | None) -> bytes:
    return b"" if prediction is None else thumbnail_content(thumbnail_of(prediction))
