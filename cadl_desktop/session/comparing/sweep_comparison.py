"""The trials of a sweep to compare: begun here, opened, or found again while it still runs."""

import platform
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from cadl_desktop.comparing.sweep_trainings import SweepReader
from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.project.project_members import Project
from cadl_desktop.runs.events import Floats
from cadl_desktop.sentences import SentenceError, counted, sentence_of, shown
from cadl_desktop.session.background import LatestOnly, RequestThrottle, ThrottledRequest
from cadl_desktop.session.comparing.comparison import Comparison, Headline
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps.chosen_trial import adopt, as_adopted, ask_output, read_trial
from cadl_desktop.session.sweeps.owner_process import (
    OwnerProcess,
    SweepFollower,
    SweepReading,
    sweep_worker_count,
)
from cadl_desktop.storage.atomic import as_file_errors
from cadl_desktop.sweeps.findings.duration import seconds_left
from cadl_desktop.sweeps.plan.sweep_check import require_extra, trials_at_once
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import Preview, SweepFolder
from cadl_desktop.sweeps.records.sweep_log import OwnerStarted
from cadl_desktop.sweeps.records.sweep_notes import SweepNotes
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, trials_wanted
from cadl_desktop.system.machine import free_memory

NO_SWEEP = TrainingSet("sweep", "Sweep")
STOP_SECONDS, LOOK_SECONDS, REST_SECONDS = 0.1, 0.5, 2.0
"""Intervals of reading the folder: while the owner stops, while it runs, and while nobody has the sweep."""
_MOST_NEWS = 8
_ENDS = {"done": "Done", "seconds": "Its time is over", "stopped": "Stopped", "failed": "Failed"}
_ENDED_FROM_OUTSIDE = "The sweep's process was ended from outside; Resume continues each trial."
Opened = tuple[SweepFollower, SweepReading]


