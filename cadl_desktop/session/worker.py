"""The one thread that owns every TensorFlow call: it trains, and in between does what else needs them."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal

from cadl_desktop.experiment import Experiment, Part, Stop
from cadl_desktop.runs.events import Event, Floats, RunState
from cadl_desktop.runs.gains import Gains
from cadl_desktop.session.pieces import Piece, Pieces
from cadl_desktop.session.sketches import Sketch

if TYPE_CHECKING:
    from cadl_desktop.engine import Control

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failed:
    """Training ended with an error that nobody expected; `message` is for a person, the log has the rest."""

    message: str


class Run:
    """One training that the worker has been asked for; what is told before it begins is kept for it."""

    def __init__(self, worker: "Worker", experiment: Experiment, state: RunState | None) -> None:
        self.experiment = experiment
        self.state = state
        self._worker = worker
        self._control: Control | None = None
        self._early: list[Callable[[Control], None]] = []
        self.cancelled = False

    def pause(self) -> None:
        self._tell(lambda control: control.pause())

    def resume(self) -> None:
        self._tell(lambda control: control.resume())

    def step(self) -> None:
        self._tell(lambda control: control.step())

    def stop(self) -> None:
        self.cancelled = True
        self._tell(lambda control: control.stop())

    def set_rate(self, rate: float) -> None:
        self._tell(lambda control: control.set_rate(rate))

    def set_batch_size(self, size: int) -> None:
        self._tell(lambda control: control.set_batch_size(size))

    def set_cost(self, name: str) -> None:
        self._tell(lambda control: control.set_cost(name))

    def set_regularisation(self, l1: float, l2: float) -> None:
        self._tell(lambda control: control.set_regularisation(l1, l2))

    def set_smoothness(self, weight: float) -> None:
        self._tell(lambda control: control.set_smoothness(weight))

    def set_schedule(self, schedule: Part) -> None:
        self._tell(lambda control: control.set_schedule(schedule))

    def set_frozen(self, columns: tuple[int, ...]) -> None:
        self._tell(lambda control: control.set_frozen(columns))

    def set_stop(self, rules: Stop) -> None:
        self._tell(lambda control: control.set_stop(rules))

    def attach(self, control: "Control") -> None:
        """Called on the worker's thread once TensorFlow is there."""
        with self._worker.lock:
            self._control = control
            for tell in self._early:
                tell(control)

    def _tell(self, tell: Callable[["Control"], None]) -> None:
        with self._worker.lock:
            if self._control is None:
                self._early.append(tell)
                return
        tell(self._control)
        self._worker.wake()


@dataclass(frozen=True)
class _Job:
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]


class _Wake:
    """Ends a wait so that a command is looked for."""


class _Quit:
    pass


Request = Run | _Job | Piece | _Wake | _Quit


