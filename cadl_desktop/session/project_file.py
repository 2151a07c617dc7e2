"""The project file of a document: who else has it open, and whether it is still as it was last seen."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QObject, Signal, Slot

from cadl_desktop.sentences import SentenceError, shortened, shown
from cadl_desktop.session.background import Background
from cadl_desktop.session.document import Document
from cadl_desktop.storage.shared_files import LockHolder, Look, acquire, release, stamp_of
from cadl_desktop.storage.temporary_files import remove_abandoned

if TYPE_CHECKING:
    from cadl_desktop.project import Project

UNSEEN: Look = (0, 0)
"""As no file looks: for a document whose file may have become any other since it was read."""


class HeldError(SentenceError):
    """Another program has the file open: its `holder`."""

    holder: LockHolder | None = None


class ChangedError(SentenceError):
    """The file is no longer what it was when it was read or written here."""


class ProjectFile(QObject):
    """Holds the document's file against other programs, as long as it is the document's.

    `holder` is who else has it open; None where it is held here, or there is no file. `changed` says that
    this has changed.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.holder: LockHolder | None = None
        self._document = document
        self._path = document.path
        self._look: Look | None = None
        # One thread each: what is held and let go of keeps its order, and of two saves the later one stays.
        self._background = Background(self, threads=1)
        self._writing = Background(self, threads=1)
        self._written: dict[tuple[int, Path], Look | None] = {}
        document.path_changed.connect(self._let_go)

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def look(self) -> Look | None:
        """How the file looked when it was last read or written here."""
        return self._look

    def opened(self, look: Look | None) -> None:
        """The document was read from its file, which looked so before."""
        self._look = look
        self._hold()

    def take_over(self) -> None:
        """Holds the file, whoever does so now: they are told when they want to save what they have."""
        self._hold(over=True)

    def save(
        self,
        path: Path,
        project: "Project",
        done: Callable[[Look | None], None],
        failed: Callable[[Exception], None],
        *,
        keep_previous: bool,
        over: bool,
    ) -> None:
        """Writes the project after all that was to be written before; `done` is given what `saved` is to be
        told.

        `failed` hears HeldError where another program has the file open, ChangedError where the document's
        own was changed by another unless it is to be written `over`, and what `save_project` raises.
        """
        is_own, known = path == self._path, self._look
        # One that was opened anew while another save went on is not what that has written.
        written = (self._document.opened, path)

        def write() -> Look | None:
            from cadl_desktop.project import save_project

            if holder := acquire(path):
                raise _held(path, holder)
            try:
                # An earlier save may have written it since this one was asked for.
                expected = (None, known, self._written.get(written))
                if is_own and not over and known is not None and stamp_of(path) not in expected:
                    raise ChangedError("“{name}” was changed on disk since it was opened.", name=path.name)
                save_project(path, project, keep_previous=keep_previous)
            except BaseException:
                if not is_own:
                    release(path)
                raise
            self._written[written] = stamp_of(path)
            return self._written[written]

        self._writing.do(write, done, failed)

    def refused(self, holder: LockHolder) -> None:
        """Somebody else has the file by now: says so, also where that was known."""
        self.holder = holder
        self.changed.emit()

    def saved(self, look: Look | None) -> None:
        """The document is in its file, which looks so now."""
        self._look = look
        self._show_holder(None)

    def give_up(self, path: Path) -> None:
        """The document was saved there, and another is open by now."""
        if path != self._path:
            self._release(path)

    def close(self, seconds: float | None = None) -> None:
        """Lets others have the file; returns when that is done, or after so many seconds. Where the process
        ends before it is done, whoever opens the file finds that nobody has it any more."""
        path = self._path
        self._background.close(seconds=seconds)
        # What is still to be written takes the file again.
        self._writing.close(lambda: None if path is None else release(path), seconds)

    @Slot(object)
    def _let_go(self, path: Path | None) -> None:
        before, self._path, self._look = self._path, path, None
        if before is not None:
            self._release(before)
        self._show_holder(None)

    def _release(self, path: Path) -> None:
        self._background.do(lambda: release(path), lambda _: None, lambda error: None)

    def _hold(self, over: bool = False) -> None:
        path = self._path
        if path is None:
            return

        def done(holder: LockHolder | None) -> None:
            if path == self._path:
                self._show_holder(holder)

        def hold() -> LockHolder | None:
            remove_abandoned(path.parent)
            return acquire(path, over=over)

        self._background.do(hold, done, lambda error: None)

    def _show_holder(self, holder: LockHolder | None) -> None:
        if holder != self.holder:
            self.holder = holder
            self.changed.emit()


def _held(path: Path, holder: LockHolder) -> HeldError:
    error = HeldError(
        "“{name}” was not saved: {who}. Save it under another name.", name=path.name, who=in_words(holder)
    )
    error.holder = holder
    return error


def in_words(holder: LockHolder) -> str:
    """'ada on laptop has it open since 12:30'."""
    since = QDateTime.fromSecsSinceEpoch(int(holder.since))
    words = QLocale().toString(since, QLocale.FormatType.ShortFormat)
    if holder.is_same_user:
        return f"another window of yours has it open since {words}"
    machine, user = shortened(holder.machine), shortened(holder.user)
    if not user:
        return f"it is open on {shown(machine)} since {words}"
    return f"{shown(user)} on {shown(machine)} has it open since {words}"
