"""The loop of the process that computes: it trains, and in between does what else it is asked for."""

import gc
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue

from cadl_desktop.computing.failure import failure_of, log_error, portable
from cadl_desktop.computing.messages import (
    Answer,
    Answered,
    Do,
    Ended,
    Leave,
    Left,
    Loaded,
    NotLoaded,
    Race,
    Refused,
    Request,
    Tell,
    Told,
    Train,
    UseCores,
)
from cadl_desktop.computing.run import Run
from cadl_desktop.computing.spare_work import SpareWork
from cadl_desktop.runs.events import Event
from cadl_desktop.system.machine import want_cores

log = logging.getLogger(__name__)


class _Wake:
    """Ends a wait so that a command is looked for."""


@dataclass(frozen=True, eq=False)
class _LetGo:
    """Nobody has any more use for these. A generator ends where the last hold on it is lost, and so that is
    lost on the thread on which it computes."""

    things: list[object]


_Asked = Run | Do | Leave | _Wake | _LetGo


class Computer:
    """Does what it `hears`, one thing at a time, in the order stop, jobs, training, pieces of exports; `put`
    has what it answers."""

    def __init__(self, put: Callable[[Answer], None]) -> None:
        self._put = put
        self._requests: SimpleQueue[_Asked] = SimpleQueue()
        self._runs: dict[int, Run] = {}
        self._later: list[Run | Leave] = []
        self._spare = SpareWork()
        self._leaving = False

    def hear(self, request: Request) -> None:
        """On any thread, while another computes."""
        match request:
            case Train() | Race():
                run = self._runs[request.number] = Run(request)
                self._requests.put(run)
            case Tell():
                if told := self._runs.get(request.number):  # not where it has ended meanwhile
                    told.tell(request.command, request.values)
                    self._requests.put(_Wake())
            case Do():
                self._requests.put(request)
            case UseCores():
                want_cores(request.count)
            case Leave():
                self._leaving = True
                for run in list(self._runs.values()):
                    run.tell("stop")
                self._requests.put(request)

    def let_go(self, things: list[object]) -> None:
        """On any thread: has what stayed here for the window end where it computes, and empties the list."""
        if things:
            self._requests.put(_LetGo(things))

    def compute(self) -> None:
        """Does what it hears, for as long as the process lives."""
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
            return self._requests.get(block=block and not self._spare)
        except Empty:
            self._spare.do_one(sparing=not block)
            return None

    def _serve(self, request: Do | _Wake | _LetGo | None) -> None:
        match request:
            case Do(spare=True):
                self._spare.add(partial(self._do, request))
            case Do():
                self._do(request)
            case _LetGo(things=things):
                things.clear()

    def _do(self, asked: Do) -> None:
        if self._leaving:
            return
        try:
            result = asked.work()
        except Exception as error:
            log_error(log, "a piece of an export" if asked.spare else "a job", error)
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

    def _trained(self, run: Run) -> Iterator[tuple[int, Event]]:
        """What a run tells, and of a race whose event it is."""
        from cadl_desktop.computing.serving_control import ServingControl
        from cadl_desktop.engine import Control, race, train

        match run.asked:
            case Train(experiment=experiment, state=state, for_cores=for_cores):
                control = ServingControl(lambda: self._serve_beside(block=True))
                run.attach(control)
                for event in train(experiment, control, state, for_cores):
                    yield 0, event
            case Race(designs=designs, goal=goal):
                controls = tuple(Control(snapshots=True) for _ in designs)
                run.attach(*controls)
                yield from race(designs, goal, controls)

    def _leave(self) -> None:
        self._spare.drop_all()
        self._leaving = False
        self._put(Left())
