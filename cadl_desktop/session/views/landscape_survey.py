"""Cost landscape: the cost surface around the selected moment, and the weights at a chosen point of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.drawing.cost_surface import RunSurvey
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.lessons.cost_plane import FINEST, LEAST_MOMENTS, PlaneChoice
from cadl_desktop.runs.changes import LANDSCAPE_POINT
from cadl_desktop.runs.evaluations import Costs
from cadl_desktop.runs.events import Floats, Prediction, RunState
from cadl_desktop.runs.network_weights import flatten, shapes_of, weights_fit, weights_of
from cadl_desktop.session.background import LatestOnly, RequestThrottle, ThrottledRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Source, Status
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.session.weight_edits import edit_weights

REST = 32.0
"""Rest between two answers while training, as a multiple of an answer's duration: answers take 3 % of the
time, of the 5 % that training may lose with all overhead."""
TRAINING_SIDE = 13
"""Points along a side after which, while training, the next moment is surveyed."""
PIECE_SECONDS, TRAINING_PIECE_SECONDS = 0.15, 0.02
"""Longest duration of one request, which delays other requests."""
FIRST_PIECE = 4
"""Points of a request before the duration of one is known."""

Missing = Literal["", "weights", "moments"]

_ROUNDING = 1e-5
"""Largest distance from a plane, relative to the vector's length, at which float32 weights lie on it."""


@dataclass(frozen=True, eq=False)
class _SurveyKey:
    """The network structure, cost function and choice that a survey depends on."""

    structure: tuple[Any, ...]
    cost: str
    choice: PlaneChoice

    def fits(self, other: "_SurveyKey | None") -> bool:
        return other is not None and self.choice == other.choice and self.is_of_network(other)

    def is_of_network(self, other: "_SurveyKey | None") -> bool:
        return other is not None and self.cost == other.cost and self.structure == other.structure


