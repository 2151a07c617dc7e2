"""Six painters: small networks that paint the document's picture in turns, one of which is gone on with."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.computing.failure import Failure
from cadl_desktop.data.samples import as_pixels
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.painters import STEPS, Painter, painters
from cadl_desktop.experiment.run_time import steps_per_epoch
from cadl_desktop.runs.changes import changed_structure, weights_from
from cadl_desktop.runs.events import Changed, Event, Finished, Progressed, RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.horizon import PEAK, Horizon
from cadl_desktop.runs.record import RunRecord, record_of, thumbnail_of
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.run_commands import show_new_run
from cadl_desktop.session.run_requests import RaceRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

Pixels = NDArray[np.uint8]

UPDATE_MS = 100
MARGIN = 2.0
"""Height and width of a painting with its margin, as multiples of the picture's."""


@dataclass(eq=False)
class Work:
    """What one painter has made. `design` is what is trained; `pixels` (height, width, 3) are its newest
    painting, `beyond` the last one with a margin."""

    painter: Painter
    design: Experiment
    history: History = field(default_factory=History)
    progress: Progressed | None = None
    pixels: Pixels | None = None
    beyond: Pixels | None = None
    finished: Finished | None = None

    @property
    def state(self) -> RunState | None:
        """Its weights, once it has ended."""
        return self.finished.state if self.finished else None

    def apply(self, event: Event) -> None:
        """Takes what an event tells."""
        self.history.add(event)
        match event:
            case Progressed():
                self._take(event)
            case Finished():
                self._take(event.progress)
                self.finished = event

    def _take(self, progress: Progressed) -> None:
        if progress.prediction is not None:
            self.progress, self.pixels = progress, as_pixels(progress.prediction)

    def record(self, number: int) -> RunRecord:
        """Returns the record for the list of runs, without moments."""
        made = self.progress.prediction if self.progress else None
        return record_of(
            number,
            self.design,
            self.history,
            self.state,
            cost=self.finished.cost if self.finished else None,
            psnr=self.progress.psnr if self.progress else None,
            seconds=self.state.seconds if self.state else None,
            thumbnail=None if made is None else thumbnail_of(made),
            diverged=self.finished is not None and self.finished.reason == "diverged",
        )