class SweepComparison(Comparison):
    """Trials of a sweep, which a process of its own trains; NO_SWEEP until one is begun or opened.

    `sweep` and `folder` are None without a sweep. `previews` are the outputs of its trials seen so far,
    `workers` is the number of those started here. If the sweep runs on another machine, `elsewhere` names
    it, and the sweep can only be viewed.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(NO_SWEEP, parent)
        self.sweep: Sweep | None = None
        self.folder: SweepFolder | None = None
        self.standing = SweepStatus()
        self.previews: dict[int, Preview] = {}
        self.workers = 0
        self.elsewhere = ""
        self.is_stopping = self._is_owned = self._is_gone = self._owner_has_left = False
        self._shown_error = ""
        self._session, self._background = session, session.background
        self._reader: SweepReader | None = None
        self._notes: SweepNotes | None = None
        self._follower: SweepFollower | None = None
        self._owner: OwnerProcess | None = None
        self._owned_before: OwnerStarted | None = None
        self._openings, self._adoptions = LatestOnly(), LatestOnly()
        self._throttle = RequestThrottle(self._next_request, self._on_unreadable, self)

    @property
    def is_running(self) -> bool:
        """Whether a process has the sweep, or is starting; not one that has logged its end and is about to
        exit."""
        has_closed = self.standing.closed is not None and self._has_new_owner
        return ((self._is_owned or self._owner is not None) and not has_closed) or bool(self.elsewhere)

    @property
    def is_starting(self) -> bool:
        """Whether workers are still being started."""
        is_expected = self._owner is not None and not self._has_new_owner
        return self.is_running and (is_expected or not self.standing.is_under_way)

    @property
    def can_resume(self) -> bool:
        closed = self.standing.closed
        is_done = closed is not None and closed.reason in ("done", "seconds")
        return self._follower is not None and not (self.is_running or self._is_gone or is_done)

    @property
    def _has_new_owner(self) -> bool:
        """Whether an owner has logged its start since one was started here."""
        return self.standing.owned != self._owned_before

    @property
    def seconds_left(self) -> float | None:
        """Remaining seconds of a running sweep, as far as they are known."""
        return seconds_left(self.sweep, self.standing) if self.sweep and self.is_running else None

    @property
    def headline(self) -> Headline:
        closed = self.standing.closed
        told = [told.sentence for told in self.standing.told[-_MOST_NEWS:]]
        sentences = [each for each in (*told, closed.message if closed else self._owner_in_words()) if each]
        # At the start the state says it all; after the end only the reason of a failure is worth a line.
        is_news = bool(sentences) and (not self.is_starting if closed is None else bool(closed.message))
        return Headline((self._state(),), sentences[-1] if is_news else "", tuple(sentences))

    def _state(self) -> str:
        """Returns in a word or two what the workers do."""
        if self.is_stopping:
            return "Stopping"
        if self.is_starting:
            return f"Starting {counted(self.workers, 'worker')}" if self.workers else "Starting the workers"
        if self.elsewhere:
            return f"Running on {shown(self.elsewhere)}"
        if self.is_running:
            return "Running"
        if self.standing.closed is not None:
            return _ENDS[self.standing.closed.reason]
        return "Interrupted" if self.standing.trials else "Not running"

    def _owner_in_words(self) -> str:
        """Returns a sentence about the process that has the sweep, or had it without logging its end; '' if
        there is none."""
        owned = self.standing.owned
        if self.elsewhere:
            return f"A process on {shown(self.elsewhere)} owns it; from here it is only looked at."
        if owned is None or not self.can_resume:
            return ""
        if owned.machine != platform.node():
            return (
                f"Nothing was heard of its process on {shown(owned.machine)} for a while; if that has "
                "ended, Resume continues it here."
            )
        return _ENDED_FROM_OUTSIDE

    @property
    def paints(self) -> bool:
        return self.sweep is not None and is_painting(self.sweep.base)

    @property
    def can_stop(self) -> bool:
        return self.is_running and not self.elsewhere and not self.is_stopping

    @property
    def can_annotate(self) -> bool:
        return self._notes is not None

    def annotate(self, number: int, note: str) -> None:
        if (notes := self._notes) is not None:
            self._background.do(
                lambda: notes.write(number, note), lambda _: self._show(self._read()), self._refuse
            )

    def adopt(self, number: int) -> None:
        training = self.trainings.by_number.get(number)
        seed = f", seed {training.seed}" if training and self.trainings.seeds > 1 else ""
        self.adopt_as(number, f"Trial {number}{seed} of {shown(self.trainings.name)}")

    def adopt_as(self, number: int, label: str) -> None:
        """Adopts a trial under this label once its project is read, also when the set is closed meanwhile."""
        trial, document = self.standing.trials.get(number), self._session.document
        ended, opened, sweep = trial.ended if trial else None, document.opened, self.sweep

        def take(project: Project | None) -> None:
            if document.opened != opened:
                return  # another project was opened since
            if project is None:
                soon = f"{label} has nothing to adopt yet; it will have when it has trained a while."
                never = f"{label} has nothing to adopt: it ended before anything was kept of it."
                self.message.emit("info", never if ended else soon)
                return
            if sweep is not None and trial is not None:
                project = as_adopted(sweep, trial.point, project)
            adopt(self._session, project, label, ended)
            self.adopted.emit()
            self.message.emit("info", f"{label} is the run of the document now; Undo goes back.")

        def refuse(error: Exception) -> None:
            self.message.emit("warning", sentence_of(error))  # an error would end the training of seeds

        if self.folder is not None:
            self._background.do(partial(read_trial, self.folder, number), take, refuse, self._adoptions)

    def ask_whole(self, training: Training, done: Callable[[Floats], None]) -> None:
        if self.folder is not None and training.is_over:
            ask_output(self._session, self.folder, training.number, done)

    def begin(self, sweep: Sweep, path: Path) -> None:
        """Writes a sweep into a new or empty folder, and runs it."""
        self._request(partial(_write_and_read, sweep, path), starts=True)

    def open(self, path: Path) -> None:
        """Shows the sweep of a folder, whether or not it runs."""
        self._request(partial(_read, path), starts=False)

    def stop(self) -> None:
        """Tells the owner to stop; finished trials are kept."""
        if self.folder is None or not self.is_running or self.elsewhere:
            return
        try:
            if self._owner is not None and not self.folder.is_there:
                self._owner.terminate()  # the command to stop can't reach it
            else:
                self.folder.require_present()
                self.folder.tell("stop")
        except (OSError, SentenceError) as error:
            self._refuse(error)
            return
        self.is_stopping = True
        self.changed.emit()
        self._throttle.hurry()

    def resume(self) -> None:
        follower = self._follower
        if follower is None or not self.can_resume:
            return
        try:
            require_extra()
            follower.folder.require_present()
            follower.folder.heard()  # drops commands to an owner that had left already
            self._release_owner()
            # At least one: a trial without enough memory is refused by its worker, with a message.
            most = max(sweep_worker_count(), len(follower.sweep.designs))  # which are watched side by side
            fitting = max(1, trials_at_once(follower.needed, most, free_memory()))
            self.workers = min(fitting, trials_wanted(follower.sweep) or fitting)
            self._owner = OwnerProcess(follower.folder.path, self.workers)
            self._owned_before = self.standing.owned
        except (OSError, SentenceError) as error:
            self._refuse(error)
            return
        self.changed.emit()
        self._throttle.hurry()

    def leave(self) -> OwnerProcess | None:
        """Stops following the folder, and returns the owner process started here, which goes on."""
        self._throttle.close()
        self._openings.drop()
        owner, self._owner = self._owner, None
        return owner

    def end(self) -> None:
        """Stops following the folder; a running owner goes on."""
        self._release_owner()
        self.leave()

    def _release_owner(self) -> None:
        """Releases the process started here, which may go on."""
        if self._owner is not None:
            self._owner.close()
        self._owner = None

    # Reading in the background

    def _request(self, read: Callable[[], Opened], *, starts: bool) -> None:
        self._background.do(read, partial(self._take_opened, starts=starts), self._refuse, self._openings)

    def _next_request(self) -> ThrottledRequest | None:
        follower = self._follower
        if follower is None:
            return None
        # Before reading, so that everything an owner wrote before it left is read.
        self._owner_has_left = self._owner is not None and not self._owner.lives
        seconds = STOP_SECONDS if self.is_stopping else LOOK_SECONDS if self.is_running else REST_SECONDS
        return ThrottledRequest(
            partial(self._background.do, follower.look), partial(self._take, follower), least=seconds
        )

    def _take_opened(self, opened: Opened, *, starts: bool) -> None:
        follower, reading = opened
        self._follower, self.sweep, self.folder = follower, follower.sweep, follower.folder
        self._reader = self._reader_of(follower.sweep, follower.folder.path.name)
        self._notes = SweepNotes(follower.folder)
        self.samples, self.previews = follower.samples, {}
        self._release_owner()
        self._owned_before, self.is_stopping, self.workers = None, False, 0
        self._apply(reading)
        self._settle()  # a sweep that could not be read, or one like it, is open
        self._replace(self._read())
        if starts:
            self.resume()
        self._throttle.look()

    def _reader_of(self, sweep: Sweep, name: str) -> SweepReader:
        return SweepReader(sweep, name)

    def _read(self) -> TrainingSet:
        if self._reader is None:
            return NO_SWEEP
        return self._reader.read(self.standing, self.previews, self._notes.known if self._notes else {})

    def _take(self, follower: SweepFollower, reading: SweepReading) -> None:
        if follower is not self._follower:
            return
        before = self._what_is_shown()
        if self._is_gone:
            self._settle()
        self._apply(reading)
        if reading.previews or before != self._what_is_shown():
            self._show(self._read())

    def _what_is_shown(self) -> tuple[object, ...]:
        return self.standing, self.is_running, self.is_stopping, self.elsewhere, self._is_gone

    def _apply(self, reading: SweepReading) -> None:
        self.standing, self._is_owned = reading.standing, reading.is_owned
        self.elsewhere = "" if self._owner is not None else reading.elsewhere
        self.previews |= reading.previews
        self._report_ended_owner()
        if self._owner is not None:
            self.standing = replace(self.standing, is_deserted=False)
        self.is_stopping &= self.is_running

    def _report_ended_owner(self) -> None:
        """Shows why the owner process started here has ended, unless it logged its end."""
        if self._owner is None or not self._owner_has_left:
            return
        words = self._owner.last_words()
        self._release_owner()
        if not self._is_owned and not (self._has_new_owner and self.standing.closed is not None):
            ended = f"The sweep's process has ended: {shown(words)}" if words else _ENDED_FROM_OUTSIDE
            self.message.emit("error", ended)

    def _on_unreadable(self, error: Exception) -> None:
        """Shows the error if the folder is gone or can't be read any more. An owner started here decides
        whether it waits for the folder, which is read anew when it is back."""
        before = self._what_is_shown()
        if self._owner_has_left:
            self._release_owner()
        self._is_owned, self.elsewhere = False, ""
        self.is_stopping &= self._owner is not None
        self.standing = replace(self.standing, is_deserted=self._owner is None)
        if not self._is_gone:
            self._is_gone = True
            self._refuse(error)
        if self._follower is not None:
            self._follower.restart()
        if before != self._what_is_shown():
            self._show(self._read())

    def _settle(self) -> None:
        """Withdraws the message about a sweep that could not be read."""
        self._is_gone = False
        self._session.settled.emit(self._shown_error)
        self._shown_error = ""

    def _refuse(self, error: Exception) -> None:
        self._shown_error = sentence_of(error)
        self.message.emit("error", self._shown_error)


def _read(path: Path) -> Opened:
    follower = SweepFollower(path)
    return follower, follower.look()


def _write_and_read(sweep: Sweep, path: Path) -> Opened:
    require_extra()
    with as_file_errors(path):
        is_free = not path.exists() or (path.is_dir() and not any(path.iterdir()))
    if not is_free:
        raise SentenceError(
            "There is something in '{folder}' already; put the sweep into another folder.", folder=path
        )
    SweepFolder(path).make(sweep)
    return _read(path)
