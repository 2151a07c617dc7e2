"""The thread that has everything computed that needs TensorFlow, and hears what comes of it."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from cadl_desktop.computing.compute_messages import (
    CallFailed,
    CallFunction,
    CallResult,
    CancelAll,
    Idle,
    Loaded,
    LogLine,
    NotLoaded,
    Race,
    Response,
    RunEnded,
    RunEvent,
    Train,
)
from cadl_desktop.computing.compute_process import ComputeProcess, processes, request_numbers
from cadl_desktop.computing.failure import Failure, crash_failure, failure_of, start_failure
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Event, RunState
from cadl_desktop.session.answers import Answers
from cadl_desktop.session.worker.requests import Asked, Question, RaceRequest, Requests, TrainingRequest
from cadl_desktop.system.channel import ChannelError, crash_error

log = logging.getLogger(__name__)


class Worker(QThread):
    """Has another process (`computing`) train, race and answer questions, one at a time, in the order stop,
    questions, training, pieces of exports. Where that process ends, what was asked of it has failed, and
    another one is started.

    Events go into an inbox with the run that they belong to; `progressed` only says that there are some,
    and is not sent again until `take` has been called.
    """

    ready = Signal(object)  # str: the device that TensorFlow found
    unready = Signal(object)  # Failed: there is no TensorFlow, and whoever needs it is refused
    progressed = Signal()

    def __init__(self, answers: Answers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers = answers
        self._requests = Requests(self._refuse)
        self._inbox: deque[tuple[TrainingRequest, Event | Failure]] = deque()
        self._told = False
        self._ready = False
        self._leaving = False

    def begin(self) -> None:
        """Begins to load TensorFlow, unless that has been done or the thread is to end."""
        if not self._leaving and not self.isRunning():
            self.start()

    def train(
        self, experiment: Experiment, state: RunState | None, for_cores: int | None = None
    ) -> TrainingRequest:
        """Asks for a training; it begins when the one before it has ended."""
        self.begin()
        run = TrainingRequest(next(request_numbers), experiment, state, self._requests.tell)
        self._requests.ask(Train(run.number, experiment, state, for_cores), run)
        return run

    def race(self, request: RaceRequest) -> None:
        """Asks for a race; it begins when the training or race before it has ended."""
        self.begin()
        number = next(request_numbers)
        request.attach(number, self._requests.tell)
        self._requests.ask(Race(number, request.designs, request.goal), request)

    def ask(
        self,
        function: str | Callable[..., Any],
        arguments: Sequence[Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Has a function called between two chunks of a training, and `done` or `failed` with what it returns
        or raises. Functions of modules that need TensorFlow are named, 'module:function'.

        Arguments and answers are pickled; they may be `RemoteRef`s to what stays in the other process, as all
        generators do. Nothing is called where the answer isn't `wanted` any more at its turn, on whichever
        thread that is asked.
        """
        self.begin()
        asked = CallFunction(next(request_numbers), function, tuple(arguments))
        self._requests.ask(asked, Question(done, failed, wanted))

    def compute(self, work: Callable[[], Any]) -> Any:
        """Has a piece of an export, which can be pickled, done when nothing else waits, and returns what it
        gives; called on any thread but that of the window. Raises what `work` raises, and
        `concurrent.futures.CancelledError` at the end of the program."""
        piece: Future[Any] = Future()
        self._requests.ask(CallFunction(next(request_numbers), work, low_priority=True), piece)
        return piece.result()

    def take(self) -> list[tuple[TrainingRequest, Event | Failure]]:
        """Everything that has come since the last call."""
        self._told = False
        taken = []
        while self._inbox:
            taken.append(self._inbox.popleft())
        return taken

    def quit_soon(self) -> None:
        """Ends the thread when what is being computed has come to an end."""
        self._leaving = True
        self._requests.tell(CancelAll())
        if not self.isRunning():
            self._requests.close()

    def run(self) -> None:
        left = False
        while not left:
            try:
                process = processes.take()
            except OSError as error:
                log.exception("no process to compute in can be started")
                self._lose(start_failure(error), loaded=False)
                left = self._leaving
            else:
                left = self._listen(process)
        self._requests.close()

    def _listen(self, process: ComputeProcess) -> bool:
        """Hears what comes until nothing goes on any more; False where the process has ended before that, and
        another one is needed."""
        self._requests.begin(process.channel)
        try:
            if process.loaded:
                self._hear(process.loaded, process)
            while True:
                for answer in process.channel.receive():
                    if isinstance(answer, Idle):
                        self._requests.close()
                        processes.put_back(process)
                        return True
                    self._hear(answer, process)
        except ChannelError:
            pass
        except Exception:  # for want of memory, say: whoever asked would wait for ever
            log.exception("a response can't be received")
            process.kill()
        self._on_worker_died(process)
        return self._leaving

    def _hear(self, answer: Response, process: ComputeProcess) -> None:
        match answer:
            case Loaded(device=device):
                process.loaded = answer
                if not self._ready:  # views ask when it is, and might end one process after the other
                    self._ready = True
                    self.ready.emit(device)
            case NotLoaded(failed=failed):
                process.loaded = answer
                self._tell_unready(failed)
            case RunEvent(number=number, event=event, place=place):
                self._pass_on(self._requests.find(number), event, place)
            case RunEnded(number=number, failed=failed):
                run = self._requests.over(number)
                if run is not None and failed is not None:
                    self._fail(run, failed)
            case CallResult(number=number, result=result):
                self._answer(self._requests.over(number), result)
            case CallFailed(number=number, error=error):
                asked = self._requests.over(number)
                if asked is not None:
                    self._refuse(asked, error)
            case LogLine(logger=logger, level=level, text=text):
                logging.getLogger(logger).log(level, "%s", text)

    def _pass_on(self, run: Asked | None, event: Event, place: int) -> None:
        match run:
            case TrainingRequest():
                self._put(run, event)
            case RaceRequest():
                run.put((place, event))

    def _answer(self, asked: Asked | None, result: Any) -> None:
        match asked:
            case Future():
                asked.set_result(result)
            case Question(done=done):
                self._answers.put(lambda: done(result))

    def _refuse(self, asked: Asked, error: Exception) -> None:
        match asked:
            case Future():
                asked.set_exception(error)
            case Question(failed=failed):
                self._answers.put(lambda: failed(error))
            case _:
                self._fail(asked, failure_of(error))

    def _fail(self, run: Asked, failed: Failure) -> None:
        match run:
            case TrainingRequest():
                self._put(run, failed)
            case RaceRequest():
                run.put(failed)

    def _put(self, run: TrainingRequest, event: Event | Failure) -> None:
        self._inbox.append((run, event))
        if not self._told:
            self._told = True
            self.progressed.emit()

    def _on_worker_died(self, process: ComputeProcess) -> None:
        """Tells whoever waits for something that the process has ended before its time."""
        loaded = process.loaded is not None
        failed = crash_failure(processes.reap(process), loaded)
        if not self._leaving:
            log.error("the process that computes has ended: %s", failed.details)
        self._lose(failed, loaded)

    def _lose(self, failed: Failure, loaded: bool) -> None:
        """Tells whoever waits for something. Where nobody does, or TensorFlow isn't `loaded` by then, another
        process might come no further: only who asks for something has it started."""
        lost = self._requests.stop()  # before anybody is told, and asks for something else
        if not (loaded or self._leaving):
            self._tell_unready(failed)  # first: as long as a training waits, its failure says it
        for asked in lost:
            if isinstance(asked, TrainingRequest | RaceRequest):
                self._fail(asked, failed)
            else:
                self._refuse(asked, crash_error())
        if self._leaving:
            return
        if not (loaded and lost):
            self._requests.await_request()

    def _tell_unready(self, failed: Failure) -> None:
        self._ready = False
        self.unready.emit(failed)
