"""Duel of two designs that are trained in turns: who leads, and keeping one of them."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop.comparing.contenders import Contender
from cadl_desktop.comparing.duel_trainings import NO_DUEL, Racer, Sides
from cadl_desktop.comparing.training import Training
from cadl_desktop.computing.failure import Failure
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.race_standing import LEFT, Goal
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.sentences import shown
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.comparing.comparison import Comparison, Headline
from cadl_desktop.session.run_commands import show_new_run
from cadl_desktop.session.run_requests import RaceRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

UPDATE_MS = 100
"""Interval of updates: a page with a table and pictures takes longer to draw than one plot."""
_BY_ERROR = "Their costs are measured differently, so the errors of their paintings are compared."


class Duel(Comparison):
    """The current duel; `begin` replaces it. A duel and the training of the document exclude each other:
    starting one stops the other."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(NO_DUEL, parent)
        self.sides: Sides | None = None
        self._session = session
        self._request: RaceRequest | None = None
        self._problem = self._failure = ""
        """Sentences about what ended the duel early, and about its error."""
        self._to_keep: tuple[int, int] | None = None
        """Number of the side that is kept once the duel has stopped, and the `Document.opened` of then."""
        self._begun_in = 0
        """`Document.opened` when the duel began."""
        self._is_ending = False
        self._newest = LatestOnly()
        self._update_timer = QTimer(self, interval=UPDATE_MS)
        self._update_timer.timeout.connect(self._apply_updates)
        session.status_changed.connect(self._on_status_changed)
        session.raced = self.unkept

    # State that views read

    @property
    def preparing(self) -> bool:
        """Whether one side has yet to make its first step."""
        return self.can_stop and self.sides is not None and not self.sides.have_begun

    @property
    def share_done(self) -> float:
        """Share of the way to the goal, 0 to 1, that both have made."""
        return self.sides.share_done if self.sides else 0.0

    @property
    def headline(self) -> Headline:
        if self.sides is None:
            return Headline()
        verdict = self.sides.verdict() or ("Nobody leads yet",)
        words = ("Preparing both networks",) if self.preparing else verdict
        news = self._problem or (_BY_ERROR if self.sides.by_error else "")
        return Headline(words, news, (news,) if news else ())

    @property
    def paints(self) -> bool:
        return self.sides is not None and is_painting(self.sides.designs[LEFT])

    @property
    def can_stop(self) -> bool:
        return self._request is not None

    def can_adopt(self, training: Training) -> bool:
        """Whether a side has learned something that the window doesn't show already."""
        if not self._racers or self.preparing:
            return False
        state = self._racers[training.number - 1].state
        return self.can_stop or (state is not None and state is not self._session.result.state)

    def adopting(self, training: Training) -> str:
        return f"Keep “{shown(training.name)}”"

    def ask_whole(self, training: Training, done: Callable[[Floats], None]) -> None:
        progress = self._racers[training.number - 1].shown if self._racers else None
        if progress is not None:
            done(np.asarray(progress.prediction, np.float32))

    def unkept(self) -> tuple[RunRecord, ...]:
        """Returns unlisted results for this document as runs, for its file and recovery copies."""
        first = self._session.runs.next_number
        found = (racer.learned(number) for number, racer in enumerate(self._unkept_racers(), first))
        return tuple(record for record in found if record)

    @property
    def _racers(self) -> tuple[Racer, ...]:
        return self.sides.racers if self.sides else ()

    def _unkept_racers(self) -> list[Racer]:
        if self._begun_in != self._session.document.opened:
            return []
        return [racer for racer in self._racers if self._session.runs.record(racer.kept_as) is None]

    # Commands

    def begin(self, left: Contender, right: Contender, goal: Goal) -> None:
        """Trains both from the seed of the left one; `runs.race_standing.refusal` must accept them."""
        self._abandon()
        if self._session.going or self._session.status.live:
            self._session.stop()
            text = "Training was stopped for the duel; what it had learned stays."
            self.message.emit("info", text)
        self.sides, self.samples = Sides(left, right, goal), None
        self._problem, self._failure, self._is_ending = "", "", False
        self._begun_in = self._session.document.opened
        if not self.paints:
            data = left.experiment.data
            # What can't be read ends the training, too, which says why.
            self._session.background.do(
                lambda: samples_of(data), self._take_samples, lambda _: None, self._newest
            )
        self._request = RaceRequest(self.sides.designs, goal)
        self._session.race(self._request)
        self._update_timer.start()
        self._replace(self.sides.read("", is_live=True))

    def stop(self) -> None:
        """Stops the duel. The state changes at once, even if a compilation must finish first."""
        if self._request is None:
            return
        self._request.stop()
        if self.preparing:
            self._abandon()
            self._read()

    def adopt(self, number: int) -> None:
        """Makes the result of one side the document's run, with its snapshots; stops the duel first."""
        if self.can_stop:
            self._to_keep = number, self._session.document.opened
            self.stop()
        elif self._racers and self._racers[number - 1].state is not None:
            self._keep(self._racers[number - 1])

    def end(self) -> None:
        """Stops the duel and forgets its results, once a side that is to be kept has been kept."""
        self._is_ending = self._to_keep is not None
        if not self._is_ending:
            self._abandon()
            self.sides = self.samples = None
            self._show(NO_DUEL)

    def _keep(self, racer: Racer) -> None:
        session, name = self._session, shown(racer.name)
        show_new_run(
            session, f"Keep “{name}”", racer.experiment, lambda: racer.record(session.runs.next_number)
        )
        racer.kept_as = session.runs.current
        text = f"Kept “{name}” as run {racer.kept_as}, with all that it learned in the duel."
        self.message.emit("info", text)
        self.changed.emit()
        self.adopted.emit()

    def _abandon(self) -> None:
        """Stops the duel and ignores its further updates."""
        if self._request is not None:
            self._request.stop()
        self._request = self._to_keep = None
        self._update_timer.stop()
        self._newest.drop()

    # Events

    def _read(self) -> None:
        if self.sides is not None:
            self._show(self.sides.read(self._failure, is_live=self.can_stop))

    @Slot(object)
    def _on_status_changed(self, status: Status) -> None:
        """Stops the duel when a training of the document begins."""
        if status is Status.PREPARING and self.can_stop:
            self._problem = "The duel was stopped: the network trains now."
            self.stop()
        self.changed.emit()

    @Slot()
    def _apply_updates(self) -> None:
        updates = self._request.take() if self._request else []
        for update in updates:
            if isinstance(update, Failure):
                self._fail(update)
                break
            place, event = update
            self._racers[place].apply(event)
        if not updates:
            return
        if all(racer.finished for racer in self._racers):
            self._request = None
        if any(racer.newest_state for racer in self._unkept_racers()):
            self._session.document.mark_results_changed()
        self._read()
        if not self.can_stop:
            self._update_timer.stop()
            self._keep_chosen()

    def _fail(self, failed: Failure) -> None:
        """Ends the duel by an error; the weights of the last snapshots are kept."""
        self._request = None
        self._problem = self._failure = failed.message
        for racer in self._racers:
            racer.state = racer.newest_state

    def _keep_chosen(self) -> None:
        if self._to_keep is not None:
            number, opened = self._to_keep
            self._to_keep = None
            if opened == self._session.document.opened:
                self.adopt(number)
        if self._is_ending:
            self.end()

    def _take_samples(self, samples: Samples) -> None:
        self.samples = samples
        self.changed.emit()
