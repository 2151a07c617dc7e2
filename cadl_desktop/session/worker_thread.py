"""The thread that exchanges messages with the worker process, in which everything with TensorFlow runs."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event as ThreadEvent
from threading import Lock, Thread
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from cadl_desktop.computing.compute_messages import (
    CallFailed,
    CallFunction,
    CallResult,
    CancelAll,
    ControlRun,
    Idle,
    Loaded,
    LogLine,
    NotLoaded,
    Race,
    Request,
    Response,
    RunEnded,
    RunEvent,
    Train,
    UseCores,
)
from cadl_desktop.computing.compute_process import ComputeProcess, processes, request_numbers
from cadl_desktop.computing.failure import Failure, crash_failure, failure_of, start_failure
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Event, RunState, Speed
from cadl_desktop.session.background import AnswerQueue
from cadl_desktop.session.run_requests import PendingCall, PendingRequest, RaceRequest, TrainingRequest
from cadl_desktop.system.channel import Channel, ChannelError, crash_error
from cadl_desktop.system.machine import core_limit

log = logging.getLogger(__name__)


class WorkerThread(QThread):
    """Receives from the worker process (`computing`), which trains, races and calls functions one at a time.

    The process prefers stops over calls, calls over trainings, trainings over pieces of exports. When it
    dies, pending requests fail and another process is started.

    Events go into an inbox together with their run; `progressed` only signals that there are some, and is
    not emitted again until `take` was called.
    """

    ready = Signal(object)  # str: the device that TensorFlow found
    unready = Signal(object)  # Failure: TensorFlow is missing, and requests for it fail
    progressed = Signal()

    def __init__(self, answers: AnswerQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers = answers
        self._sender = RequestSender(self._refuse)
        self._inbox: deque[tuple[TrainingRequest, Event | Failure]] = deque()
        self._process: ComputeProcess | None = None
        self._notified = False
        self._ready = False
        self._quitting = False

    @property
    def stopped_process(self) -> int | None:
        """Number of the worker process, if it was stopped from outside; else None."""
        process = self._process
        return process.pid if process is not None and process.is_stopped else None

    def begin(self) -> None:
        """Starts loading TensorFlow, unless that was done or the thread is to quit."""
        if not self._quitting and not self.isRunning():
            self.start()

    def train(
        self,
        experiment: Experiment,
        state: RunState | None,
        for_cores: int | None = None,
        speed: Speed = "full",
        *,
        single: bool = False,
    ) -> TrainingRequest:
        """Requests a training, or a `single` step of it; it begins when the one before has ended."""
        self.begin()
        run = TrainingRequest(next(request_numbers), experiment, state, self._sender.post)
        self._sender.submit(Train(run.number, experiment, state, for_cores, speed, single), run)
        return run

    def race(self, request: RaceRequest) -> None:
        """Requests a race; it begins when the training or race before has ended."""
        self.begin()
        number = next(request_numbers)
        request.attach(number, self._sender.post)
        self._sender.submit(Race(number, request.designs, request.steps), request)

    def ask(
        self,
        function: str | Callable[..., Any],
        arguments: Sequence[Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Calls a function in the worker process, between two chunks of a training if one runs.

        `done` receives its result, or `failed` its error. Functions of modules that import TensorFlow are
        given by name, 'module:function'. Arguments and results are pickled; they may be `RemoteRef`s to
        objects that stay in the other process, as all generators do. `wanted` is called on any thread at the
        function's turn; if False, nothing is called.
        """
        self.begin()
        call = CallFunction(next(request_numbers), function, tuple(arguments))
        self._sender.submit(call, PendingCall(done, failed, wanted))

    def compute(self, work: Callable[[], Any]) -> Any:
        """Runs a picklable piece of an export when nothing else waits, and returns its result.

        Blocks, so not for the window's thread. Raises what `work` raises, and
        `concurrent.futures.CancelledError` at the end of the program.
        """
        piece: Future[Any] = Future()
        self._sender.submit(CallFunction(next(request_numbers), work, low_priority=True), piece)
        return piece.result()

    def take(self) -> list[tuple[TrainingRequest, Event | Failure]]:
        """Returns the events received since the last call, with their runs."""
        self._notified = False
        taken = []
        while self._inbox:
            taken.append(self._inbox.popleft())
        return taken

    def request_quit(self) -> None:
        """Ends the thread after the computation in progress."""
        self._quitting = True
        self._sender.post(CancelAll())
        if not self.isRunning():
            self._sender.close()

    def run(self) -> None:
        left = False
        while not left:
            try:
                process = processes.take()
            except OSError as error:
                log.exception("no process to compute in can be started")
                self._fail_pending(start_failure(error), loaded=False)
                left = self._quitting
            else:
                left = self._receive_from(process)
        self._sender.close()

    def _receive_from(self, process: ComputeProcess) -> bool:
        """Handles responses until the process has left; returns False if it died and another is needed."""
        self._process = process
        self._sender.begin(process.channel)
        try:
            if process.loaded:
                self._handle(process.loaded, process)
            while True:
                for response in process.channel.receive():
                    if isinstance(response, Idle):
                        self._sender.close()
                        processes.put_back(process)
                        return True
                    self._handle(response, process)
        except ChannelError:
            pass
        except Exception:  # out of memory, for example; requests would stay pending for ever
            log.exception("a response can't be received")
            process.kill()
        self._on_worker_died(process)
        return self._quitting

    def _handle(self, response: Response, process: ComputeProcess) -> None:
        match response:
            case Loaded(device=device):
                process.loaded = response
                if not self._ready:  # once: views send requests on it, which may crash process after process
                    self._ready = True
                    self.ready.emit(device)
            case NotLoaded(failed=failed):
                process.loaded = response
                self._report_unready(failed)
            case RunEvent(number=number, event=event, place=place):
                match self._sender.find(number):
                    case TrainingRequest() as run:
                        self._put(run, event)
                    case RaceRequest() as race:
                        race.put((place, event))
            case RunEnded(number=number, failed=failed):
                ended = self._sender.finish(number)
                if ended is not None and failed is not None:
                    self._fail(ended, failed)
            case CallResult(number=number, result=result):
                self._answer(self._sender.finish(number), result)
            case CallFailed(number=number, error=error):
                refused = self._sender.finish(number)
                if refused is not None:
                    self._refuse(refused, error)
            case LogLine(logger=logger, level=level, text=text):
                logging.getLogger(logger).log(level, "%s", text)

    def _answer(self, pending: PendingRequest | None, result: Any) -> None:
        match pending:
            case Future():
                pending.set_result(result)
            case PendingCall(done=done):
                self._answers.put(lambda: done(result))

    def _refuse(self, pending: PendingRequest, error: Exception) -> None:
        match pending:
            case Future():
                pending.set_exception(error)
            case PendingCall(failed=failed):
                self._answers.put(lambda: failed(error))
            case _:
                self._fail(pending, failure_of(error))

    def _fail(self, run: PendingRequest, failed: Failure) -> None:
        match run:
            case TrainingRequest():
                self._put(run, failed)
            case RaceRequest():
                run.put(failed)

    def _put(self, run: TrainingRequest, event: Event | Failure) -> None:
        self._inbox.append((run, event))
        if not self._notified:
            self._notified = True
            self.progressed.emit()

    def _on_worker_died(self, process: ComputeProcess) -> None:
        """Fails all pending requests after the process died."""
        loaded = process.loaded is not None
        failed = crash_failure(processes.reap(process), loaded)
        if not self._quitting:
            log.error("the process that computes has ended: %s", failed.details)
        self._fail_pending(failed, loaded)

    def _fail_pending(self, failed: Failure, loaded: bool) -> None:
        """Fails all pending requests.

        If there were none, or the process died before TensorFlow was `loaded`, another one might die as
        well: then it is only started by the next request.
        """
        lost = self._sender.stop()  # before anybody is notified, and sends another request
        if not (loaded or self._quitting):
            self._report_unready(failed)  # first: while a training is pending, its failure reports it
        for pending in lost:
            if isinstance(pending, TrainingRequest | RaceRequest):
                self._fail(pending, failed)
            else:
                self._refuse(pending, crash_error())
        if self._quitting:
            return
        if not (loaded and lost):
            self._sender.await_request()

    def _report_unready(self, failed: Failure) -> None:
        self._ready = False
        self.unready.emit(failed)


