"""Predictions computed on demand: the untrained network's curve, and missing thumbnails of listed runs."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Floats, Prediction, RunState
from cadl_desktop.runs.record import RunRecord, thumbnail_of
from cadl_desktop.session.background import RequestThrottle, ThrottledRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Source

WAIT_MS = 400
"""Debounce of edits."""


class InitialPrediction(QObject):
    """Curve of the untrained network; `prediction` is None after training, until it is computed, and for
    pictures, whose target is shown faintly in its place. `fitted` is as in `Progressed`."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.prediction: Prediction | None = None
        self.fitted: Prediction | None = None
        self._requested_for: Experiment | None = None
        self._session = session
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._request)
        for signal in (
            session.device_changed,
            session.samples_changed,
            session.status_changed,
            session.updated,
            session.document.changed,
        ):
            signal.connect(self._update)

    @Slot()
    def _update(self) -> None:
        experiment, session = self._session.document.experiment, self._session
        if experiment is self._requested_for and session.shown_weights.source is Source.SEED:
            return
        if self.prediction is not None:
            self.prediction = self.fitted = None
            self.changed.emit()
        self._requested_for = None
        if self._is_wanted():
            self._timer.start()
        else:
            self._timer.stop()

    def _is_wanted(self) -> bool:
        session = self._session
        samples = session.samples_of(session.document.experiment)
        if samples is None or samples.picture_shape is not None:
            return False
        ready = session.device and not session.document.problems
        return bool(ready) and session.shown_weights.source is Source.SEED

    @Slot()
    def _request(self) -> None:
        if not self._is_wanted():
            return
        experiment = self._requested_for = self._session.document.experiment

        def render(state: RunState) -> None:
            if self._requested_for is experiment:
                self._session.ask("cadl_desktop.engine:render_fitted", (experiment, state.weights), shown)

        def shown(answer: tuple[Prediction, float | None, Prediction | None]) -> None:
            if self._requested_for is experiment:
                self.prediction, _, self.fitted = answer
                self.changed.emit()

        self._session.ask("cadl_desktop.engine:first_state", (experiment,), render)


class RunThumbnails(QObject):
    """Computes missing thumbnails of listed runs while nothing trains; files of early versions have none."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._requested: set[tuple[int, int]] = set()
        """Numbers and steps of requested runs, so that a thumbnail that fails is not requested again."""
        self._throttle = RequestThrottle(self._next_request, session.report_error, self)
        for signal in (session.runs.changed, session.status_changed, session.device_changed):
            signal.connect(self._throttle.look)

    def _next_request(self) -> ThrottledRequest | None:
        session = self._session
        if session.status.live or not session.device:
            return None
        for record in reversed(session.runs.records):
            key = record.number, record.steps
            if record.thumbnail is None and record.state is not None and key not in self._requested:
                self._requested.add(key)
                arguments = record.experiment, record.state.weights
                ask = partial(session.ask, "cadl_desktop.engine:render", arguments)
                return ThrottledRequest(ask, partial(self._take, record))
        return None

    def _take(self, record: RunRecord, made: tuple[Floats, float | None]) -> None:
        """Stores the thumbnail unless the run was removed or continued."""
        known = self._session.runs.record(record.number)
        if known is not None and known.state is record.state:
            self._session.runs.put(replace(known, thumbnail=thumbnail_of(made[0])))
