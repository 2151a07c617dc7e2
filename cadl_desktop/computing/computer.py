"""The process that computes for a window, until the window is gone: one thread trains, and in between answers
what else it is asked for; two others receive requests and send responses."""

import faulthandler
import gc
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Condition, Event, Lock, Thread
from time import monotonic
from traceback import format_exception
from typing import TYPE_CHECKING, Any

import numpy as np

from cadl_desktop.computing.failure import ForeignError, failure_of, log_error, portable
from cadl_desktop.computing.messages import (
    Answered,
    Ask,
    Command,
    Ended,
    Leave,
    Left,
    Loaded,
    Logged,
    NotLoaded,
    Race,
    Refused,
    Request,
    Response,
    Tell,
    Told,
    Train,
    UseCores,
)
from cadl_desktop.experiment.registry import load_reference
from cadl_desktop.runs import events
from cadl_desktop.runs.events import Progressed, RunState
from cadl_desktop.system.channel import Channel, ChannelError, PickleCodec
from cadl_desktop.system.libraries import restrain_libraries
from cadl_desktop.system.machine import want_cores
from cadl_desktop.system.parent_process import ignore_signals, private_input, private_output
from cadl_desktop.system.priority import give_way

if TYPE_CHECKING:
    from cadl_desktop.engine import Control

log = logging.getLogger(__name__)

PROBE_SECONDS = 0.085
"""How old the neurons' pictures become: a little less than a tenth of a second, which then is kept."""
SHARE = 3
"""While training goes on, one part in so many of the time is given to pieces of exports."""
TOGETHER_SECONDS = 0.01
"""How long what a run tells may wait for more: small networks tell something a thousand times a second, which
each would wake the window's process."""
MOST_TOLD_BYTES = 2**27
"""So much of what runs tell may wait, and one event more."""
_LEAST_BYTES = 1024
"""What a message takes without its arrays, at most."""


class Run:
    """A training or a race that has been asked for; what it is told before it begins is kept for it. One that
    is stopped by then never begins."""

    def __init__(self, asked: Train | Race) -> None:
        self.asked = asked
        self.cancelled = False
        self._lock = Lock()
        self._controls: tuple[Control, ...] | None = None
        self._early: list[tuple[Command, tuple[Any, ...]]] = []

    def tell(self, command: Command, values: tuple[Any, ...] = ()) -> None:
        """On any thread."""
        self.cancelled = self.cancelled or command == "stop"
        with self._lock:
            if self._controls is None:
                self._early.append((command, values))
            else:
                self._pass_on(command, values)

    def attach(self, *controls: "Control") -> None:
        """They are told what has come, and what comes from now on."""
        with self._lock:
            self._controls = controls
            for command, values in self._early:
                self._pass_on(command, values)

    def _pass_on(self, command: Command, values: tuple[Any, ...]) -> None:
        for control in self._controls or ():
            try:
                getattr(control, command)(*values)
            except ValueError:  # settings with which nothing can be trained: the window has told why
                log.info("a run has refused to %s", command, exc_info=True)


class _Wake:
    """Ends a wait so that a command is looked for."""


@dataclass(frozen=True, eq=False)
class _Release:
    """Objects that the window refers to no more. They are dropped on the thread that computes, as a generator
    closes on the thread that drops it."""

    things: list[object]


_Asked = Run | Ask | Leave | _Wake | _Release


