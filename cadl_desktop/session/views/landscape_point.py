"""The weights of one point of the landscape: what they paint, what they cost, and having them adopted."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.experiment.model import structure_of
from cadl_desktop.lessons.landscape import Plane
from cadl_desktop.runs.changes import LANDSCAPE_POINT
from cadl_desktop.runs.costs import Costs
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.weights import weights_of
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.edits.weight_edits import edit_weights
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.survey import Survey


class LandscapePoint(QObject):
    """`place` (x, y) on `plane` is what was chosen, None where nothing is; `prediction` is what its weights
    make, as in `Progressed`, and `cost` theirs over the whole training set, None until they are known."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._newest = Newest()
        self._structure: tuple[object, ...] = ()
        self._weights: tuple[Floats, ...] = ()
        self.place: tuple[float, float] | None = None
        self.plane: Plane | None = None
        self.prediction: Floats | None = None
        self.cost: float | None = None
        session.document.changed.connect(self._look)

    def choose(self, survey: Survey, place: tuple[float, float]) -> None:
        """Has the weights at a place of a survey looked at."""
        experiment = self._session.document.experiment
        vector = survey.seen.plane.at(place)
        self._structure, self._weights = structure_of(experiment), weights_of(experiment, vector)
        self.place, self.plane, self.prediction, self.cost = place, survey.seen.plane, None, None
        request, ask = self._newest.begin(), self._session.ask
        state = replace(survey.ball, weights=self._weights)
        ask.shown(experiment, state, request.only(self._take_prediction))
        ask.costs(experiment, [vector], True, request.only(self._take_cost), self._session.tell_error)
        self.changed.emit()

    @Slot()
    def forget(self) -> None:
        """Nothing is chosen any more."""
        self._newest.drop()
        if self.place is not None:
            self.place, self.plane, self.prediction, self.cost = None, None, None, None
            self.changed.emit()

    def adopt(self, label: str) -> None:
        """Puts these weights in place of what was learned, by an edit of this name that can be undone; the
        optimizer begins without any memory, and a training that is going on goes on with them."""
        if self.place is None:
            return
        use = partial(self._adopt, label, self._structure, self._weights)
        self._session.ask.first_state(self._session.document.experiment, use)

    def _adopt(
        self, label: str, structure: tuple[object, ...], weights: tuple[Floats, ...], fresh: RunState
    ) -> None:
        if structure_of(self._session.document.experiment) != structure:
            self._session.tell_not_done()
            return
        words = LANDSCAPE_POINT
        edit_weights(self._session, label, lambda now, state: (weights, words), slots=fresh.slots)

    @Slot()
    def _look(self) -> None:
        """What was chosen of another network is nothing any more."""
        if self.place is not None and structure_of(self._session.document.experiment) != self._structure:
            self.forget()

    def _take_prediction(self, shown: tuple[Floats, float | None]) -> None:
        self.prediction = shown[0]
        self.changed.emit()

    def _take_cost(self, costs: Costs) -> None:
        self.cost = float(costs.values[0])
        self.changed.emit()
