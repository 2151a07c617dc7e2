"""A race between two designs trained in turns: their results, who leads, and keeping one of them."""

from dataclasses import dataclass, field

from msgspec.structs import replace as replace_fields
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.computing.failure import Failure
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.subsets import on_screen
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.setting_descriptions import have_comparable_costs
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.events import Event, RunState, Snapshot
from cadl_desktop.runs.history import History
from cadl_desktop.runs.race_standing import (
    LEFT,
    RIGHT,
    Goal,
    Names,
    Track,
    diverged_in_words,
    in_words,
    standing,
)
from cadl_desktop.runs.record import RunRecord, record_of, thumbnail_of
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.run_commands import show_new_run
from cadl_desktop.session.run_requests import RaceRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.current_training import DRAW_MS
from cadl_desktop.session.training.result import Result, Status
from cadl_desktop.system.machine import free_memory


@dataclass(frozen=True)
class Contender:
    """A design that can be raced, under the name that a person knows."""

    name: str
    experiment: Experiment


@dataclass
class Racer:
    """Participant of a race: its design with the race's seed, and its result."""

    name: str
    experiment: Experiment
    track: Track
    result: Result = field(default_factory=lambda: Result(History(), snapshots=Snapshots(room=free_memory())))
    kept_as: int | None = None
    """Number in the list of runs, if kept."""
    _learned_record: RunRecord | None = None

    def apply(self, event: Event) -> None:
        self.track.hear(event)
        self.result.history.add(event)
        if isinstance(event, Snapshot):
            self.result.snapshots.add(event.state)
        self.result = self.result.with_event(event)

    @property
    def newest_state(self) -> RunState | None:
        return self.result.at_last_moment().state

    @property
    def diverged(self) -> bool:
        finished = self.result.finished
        return finished is not None and finished.reason == "diverged"

    def learned(self, number: int) -> RunRecord | None:
        """Returns a run record with the newest known weights and no snapshots; None before there are any.

        The same object until the weights change.
        """
        state, known = self.newest_state, self._learned_record
        if state is not None and (known is None or known.state is not state or known.number != number):
            self._learned_record = self.record(number).at_its_newest.without_snapshots()
        return self._learned_record

    def record(self, number: int) -> RunRecord:
        """Returns the record for the list of runs."""
        result = self.result
        return record_of(
            number,
            self.experiment,
            result.history,
            result.state,
            cost=result.cost,
            psnr=result.psnr,
            seconds=result.progress.seconds if result.progress else None,
            snapshots=result.snapshots.copy(),
            thumbnail=None if result.prediction is None else thumbnail_of(result.prediction),
            diverged=self.diverged,
        )


