"""Computing process of a window: the main thread trains, and serves other requests in between; two threads
receive requests and send responses. The process ends with the window."""

import faulthandler
import gc
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from cadl_desktop.computing.compute_messages import (
    CallFailed,
    CallFunction,
    CallResult,
    CancelAll,
    Command,
    ControlRun,
    Idle,
    Loaded,
    NotLoaded,
    Race,
    Request,
    Response,
    RunEnded,
    RunEvent,
    Train,
    UseCores,
)
from cadl_desktop.computing.failure import failure_of, log_error, sendable_error
from cadl_desktop.computing.outbox import LogHandler, Outbox
from cadl_desktop.experiment.registry import load_reference
from cadl_desktop.runs import events
from cadl_desktop.system.channel import Channel, ChannelError, PickleCodec
from cadl_desktop.system.child_side import ignore_signals, private_input, private_output
from cadl_desktop.system.libraries import restrain_libraries
from cadl_desktop.system.machine import limit_cores, lower_thread_priority

if TYPE_CHECKING:
    from cadl_desktop.engine import Control

log = logging.getLogger(__name__)

PROBE_SECONDS = 0.085
"""Interval of the neurons' pictures: a little less than the tenth of a second that they may be old."""
SHARE = 3
"""During training, exports get at most one part in so many of the time."""


class RequestedRun:
    """Training or race that was requested. Commands that come before it begins are kept for it; if it is
    stopped by then, it never begins."""

    def __init__(self, request: Train | Race) -> None:
        self.request = request
        self.cancelled = False
        self._lock = Lock()
        self._controls: tuple[Control, ...] | None = None
        self._pending: list[tuple[Command, tuple[Any, ...]]] = []

    def control(self, command: Command, values: tuple[Any, ...] = ()) -> None:
        """Passes on a command, or keeps it until `attach`; callable from any thread."""
        self.cancelled = self.cancelled or command == "stop"
        with self._lock:
            if self._controls is None:
                self._pending.append((command, values))
            else:
                self._pass_on(command, values)

    def attach(self, *controls: "Control") -> None:
        """Passes the kept commands and all later ones to the controls of the run."""
        with self._lock:
            self._controls = controls
            for command, values in self._pending:
                self._pass_on(command, values)

    def _pass_on(self, command: Command, values: tuple[Any, ...]) -> None:
        for control in self._controls or ():
            try:
                getattr(control, command)(*values)
            except ValueError:  # invalid settings, of which the window has told the user
                log.info("a run has refused to %s", command, exc_info=True)


class _Wake:
    """Ends a wait, so that the run looks for commands."""


@dataclass(frozen=True, eq=False)
class _Release:
    """Objects to which the window has no reference any more. The computing thread drops them, as a generator
    is closed on the thread that drops it."""

    objects: list[object]


_Queued = RequestedRun | CallFunction | CancelAll | _Wake | _Release


