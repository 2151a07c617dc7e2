"""Counting of the bytes in which the network paints its picture, where a person asks for it."""

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.evaluations import NetworkBytes, no_bytes
from cadl_desktop.runs.events import RunState
from cadl_desktop.sentences import Sentence, sentence_of
from cadl_desktop.session.piecewise_request import PiecewiseRequest
from cadl_desktop.session.training.result import Source, Status
from cadl_desktop.session.views.time_machine import TimeMachine


class ByteCounting(QObject):
    """Counts bytes of the weights on display, those of an earlier moment if one is selected.

    `found` is the result until network, picture or weights change, `problem` the sentence of an error that
    came instead. `obstacle` says why nothing can be counted now; empty if it can. Counting is done in pieces,
    changes neither the run nor its moments, and ends when other weights are on display.
    """

    changed = Signal()

    def __init__(self, machine: TimeMachine) -> None:
        super().__init__(machine)
        self.found: NetworkBytes | None = None
        self.problem: Sentence | None = None
        self._machine, self._session = machine, machine.session
        self._request = PiecewiseRequest(machine.session, self._take, self._fail)
        self._counted: tuple[RunState | None, Experiment] | None = None
        self.obstacle = self._current_obstacle()
        session = self._session
        for news in (session.updated, session.status_changed, session.document.changed, machine.changed):
            news.connect(self._follow)

    @property
    def counting(self) -> bool:
        return self._request.is_under_way

    @Slot()
    def count(self) -> None:
        """Begins to count, unless that has been done or can't be."""
        if self.counting or self.found is not None or self.obstacle:
            return
        state, experiment = self._counted = self._on_display()
        assert state is not None, "an obstacle"
        self.problem = None
        arguments = experiment, state.weights, state.cores
        self._request.begin("cadl_desktop.engine:network_bytes", arguments)
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Counts no further."""
        if self.counting:
            self._request.end()
            self.changed.emit()

    def _take(self, found: NetworkBytes) -> None:
        self.found = found
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self.problem = sentence_of(error)
        self.changed.emit()

    @Slot()
    def _follow(self) -> None:
        """Drops what was counted of other weights."""
        obstacle, is_stale = self._current_obstacle(), self._is_stale()
        if is_stale:
            self._counted = self.found = self.problem = None
            self._request.end()
        if is_stale or obstacle != self.obstacle:
            self.obstacle = obstacle
            self.changed.emit()

    def _is_stale(self) -> bool:
        if self._counted is None:
            return False
        (state, experiment), (counted, of) = self._on_display(), self._counted
        return state is not counted or (experiment is not of and experiment != of)

    def _on_display(self) -> tuple[RunState | None, Experiment]:
        """The weights on display, None while they change, and the experiment that they were trained in."""
        session, shown = self._session, self._session.shown_weights
        now = shown.state if shown.source is Source.STATE else None
        return self._machine.moment or now, session.result.trained_or(session.document.experiment)

    def _is_training(self) -> bool:
        return self._session.status in (Status.PREPARING, Status.TRAINING)

    def _current_obstacle(self) -> str:
        if obstacle := no_bytes(self._session.document.experiment):
            return obstacle
        if self._is_training():
            return "Pause first: bytes are counted while nothing trains."
        if self._on_display()[0] is None:
            return "Train first: the weights that are learned are what is counted."
        return ""