class Landscape(QObject):
    """The cost surface in a plane through the selected moment.

    `survey` is the shown one: the newest whose coarsest grid is known; while training, it stays until the
    next one is complete. `missing` is the reason for none: no weights, or too few moments for the main
    directions.
    """

    changed = Signal()

    def __init__(self, machine: TimeMachine) -> None:
        super().__init__(machine)
        self._machine, self.session = machine, machine.session
        self.wanted = False
        self.choice = PlaneChoice()
        self.survey: RunSurvey | None = None
        self.missing: Missing = "weights"
        self._shown_key: _SurveyKey | None = None
        self._next: RunSurvey | None = None
        self._next_key: _SurveyKey | None = None
        self._requested_key: _SurveyKey | None = None
        self._failed_key: _SurveyKey | None = None
        self._known_costs: dict[RunState, float] = {}
        """Costs of moments, reused by other surveys of the same network."""
        self._seconds_per_point: float | None = None
        self._throttle = RequestThrottle(self._next_request, self._fail, self)
        machine.changed.connect(self._look)
        machine.recorded.connect(self._look)
        for signal in (self.session.status_changed, self.session.updated, self.session.document.changed):
            signal.connect(self._look)

    @property
    def training(self) -> bool:
        return self.session.status in (Status.TRAINING, Status.PREPARING)

    @property
    def complete(self) -> bool:
        """Whether the shown survey is the wanted one at its finest resolution."""
        shown = self.survey
        if shown is None or shown.ball is not self.ball() or not self._current_key().fits(self._shown_key):
            return False
        return shown.side == FINEST and shown.path_is_known

    @Slot(bool)
    def want(self, on: bool) -> None:
        """Starts or stops computing the surface; known parts are kept."""
        self.wanted = on
        self._look()

    def choose(self, choice: PlaneChoice) -> None:
        """Selects the plane, and how much of it is shown."""
        self.choice = choice
        self._look()

    def ball(self) -> RunState | None:
        """Returns the selected moment, or the current one; while training, the newest snapshot."""
        moments, now = self._machine.snapshots.states, self.session.result.state
        newest = moments[-1] if moments else None
        return self._machine.moment or (newest or now if self.training else now or newest)

    @Slot()
    def _look(self) -> None:
        if not self.wanted:
            return
        self._update_missing()
        if self.training:
            self._throttle.look()
        else:
            self._throttle.hurry()

    def _update_missing(self) -> None:
        """Updates `missing`, and drops a surface of another network, but not one of another plane."""
        missing: Missing = ""
        is_coming = self.session.shown_weights.source is Source.COMING
        if is_coming or self.session.document.problems or self.ball() is None:
            missing = "weights"
        elif self.choice.directions == "main" and len(self._machine.snapshots.states) < LEAST_MOMENTS:
            missing = "moments"
        is_stale = self.survey is not None and (
            missing or not self._current_key().is_of_network(self._shown_key)
        )
        if is_stale:
            self.survey = self._shown_key = None
        if missing != self.missing or is_stale:
            self.missing = missing
            self.changed.emit()

    def _current_key(self) -> _SurveyKey:
        experiment = self.session.document.experiment
        return _SurveyKey(structure_of(experiment), experiment.cost, self.choice)

    # Requests

    def _next_request(self) -> ThrottledRequest | None:
        ball, key = self.ball(), self._current_key()
        ready = self.wanted and not self.missing and self.session.device
        if ball is None or not ready or key.fits(self._failed_key):
            return None
        if not weights_fit(self.session.document.experiment, ball.weights):
            return None  # of the network before an edit
        self._requested_key = key
        if self._needs_new_survey(key, ball):
            return self._begin(key, ball)
        return self._next_points(self._next) if self._next is not None else None

    def _needs_new_survey(self, key: _SurveyKey, ball: RunState) -> bool:
        """Whether the current survey no longer matches what is wanted.

        For another moment it is replaced only after its first grid was shown, since scrubbing is faster than
        the answers.
        """
        survey = self._next
        if survey is None or not key.fits(self._next_key):
            return True
        if survey.ball is ball:
            return False
        follows = self.training and self._machine.moment is None
        return not _is_incomplete(survey) if follows else survey.side > 0

    def _begin(self, key: _SurveyKey, ball: RunState) -> ThrottledRequest:
        if not key.is_of_network(self._next_key):
            self._known_costs, self._seconds_per_point = {}, None
        states, shapes = list(self._machine.snapshots.states), shapes_of(self.session.document.experiment)

        def take(survey: RunSurvey) -> None:
            self._next, self._next_key = survey, key

        make = partial(RunSurvey, key.choice, ball, states, shapes)
        return ThrottledRequest(partial(self.session.background.do, make), take, self._rest)

    def _next_points(self, survey: RunSurvey) -> ThrottledRequest | None:
        if survey.cost is None:
            return self._request_costs(survey, [flatten(survey.ball.weights)], True, survey.take_ball)
        if survey.side and not survey.path_is_known:
            return self._request_path(survey)
        places = survey.next_places(TRAINING_SIDE if self.training else FINEST, self._affordable())
        if not len(places):
            return None
        return self._request_costs(survey, survey.vectors(places), False, partial(survey.take_places, places))

    def _request_path(self, survey: RunSurvey) -> ThrottledRequest:
        self._known_costs = {
            state: self._known_costs[state] for state in survey.states if state in self._known_costs
        }
        unknown = [state for state in survey.states if state not in self._known_costs][: self._affordable()]
        vectors = [flatten(state.weights) for state in unknown]

        def take(costs: Costs) -> bool:
            self._known_costs.update(zip(unknown, costs.values.tolist(), strict=True))
            is_whole = all(state in self._known_costs for state in survey.states)
            if is_whole:
                survey.take_path([self._known_costs[state] for state in survey.states])
            return is_whole

        return self._request_costs(survey, vectors, False, take)

    def _request_costs(
        self, survey: RunSurvey, vectors: list[Floats], whole: bool, take: Callable[[Costs], bool]
    ) -> ThrottledRequest:
        """Requests costs of weight vectors; `take` receives them and returns whether the picture changes."""

        def done(costs: Costs) -> None:
            self._seconds_per_point = costs.seconds / max(len(vectors), 1)
            if take(costs):
                self._show(survey)

        arguments = self.session.document.experiment, vectors, whole
        ask = partial(self.session.ask, "cadl_desktop.engine:costs_of", arguments)
        return ThrottledRequest(ask, done, self._rest, took=lambda costs: costs.seconds)

    @property
    def _rest(self) -> float:
        return REST if self.training else 0.0

    def _affordable(self) -> int:
        """Number of points in one request."""
        if self._seconds_per_point is None:
            return FIRST_PIECE
        return max(
            1, int((TRAINING_PIECE_SECONDS if self.training else PIECE_SECONDS) / self._seconds_per_point)
        )

    # Results

    def _show(self, survey: RunSurvey) -> None:
        key = self._next_key
        if survey is not self._next or key is None or not survey.side:
            return
        stays = self.training and key.fits(self._shown_key) and survey is not self.survey
        if stays and _is_incomplete(survey):
            return
        self.survey, self._shown_key = survey, key
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        """Shows the error; the same survey isn't requested again."""
        self._next, self._next_key, self._failed_key = None, None, self._requested_key
        self.session.report_error(error)


