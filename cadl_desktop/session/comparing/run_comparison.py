"""The runs of the project to compare."""

from collections.abc import Callable, Collection, Mapping

from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop.comparing.run_trainings import RunReader
from cadl_desktop.comparing.training import State, Training
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.evaluations import NetworkBytes, no_bytes
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session import run_commands
from cadl_desktop.session.comparing.comparison import Baseline, Comparison
from cadl_desktop.session.piecewise_request import PiecewiseRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

_LIVE: Mapping[Status, State] = {
    Status.PREPARING: "preparing",
    Status.TRAINING: "training",
    Status.PAUSED: "paused",
}
"""State of the shown run while it is trained."""


class RunBaseline(Baseline):
    """The baseline of the project's runs, which is part of the document: it is saved and undone."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        session.runs.baseline_changed.connect(self.changed)

    @property
    def number(self) -> int | None:
        return self._session.runs.baseline

    def choose(self, number: int | None) -> None:
        run_commands.set_baseline(self._session, number)

    def keep(self, numbers: Collection[int]) -> None:
        """Forgets nothing: a run that was removed comes back by undo."""


class RunComparison(Comparison):
    """All listed runs of the document, the shown one among them."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        self._session, self._reader = session, RunReader()
        super().__init__(self._reader.read((), None), parent)
        self.baseline = RunBaseline(session, self)
        self._opened = session.document.opened
        # In the next iteration of the event loop: ending a run takes long enough in this one.
        self._read_timer = QTimer(self, singleShot=True, interval=0)
        self._read_timer.timeout.connect(self.read)
        session.runs.changed.connect(self._read_soon)
        session.status_changed.connect(self._read_soon)
        session.samples_changed.connect(self._follow_samples)
        self._counting = PiecewiseRequest(session, self._take_bytes, self._refuse_bytes)
        self._counted: RunRecord | None = None
        """Run whose bytes are being counted."""
        self._bytes: dict[int, tuple[RunState, int]] = {}
        """Bytes by the run's number, and of which of its states."""
        self.read()
        self._follow_samples()

    @property
    def paints(self) -> bool:
        return is_painting(self._session.document.experiment)

    @property
    def can_annotate(self) -> bool:
        return True

    def annotate(self, number: int, note: str) -> None:
        run_commands.annotate(self._session, number, note)

    def adopting(self, training: Training | None) -> str:
        return "Reopen" if training is None or training.has_weights else "View"

    def can_adopt(self, training: Training) -> bool:
        """False only for the shown run, unless the document was edited since."""
        is_shown = training.number == self._session.runs.current
        return not (is_shown and training.design() == self._session.document.experiment)

    def adopt(self, number: int) -> None:
        run_commands.reopen(self._session, number)
        self.adopted.emit()

    def remove(self, numbers: tuple[int, ...]) -> None:
        """Takes runs out of the list, as one undoable step; the shown one stays."""
        run_commands.remove(self._session, numbers)
        self.read()

    def ask_whole(self, training: Training, done: Callable[[Floats], None]) -> None:
        record, made = self._session.runs.record(training.number), self._session.result.prediction
        if training.is_shown and made is not None:
            done(made)
        elif record is not None and record.state is not None:
            arguments = record.experiment, record.state.weights
            self._session.ask("cadl_desktop.engine:render", arguments, lambda answer: done(answer[0]))

    def can_count_bytes(self, training: Training) -> bool:
        trains = self._session.status in (Status.PREPARING, Status.TRAINING)
        return training.has_weights and not trains and no_bytes(training.design()) is None

    def count_bytes(self, number: int) -> None:
        record = self._counted = self._session.runs.record(number)
        if record is not None and record.state is not None:
            self.message.emit("info", f"Counting the bytes of run {number}; it takes some seconds.")
            arguments = record.experiment, record.state.weights, record.state.cores
            self._counting.begin("cadl_desktop.engine:network_bytes", arguments)

    def _take_bytes(self, found: NetworkBytes) -> None:
        assert self._counted is not None
        assert self._counted.state is not None
        self._bytes[self._counted.number] = self._counted.state, found.bytes
        text = f"Run {self._counted.number} paints from {found.bytes / 1000:.1f} KB with {found.psnr:.1f} dB."
        self.message.emit("info", text)
        self.read()

    def _refuse_bytes(self, error: Exception) -> None:
        self.message.emit("error", sentence_of(error))

    @Slot()
    def read(self) -> None:
        """Reads the list of runs now, where that is due only in the next iteration of the event loop."""
        self._read_timer.stop()
        runs = self._session.runs
        states = {record.number: record.state for record in runs.records}
        sizes = {
            number: found for number, (state, found) in self._bytes.items() if states.get(number) is state
        }
        live = _LIVE.get(self._session.status)
        trainings = self._reader.read(runs.records, runs.current, live=live, sizes=sizes)
        if self._opened == self._session.document.opened:
            self._show(trainings)
        else:
            self._opened = self._session.document.opened
            self._replace(trainings)

    @Slot()
    def _read_soon(self) -> None:
        self._read_timer.start()

    @Slot()
    def _follow_samples(self) -> None:
        samples = self._session.samples
        self.samples = None if samples is None or samples.picture_shape is not None else samples
        self.changed.emit()