class SixPainters(QObject):
    """Trains six networks on the document's picture at a small size. Nothing is begun while the document
    trains, and a training that begins ends it."""

    changed = Signal()
    message = Signal(str, object)  # kind, str: as the session's
    chosen = Signal()
    """One of them is the document's network now."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.works: tuple[Work, ...] = ()
        self.shows_beyond = False
        """Whether paintings that are done are shown with a margin."""
        self._session = session
        self._request: RaceRequest | None = None
        self._to_go_on: Work | None = None
        """Work that is gone on with once its weights have come."""
        self._kept: tuple[Work, ...] = ()
        self._margins = LatestOnly()
        self._timer = QTimer(self, interval=UPDATE_MS)
        self._timer.timeout.connect(self._take_updates)
        session.status_changed.connect(self._on_status_changed)

    # State that views read

    @property
    def is_possible(self) -> bool:
        """Whether the document has one picture, and nothing trains; a run may be paused."""
        document = self._session.document
        is_picture = document.experiment.data.kind == "picture" and not document.problems
        return is_picture and not self._session.going

    @property
    def is_painting(self) -> bool:
        return self._request is not None

    @property
    def are_done(self) -> bool:
        return not self.is_painting and bool(self.works) and all(work.state for work in self.works)

    @property
    def is_choosing(self) -> bool:
        """Whether one has been chosen, whose weights have yet to come."""
        return self._to_go_on is not None

    @property
    def can_keep(self) -> bool:
        """Whether all are done, and not yet among the runs."""
        return self.are_done and self._kept is not self.works

    @property
    def share_done(self) -> float:
        """Share of all steps, 0 to 1, that have been made."""
        steps = [work.progress.step if work.progress else 0 for work in self.works]
        return sum(steps) / (STEPS * max(1, len(steps)))

    @property
    def goes_on(self) -> bool:
        """Whether a network goes on from what it has learned, or begins anew, where it must not see all that
        the small picture is made of."""
        full = self._session.document.experiment
        return not (full.validation or full.data["mask"] or float(full.data["keep"]) < 100.0)

    # Commands

    def begin(self) -> None:
        """Begins to paint, unless these six have painted the same already."""
        if not self.is_possible or self.is_painting:
            return
        experiment = self._session.document.experiment
        works = tuple(Work(painter, painter.at_small_size(experiment)) for painter in painters())
        if self.are_done and self.share_done == 1.0 and _designs(works) == _designs(self.works):
            return
        self._session.stop()  # a paused run, which would keep the worker from other work
        self.works, self._to_go_on = works, None
        self._margins.drop()
        self._request = RaceRequest(_designs(works), STEPS)
        self._session.race(self._request)
        self._timer.start()
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Stops painting, and ignores further updates."""
        self._to_go_on = None
        if self._request is not None:
            self._request.stop()
            self._end()

    def go_on_with(self, work: Work) -> None:
        """Makes one the document's network, at full size, and trains it. Undo takes it back."""
        self._to_go_on = work
        if self._request is not None:
            self._request.stop()  # its weights come with the end
            self.changed.emit()
        else:
            self._go_on()

    def keep_all(self) -> None:
        """Lists the six as runs."""
        runs = self._session.runs
        first = runs.next_number
        for work in self.works:
            runs.put(work.record(runs.next_number))
        self._kept = self.works
        self._session.document.mark_results_changed()
        self.changed.emit()
        self.message.emit("info", f"Kept the six paintings as runs {first} to {runs.next_number - 1}.")

    def show_beyond(self, wanted: bool) -> None:
        """Shows paintings with a margin, once they are done."""
        self.shows_beyond = wanted
        self._ask_for_margins()
        self.changed.emit()

    # Steps of them

    def _go_on(self) -> None:
        work, self._to_go_on = self._to_go_on, None
        if work is None:
            return
        session = self._session
        full = work.painter.at_full_size(session.document.experiment, work.design)
        state, history = None, History()
        if work.state is not None and self.goes_on:
            state = _begun_with(work.state, full)
            history.add(Changed(changed_structure(0, weights_from(f"“{work.painter.name}” at a small size"))))
        show_new_run(
            session,
            f"Paint as “{work.painter.name}”",
            full,
            lambda: record_of(session.runs.next_number, full, history, state),
        )
        self.chosen.emit()
        session.train()

    def _ask_for_margins(self) -> None:
        """Asks for paintings with a margin, if they are wanted and haven't been made."""
        if not (self.shows_beyond and self.are_done) or self.works[0].beyond is not None:
            return
        works, request = self.works, self._margins.begin()

        def take(paintings: Sequence[Pixels]) -> None:
            for work, painting in zip(works, paintings, strict=True):
                work.beyond = painting
            self.changed.emit()

        states = [work.state for work in works]
        weights = [state.weights for state in states if state is not None]
        self._session.ask(
            "cadl_desktop.engine:render_around",
            (_designs(works), weights, MARGIN),
            request.only(take),
            request.only(self._session.report_error),
            lambda: request.wanted,
        )

    def _end(self) -> None:
        self._request = None
        self._timer.stop()
        self._ask_for_margins()
        self.changed.emit()

    @Slot(object)
    def _on_status_changed(self, status: Status) -> None:
        if status is Status.PREPARING:
            self.stop()

    @Slot()
    def _take_updates(self) -> None:
        updates = self._request.take() if self._request else []
        for update in updates:
            if isinstance(update, Failure):
                self.message.emit("error", update.message)
                self._to_go_on = None
                self._end()
                return
            place, event = update
            self.works[place].apply(event)
        if self._to_go_on is not None and self._to_go_on.state is not None:
            self._end()
            self._go_on()
        elif updates and all(work.state for work in self.works):
            self._end()
        elif updates:
            self.changed.emit()


def _designs(works: Sequence[Work]) -> tuple[Experiment, ...]:
    return tuple(work.design for work in works)


def _begun_with(state: RunState, experiment: Experiment) -> RunState:
    """State of a new run of an experiment that begins with the weights of another, whose schedule has ended.
    At its first rate it would lose what they have learned."""
    steps = (experiment.stop.epochs or 1) * steps_per_epoch(experiment)
    return replace(
        state.latest.without_memories(),
        step=0,
        epoch=0,
        row=0,
        seconds=0.0,
        settings=LiveSettings.of(experiment),
        horizon=Horizon(step=0, done=0.0, end=steps, peak=PEAK),
        cores=None,
        optimizer_since=0,
        processor_seconds=0.0,
        best=None,
    )
