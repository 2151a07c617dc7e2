"""Two designs trained in turns: what they have come to, who leads, and which of them is kept."""

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
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.runs.run_commands import show_new_run
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result, Status
from cadl_desktop.session.training.training import DRAW_MS
from cadl_desktop.session.worker.requests import RaceRequest
from cadl_desktop.system.machine import free_memory


@dataclass(frozen=True)
class Contender:
    """A design that may be raced, as a person knows it."""

    name: str
    experiment: Experiment


@dataclass
class Racer:
    """One that is raced: its design with the race's seed, and what it has come to."""

    name: str
    experiment: Experiment
    track: Track
    result: Result = field(default_factory=lambda: Result(History(), snapshots=Snapshots(room=free_memory())))
    kept_as: int | None = None
    """The number of a run of the list."""
    _learned: RunRecord | None = None

    def hear(self, event: Event) -> None:
        self.track.hear(event)
        self.result.history.add(event)
        if isinstance(event, Snapshot):
            self.result.snapshots.add(event.state)
        self.result = self.result.with_news(event)

    @property
    def has_yet_to_begin(self) -> bool:
        return self.result.step == 0 and self.result.finished is None

    @property
    def newest_state(self) -> RunState | None:
        """What it is known to have come to."""
        return self.result.at_last_moment().state

    @property
    def diverged(self) -> bool:
        finished = self.result.finished
        return finished is not None and finished.reason == "diverged"

    def learned(self, number: int) -> RunRecord | None:
        """As a run with the newest weights that are known and no earlier ones, the same as long as those are;
        None before there are any."""
        state, known = self.newest_state, self._learned
        if state is not None and (known is None or known.state is not state or known.number != number):
            self._learned = self.record(number).at_its_newest.without_snapshots()
        return self._learned

    def record(self, number: int) -> RunRecord:
        """As a run of the list."""
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
    """One race at a time, and never beside a training of the document: what begins ends the other.

    `changed` says: look again. `message` carries a kind and one plain sentence.
    """

    changed = Signal()
    message = Signal(str, object)  # kind, str
    _told = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.racers: tuple[Racer, Racer] | None = None
        self.goal = Goal("step", 1)
        self.by_error = False
        """Whether they race by the error of their paintings, as their costs are measured differently."""
        self.samples: Samples | None = None
        """What curves are to follow, once it has been read; None for paintings."""
        self.problem = ""
        """What has ended it before its time."""
        self._session = session
        self._request: RaceRequest | None = None
        self._wanted: int | None = None
        self._begun_in = self._wanted_in = 0
        """Which document, as it counts those that were opened."""
        self._newest = Newest()
        self._draw_timer = QTimer(self, singleShot=True, interval=DRAW_MS)
        self._draw_timer.timeout.connect(self._drain)
        self._told.connect(self._hear_later)
        session.status_changed.connect(self._make_way)
        session.raced = self.unkept

    # What views read

    @property
    def going(self) -> bool:
        return self._request is not None

    @property
    def preparing(self) -> bool:
        """Whether one of them has yet to make its first step."""
        return self.going and any(racer.has_yet_to_begin for racer in self.racers or ())

    @property
    def names(self) -> Names:
        """What they are called, apart from one another."""
        assert self.racers is not None
        left, right = (racer.name for racer in self.racers)
        if left != right:
            return left, right
        return f"{shown(left)} (left)", f"{shown(right)} (right)"

    def verdict(self) -> str | None:
        """Who leads and by how much; None as long as nobody can say."""
        if self.racers is None:
            return None
        fallen = [place for place, racer in enumerate(self.racers) if racer.diverged]
        if fallen:
            step = self.racers[fallen[0]].result.step
            other = self.names[1 - fallen[0]] if len(fallen) == 1 else None
            return diverged_in_words(self.names[fallen[0]], step, other)
        told = standing((self.racers[LEFT].track, self.racers[RIGHT].track), self.goal.unit)
        return None if told is None else in_words(told, self.goal, self.names, by_error=self.by_error)

    def can_keep(self, place: int) -> bool:
        """Whether one has learned something that the window doesn't show already."""
        if self.racers is None or self.preparing:
            return False
        result = self.racers[place].result
        if self.going:
            return True
        return result.state is not None and result.state is not self._session.result.state

    def unkept(self) -> tuple[RunRecord, ...]:
        """What was learned for this document and is in no list, as runs for its file and its copies."""
        found = (
            racer.learned(number)
            for number, racer in enumerate(self._unkept_racers(), self._session.runs.next_number)
        )
        return tuple(record for record in found if record)

    def _unkept_racers(self) -> list[Racer]:
        if self._begun_in != self._session.document.opened:
            return []
        return [racer for racer in self.racers or () if self._session.runs.record(racer.kept_as) is None]

    # What a person can do

    def begin(self, left: Contender, right: Contender, goal: Goal) -> None:
        """Trains both from the seed of the left one; they are such that `runs.race.refusal` says nothing."""
        self._give_up()
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
        self._request = RaceRequest(designs, goal, self._told.emit)
        self._session.race(self._request)
        self.changed.emit()

    def stop(self) -> None:
        """Ends it; says so at once, even where a compilation has to run out."""
        if self._request is None:
            return
        self._request.stop()
        if self.preparing:
            self._give_up()
            self.changed.emit()

    def keep(self, place: int) -> None:
        """Makes what one has learned the document's run, with its earlier moments; ends the race first."""
        if self.going:
            self._wanted, self._wanted_in = place, self._session.document.opened
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

    # What it hears

    @Slot(object)
    def _make_way(self, status: Status) -> None:
        """For a training of the document that begins."""
        if status is Status.PREPARING and self.going:
            self.problem = "The race was stopped: the network trains now."
            self.stop()
        else:
            self.changed.emit()

    @Slot()
    def _hear_later(self) -> None:
        if not self._draw_timer.isActive():
            self._draw_timer.start()

    @Slot()
    def _drain(self) -> None:
        request, racers = self._request, self.racers
        if request is None or racers is None:
            return
        for told in request.take():
            if isinstance(told, Failure):
                self._fail(told)
                break
            place, event = told
            racers[place].hear(event)
        if all(racer.result.finished for racer in racers):
            self._request = None
        if any(racer.newest_state for racer in self._unkept_racers()):
            self._session.document.mark_results_changed()
        self.changed.emit()
        self._keep_what_was_wanted()

    def _fail(self, failed: Failure) -> None:
        """What had been learned at the last moments stays."""
        self._request = None
        self.problem = failed.message
        for racer in self.racers or ():
            racer.result = racer.result.at_last_moment()

    def _keep_what_was_wanted(self) -> None:
        if not self.going and self._wanted is not None:
            place, self._wanted = self._wanted, None
            if self._wanted_in == self._session.document.opened:
                self.keep(place)

    def _give_up(self) -> None:
        """Lets it end unheard."""
        if self._request is not None:
            self._request.stop()
        self._request = self._wanted = None

    def _read_samples(self, design: Experiment) -> None:
        if is_painting(design):
            self._newest.drop()
            return
        self._session.background.do(
            lambda: on_screen(samples_of(design.data)), self._take_samples, self._refuse, self._newest
        )

    def _take_samples(self, samples: Samples) -> None:
        self.samples = samples
        self.changed.emit()

    def _refuse(self, error: Exception) -> None:
        self.problem = sentence_of(error)
        self.changed.emit()
