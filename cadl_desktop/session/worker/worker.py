"""The one thread that owns every TensorFlow call: it trains, and in between does what else needs them."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, get_ident
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from cadl_desktop.experiment import Experiment
from cadl_desktop.precedence import give_way
from cadl_desktop.runs.events import Event, RunState
from cadl_desktop.session.background import log_error
from cadl_desktop.session.worker.export_pieces import ExportPiece, ExportPieces
from cadl_desktop.session.worker.race_request import RaceRequest
from cadl_desktop.session.worker.training_request import Failed, TrainingRequest, failure_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Job:
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]


class _Wake:
    """Ends a wait so that a command is looked for."""


class _Quit:
    pass


Request = TrainingRequest | RaceRequest | _Job | ExportPiece | _Wake | _Quit


class Worker(QThread):
    """Runs trainings, races and jobs, one at a time, in the order stop, jobs, training, pieces of exports.

    Events go into `inbox` with the run that they belong to; `progressed` only says that there are some,
    and is not sent again until `take` has been called.
    """

    ready = Signal(object)  # Sentence: the device that TensorFlow found
    unready = Signal(object)  # Failed: there is no TensorFlow, and whoever needs it is refused
    progressed = Signal()
    job_ended = Signal(object)  # a callable, to be called on the receiver's thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = Lock()
        self._requests: SimpleQueue[Request] = SimpleQueue()
        self._inbox: deque[tuple[TrainingRequest, Event | Failed]] = deque()
        self._later: list[TrainingRequest | RaceRequest] = []
        self._pieces = ExportPieces()
        self._thread = 0
        self._leaving = False
        self._over = False
        self._told = False
        self._quitting = False

    def begin(self) -> None:
        """Begins to load TensorFlow, unless that has been done or the thread is to end."""
        if not self._leaving and not self.isRunning():
            self.start()

    def train(
        self, experiment: Experiment, state: RunState | None, for_cores: int | None = None
    ) -> TrainingRequest:
        """Asks for a training; it begins when the one before it has ended."""
        self.begin()
        run = TrainingRequest(experiment, state, self.wake, for_cores)
        self._requests.put(run)
        return run

    def race(self, request: RaceRequest) -> None:
        """Asks for a race; it begins when the training or race before it has ended."""
        self.begin()
        self._requests.put(request)

    def do(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """Has `work` done on this thread, between two chunks of a training; answers come by `job_ended`."""
        self.begin()
        self._requests.put(_Job(work, done, failed))

    def compute(self, work: Callable[[], Any]) -> Any:
        """Has a piece of an export done on this thread when nothing else waits, and returns what it gives;
        called on any thread but that of the window. Raises `concurrent.futures.CancelledError` at the end of
        the program."""
        if get_ident() == self._thread:
            return work()
        piece = ExportPiece(work)
        with self._lock:
            if self._over:
                piece.drop()
            else:
                self._requests.put(piece)
        return piece.wait()

    def take(self) -> list[tuple[TrainingRequest, Event | Failed]]:
        """Everything that has come since the last call."""
        self._told = False
        taken = []
        while self._inbox:
            taken.append(self._inbox.popleft())
        return taken

    def wake(self) -> None:
        self._requests.put(_Wake())

    def quit_soon(self) -> None:
        """Ends the thread after the chunk that is running; the caller stops its run first."""
        self._leaving = True
        self._requests.put(_Quit())

    def run(self) -> None:
        self._thread = get_ident()
        # Of two threads that compute at every step, and those that measure and paint, the window would have
        # to wait on two cores for 50 ms and more.
        give_way()
        self._load()
        while not self._quitting:
            request = self._next(block=True)
            if request is not None:
                self._serve(request)
        self._drop_pieces()

    def _load(self) -> None:
        try:
            from cadl_desktop.engine.device import device_name

            device = device_name()
        except Exception as error:
            log.exception("TensorFlow can't be loaded")
            self.unready.emit(failure_of(error))
        else:
            self.ready.emit(device)

    def _serve_in_pause(self) -> bool:
        return self._serve_waiting(block=True)

    def _serve_waiting(self, block: bool) -> bool:
        """Does the next request that doesn't start a training or race, between a training's chunks; False
        where the thread is to end."""
        request = self._next(block)
        if isinstance(request, TrainingRequest | RaceRequest):
            self._later.append(request)
        elif request is not None:
            self._serve(request)
        return not self._quitting

    def _next(self, block: bool) -> Request | None:
        """The next request; where there is none a piece of an export is done, if one waits, and the answer
        is None."""
        try:
            return self._requests.get(block=block and not self._pieces)
        except Empty:
            self._pieces.do_one(sparing=not block)
            return None

    def _drop_pieces(self) -> None:
        """Nobody waits for ever: from now on no piece is taken, and those that wait are told."""
        with self._lock:
            self._over = True
        while not self._requests.empty():
            request = self._requests.get()
            if isinstance(request, ExportPiece):
                request.drop()
        self._pieces.drop_all()

    def _serve(self, request: Request) -> None:
        match request:
            case TrainingRequest():
                self._train(request)
            case RaceRequest():
                self._race(request)
            case _Job():
                self._do(request)
            case ExportPiece():
                self._pieces.add(request)
            case _Quit():
                self._quitting = True

    def _train(self, run: TrainingRequest) -> None:
        try:
            self._iterate(run)
        except Exception as error:
            log_error(log, "training", error)
            self._put(run, failure_of(error))
        self._ask_again()

    def _ask_again(self) -> None:
        """For what had to wait for an end."""
        while self._later:
            self._requests.put(self._later.pop(0))

    def _iterate(self, run: TrainingRequest) -> None:
        from cadl_desktop.engine import train
        from cadl_desktop.session.worker.paused_control import ServingControl

        if run.cancelled or self._quitting:
            return
        control = ServingControl(self._serve_in_pause)
        run.attach(control)
        for event in train(run.experiment, control, run.state, run.for_cores):
            self._put(run, event)
            if not self._serve_waiting(block=False):
                control.stop()

    def _race(self, race: RaceRequest) -> None:
        try:
            if not (race.cancelled or self._quitting):
                for told in race.events():
                    race.put(told)
                    if not self._serve_waiting(block=False):
                        race.stop()
        except Exception as error:
            log_error(log, "a race", error)
            race.put(failure_of(error))
        self._ask_again()

    def _put(self, run: TrainingRequest, event: Event | Failed) -> None:
        self._inbox.append((run, event))
        if not self._told:
            self._told = True
            self.progressed.emit()

    def _do(self, job: _Job) -> None:
        try:
            result = job.work()
        except Exception as error:
            log_error(log, "a job", error)
            failure = error
            self.job_ended.emit(lambda: job.failed(failure))
        else:
            self.job_ended.emit(lambda: job.done(result))