class Computer:
    """Serves what it `receives` one at a time, in the order stop, questions, training, pieces of exports, and
    hands responses to `put`."""

    def __init__(self, put: Callable[[Response], None]) -> None:
        self._put = put
        self._requests: SimpleQueue[_Asked] = SimpleQueue()
        self._runs: dict[int, Run] = {}
        self._later: list[Run | Leave] = []
        self._pieces: deque[Ask] = deque()
        self._no_piece_before = 0.0
        self._leaving = False

    def receive(self, request: Request) -> None:
        """On any thread, while another computes."""
        match request:
            case Train() | Race():
                run = self._runs[request.number] = Run(request)
                self._requests.put(run)
            case Tell():
                if told := self._runs.get(request.number):  # not where it has ended meanwhile
                    told.tell(request.command, request.values)
                    self._requests.put(_Wake())
            case Ask():
                self._requests.put(request)
            case UseCores():
                want_cores(request.count)
            case Leave():
                self._leaving = True
                for run in list(self._runs.values()):
                    run.tell("stop")
                self._requests.put(request)

    def release(self, things: list[object]) -> None:
        """On any thread: has what was kept here for the window end where it computes; empties the list."""
        if things:
            self._requests.put(_Release(things))

    def compute(self) -> None:
        """Does what it receives, for as long as the process lives."""
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
            gc.freeze()  # half a million things that stay, which the collector would look through
            self._put(Loaded(device))

    def _serve_next(self) -> None:
        match self._next(block=True):
            case Run() as run:
                self._carry_out(run)
            case Leave():
                self._leave()
            case request:
                self._serve(request)

    def _serve_beside(self, block: bool) -> bool:
        """Does the next request that can be done between two chunks of a training, and puts off what can't;
        False where that is to end."""
        match self._next(block):
            case Run() | Leave() as request:
                self._later.append(request)
            case request:
                self._serve(request)
        return not self._leaving

    def _next(self, block: bool) -> _Asked | None:
        """The next request; where there is none a piece of an export is done, if one waits, and the answer
        is None."""
        try:
            return self._requests.get(block=block and not self._pieces)
        except Empty:
            self._do_piece(sparing=not block)
            return None

    def _do_piece(self, sparing: bool) -> None:
        """Does the oldest piece of an export; when `sparing`, only if training has had its share of time."""
        start = monotonic()
        if not self._pieces or (sparing and start < self._no_piece_before):
            return
        self._answer(self._pieces.popleft())
        end = monotonic()
        self._no_piece_before = end + (SHARE - 1) * (end - start)

    def _serve(self, request: Ask | _Wake | _Release | None) -> None:
        match request:
            case Ask(spare=True):
                self._pieces.append(request)
            case Ask():
                self._answer(request)
            case _Release(things=things):
                things.clear()

    def _answer(self, asked: Ask) -> None:
        if self._leaving:
            return
        try:
            function = load_reference(asked.function) if isinstance(asked.function, str) else asked.function
            result = function(*asked.arguments)
        except Exception as error:
            log_error(log, "a piece of an export" if asked.spare else "a question", error)
            self._put(Refused(asked.number, portable(error)))
        else:
            self._put(Answered(asked.number, result))

    def _carry_out(self, run: Run) -> None:
        asked, failed = run.asked, None
        try:
            if not run.cancelled:
                for place, event in self._trained(run):
                    self._put(Told(asked.number, event, place))
                    if not self._serve_beside(block=False):
                        run.tell("stop")
        except Exception as error:
            log_error(log, "training" if isinstance(asked, Train) else "a race", error)
            failed = failure_of(error)
        del self._runs[asked.number]
        self._put(Ended(asked.number, failed))
        while self._later:
            self._requests.put(self._later.pop(0))

    def _trained(self, run: Run) -> Iterator[tuple[int, events.Event]]:
        """What a run tells, and of a race whose event it is."""
        from cadl_desktop.engine import Control, race, train

        match run.asked:
            case Train(experiment=experiment, state=state, for_cores=for_cores):
                control = Control(
                    probe_seconds=PROBE_SECONDS,
                    snapshots=True,
                    while_paused=partial(self._serve_beside, block=True),
                )
                run.attach(control)
                for event in train(experiment, control, state, for_cores):
                    yield 0, event
            case Race(designs=designs, goal=goal):
                controls = tuple(Control(snapshots=True) for _ in designs)
                run.attach(*controls)
                yield from race(designs, goal, controls)

    def _leave(self) -> None:
        self._pieces.clear()
        self._leaving = False
        self._put(Left())


