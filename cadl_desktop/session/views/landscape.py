"""The cost surface of the network around the moment that is looked at, while somebody looks at it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.drawing.run_survey import RunSurvey
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.lessons.descending.landscape import FINEST, LEAST_MOMENTS, Choice
from cadl_desktop.runs.evaluations import Costs
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.network_weights import flatten, shapes_of, weights_fit
from cadl_desktop.session.asking import OneAtATime, Question
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.time_machine import TimeMachine

REST = 32.0
"""Training has so many times as long as an answer takes: it loses 3 % of its time by answers, of the 5 % that
it may lose by all that comes with them."""
TRAINING_SIDE = 13
"""While training goes on, the next moment is looked at when so many places along a side are known."""
PIECE_SECONDS, TRAINING_PIECE_SECONDS = 0.15, 0.02
"""Nobody who presses a button waits longer for an answer that is under way."""
FIRST_PIECE = 4
"""Places, as long as nobody knows how long one takes."""

Missing = Literal["", "weights", "moments"]


@dataclass(frozen=True, eq=False)
class _Asked:
    """What a survey depends on."""

    structure: tuple[Any, ...]
    cost: str
    choice: Choice

    def fits(self, other: "_Asked | None") -> bool:
        return other is not None and self.choice == other.choice and self.is_of_network(other)

    def is_of_network(self, other: "_Asked | None") -> bool:
        return other is not None and self.cost == other.cost and self.structure == other.structure


class Landscape(QObject):
    """`survey` is what is shown: the newest whose coarsest grid is known; while training goes on it stays
    until the next one is as fine as it becomes there. `missing` says why there is none: no weights, or too
    few moments for main directions."""

    changed = Signal()

    def __init__(self, machine: TimeMachine) -> None:
        super().__init__(machine)
        self._machine, self.session = machine, machine.session
        self.wanted = False
        self.choice = Choice()
        self.survey: RunSurvey | None = None
        self.missing: Missing = "weights"
        self._shown_for: _Asked | None = None
        self._next: RunSurvey | None = None
        self._next_for: _Asked | None = None
        self._asked_for: _Asked | None = None
        self._failed_for: _Asked | None = None
        self._known: dict[RunState, float] = {}
        """Costs of moments, which other surveys of the same network need as well."""
        self._seconds: float | None = None
        """That a point takes."""
        self._asking = OneAtATime(self._question, self._fail, self)
        machine.changed.connect(self._look)
        machine.recorded.connect(self._look)
        for news in (self.session.status_changed, self.session.updated, self.session.document.changed):
            news.connect(self._look)

    @property
    def training(self) -> bool:
        return self.session.status in (Status.TRAINING, Status.PREPARING)

    @property
    def complete(self) -> bool:
        """Whether what is shown is what is looked at, and as fine as it becomes while nothing trains."""
        shown = self.survey
        if shown is None or shown.ball is not self.ball() or not self._asked().fits(self._shown_for):
            return False
        return shown.side == FINEST and shown.path_is_known

    @Slot(bool)
    def want(self, on: bool) -> None:
        """Has the surface found; what is known of it stays for whoever comes back."""
        self.wanted = on
        self._look()

    def choose(self, choice: Choice) -> None:
        """Looks at another plane, or at more or less of it."""
        self.choice = choice
        self._look()

    def ball(self) -> RunState | None:
        """The moment that is looked at; while training goes on, the newest that is kept."""
        moments, now = self._machine.snapshots.states, self.session.result.state
        newest = moments[-1] if moments else None
        return self._machine.moment or (newest or now if self.training else now or newest)

    @Slot()
    def _look(self) -> None:
        if not self.wanted:
            return
        self._look_at_what_is_missing()
        if self.training:
            self._asking.look()
        else:
            self._asking.hurry()

    def _look_at_what_is_missing(self) -> None:
        """Forgets the surface of another network; that of another plane stays until the wanted one comes."""
        missing: Missing = ""
        if self.session.carrying_over or self.session.document.problems or self.ball() is None:
            missing = "weights"
        elif self.choice.directions == "main" and len(self._machine.snapshots.states) < LEAST_MOMENTS:
            missing = "moments"
        is_stale = self.survey is not None and (missing or not self._asked().is_of_network(self._shown_for))
        if is_stale:
            self.survey = self._shown_for = None
        if missing != self.missing or is_stale:
            self.missing = missing
            self.changed.emit()

    def _asked(self) -> _Asked:
        experiment = self.session.document.experiment
        return _Asked(structure_of(experiment), experiment.cost, self.choice)

    # Asking

    def _question(self) -> Question | None:
        ball, asked = self.ball(), self._asked()
        ready = self.wanted and not self.missing and self.session.device
        if ball is None or not ready or asked.fits(self._failed_for):
            return None
        if not weights_fit(self.session.document.experiment, ball.weights):
            return None  # an earlier moment of the network that an edit is just leaving
        self._asked_for = asked
        if self._is_over(asked, ball):
            return self._begin(asked, ball)
        return self._next_question(self._next) if self._next is not None else None

    def _is_over(self, asked: _Asked, ball: RunState) -> bool:
        """Whether another survey is wanted than the one that is under way, or was: for another moment only
        when something of this one has been seen, as whoever scrubs is faster than the answers."""
        survey = self._next
        if survey is None or not asked.fits(self._next_for):
            return True
        if survey.ball is ball:
            return False
        follows = self.training and self._machine.moment is None
        return not _is_left(survey) if follows else survey.side > 0

    def _begin(self, asked: _Asked, ball: RunState) -> Question:
        if not asked.is_of_network(self._next_for):
            self._known, self._seconds = {}, None
        states, shapes = list(self._machine.snapshots.states), shapes_of(self.session.document.experiment)

        def take(survey: RunSurvey) -> None:
            self._next, self._next_for = survey, asked

        make = partial(RunSurvey, asked.choice, ball, states, shapes)
        return Question(partial(self.session.background.do, make), take, self._rest)

    def _next_question(self, survey: RunSurvey) -> Question | None:
        if survey.cost is None:
            return self._costs(survey, [flatten(survey.ball.weights)], True, survey.take_ball)
        if survey.side and not survey.path_is_known:
            return self._path_question(survey)
        places = survey.next_places(TRAINING_SIDE if self.training else FINEST, self._affordable())
        if not len(places):
            return None
        return self._costs(survey, survey.vectors(places), False, partial(survey.take_places, places))

    def _path_question(self, survey: RunSurvey) -> Question:
        self._known = {state: self._known[state] for state in survey.states if state in self._known}
        unknown = [state for state in survey.states if state not in self._known][: self._affordable()]
        vectors = [flatten(state.weights) for state in unknown]

        def take(costs: Costs) -> bool:
            self._known.update(zip(unknown, costs.values.tolist(), strict=True))
            is_whole = all(state in self._known for state in survey.states)
            if is_whole:
                survey.take_path([self._known[state] for state in survey.states])
            return is_whole

        return self._costs(survey, vectors, False, take)

    def _costs(
        self, survey: RunSurvey, vectors: list[Floats], whole: bool, take: Callable[[Costs], bool]
    ) -> Question:
        """`take` says whether there is something else to be seen."""

        def done(costs: Costs) -> None:
            self._seconds = costs.seconds / max(len(vectors), 1)
            if take(costs):
                self._show(survey)

        arguments = self.session.document.experiment, vectors, whole
        ask = partial(self.session.ask, "cadl_desktop.engine:costs_of", arguments)
        return Question(ask, done, self._rest, took=_seconds)

    @property
    def _rest(self) -> float:
        return REST if self.training else 0.0

    def _affordable(self) -> int:
        """How many points are asked at a time."""
        if self._seconds is None:
            return FIRST_PIECE
        return max(1, int((TRAINING_PIECE_SECONDS if self.training else PIECE_SECONDS) / self._seconds))

    # Showing

    def _show(self, survey: RunSurvey) -> None:
        asked = self._next_for
        if survey is not self._next or asked is None or not survey.side:
            return
        stays = self.training and asked.fits(self._shown_for) and survey is not self.survey
        if stays and _is_left(survey):
            return
        self.survey, self._shown_for = survey, asked
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        """Nothing like it is asked again."""
        self._next, self._next_for, self._failed_for = None, None, self._asked_for
        self.session.tell_error(error)


def _is_left(survey: RunSurvey) -> bool:
    """Whether a survey has more to come, even while training goes on."""
    return survey.cost is None or survey.side < TRAINING_SIDE or not survey.path_is_known


def _seconds(costs: Costs) -> float:
    return costs.seconds
