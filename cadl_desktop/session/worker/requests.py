"""What is asked of the process that computes, as the window has it, and the thread that sends it there."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

from cadl_desktop.computing.compute_messages import (
    CallFunction,
    CancelAll,
    Command,
    ControlRun,
    Race,
    Request,
    Train,
    UseCores,
)
from cadl_desktop.computing.failure import Failure
from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.check import Problem, check_live
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.runs import events
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.race_standing import Goal
from cadl_desktop.system.channel import Channel, ChannelError
from cadl_desktop.system.machine import core_limit

log = logging.getLogger(__name__)


class TrainingRequest:
    """One training that the worker has been asked for by its `number`.

    `send` has it told something. `settings` are those that the training has been told last; `stopped`: it has
    been told to end, as it will with its next step. `told`: it has begun, and will tell its last.
    """

    def __init__(
        self,
        number: int,
        experiment: Experiment,
        state: RunState | None,
        send: Callable[[ControlRun], None],
    ) -> None:
        self.number = number
        self.experiment = experiment
        self.state = state
        self.settings = state.settings if state else LiveSettings.of(experiment)
        self.stopped = self.told = False
        self._send = send

    def pause(self) -> None:
        self._tell("pause")

    def resume(self) -> None:
        self._tell("resume")

    def step(self) -> None:
        self._tell("step")

    def stop(self) -> None:
        self.stopped = True
        self._tell("stop")

    def change(self, settings: LiveSettings) -> None:
        self.settings = settings
        self._tell("change", settings)

    def set_stop(self, rules: Stop) -> None:
        self._tell("set_stop", rules)

    def follow(self, before: Experiment, after: Experiment, problems: Sequence[Problem]) -> None:
        """Takes an edit over as it trains; what is wrong with the experiment `after` stays as it was."""
        settings = LiveSettings.of(after)
        wrong = {problem.field.partition(".")[0] for problem in (*problems, *check_live(settings))}
        # Layers are no live setting: what is wrong with them is that they have no room with this batch.
        kept = {"batch_size" if name == "layers" else name for name in wrong} & set(settings.names())
        settings = settings.with_values_of(kept, self.settings)
        if settings != self.settings:
            self.change(settings)
        if after.stop != before.stop:
            self.set_stop(after.stop)

    def _tell(self, command: Command, *values: Any) -> None:
        self._send(ControlRun(self.number, command, values))


Heard = tuple[int, events.Event] | Failure
"""Whose event it is and the event, or the error that has ended the race."""


class RaceRequest:
    """Two designs that are trained in turns up to a goal. What they tell is kept until it is taken; `tell` is
    called on the worker's thread and says that there is something."""

    def __init__(self, designs: tuple[Experiment, Experiment], goal: Goal, tell: Callable[[], None]) -> None:
        self.designs = designs
        self.goal = goal
        self._tell = tell
        self._heard: deque[Heard] = deque()
        self._stop: Callable[[], None] = lambda: None

    def attach(self, number: int, send: Callable[[ControlRun], None]) -> None:
        """From now on it can be stopped."""
        self._stop = lambda: send(ControlRun(number, "stop"))

    def stop(self) -> None:
        """Ends both with what they have learned. One that has not begun never does."""
        self._stop()

    def take(self) -> list[Heard]:
        """Everything that has come since the last call."""
        taken = []
        while self._heard:
            taken.append(self._heard.popleft())
        return taken

    def put(self, heard: Heard) -> None:
        self._heard.append(heard)
        self._tell()


@dataclass(frozen=True, eq=False)
class Question:
    """Who is told, on the window's thread, of what a function returns or raises. The function isn't called
    where the answer isn't `wanted` any more at its turn."""

    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    wanted: Callable[[], bool]


Asked = TrainingRequest | RaceRequest | Question | Future[Any]
"""A future is of a piece of an export."""


class _QuestionOver:
    """The next question may be sent."""


class _Enough:
    """Ends the thread that sends."""


class Requests:
    """Sends requests on a thread of its own: to pickle a large picture, or to wait for a full pipe, holds up
    nobody. One question is under way at a time, so that whether another is wanted is asked at its turn.

    `refuse` is told of what can't be sent.
    """

    def __init__(self, refuse: Callable[[Asked, Exception], None]) -> None:
        self._refuse = refuse
        self._lock = Lock()
        self._waiting: SimpleQueue[Request | _QuestionOver | _Enough] = SimpleQueue()
        self._asked: dict[int, Asked] = {}
        self._thread: Thread | None = None
        self._some = Event()
        self._closed = False

    def ask(self, request: Train | Race | CallFunction, asked: Asked) -> None:
        """Asks for something; until it is over it is found by its number."""
        with self._lock:
            if not self._closed:
                self._asked[request.number] = asked
                self._waiting.put(request)
                self._some.set()
            elif isinstance(asked, Future):
                asked.cancel()

    def tell(self, request: ControlRun | CancelAll) -> None:
        """Tells something that nobody waits for."""
        self._waiting.put(request)
        if isinstance(request, CancelAll):
            self._some.set()

    def await_request(self) -> None:
        """Returns when somebody asks for something, or nothing is wanted any more."""
        self._some.wait()

    def begin(self, channel: Channel) -> None:
        """From now on sends what there is."""
        self._thread = Thread(target=self._send_all, args=(channel,), name="requests", daemon=True)
        self._thread.start()

    def find(self, number: int) -> Asked | None:
        """Returns what was asked for by this number; None where it is over."""
        return self._asked.get(number)

    def over(self, number: int) -> Asked | None:
        """Forgets what was asked for by this number, and returns it."""
        asked = self._asked.pop(number, None)
        if isinstance(asked, Question):
            self._waiting.put(_QuestionOver())
        return asked

    def stop(self) -> list[Asked]:
        """Sends no more, and gives what was asked for by now and isn't over."""
        self._waiting.put(_Enough())
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            with suppress(Empty):
                while True:
                    self._waiting.get(block=False)
            self._some.clear()
            left = list(self._asked.values())
            self._asked.clear()
        return left

    def close(self) -> None:
        """For the end: nobody waits for ever for a piece."""
        with self._lock:
            self._closed = True
        for asked in self.stop():
            if isinstance(asked, Future):
                asked.cancel()

    def _send_all(self, channel: Channel) -> None:
        questions: deque[CallFunction] = deque()
        free = True
        cores: int | None = None
        while not isinstance(request := self._waiting.get(), _Enough):
            if cores != core_limit():
                cores = core_limit()
                self._send(channel, UseCores(cores))
            match request:
                case _QuestionOver():
                    free = True
                case CallFunction(low_priority=False):
                    questions.append(request)
                case _:
                    self._send(channel, request)
            while free and questions:
                question = questions.popleft()
                free = not (self._is_wanted(question) and self._send(channel, question))

    def _is_wanted(self, question: CallFunction) -> bool:
        asked = self._asked.get(question.number)
        if isinstance(asked, Question) and asked.wanted():
            return True
        self._asked.pop(question.number, None)
        return False

    def _send(self, channel: Channel, request: Request) -> bool:
        """Whether it was sent, as far as anybody can tell."""
        try:
            channel.send(request)
        except ChannelError:
            pass  # whoever receives will notice it
        except Exception as error:
            log.exception("a request can't be sent")
            asked = self._asked.pop(getattr(request, "number", 0), None)
            if asked is not None:
                self._refuse(asked, error)
            return False
        return True