class Outbox:
    """Sends messages on a thread, in the order in which they were put, all that wait at once.

    Where the window doesn't read, as when its process was stopped, `put` holds up a run that has told
    MOST_TOLD_BYTES, which the run's clock takes for sleep. All other messages are answers, no more than were
    asked for.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._waiting: deque[tuple[Response, int]] = deque()
        """Messages, and of those that runs tell their bytes; 0 of others."""
        self._some, self._awaited = Event(), Event()
        self._room = Condition()
        self._told_bytes = 0
        """Bytes that runs have told and that wait or are being sent."""

    def begin(self) -> None:
        Thread(target=self._send_all, name="outbox", daemon=True).start()

    def put(self, message: Response) -> None:
        """On any thread."""
        size = 0
        if isinstance(message, Told):
            size = _LEAST_BYTES + _array_bytes(vars(message.event))
            with self._room:
                self._room.wait_for(lambda: self._told_bytes <= MOST_TOLD_BYTES)
                self._told_bytes += size
        self._waiting.append((message, size))
        if not isinstance(message, Told):
            self._awaited.set()
        self._some.set()

    def _send_all(self) -> None:
        try:
            while True:
                self._some.wait()
                self._some.clear()
                self._awaited.clear()
                self._send_waiting()
                self._awaited.wait(TOGETHER_SECONDS)
        except ChannelError:
            pass  # whoever reads notices it too, and ends the process
        except Exception:  # nobody would hear anything any more
            log.exception("nothing more can be told")
            os._exit(1)

    def _send_waiting(self) -> None:
        waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
        self._send([message for message, _ in waiting])
        with self._room:
            self._told_bytes -= sum(size for _, size in waiting)
            self._room.notify_all()

    def _send(self, messages: list[Response]) -> None:
        try:
            self._channel.send(messages)
        except ChannelError:
            raise
        except Exception as error:
            self._send_instead(messages, error)

    def _send_instead(self, messages: list[Response], error: Exception) -> None:
        """One that can't be pickled costs no other."""
        if len(messages) > 1:
            for message in messages:
                self._send([message])
        elif isinstance(messages[0], Answered):
            text = f"an answer can't be sent: {error}"
            self._channel.send([Refused(messages[0].number, ForeignError(text))])
        else:
            raise error


class _LogHandler(logging.Handler):
    """Sends records to the window's log."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__()
        self._outbox = outbox

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + "".join(format_exception(record.exc_info[1]))
        self._outbox.put(Logged(record.name, record.levelno, text))


def serve() -> int:
    """Does what comes in on standard input until that ends, and the process with it."""
    codec = PickleCodec(keeps=False)
    channel = Channel(private_input(), private_output(), codec)
    ignore_signals()
    with suppress(RuntimeError, OSError, ValueError):  # where there is nobody to tell
        faulthandler.enable()
    # Of threads that compute at every step, and those that measure and paint, the window would have to wait
    # for a core for 50 ms and more.
    give_way(apart=True)
    restrain_libraries()
    outbox = Outbox(channel)
    logging.getLogger().addHandler(_LogHandler(outbox))
    logging.getLogger().setLevel(logging.INFO)
    computer = Computer(outbox.put)
    outbox.begin()
    Thread(target=_receive_all, args=(channel, codec, computer), name="receiving", daemon=True).start()
    computer.compute()
    return 0


def _receive_all(channel: Channel, codec: PickleCodec, computer: Computer) -> None:
    while True:
        try:
            request = channel.receive()
            computer.release(codec.take_released())
            computer.receive(request)
        except ChannelError:
            os._exit(0)  # what is being computed is wanted by nobody any more
        except Exception:  # whoever has asked would wait for ever
            log.exception("a request can't be received")
            os._exit(1)


def _array_bytes(values: Mapping[str, object]) -> int:
    """Bytes of an event's arrays, and of those in what it holds."""
    found = 0
    for value in values.values():
        if isinstance(value, np.ndarray):
            found += value.nbytes
        elif isinstance(value, tuple):
            found += sum(each.nbytes for each in value if isinstance(each, np.ndarray))
        elif isinstance(value, RunState | Progressed):
            found += _array_bytes(vars(value))
    return found
