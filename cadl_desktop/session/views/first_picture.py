"""What a network makes of its inputs before it has learned anything."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Prediction, RunState
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

WAIT_MS = 400
"""How long an edit waits for the next."""


class FirstPicture(QObject):
    """`prediction` is None where something has been learned, or nothing is known yet."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.prediction: Prediction | None = None
        self._of: Experiment | None = None
        self._session = session
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._ask)
        for news in (
            session.device_changed,
            session.samples_changed,
            session.status_changed,
            session.updated,
            session.document.changed,
        ):
            news.connect(self._look)

    @Slot()
    def _look(self) -> None:
        experiment, session = self._session.document.experiment, self._session
        if experiment is self._of and session.status is Status.EMPTY:
            return
        if self.prediction is not None:
            self.prediction = None
            self.changed.emit()
        self._of = None
        if self._is_wanted():
            self._timer.start()
        else:
            self._timer.stop()

    def _is_wanted(self) -> bool:
        session = self._session
        samples = session.samples_of(session.document.experiment)
        if samples is None or samples.large:
            return False  # a large picture takes long, and somebody may want to train meanwhile
        ready = session.device and not session.document.problems
        return bool(ready) and session.status is Status.EMPTY

    @Slot()
    def _ask(self) -> None:
        if not self._is_wanted():
            return
        experiment = self._of = self._session.document.experiment

        def begun(state: RunState) -> None:
            if self._of is experiment:
                self._session.ask("cadl_desktop.engine:render", (experiment, state.weights), shown)

        def shown(answer: tuple[Prediction, float | None]) -> None:
            if self._of is experiment:
                self.prediction = answer[0]
                self.changed.emit()

        self._session.ask("cadl_desktop.engine:first_state", (experiment,), begun)