class _CallFinished:
    """Queue item: the next call may be sent."""


class _StopSending:
    """Queue item: ends the sending thread."""


class RequestSender:
    """Sends requests on its own thread, since pickling a large picture or a full pipe can block.

    One function call is in flight at a time, so that `wanted` of the next is evaluated at its turn.
    `refuse` receives requests that can't be sent, with the error.
    """

    def __init__(self, refuse: Callable[[PendingRequest, Exception], None]) -> None:
        self._refuse = refuse
        self._lock = Lock()
        self._queue: SimpleQueue[Request | _CallFinished | _StopSending] = SimpleQueue()
        self._pending: dict[int, PendingRequest] = {}
        self._thread: Thread | None = None
        self._has_request = ThreadEvent()
        self._closed = False

    def submit(self, request: Train | Race | CallFunction, pending: PendingRequest) -> None:
        """Queues a request; `pending` is found by its number until it is finished."""
        with self._lock:
            if not self._closed:
                self._pending[request.number] = pending
                self._queue.put(request)
                self._has_request.set()
            elif isinstance(pending, Future):
                pending.cancel()

    def post(self, request: ControlRun | CancelAll) -> None:
        """Queues a message without an answer."""
        self._queue.put(request)
        if isinstance(request, CancelAll):
            self._has_request.set()

    def await_request(self) -> None:
        """Blocks until a request is submitted or the thread is to quit."""
        self._has_request.wait()

    def begin(self, channel: Channel) -> None:
        """Starts sending queued requests over this channel."""
        self._thread = Thread(target=self._send_all, args=(channel,), name="requests", daemon=True)
        self._thread.start()

    def find(self, number: int) -> PendingRequest | None:
        """Returns the pending request of this number; None if it has finished."""
        return self._pending.get(number)

    def finish(self, number: int) -> PendingRequest | None:
        """Removes the pending request of this number, and returns it."""
        pending = self._pending.pop(number, None)
        if isinstance(pending, PendingCall):
            self._queue.put(_CallFinished())
        return pending

    def stop(self) -> list[PendingRequest]:
        """Stops sending; removes and returns all pending requests."""
        self._queue.put(_StopSending())
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            with suppress(Empty):
                while True:
                    self._queue.get(block=False)
            self._has_request.clear()
            left = list(self._pending.values())
            self._pending.clear()
        return left

    def close(self) -> None:
        """Stops for good, and cancels pieces of exports, which would block their threads for ever."""
        with self._lock:
            self._closed = True
        for pending in self.stop():
            if isinstance(pending, Future):
                pending.cancel()

    def _send_all(self, channel: Channel) -> None:
        calls: deque[CallFunction] = deque()
        free = True
        cores: int | None = None
        while not isinstance(request := self._queue.get(), _StopSending):
            if cores != core_limit():
                cores = core_limit()
                self._send(channel, UseCores(cores))
            match request:
                case _CallFinished():
                    free = True
                case CallFunction(low_priority=False):
                    calls.append(request)
                case _:
                    self._send(channel, request)
            while free and calls:
                call = calls.popleft()
                free = not (self._is_wanted(call) and self._send(channel, call))

    def _is_wanted(self, call: CallFunction) -> bool:
        pending = self._pending.get(call.number)
        if isinstance(pending, PendingCall) and pending.wanted():
            return True
        self._pending.pop(call.number, None)
        return False

    def _send(self, channel: Channel, request: Request) -> bool:
        """Sends a request; returns False if it can't be pickled. The receiver notices a closed channel."""
        try:
            channel.send(request)
        except ChannelError:
            pass
        except Exception as error:
            log.exception("a request can't be sent")
            pending = self._pending.pop(getattr(request, "number", 0), None)
            if pending is not None:
                self._refuse(pending, error)
            return False
        return True