class Race(QObject):
    """The current race. Race and training of the document exclude each other: starting one stops the other.

    `changed` is emitted on every change. `message` carries a kind and one plain sentence.
    """

    changed = Signal()
    message = Signal(str, object)  # kind, str
    _updated = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.racers: tuple[Racer, Racer] | None = None
        self.goal = Goal("step", 1)
        self.by_error = False
        """Whether they are compared by the error of their paintings, as their cost functions differ."""
        self.samples: Samples | None = None
        """Training samples of a curve, once read; None for paintings."""
        self.problem = ""
        """Sentence about the error that ended the race, if any."""
        self._session = session
        self._request: RaceRequest | None = None
        self._keep_place: int | None = None
        self._begun_in = self._keep_opened = 0
        """Values of `Document.opened` when the race began, and when keeping was requested."""
        self._newest = LatestOnly()
        self._draw_timer = QTimer(self, singleShot=True, interval=DRAW_MS)
        self._draw_timer.timeout.connect(self._apply_updates)
        self._updated.connect(self._schedule_update)
        session.status_changed.connect(self._on_status_changed)
        session.raced = self.unkept

    # State that views read

    @property
    def going(self) -> bool:
        return self._request is not None

    @property
    def preparing(self) -> bool:
        """Whether one side has yet to make its first step."""
        results = [racer.result for racer in self.racers or ()]
        return self.going and any(result.step == 0 and result.finished is None for result in results)

    @property
    def names(self) -> Names:
        """Names of both, made distinct."""
        assert self.racers is not None
        left, right = (racer.name for racer in self.racers)
        if left != right:
            return left, right
        return f"{shown(left)} (left)", f"{shown(right)} (right)"

    def verdict(self) -> str | None:
        """Sentence about who leads and by how much; None while that is unknown."""
        if self.racers is None:
            return None
        diverged = [place for place, racer in enumerate(self.racers) if racer.diverged]
        if diverged:
            step = self.racers[diverged[0]].result.step
            other = self.names[1 - diverged[0]] if len(diverged) == 1 else None
            return diverged_in_words(self.names[diverged[0]], step, other)
        lead = standing((self.racers[LEFT].track, self.racers[RIGHT].track), self.goal.unit)
        return None if lead is None else in_words(lead, self.goal, self.names, by_error=self.by_error)

    def can_keep(self, place: int) -> bool:
        """Whether one side has learned something that the window doesn't show already."""
        if self.racers is None or self.preparing:
            return False
        result = self.racers[place].result
        if self.going:
            return True
        return result.state is not None and result.state is not self._session.result.state

    def unkept(self) -> tuple[RunRecord, ...]:
        """Returns unlisted results for this document as runs, for its file and recovery copies."""
        found = (
            racer.learned(number)
            for number, racer in enumerate(self._unkept_racers(), self._session.runs.next_number)
        )
        return tuple(record for record in found if record)

    def _unkept_racers(self) -> list[Racer]:
        if self._begun_in != self._session.document.opened:
            return []
        return [racer for racer in self.racers or () if self._session.runs.record(racer.kept_as) is None]

    # Commands

    def begin(self, left: Contender, right: Contender, goal: Goal) -> None:
        """Trains both from the seed of the left one; `runs.race_standing.refusal` must accept them."""
        self._abandon()
        if self._session.going or self._session.status.live:
            self._session.stop()
            text = "Training was stopped for the race; what it had learned stays."
            self.message.emit("info", text)
        designs = left.experiment, replace_fields(right.experiment, seed=left.experiment.seed)
        self.goal, self.by_error = goal, not have_comparable_costs(*designs)
        self.racers = (
            Racer(left.name, designs[LEFT], Track(by_error=self.by_error)),
            Racer(right.name, designs[RIGHT], Track(by_error=self.by_error)),
        )
        self.problem, self.samples = "", None
        self._begun_in = self._session.document.opened
        self._read_samples(designs[LEFT])
        self._request = RaceRequest(designs, goal, self._updated.emit)
        self._session.race(self._request)
        self.changed.emit()

    def stop(self) -> None:
        """Stops the race. The state changes at once, even if a compilation must finish first."""
        if self._request is None:
            return
        self._request.stop()
        if self.preparing:
            self._abandon()
            self.changed.emit()

    def keep(self, place: int) -> None:
        """Makes the result of one side the document's run, with its snapshots; stops the race first."""
        if self.going:
            self._keep_place, self._keep_opened = place, self._session.document.opened
            self.stop()
        elif self.racers is not None and self.racers[place].result.state is not None:
            self._keep(self.racers[place], self.names[place])

    def _keep(self, racer: Racer, name: str) -> None:
        session = self._session
        label = f"Keep “{shown(name)}”"
        show_new_run(session, label, racer.experiment, lambda: racer.record(session.runs.next_number))
        racer.kept_as = session.runs.current
        text = f"Kept “{shown(name)}” as run {session.runs.current}, with all that it learned in the race."
        self.message.emit("info", text)
        self.changed.emit()

    # Events

    @Slot(object)
    def _on_status_changed(self, status: Status) -> None:
        """Stops the race when a training of the document begins."""
        if status is Status.PREPARING and self.going:
            self.problem = "The race was stopped: the network trains now."
            self.stop()
        else:
            self.changed.emit()

    @Slot()
    def _schedule_update(self) -> None:
        if not self._draw_timer.isActive():
            self._draw_timer.start()

    @Slot()
    def _apply_updates(self) -> None:
        request, racers = self._request, self.racers
        if request is None or racers is None:
            return
        for update in request.take():
            if isinstance(update, Failure):
                self._fail(update)
                break
            place, event = update
            racers[place].apply(event)
        if all(racer.result.finished for racer in racers):
            self._request = None
        if any(racer.newest_state for racer in self._unkept_racers()):
            self._session.document.mark_results_changed()
        self.changed.emit()
        self._keep_requested()

    def _fail(self, failed: Failure) -> None:
        """Ends the race by an error; the weights of the last snapshots are kept."""
        self._request = None
        self.problem = failed.message
        for racer in self.racers or ():
            racer.result = racer.result.at_last_moment()

    def _keep_requested(self) -> None:
        if not self.going and self._keep_place is not None:
            place, self._keep_place = self._keep_place, None
            if self._keep_opened == self._session.document.opened:
                self.keep(place)

    def _abandon(self) -> None:
        """Stops the race and ignores its further updates."""
        if self._request is not None:
            self._request.stop()
        self._request = self._keep_place = None

    def _read_samples(self, design: Experiment) -> None:
        if is_painting(design):
            self._newest.drop()
            return
        self._session.background.do(
            lambda: on_screen(samples_of(design.data)), self._take_samples, self._on_error, self._newest
        )

    def _take_samples(self, samples: Samples) -> None:
        self.samples = samples
        self.changed.emit()

    def _on_error(self, error: Exception) -> None:
        self.problem = sentence_of(error)
        self.changed.emit()
