"""The project file of a document: lock, changes by other programs, and ordered saving."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Signal, Slot

from cadl_desktop.project import Project, save_project
from cadl_desktop.sentences import SentenceError, shortened, shown
from cadl_desktop.session.background import Background
from cadl_desktop.session.document import Document
from cadl_desktop.storage.shared_files import LockHolder, Look, acquire, lock_file_of, release, stamp_of
from cadl_desktop.storage.temporary_files import remove_abandoned

UNSEEN: Look = (0, 0)
"""Look of no file, for a document whose file may have changed in any way since it was read."""


class HeldError(SentenceError):
    """Another program, the `holder`, has the file open."""

    holder: LockHolder | None = None


class ChangedError(SentenceError):
    """The file was changed by another program since it was read or written here, or is gone."""


class GoneError(ChangedError):
    """The file is gone with everything beside it, so that there is nothing to read."""


class ProjectFile(QObject):
    """Locks the document's file against other programs, and saves it.

    `holder` is another program that has the file open; None if the lock is held here or there is no file.
    `changed` is emitted when `holder` changes.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.holder: LockHolder | None = None
        self._document = document
        self._path = document.path
        self._look: Look | None = None
        # One thread each keeps the order: of taking and releasing locks, and of saves.
        self._background = Background(self, threads=1)
        self._writing = Background(self, threads=1)
        self._written: dict[tuple[int, Path], Look | None] = {}
        document.path_changed.connect(self._on_path_changed)

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def look(self) -> Look | None:
        """Modification time and size of the file when it was last read or written here."""
        return self._look

    def opened(self, look: Look | None) -> None:
        """Notes that the document was read from its file, which had this look before, and takes the lock."""
        self._look = look
        self._take_lock()

    def take_over(self) -> None:
        """Takes the lock from another program, which is warned when it saves."""
        self._take_lock(over=True)

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
        """Writes the project after all earlier saves; `done` receives the argument for `saved`.

        `failed` receives HeldError if another program has the file open, ChangedError if another program
        changed the document's file and `over` is False, and errors of `save_project`.
        """
        is_own, known = path == self._path, self._look
        # A project opened during a save is not the one that was written.
        written = (self._document.opened, path)

        def write() -> Look | None:
            # Gone together with our lock beside it: saving would write to where its drive was.
            is_lost = known is not None and stamp_of(path) is None and not lock_file_of(path).exists()
            if is_own and is_lost and not over:
                raise GoneError("“{name}” is gone, perhaps with its drive.", name=path.name)
            if holder := acquire(path):
                raise _held_error(path, holder)
            try:
                # An earlier save may have written the file after this one was requested.
                expected = (None, known, self._written.get(written))
                if is_own and not over and known is not None and stamp_of(path) not in expected:
                    raise ChangedError(
                        "“{name}” was changed on disk since it was opened here.", name=path.name
                    )
                save_project(path, project, keep_previous=keep_previous)
            except BaseException:
                if not is_own:
                    release(path)
                raise
            self._written[written] = stamp_of(path)
            return self._written[written]

        self._writing.do(write, done, failed)

    def refused(self, holder: LockHolder) -> None:
        """Notes the program that has the file, and emits `changed` even if it was known."""
        self.holder = holder
        self.changed.emit()

    def saved(self, look: Look | None) -> None:
        """Stores the look of the file after the document was saved to it."""
        self._look = look
        self._set_holder(None)

    def give_up(self, path: Path) -> None:
        """Releases a file that was saved after another document had been opened."""
        if path != self._path:
            self._release(path)

    def close(self, seconds: float | None = None) -> None:
        """Releases the file; returns when that is done, or after `seconds`.

        If the process ends before, other programs notice that the lock's owner is gone.
        """
        path = self._path
        self._background.close(seconds=seconds)
        # After the remaining saves, which take the lock again.
        self._writing.close(lambda: None if path is None else release(path), seconds)

    @Slot(object)
    def _on_path_changed(self, path: Path | None) -> None:
        before, self._path, self._look = self._path, path, None
        if before is not None:
            self._release(before)
        self._set_holder(None)

    def _release(self, path: Path) -> None:
        self._background.do(lambda: release(path), lambda _: None, lambda error: None)

    def _take_lock(self, over: bool = False) -> None:
        path = self._path
        if path is None:
            return

        def done(holder: LockHolder | None) -> None:
            if path == self._path:
                self._set_holder(holder)

        def hold() -> LockHolder | None:
            remove_abandoned(path.parent)
            return acquire(path, over=over)

        self._background.do(hold, done, lambda error: None)

    def _set_holder(self, holder: LockHolder | None) -> None:
        if holder != self.holder:
            self.holder = holder
            self.changed.emit()


def _held_error(path: Path, holder: LockHolder) -> HeldError:
    error = HeldError(
        "“{name}” was not saved: {who}. Save it under another name.",
        name=path.name,
        who=who_holds(holder),
    )
    error.holder = holder
    return error


def who_holds(holder: LockHolder) -> str:
    """Describes the holder: 'ada on laptop has it open since 12:30'."""
    since = QDateTime.fromSecsSinceEpoch(int(holder.since))
    words = QLocale().toString(since, QLocale.FormatType.ShortFormat)
    if holder.is_same_user:
        return f"another window of yours has it open since {words}"
    machine, user = shortened(holder.machine), shortened(holder.user)
    if not user:
        return f"it is open on {shown(machine)} since {words}"
    return f"{shown(user)} on {shown(machine)} has it open since {words}"
