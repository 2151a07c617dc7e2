"""The sweep that a window shows: begun here, opened, or found again while it still runs."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cadl_desktop.data.samples import Samples
from cadl_desktop.sentences import SentenceError, sentence_of, shown
from cadl_desktop.session.background import Background, LatestOnly, RequestThrottle, ThrottledRequest
from cadl_desktop.session.sweeps.owner_process import (
    OpenedSweep,
    OwnerProcess,
    SweepFollower,
    SweepReading,
    sweep_worker_count,
)
from cadl_desktop.storage.atomic import as_file_errors
from cadl_desktop.sweeps.plan.sweep_check import require_extra, trials_at_once
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import Preview, SweepFolder
from cadl_desktop.sweeps.records.sweep_log import OwnerStarted
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.system.machine import free_memory

STOP_SECONDS, LOOK_SECONDS, REST_SECONDS = 0.1, 0.5, 2.0
"""Intervals of reading the folder: while the owner stops, while it runs, and while nobody has the sweep."""


class Sweeping(QObject):
    """The shown sweep. `opened` is emitted when it is replaced, `changed` on news.

    Everything else is a plain attribute: `sweep` and `folder` are None without a sweep, `previews` are the
    outputs of its trials seen so far. `is_running`: a process has it, or is starting; if that runs on
    another machine, `elsewhere` names it, and the sweep can only be viewed.
    """

    opened = Signal()
    changed = Signal()
    message = Signal(str, object)  # kind, sentence
    settled = Signal(object)  # str: a message that no longer holds

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown_error = ""
        self.sweep: Sweep | None = None
        self.folder: SweepFolder | None = None
        self.standing = SweepStatus()
        self.previews: dict[int, Preview] = {}
        self.samples: Samples | None = None
        """Training samples of a curve."""
        self.is_stopping = False
        self.elsewhere = ""
        self._is_owned = self._is_gone = False
        self._background = background
        self._follower: SweepFollower | None = None
        self._owner: OwnerProcess | None = None
        self._owned_before: OwnerStarted | None = None
        self._owner_has_left = False
        self._needed = 1
        self._openings = LatestOnly()
        self._throttle = RequestThrottle(self._next_request, self._on_unreadable, self)

    @property
    def is_running(self) -> bool:
        """Whether an owner has the sweep, other than one that has logged its end and is about to exit."""
        has_closed = self.standing.closed is not None and self.standing.owned != self._owned_before
        return ((self._is_owned or self._owner is not None) and not has_closed) or bool(self.elsewhere)

    @property
    def is_starting(self) -> bool:
        """Whether workers are still being started."""
        is_expected = self._owner is not None and self.standing.owned == self._owned_before
        return self.is_running and (is_expected or not self.standing.is_under_way)

    @property
    def can_resume(self) -> bool:
        closed = self.standing.closed
        is_done = closed is not None and closed.reason in ("done", "seconds")
        return self._follower is not None and not (self.is_running or self._is_gone or is_done)

    def begin(self, sweep: Sweep, path: Path) -> None:
        """Writes a sweep into a new or empty folder, and runs it."""

        def made() -> OpenedSweep:
            require_extra()
            with as_file_errors(path):
                is_free = not path.exists() or (path.is_dir() and not any(path.iterdir()))
            if not is_free:
                raise SentenceError(
                    "There is something in '{folder}' already; put the sweep into another folder.",
                    folder=path,
                )
            SweepFolder(path).make(sweep)
            return SweepFollower.of(path)

        self._background.do(made, partial(self._take_opened, starts=True), self._refuse, self._openings)

    def open(self, path: Path) -> None:
        """Shows the sweep of a folder, whether or not it runs."""
        self._background.do(
            lambda: SweepFollower.of(path),
            partial(self._take_opened, starts=False),
            self._refuse,
            self._openings,
        )

    def stop(self) -> None:
        """Tells the owner to stop; finished trials are kept."""
        if self.folder is None or not self.is_running or self.elsewhere:
            return
        try:
            if self._owner is not None and self._is_gone:
                self._owner.terminate()
            else:
                self.folder.tell("stop")
        except OSError as error:
            self._refuse(error)
            return
        self.is_stopping = True
        self.changed.emit()
        self._throttle.hurry()

    def resume(self) -> None:
        if not self.can_resume or self.folder is None:
            return
        try:
            require_extra()
            self.folder.heard()  # drops commands to an owner that had left already
            self._release_owner()
            # At least one: a trial without enough memory is refused by its worker, with a message.
            workers = max(1, trials_at_once(self._needed, sweep_worker_count(), free_memory()))
            self._owner = OwnerProcess(self.folder.path, workers)
            self._owned_before = self.standing.owned
        except (OSError, SentenceError) as error:
            self._refuse(error)
            return
        self.changed.emit()
        self._throttle.hurry()

    def close(self) -> None:
        """Stops following the folder; a running owner goes on."""
        self._throttle.close()
        self._openings.drop()
        self._release_owner()

    def leave(self) -> OwnerProcess | None:
        """Closes, and returns the owner process started here, whose end the caller awaits."""
        owner, self._owner = self._owner, None
        self.close()
        return owner

    # Reading in the background

    def _next_request(self) -> ThrottledRequest | None:
        follower = self._follower
        if follower is None:
            return None
        # Before reading, so that everything an owner wrote before it left is read.
        self._owner_has_left = self._owner is not None and not self._owner.runs
        return ThrottledRequest(
            partial(self._background.do, follower.look),
            partial(self._take, follower),
            least=self._look_seconds,
        )

    @property
    def _look_seconds(self) -> float:
        if self.is_stopping:
            return STOP_SECONDS
        return LOOK_SECONDS if self.is_running else REST_SECONDS

    def _release_owner(self) -> None:
        """Releases the process started here, which may go on."""
        if self._owner is not None:
            self._owner.close()
        self._owner = None

    def _take_opened(self, found: OpenedSweep, *, starts: bool) -> None:
        self._follower, self.sweep, self.samples = found.follower, found.sweep, found.samples
        self.folder, self._needed = found.follower.folder, found.needed
        self.previews = {}
        self._release_owner()
        self._owned_before, self.is_stopping = None, False
        self._apply(found.look)
        self._settle()  # a sweep that could not be read, or one like it, is open
        self.opened.emit()
        if starts:
            self.resume()
        self._throttle.look()

    def _take(self, follower: SweepFollower, reading: SweepReading) -> None:
        if follower is not self._follower:
            return
        before = self._state()
        if self._is_gone:
            self._settle()
        self._apply(reading)
        if reading.previews or before != self._state():
            self.changed.emit()

    def _state(self) -> tuple[object, ...]:
        return self.standing, self.is_running, self.is_stopping, self.elsewhere, self._is_gone

    def _apply(self, reading: SweepReading) -> None:
        self.standing, self._is_owned = reading.standing, reading.is_owned
        self.elsewhere = "" if self._owner is not None else reading.elsewhere
        self.previews |= reading.previews
        self._report_ended_owner()
        if self._owner is not None:
            self.standing = replace(self.standing, is_deserted=False)
        if not self.is_running:
            self.is_stopping = False

    def _report_ended_owner(self) -> None:
        """Shows why the owner process started here has ended, unless it logged its end."""
        owner = self._owner
        if owner is None or not self._owner_has_left:
            return
        self._owner = None
        words = owner.last_words()
        owner.close()
        has_owned = self.standing.owned != self._owned_before
        if not self._is_owned and not (has_owned and self.standing.closed is not None):
            self.message.emit("error", _why_ended(words))

    def _on_unreadable(self, error: Exception) -> None:
        """Shows the error if the folder is gone or can't be read any more. An owner started here decides
        whether it waits for the folder, which is read anew when it is back."""
        before = self._state()
        if self._owner is not None and self._owner_has_left:
            self._release_owner()
        self._is_owned = False
        self.is_stopping &= self._owner is not None
        self.elsewhere = ""
        self.standing = replace(self.standing, is_deserted=self._owner is None)
        if not self._is_gone:
            self._is_gone = True
            self._refuse(error)
        if self.folder is not None and self.sweep is not None:
            self._follower = SweepFollower(self.folder, self.sweep)
        if before != self._state():
            self.changed.emit()

    def _settle(self) -> None:
        """Withdraws the message about a sweep that could not be read."""
        self._is_gone = False
        self.settled.emit(self._shown_error)
        self._shown_error = ""

    def _refuse(self, error: Exception) -> None:
        self._shown_error = sentence_of(error)
        self.message.emit("error", self._shown_error)


def _why_ended(words: str) -> str:
    if not words:
        return "The sweep's process was ended from outside; Resume continues it."
    return f"The sweep's process has ended: {shown(words)}"
