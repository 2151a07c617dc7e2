"""A copy of the project for recovery, written every few seconds while there is something to lose."""

from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.runs.events import Floats
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.background import Background
from cadl_desktop.session.project_now import project_now
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

if TYPE_CHECKING:
    from cadl_desktop.project import Project
    from cadl_desktop.project.recoveries import RecoveryFolder

EVERY_MS = 7000
"""Ten seconds may be lost, of which writing takes some, and so old a moment may be by then."""

LAST_SECONDS = 0.8
"""So long closing waits for the last copy: a crowded machine has taken six."""

LOG_OUT_SECONDS = 3.0
"""So long the system is kept from ending its session: after five it may end who hasn't answered."""


class Autosave(QObject):
    """Keeps a copy from the first change that isn't saved until all is saved, or given up on purpose."""

    message = Signal(str, object)  # kind, str
    settled = Signal(object)  # str: what a message has said is so no longer
    written = Signal(int)  # bytes

    def __init__(self, session: Session, root: Path) -> None:
        super().__init__(session)
        from cadl_desktop.project.recoveries import RecoveryFolder  # the window is on screen sooner

        self._session, self._document = session, session.document
        self._own = RecoveryFolder(root)
        self._writing = Background(self, threads=1)
        self._busy = self._ended = False
        self._told = ""
        self._copied: tuple[object, ...] = ()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._document.modified_changed.connect(self._follow)

    @Slot()
    def look(self) -> None:
        """Writes a copy where there is something new to lose, or the last one could not take all moments."""
        copy = None if self._busy else self._copy()
        if copy is not None:
            self._busy = True
            self._writing.do(copy, self._done, self._failed)

    def take_over(self, folder: "RecoveryFolder") -> None:
        """Goes on in a folder that was just recovered from: what is in it stays until the next copy is whole,
        which is begun at once."""
        self._give_up()
        self._own = folder
        self.look()

    def keep_now(self) -> None:
        """Returns when there is a copy, or there can be none, or after `LOG_OUT_SECONDS`, when the one before
        it stands. Somebody waits: of moments that no copy has yet only the newest comes along."""
        copy = self._copy(catching_up=0)
        if copy is not None:
            self._busy = True
            under_way = self._writing.do(copy, self._done, self._failed)
            wait([under_way] if under_way else (), LOG_OUT_SECONDS)

    def end(self, *, keep: bool) -> None:
        """Ends with the program: with a last copy, or with none as nobody needs it. It is there, or gone, on
        return, unless that takes longer than somebody waits who closes a window: then the copy before it
        stands, which is seconds old."""
        if self._ended:
            return
        self._ended = True
        self._timer.stop()
        if keep and self._document.modified:
            self._writing.close(self._last(self._copy(catching_up=0)), LAST_SECONDS)
        else:
            self._own.give_up()
            self._writing.close(self._own.discard, LAST_SECONDS)

    def _last(self, copy: Callable[[], int] | None) -> Callable[[], None]:
        own = self._own

        def write() -> None:
            try:
                if copy is not None:
                    copy()
            finally:
                own.unlock()

        return write

    def _copy(self, **room: int) -> Callable[[], int] | None:
        """What writes a copy of all that there is; None where nothing is new, or what is there belongs to a
        network that an edit has just left."""
        session, path = self._session, self._document.path
        if not self._document.modified or session.carrying_over:
            return None
        project, own = project_now(session), self._own
        seen = session.file.look
        told = (project.experiment, project.state, path, seen, project.note, *project.runs)
        if len(told) == len(self._copied) and all(map(_is, told, self._copied)):
            return None
        self._copied = told
        prediction = session.result.prediction

        live = session.status.live

        def write() -> int:
            copied = _consistent(project) if live else project
            return own.write(copied, path, _picture(prediction), seen=seen, **room)

        return write

    @Slot(bool)
    def _follow(self, modified: bool) -> None:
        if not modified:
            self._give_up()

    def _give_up(self) -> None:
        """All is saved, or another project was opened in place of it."""
        self._copied = ()
        self._writing.do(self._own.discard, lambda _: None, lambda error: None)

    def _done(self, written: int) -> None:
        self._busy = False
        if self._told:
            self.settled.emit(self._told)
            self._told = ""
        self.written.emit(written)
        if self._own.behind:
            self._copied = ()
        if self._own.catches_up and self._session.status not in (Status.PREPARING, Status.TRAINING):
            self.look()  # nothing is in its way

    def _failed(self, error: Exception) -> None:
        """Said once, until it has succeeded again; the next copy is tried all the same."""
        self._busy, self._copied = False, ()
        if not self._told:
            self._told = f"Your work isn’t kept for a recovery now: {sentence_of(error)}"
            self.message.emit("warning", self._told)


def _consistent(project: "Project") -> "Project":
    """Of a run that goes on: without what its history tells of the steps since its state."""
    if project.state is None or project.history is None:
        return project
    return replace(project, history=project.history.until(project.state))


def _is(one: object, other: object) -> bool:
    return one is other


def _picture(prediction: Floats | None) -> bytes:
    from cadl_desktop.project.runs import thumbnail_content
    from cadl_desktop.runs.record import thumbnail_of

    return b"" if prediction is None else thumbnail_content(thumbnail_of(prediction))