def _is_incomplete(survey: RunSurvey) -> bool:
    """Whether a survey is not yet complete to the resolution used while training."""
    return survey.cost is None or survey.side < TRAINING_SIDE or not survey.path_is_known


class LandscapePoint(QObject):
    """A chosen point of the landscape: its flattened weights `vector`, None if none is chosen.

    `prediction` is the output of these weights, as in `Progressed`, and `cost` their cost over the whole
    training set; both are None until computed.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._newest, self._newest_cost = LatestOnly(), LatestOnly()
        self._chosen_in: tuple[object, ...] = ()
        self._cost_function = ""
        self.vector: Floats | None = None
        self.prediction: Prediction | None = None
        self.cost: float | None = None
        session.document.changed.connect(self._look)

    def choose(self, survey: RunSurvey, place: tuple[float, float]) -> None:
        """Chooses the weights at a place of a survey, and computes their prediction and cost."""
        experiment = self._session.document.experiment
        vector = survey.seen.plane.at(place)
        self._chosen_in = self._network()
        self.vector, self.prediction = vector, None
        arguments = experiment, weights_of(experiment, vector)
        take = self._newest.begin().only(self._take_prediction)
        self._session.ask("cadl_desktop.engine:render", arguments, take)
        self._ask_cost(vector)
        self.changed.emit()

    @Slot()
    def forget(self) -> None:
        """Removes the choice."""
        self._newest.drop()
        self._newest_cost.drop()
        if self.vector is not None:
            self.vector = self.prediction = self.cost = None
            self.changed.emit()

    def place_on(self, survey: RunSurvey) -> tuple[float, float] | None:
        """Returns the coordinates of the chosen weights on a survey's plane; None if they don't lie on it."""
        if self.vector is None:
            return None
        (place,), (distance,) = survey.seen.plane.projected(self.vector[np.newaxis])
        size = float(np.linalg.norm(self.vector)) or 1.0
        return (float(place[0]), float(place[1])) if distance <= _ROUNDING * size else None

    def adopt(self, label: str) -> None:
        """Replaces the learned weights by the chosen ones, in an undoable edit with this label.

        The optimizer's memory is reset; a running training continues with the new weights.
        """
        if self.vector is None:
            return
        weights = weights_of(self._session.document.experiment, self.vector)
        edit_weights(self._session, label, lambda now, state: (weights, LANDSCAPE_POINT), forgets=True)

    @Slot()
    def _look(self) -> None:
        """Drops a choice of another network; recomputes the cost after a change of the cost function."""
        if self.vector is None:
            return
        if self._network() != self._chosen_in:
            self.forget()
        elif self._session.document.experiment.cost != self._cost_function:
            self._ask_cost(self.vector)
            self.changed.emit()

    def _network(self) -> tuple[object, ...]:
        """Identifies the document's network; an equal one in another opened document differs."""
        document = self._session.document
        return document.opened, structure_of(document.experiment)

    def _ask_cost(self, vector: Floats) -> None:
        experiment, session = self._session.document.experiment, self._session
        self.cost, self._cost_function = None, experiment.cost
        take = self._newest_cost.begin().only(self._take_cost)
        session.ask("cadl_desktop.engine:costs_of", (experiment, [vector], True), take)

    def _take_prediction(self, shown: tuple[Prediction, float | None]) -> None:
        self.prediction = shown[0]
        self.changed.emit()

    def _take_cost(self, costs: Costs) -> None:
        self.cost = float(costs.values[0])
        self.changed.emit()
