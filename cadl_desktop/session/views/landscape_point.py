"""The weights of one point of the landscape: what they paint, what they cost, and having them adopted."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.drawing.run_survey import RunSurvey
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.runs.changes import LANDSCAPE_POINT
from cadl_desktop.runs.evaluations import Costs
from cadl_desktop.runs.events import Floats, Prediction, RunState
from cadl_desktop.runs.network_weights import weights_of
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.edits.weight_edits import edit_weights
from cadl_desktop.session.session import Session

_ROUNDING = 1e-5
"""Weights are float32: so far from a plane, over their length, they lie on it."""


class LandscapePoint(QObject):
    """`vector` are the weights that were chosen, flattened, None where nothing is; `prediction` is what they
    make, as in `Progressed`, and `cost` theirs over the whole training set, None until they are known."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._newest, self._newest_cost = Newest(), Newest()
        self._chosen_in: tuple[object, ...] = ()
        self._cost_function = ""
        self.vector: Floats | None = None
        self.prediction: Prediction | None = None
        self.cost: float | None = None
        session.document.changed.connect(self._look)

    def choose(self, survey: RunSurvey, place: tuple[float, float]) -> None:
        """Has the weights at a place of a survey looked at."""
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
        """Nothing is chosen any more."""
        self._newest.drop()
        self._newest_cost.drop()
        if self.vector is not None:
            self.vector = self.prediction = self.cost = None
            self.changed.emit()

    def place_on(self, survey: RunSurvey) -> tuple[float, float] | None:
        """Where the weights are on a survey's plane; None where they aren't on it, or none are chosen."""
        if self.vector is None:
            return None
        (place,), (distance,) = survey.seen.plane.projected(self.vector[np.newaxis])
        size = float(np.linalg.norm(self.vector)) or 1.0
        return (float(place[0]), float(place[1])) if distance <= _ROUNDING * size else None

    def adopt(self, label: str) -> None:
        """Puts these weights in place of what was learned, by an edit of this name that can be undone; the
        optimizer begins without any memory, and a training that is going on goes on with them."""
        if self.vector is None:
            return
        weights = weights_of(self._session.document.experiment, self.vector)
        use = partial(self._adopt, label, self._chosen_in, weights)
        self._session.ask("cadl_desktop.engine:first_state", (self._session.document.experiment,), use)

    def _adopt(
        self, label: str, chosen_in: tuple[object, ...], weights: tuple[Floats, ...], fresh: RunState
    ) -> None:
        if self._network() != chosen_in:
            self._session.tell_not_done()
            return
        edit_weights(self._session, label, lambda now, state: (weights, LANDSCAPE_POINT), slots=fresh.slots)

    @Slot()
    def _look(self) -> None:
        """What was chosen of another network is nothing any more; by another function it costs something
        else."""
        if self.vector is None:
            return
        if self._network() != self._chosen_in:
            self.forget()
        elif self._session.document.experiment.cost != self._cost_function:
            self._ask_cost(self.vector)
            self.changed.emit()

    def _network(self) -> tuple[object, ...]:
        """The document's; an equal one that was opened is another."""
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