class ComputeServer:
    """Serves requests one at a time, in the order stop, calls, training, pieces of exports; hands responses
    to `put`."""

    def __init__(self, put: Callable[[Response], None]) -> None:
        self._put = put
        self._requests: SimpleQueue[_Queued] = SimpleQueue()
        self._runs: dict[int, RequestedRun] = {}
        self._deferred: list[RequestedRun | CancelAll] = []
        self._export_pieces: deque[CallFunction] = deque()
        self._next_piece_at = 0.0
        self._cancelling = False

    def receive(self, request: Request) -> None:
        """Queues a request; callable from any thread."""
        match request:
            case Train() | Race():
                run = self._runs[request.number] = RequestedRun(request)
                self._requests.put(run)
            case ControlRun():
                if active := self._runs.get(request.number):  # it may have ended meanwhile
                    active.control(request.command, request.values)
                    self._requests.put(_Wake())
            case CallFunction():
                self._requests.put(request)
            case UseCores():
                limit_cores(request.count)
            case CancelAll():
                self._cancelling = True
                for run in list(self._runs.values()):
                    run.control("stop")
                self._requests.put(request)

    def release(self, objects: list[object]) -> None:
        """Has the computing thread drop objects that were kept for the window; empties the list. Callable
        from any thread."""
        if objects:
            self._requests.put(_Release(objects))

    def compute(self) -> None:
        """Loads TensorFlow and serves requests until the process ends."""
        self._load()
        while True:
            self._serve_next()

    def _load(self) -> None:
        try:
            from cadl_desktop.engine.device import device_name

            device = device_name()
        except Exception as error:
            log.exception("TensorFlow can't be loaded")
            self._put(NotLoaded(failure_of(error)))
        else:
            gc.freeze()  # half a million permanent objects, which the collector would traverse
            self._put(Loaded(device))

    def _serve_next(self) -> None:
        match self._next(None):
            case RequestedRun() as run:
                self._run(run)
            case CancelAll():
                self._export_pieces.clear()
                self._cancelling = False
                self._put(Idle())
            case request:
                self._serve(request)

    def _serve_during_training(self, seconds: float | None) -> bool:
        """Serves the next request between two chunks of a training, for which it waits at most so many
        seconds, and defers what can't be done there. Returns False when the training is to end."""
        match self._next(seconds):
            case RequestedRun() | CancelAll() as request:
                self._deferred.append(request)
            case request:
                self._serve(request)
        return not self._cancelling

    def _next(self, seconds: float | None) -> _Queued | None:
        """The next request. If none comes in so many seconds, does a piece of an export, if one waits, and
        returns None."""
        block = seconds != 0 and not self._export_pieces
        try:
            return self._requests.get(block=block, timeout=seconds if block else None)
        except Empty:
            self._do_export_piece(sparing=seconds == 0)
            return None

    def _do_export_piece(self, sparing: bool) -> None:
        """Does the oldest piece of an export; when `sparing`, only if training has had its share of the
        time."""
        start = monotonic()
        if not self._export_pieces or (sparing and start < self._next_piece_at):
            return
        self._call(self._export_pieces.popleft())
        end = monotonic()
        self._next_piece_at = end + (SHARE - 1) * (end - start)

    def _serve(self, request: CallFunction | _Wake | _Release | None) -> None:
        match request:
            case CallFunction(low_priority=True):
                self._export_pieces.append(request)
            case CallFunction():
                self._call(request)
            case _Release(objects=objects):
                objects.clear()

    def _call(self, request: CallFunction) -> None:
        if self._cancelling:
            return
        try:
            function = (
                load_reference(request.function) if isinstance(request.function, str) else request.function
            )
            result = function(*request.arguments)
        except Exception as error:
            log_error(log, "a piece of an export" if request.low_priority else "a question", error)
            self._put(CallFailed(request.number, sendable_error(error)))
        else:
            self._put(CallResult(request.number, result))

    def _run(self, run: RequestedRun) -> None:
        request, failed = run.request, None
        try:
            if not run.cancelled:
                for place, event in self._events(run):
                    self._put(RunEvent(request.number, event, place))
                    if not self._serve_during_training(0):
                        run.control("stop")
        except Exception as error:
            log_error(log, "training" if isinstance(request, Train) else "a race", error)
            failed = failure_of(error)
        del self._runs[request.number]
        self._put(RunEnded(request.number, failed))
        while self._deferred:
            self._requests.put(self._deferred.pop(0))

    def _events(self, run: RequestedRun) -> Iterator[tuple[int, events.Event]]:
        """Runs a training or race; yields its events, each with the index of its design."""
        from cadl_desktop.engine import Control, race, train

        match run.request:
            case Train(experiment=experiment, state=state, for_cores=for_cores, speed=speed, single=single):
                control = Control(
                    probe_seconds=PROBE_SECONDS,
                    snapshots=True,
                    speed=speed,
                    while_waiting=self._serve_during_training,
                )
                if single:
                    control.step()
                run.attach(control)
                for event in train(experiment, control, state, for_cores):
                    yield 0, event
            case Race(designs=designs, steps=steps):
                controls = tuple(Control() for _ in designs)
                run.attach(*controls)
                yield from race(designs, steps, controls)


def serve() -> int:
    """Serves requests from standard input until that is closed, which ends the process. `compute_process.py`
    names this function."""
    codec = PickleCodec(keeps=False)
    channel = Channel(private_input(), private_output(), codec)
    ignore_signals()
    with suppress(RuntimeError, OSError, ValueError):  # without standard error
        faulthandler.enable()
    # Otherwise the window would wait 50 ms and more for a core that computing threads occupy.
    lower_thread_priority(apart=True)
    restrain_libraries()
    outbox = Outbox(channel)
    logging.getLogger().addHandler(LogHandler(outbox))
    logging.getLogger().setLevel(logging.INFO)
    computer = ComputeServer(outbox.put)
    outbox.start()
    Thread(target=_receive_all, args=(channel, codec, computer), name="receiving", daemon=True).start()
    computer.compute()
    return 0


def _receive_all(channel: Channel, codec: PickleCodec, computer: ComputeServer) -> None:
    while True:
        try:
            request = channel.receive()
            computer.release(codec.take_released())
            computer.receive(request)
        except ChannelError:
            os._exit(0)  # the window has ended, and with it the need to compute
        except Exception:  # the window would wait for ever
            log.exception("a request can't be received")
            os._exit(1)
