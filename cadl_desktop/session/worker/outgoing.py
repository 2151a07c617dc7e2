"""What is asked of the process that computes, on its way there and until it is answered."""

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

from cadl_desktop.computing.link import BrokenError, Link
from cadl_desktop.computing.messages import Do, Leave, Race, Request, Tell, Train, UseCores
from cadl_desktop.session.worker.race_request import RaceRequest
from cadl_desktop.session.worker.training_request import TrainingRequest
from cadl_desktop.system.machine import wanted_cores

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Job:
    """Who is told on the window's thread of what some work gives; it isn't done where nobody has `wanted` it
    any more when its turn came."""

    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    wanted: Callable[[], bool]


Piece = Future[Any]
Asked = TrainingRequest | RaceRequest | Job | Piece


class _JobOver:
    """The next job may be sent."""


class _Enough:
    """Nothing more is sent."""


class Outgoing:
    """Sends requests on a thread of its own: to pickle a large picture, or to wait for a full pipe, holds up
    nobody. One job is under way at a time, so that whether another is wanted is asked at its turn.

    `refuse` is told of what can't be sent.
    """

    def __init__(self, refuse: Callable[[Asked, Exception], None]) -> None:
        self._refuse = refuse
        self._lock = Lock()
        self._waiting: SimpleQueue[Request | _JobOver | _Enough] = SimpleQueue()
        self._asked: dict[int, Asked] = {}
        self._thread: Thread | None = None
        self._some = Event()
        self._closed = False

    def ask(self, request: Train | Race | Do, asked: Asked) -> None:
        """Asks for something; until it is over it is found by its number."""
        with self._lock:
            if not self._closed:
                self._asked[request.number] = asked
                self._waiting.put(request)
                self._some.set()
            elif isinstance(asked, Future):
                asked.cancel()

    def tell(self, request: Tell | Leave) -> None:
        """Tells something that nobody waits for."""
        self._waiting.put(request)
        if isinstance(request, Leave):
            self._some.set()

    def await_request(self) -> None:
        """Returns when somebody asks for something, or nothing is wanted any more."""
        self._some.wait()

    def begin(self, link: Link) -> None:
        """From now on sends what there is."""
        self._thread = Thread(target=self._send_all, args=(link,), name="outgoing", daemon=True)
        self._thread.start()

    def find(self, number: int) -> Asked | None:
        """What was asked for by this number, if it isn't over."""
        return self._asked.get(number)

    def over(self, number: int) -> Asked | None:
        """The same for the last time."""
        asked = self._asked.pop(number, None)
        if isinstance(asked, Job):
            self._waiting.put(_JobOver())
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

    def _send_all(self, link: Link) -> None:
        jobs: deque[Do] = deque()
        free = True
        cores: int | None = None
        while not isinstance(request := self._waiting.get(), _Enough):
            if cores != wanted_cores():
                cores = wanted_cores()
                self._send(link, UseCores(cores))
            match request:
                case _JobOver():
                    free = True
                case Do(spare=False):
                    jobs.append(request)
                case _:
                    self._send(link, request)
            while free and jobs:
                job = jobs.popleft()
                free = not (self._is_wanted(job) and self._send(link, job))

    def _is_wanted(self, job: Do) -> bool:
        asked = self._asked.get(job.number)
        if isinstance(asked, Job) and asked.wanted():
            return True
        self._asked.pop(job.number, None)
        return False

    def _send(self, link: Link, request: Request) -> bool:
        """Whether it was sent, as far as anybody can tell."""
        try:
            link.send(request)
        except BrokenError:
            pass  # whoever hears will notice it
        except Exception as error:
            log.exception("a request can't be sent")
            asked = self._asked.pop(getattr(request, "number", 0), None)
            if asked is not None:
                self._refuse(asked, error)
            return False
        return True
