"""The sweep that a window looks at: begun here, or opened, or found again while it still runs."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cadl_desktop.data.samples import Samples
from cadl_desktop.sentences import SentenceError, sentence_of, shown
from cadl_desktop.session.asking import Newest, OneAtATime, Question
from cadl_desktop.session.background import Background
from cadl_desktop.session.sweeps.following import Following, Look, Opened
from cadl_desktop.session.sweeps.owner_process import OwnerProcess, workers_beside_a_window
from cadl_desktop.storage.atomic import as_file_errors
from cadl_desktop.sweeps.plan.sweep_check import require_extra, trials_at_once
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import Preview, SweepFolder
from cadl_desktop.sweeps.records.sweep_log import OwnerStarted
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.system.machine import free_memory

STOP_SECONDS, LOOK_SECONDS, REST_SECONDS = 0.1, 0.5, 2.0
"""From one look at the folder to the next, while an owner is to end, while one has it, while nobody does."""


class Sweeping(QObject):
    """`opened` says that another sweep is looked at, or none, `changed` that there is news of it.

    Everything else is a plain attribute: `sweep` and `folder` are None where there is none, `previews` is
    what its trials make, as far as that was seen. `is_running`: a process has it, or is about to; where that
    is one of another machine, `elsewhere` names it, and the sweep is only looked at.
    """

    opened = Signal()
    changed = Signal()
    message = Signal(str, object)  # kind, sentence
    settled = Signal(object)  # str: what a message has said is so no longer

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said = ""
        self.sweep: Sweep | None = None
        self.folder: SweepFolder | None = None
        self.standing = SweepStatus()
        self.previews: dict[int, Preview] = {}
        self.samples: Samples | None = None
        """What the trials of a curve learn."""
        self.is_stopping = False
        self.elsewhere = ""
        self._is_owned = False
        self._background = background
        self._following: Following | None = None
        self._owner: OwnerProcess | None = None
        self._owned_before: OwnerStarted | None = None
        self._has_left = False
        self._needed = 1
        self._openings = Newest()
        self._looks = OneAtATime(self._wanted, self._lose, self)

    @property
    def is_running(self) -> bool:
        """An owner that has said that it leaves takes a moment more to end, for which nobody has to wait."""
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
        return self._following is not None and not self.is_running and not is_done

    def begin(self, sweep: Sweep, path: Path) -> None:
        """Writes a sweep into a folder that isn't there yet, or is empty, and has it run."""

        def made() -> Opened:
            require_extra()
            with as_file_errors(path):
                _require_empty(path)
            SweepFolder(path).make(sweep)
            return Following.of(path)

        self._background.do(made, partial(self._take_opened, starts=True), self._refuse, self._openings)

    def open(self, path: Path) -> None:
        """Looks at the sweep of a folder, whether or not it runs."""
        self._background.do(
            lambda: Following.of(path), partial(self._take_opened, starts=False), self._refuse, self._openings
        )

    def stop(self) -> None:
        """Asks the owner to end; all is kept."""
        if self.folder is None or not self.is_running or self.elsewhere:
            return
        try:
            self.folder.tell("stop")
        except OSError as error:
            self._refuse(error)
            return
        self.is_stopping = True
        self.changed.emit()
        self._looks.hurry()

    def resume(self) -> None:
        """Has a sweep that was stopped go on."""
        if not self.can_resume or self.folder is None:
            return
        try:
            require_extra()
            self.folder.heard()  # what was asked of an owner that had left already
            self._let_go()
            # One at least: what has no room is refused by its worker, in words of its own.
            workers = max(1, trials_at_once(self._needed, workers_beside_a_window(), free_memory()))
            self._owner = OwnerProcess(self.folder.path, workers)
            self._owned_before = self.standing.owned
        except (OSError, SentenceError) as error:
            self._refuse(error)
            return
        self.changed.emit()
        self._looks.hurry()

    def close(self) -> None:
        """Looks no longer; whatever runs goes on."""
        self._looks.close()
        self._openings.drop()
        self._let_go()

    def leave(self) -> OwnerProcess | None:
        """The same, and hands over the process that was begun here, to whoever waits for its end."""
        owner, self._owner = self._owner, None
        self.close()
        return owner

    # What is read in the background

    def _wanted(self) -> Question | None:
        following = self._following
        if following is None:
            return None
        # Before the look, which then has whatever the owner wrote last.
        self._has_left = self._owner is not None and not self._owner.runs
        return Question(
            partial(self._background.do, following.look),
            partial(self._take, following),
            least=self._look_seconds,
        )

    @property
    def _look_seconds(self) -> float:
        if self.is_stopping:
            return STOP_SECONDS
        return LOOK_SECONDS if self.is_running else REST_SECONDS

    def _let_go(self) -> None:
        """Of the process that was begun here, whether or not it goes on."""
        if self._owner is not None:
            self._owner.close()
        self._owner = None

    def _take_opened(self, found: Opened, *, starts: bool) -> None:
        self._following, self.sweep, self.samples = found.following, found.sweep, found.samples
        self.folder, self._needed = found.following.folder, found.needed
        self.previews = {}
        self._let_go()
        self._owned_before, self.is_stopping = None, False
        self._see(found.look)
        self.settled.emit(self._said)  # the sweep that was gone, or one like it, is there
        self._said = ""
        self.opened.emit()
        if starts:
            self.resume()
        self._looks.look()

    def _take(self, following: Following, look: Look) -> None:
        if following is not self._following:
            return
        before = self._state()
        self._see(look)
        if look.previews or before != self._state():
            self.changed.emit()

    def _state(self) -> tuple[object, ...]:
        return self.standing, self.is_running, self.is_stopping, self.elsewhere

    def _see(self, look: Look) -> None:
        self.standing, self._is_owned = look.standing, look.is_owned
        self.elsewhere = "" if self._owner is not None else look.elsewhere
        self.previews |= look.previews
        self._hear_owner()
        if self._owner is not None:
            self.standing = replace(self.standing, is_deserted=False)
        if not self.is_running:
            self.is_stopping = False

    def _hear_owner(self) -> None:
        """Of the process that was started here, when it has ended: its own words where it wrote none."""
        owner = self._owner
        if owner is None or not self._has_left:
            return
        self._owner = None
        words = owner.last_words()
        owner.close()
        took_it = self.standing.owned != self._owned_before
        if not self._is_owned and not (took_it and self.standing.closed is not None):
            self.message.emit("error", _why_ended(words))

    def _lose(self, error: Exception) -> None:
        """The folder has gone, or can't be read any more."""
        self._following = None
        self._is_owned = self.is_stopping = False
        self.elsewhere = ""
        self.standing = replace(self.standing, is_deserted=True)
        self._let_go()  # it finds its folder gone, and leaves
        self._refuse(error)
        self.changed.emit()

    def _refuse(self, error: Exception) -> None:
        self._said = sentence_of(error)
        self.message.emit("error", self._said)


class OccupiedError(SentenceError):
    """A new sweep can't be put there."""


def _require_empty(path: Path) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise OccupiedError(
            "There is something in '{folder}' already; put the sweep into another folder.", folder=path
        )


def _why_ended(words: str) -> str:
    if not words:
        return "The sweep's process was ended from outside; Resume goes on with it."
    return f"The sweep's process has ended: {shown(words)}"