class Worker(QThread):
    """Runs `engine.train` and jobs, one at a time, in the order stop, jobs, training, pieces of exports.

    Events go into `inbox` with the run that they belong to; `progressed` only says that there are some,
    and is not sent again until `take` has been called.
    """

    ready = Signal(str)  # the device that TensorFlow found
    progressed = Signal()
    job_ended = Signal(object)  # a callable, to be called on the receiver's thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lock = Lock()
        self._requests: SimpleQueue[Request] = SimpleQueue()
        self._inbox: deque[tuple[Run, Event | Failed]] = deque()
        self._later: list[Run] = []
        self._pieces = Pieces()
        self._thread = 0
        self._over = False
        self._told = False
        self.quitting = False

    def train(self, experiment: Experiment, state: RunState | None) -> Run:
        """Asks for a training; it begins when the one before it has ended."""
        run = Run(self, experiment, state)
        self._requests.put(run)
        return run

    def do(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """Has `work` done on this thread, between two chunks of a training; answers come by `job_ended`."""
        self._requests.put(_Job(work, done, failed))

    def render(
        self,
        experiment: Experiment,
        state: RunState,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Asks for what a state's weights show: (prediction, psnr) as in `Progressed`."""

        def work() -> Any:
            from cadl_desktop.engine import render

            return render(experiment, state.weights)

        self.do(work, done, failed)

    def probe(
        self,
        experiment: Experiment,
        state: RunState | None,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Asks for what the neurons compute, a `Probed`; without a state, with the seed's first weights."""

        def work() -> Any:
            from cadl_desktop.engine import initial_weights, probe

            weights = state.weights if state else initial_weights(experiment)
            return probe(experiment, weights, state.step if state else 0)

        self.do(work, done, failed)

    def play(
        self,
        experiment: Experiment,
        weights: tuple[Floats, ...],
        step: int,
        gains: Gains,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Asks for what weights make with gains, an `instruments.Played`."""

        def work() -> Any:
            from cadl_desktop.engine import probe, render
            from cadl_desktop.session.instruments import Played

            return Played(*render(experiment, weights, gains), probe(experiment, weights, step, gains))

        self.do(work, done, failed)

    def moment(
        self,
        experiment: Experiment,
        state: RunState,
        coarse: bool,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Asks for what an earlier state showed, an `instruments.Played`; of a large painting, where `coarse`
        will do, only some rows and columns and no PSNR."""

        def work() -> Any:
            from cadl_desktop.engine import glimpse, probe, render
            from cadl_desktop.session.instruments import Played

            probed = probe(experiment, state.weights, state.step)
            if coarse:
                return Played(glimpse(experiment, state.weights), None, probed)
            return Played(*render(experiment, state.weights), probed)

        self.do(work, done, failed)

    def paint(
        self,
        experiment: Experiment,
        weights: Sequence[Floats],
        number: float,
        side: int,
        gains: Gains,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Asks for one of many pictures by its number, (side, side, 3), or for what lies between two."""

        def work() -> Any:
            from cadl_desktop.data.frames import WHOLE
            from cadl_desktop.engine import render_rows

            bands = render_rows(experiment, weights, WHOLE, side, side, gains=gains, picture=number)
            return np.concatenate(list(bands))

        self.do(work, done, failed)

    def sketch(
        self, sketch: Sketch, done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """Has one piece of a sketch made, a `sketches.Piece`."""

        def work() -> Any:
            from cadl_desktop import engine

            return sketch.go_on(engine)

        self.do(work, done, failed)

    def first_state(
        self, experiment: Experiment, done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """Asks for the state that a training of this experiment begins with."""

        def work() -> Any:
            from cadl_desktop.engine import first_state

            return first_state(experiment)

        self.do(work, done, failed)

    def importance(
        self,
        experiment: Experiment,
        weights: Sequence[Floats],
        layer: int,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Asks how much the cost rises when each neuron of a layer is muted, (neurons,)."""

        def work() -> Any:
            from cadl_desktop.engine import importance

            return importance(experiment, weights, layer)

        self.do(work, done, failed)

    def operations(
        self,
        experiment: Experiment,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Asks for what TensorFlow makes of the network: a tuple of `runs.operations.Operation`."""

        def work() -> Any:
            from cadl_desktop.engine import operations

            return operations(experiment)

        self.do(work, done, failed)

    def compute(self, work: Callable[[], Any]) -> Any:
        """Has a piece of an export done on this thread when nothing else waits, and returns what it gives;
        called on any thread but that of the window. Raises `concurrent.futures.CancelledError` at the end of
        the program."""
        if get_ident() == self._thread:
            return work()
        piece = Piece(work)
        with self.lock:
            if self._over:
                piece.drop()
            else:
                self._requests.put(piece)
        return piece.wait()

    def take(self) -> list[tuple[Run, Event | Failed]]:
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
        self._requests.put(_Quit())

    def run(self) -> None:
        from cadl_desktop.engine.device import device_name

        self._thread = get_ident()
        self.ready.emit(device_name())
        while not self.quitting:
            request = self._next(block=True)
            if request is not None:
                self._serve(request)
        self._drop_pieces()

    def serve_waiting(self, block: bool) -> None:
        """Does the next request that doesn't start a training; called between a training's chunks."""
        request = self._next(block)
        if isinstance(request, Run):
            self._later.append(request)
        elif request is not None:
            self._serve(request)

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
        with self.lock:
            self._over = True
        while not self._requests.empty():
            request = self._requests.get()
            if isinstance(request, Piece):
                request.drop()
        self._pieces.drop_all()

    def _serve(self, request: Request) -> None:
        match request:
            case Run():
                self._train(request)
            case _Job():
                self._do(request)
            case Piece():
                self._pieces.add(request)
            case _Quit():
                self.quitting = True

    def _train(self, run: Run) -> None:
        try:
            self._iterate(run)
        except Exception as error:
            log.exception("training ended with an error")
            self._put(run, Failed(_plain(error)))
        while self._later:
            self._requests.put(self._later.pop(0))

    def _iterate(self, run: Run) -> None:
        from cadl_desktop.engine import train
        from cadl_desktop.session.serving import ServingControl

        if run.cancelled or self.quitting:
            return
        control = ServingControl(self)
        run.attach(control)
        for event in train(run.experiment, control, run.state):
            self._put(run, event)
            self.serve_waiting(block=False)
            if self.quitting:
                control.stop()

    def _put(self, run: Run, event: Event | Failed) -> None:
        self._inbox.append((run, event))
        if not self._told:
            self._told = True
            self.progressed.emit()

    def _do(self, job: _Job) -> None:
        try:
            result = job.work()
        except Exception as error:
            log.info("a job ended with an error", exc_info=True)
            failure = error
            self.job_ended.emit(lambda: job.failed(failure))
        else:
            self.job_ended.emit(lambda: job.done(result))


def _plain(error: Exception) -> str:
    from cadl_desktop.data.samples import DataError

    if isinstance(error, DataError):
        return str(error)
    if type(error).__name__ == "ResourceExhaustedError" or isinstance(error, MemoryError):
        return "There is not enough memory for this network; make layers or the batch smaller."
    return f"Training ended with an error ({type(error).__name__}); the log has the details."
