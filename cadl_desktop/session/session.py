"""The run that a window shows: starts, pauses and ends it, and folds what it tells into what views read."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.runs.events import (
    EpochEnded,
    Event,
    Finished,
    Floats,
    Paused,
    Progressed,
    RunState,
    Started,
)
from cadl_desktop.runs.history import History
from cadl_desktop.session.background import Background
from cadl_desktop.session.document import Document
from cadl_desktop.session.worker import Failed, Run, Worker

DRAW_MS = 50
"""Views are told of news at most this often."""
RESTART_MS = 350
"""How long a structural edit waits for the next before training starts anew: typing '128' is three edits."""
MOST_RESULTS = 8


class Status(Enum):
    """What the run is doing. RESULT: nothing runs and there is something to go on with."""

    EMPTY = "empty"
    PREPARING = "preparing"
    TRAINING = "training"
    PAUSED = "paused"
    RESULT = "result"

    @property
    def live(self) -> bool:
        return self in (Status.PREPARING, Status.TRAINING, Status.PAUSED)


@dataclass(frozen=True)
class Result:
    """What a run has come to: all that has to be kept to show it, save it and go on with it."""

    history: History
    state: RunState | None = None
    progress: Progressed | None = None
    prediction: Floats | None = None
    psnr: float | None = None
    cost: float | None = None
    finished: Finished | None = None


class Session(QObject):
    """One document's training. Everything that views read is a plain attribute; `updated` says: look again.

    `message` carries a kind ('info', 'warning', 'error') and one plain sentence.
    """

    status_changed = Signal(object)  # Status
    updated = Signal()
    samples_changed = Signal()
    device_changed = Signal(str)
    message = Signal(str, str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.background = Background(self)
        self.status = Status.EMPTY
        self.result = Result(History())
        self.samples: Samples | None = None
        self.device = ""
        self._run: Run | None = None
        self._base = document.experiment
        self._kept: OrderedDict[Any, Result] = OrderedDict()
        self._wanting_state: list[Callable[[Result], None]] = []
        self._data: Part | None = None
        self._closed = False
        self._pause_wanted = False
        self._worker = Worker(self)
        self._worker.ready.connect(self._on_ready)
        self._worker.progressed.connect(self._on_progressed)
        self._worker.job_ended.connect(self._on_job_ended)
        self._draw_timer = self._timer(DRAW_MS, self._drain)
        self._restart_timer = self._timer(RESTART_MS, self._restart)
        document.changed.connect(self._on_experiment_changed)

    def _timer(self, interval: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=interval)
        timer.timeout.connect(slot)
        return timer

    def load_samples(self) -> None:
        """Begins to read what is to be learned; called when the window is on screen."""
        if self._data is None and not self._closed:
            self._load_samples()

    def load_tensorflow(self) -> None:
        """Begins to load TensorFlow; called when the window has settled."""
        if not self._closed and not self._worker.isRunning():
            self._worker.start()

    # What a person can do

    def train(self) -> None:
        """Starts, resumes, or goes on with what there is."""
        self._pause_wanted = False
        if self.status is Status.PAUSED and self._run:
            self._run.resume()
            self._set_status(Status.TRAINING)
        elif not self.status.live:
            self._start()

    def pause(self) -> None:
        if self._run and self.status in (Status.TRAINING, Status.PREPARING):
            self._pause_wanted = True
            self._run.pause()

    def step(self) -> None:
        """Makes one optimizer step; starts a run for it where there is none."""
        if not self.status.live:
            self._start()
        if self._run:
            self._run.step()

    def stop(self) -> None:
        """Ends the run; the window says so at once, even where a compilation has to run out."""
        self._restart_timer.stop()
        if self._run is None:
            return
        self._run.stop()
        if self.status is Status.PREPARING:
            self._run = None
            self._disappoint()
            self._set_status(Status.RESULT if self.result.state else Status.EMPTY)

    def reset(self) -> None:
        """Forgets what was learned: the weights are the seed's again."""
        self._abandon()
        self._kept.pop(structure_of(self.document.experiment), None)
        self._show(Result(History()))

    def open(self, state: RunState | None, history: History | None) -> None:
        """Shows the results of a project that was just opened in the document."""
        self._abandon()
        self._kept.clear()
        self._base = self.document.experiment
        self._show(Result(history or History(), state))
        if state:
            self._predict(state)

    def with_state(self, use: Callable[[Result], None]) -> None:
        """Calls `use` with a result whose weights are those of now; a running training is asked for them."""
        if self._run and self.status is Status.TRAINING:
            self._wanting_state.append(use)
            self._run.pause()
        else:
            use(self.result)

    def do(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """Has work that needs TensorFlow done on the worker's thread."""
        self.load_tensorflow()
        self._worker.do(work, done, failed)

    def close(self) -> None:
        """Ends everything and waits for the thread; a compilation that is running has to run out."""
        self._closed = True
        self._restart_timer.stop()
        self._draw_timer.stop()
        if self._run:
            self._run.stop()
        self._worker.quit_soon()
        self._worker.wait()
        self.background.close()

    # What views ask

    def seconds_left(self) -> float | None:
        """How long training will go on at the present speed; None where that can't be said."""
        progress, stop = self.result.progress, self.document.experiment.stop
        if progress is None or self.status is not Status.TRAINING:
            return None
        left = []
        per_epoch = progress.step / progress.epoch if progress.epoch else None
        if stop.epochs and per_epoch and progress.steps_per_second:
            target = (progress.epoch // stop.epochs + 1) * stop.epochs
            left.append((target * per_epoch - progress.step) / progress.steps_per_second)
        if stop.seconds:
            left.append(stop.seconds - progress.seconds % stop.seconds)
        return min(left) if left else None

    # The run

    def _start(self) -> None:
        self._abandon()
        problems = self.document.problems
        if problems:
            self.message.emit("error", problems[0].message)
            return
        self.load_tensorflow()
        self._base = self.document.experiment
        self._run = self._worker.train(self._base, self._state_to_go_on_with())
        self._set_status(Status.PREPARING)

    def _state_to_go_on_with(self) -> RunState | None:
        """The weights there are, with the rate and batch size that are set now."""
        state, experiment = self.result.state, self.document.experiment
        if state is None:
            return None
        rate = float(experiment.optimizer["rate"])
        return replace(state, rate=rate, batch_size=experiment.batch_size)

    def _abandon(self) -> None:
        """Lets the running training end unheard."""
        self._restart_timer.stop()
        if self._run:
            self._run.stop()
            self._run = None
        self._disappoint()

    def _disappoint(self) -> None:
        """Whoever waits for the weights of a run that was given up is told, and nothing is done later."""
        if self._wanting_state:
            self._wanting_state.clear()
            text = self.tr("Not done: training ended before its weights could be read. Please try again.")
            self.message.emit("warning", text)

    def _restart(self) -> None:
        if not self.document.problems:
            self._start()

    @Slot(object)
    def _on_experiment_changed(self, experiment: Experiment) -> None:
        before, self._base = self._base, experiment
        if experiment.data != self._data:
            self._load_samples()
        if structure_of(before) != structure_of(experiment):
            self._change_structure(before, experiment)
        elif self._run:
            self._change_live(self._run, before, experiment)

    def _change_structure(self, before: Experiment, after: Experiment) -> None:
        """Ends the run; a running one starts anew, and a result that an undo leads back to is shown again."""
        going = self.status in (Status.TRAINING, Status.PREPARING) or self._restart_timer.isActive()
        if self.result.state:
            self._kept[structure_of(before)] = self.result
            while len(self._kept) > MOST_RESULTS:
                self._kept.popitem(last=False)
        self._abandon()
        kept = None if going else self._kept.get(structure_of(after))
        self._show(kept or Result(History()))
        if going:
            self._restart_timer.start()

    def _change_live(self, run: Run, before: Experiment, after: Experiment) -> None:
        if after.optimizer != before.optimizer and after.optimizer["rate"] > 0:
            run.set_rate(after.optimizer["rate"])
        if after.batch_size != before.batch_size and after.batch_size >= 1:
            run.set_batch_size(after.batch_size)
        if after.stop != before.stop:
            run.set_stop(after.stop)

    # What the worker tells

    @Slot(str)
    def _on_ready(self, device: str) -> None:
        self.device = device
        self.device_changed.emit(device)

    @Slot(object)
    def _on_job_ended(self, answer: Callable[[], None]) -> None:
        answer()

    @Slot()
    def _on_progressed(self) -> None:
        if not self._draw_timer.isActive():
            self._draw_timer.start()

    def _drain(self) -> None:
        heard = False
        for run, event in self._worker.take():
            if run is self._run:
                self._hear(event)
                heard = True
        if heard:
            self.updated.emit()

    def _hear(self, event: Event | Failed) -> None:
        if isinstance(event, Failed):
            self._run = None
            self._disappoint()
            self._set_status(Status.RESULT if self.result.state else Status.EMPTY)
            self.message.emit("error", event.message)
            return
        self.result.history.add(event)
        match event:
            case Started(notes=notes):
                for note in notes:
                    self.message.emit("info", note)
            case EpochEnded(cost=cost):
                self.result = replace(self.result, cost=cost)
            case Progressed():
                self._take_progress(event)
                if self.status is Status.PREPARING:
                    self._set_status(Status.TRAINING)
                self.document.mark_results_changed()
            case Paused():
                self._take_pause(event)
            case Finished():
                self._finish(event)

    def _take_progress(self, progress: Progressed) -> None:
        self.result = replace(self.result, progress=progress)
        if progress.prediction is not None:
            self.result = replace(self.result, prediction=progress.prediction, psnr=progress.psnr)

    def _take_pause(self, event: Paused) -> None:
        self._take_progress(event.progress)
        cost = self.result.cost if event.cost is None else event.cost
        self.result = replace(self.result, state=event.state, cost=cost)
        if self._wanting_state:
            waiting, self._wanting_state = self._wanting_state, []
            for use in waiting:
                use(self.result)
            if self._run and not self._pause_wanted:
                self._run.resume()
                return
        self._set_status(Status.PAUSED)

    def _finish(self, event: Finished) -> None:
        self._run = None
        self._take_progress(event.progress)
        self.result = replace(self.result, state=event.state, finished=event)
        if event.cost is not None:
            self.result = replace(self.result, cost=event.cost)
        self._set_status(Status.RESULT)
        waiting, self._wanting_state = self._wanting_state, []
        for use in waiting:
            use(self.result)
        self.message.emit("warning" if event.reason == "diverged" else "info", event.message)

    # What is shown without training

    def _show(self, result: Result) -> None:
        self.result = result
        self._set_status(Status.RESULT if result.state else Status.EMPTY)
        self.updated.emit()

    def _set_status(self, status: Status) -> None:
        if status is not self.status:
            self.status = status
            self.status_changed.emit(status)

    def _load_samples(self) -> None:
        """Reads the dataset off the event loop; an answer that comes too late is dropped."""
        if self._closed:
            return
        data = self._data = self.document.experiment.data
        if self.document.problems and any(p.field.startswith("data") for p in self.document.problems):
            return
        self.background.do(
            lambda: samples_of(data),
            lambda samples: self._take_samples(data, samples),
            lambda error: self._refuse_samples(data, error),
        )

    def _take_samples(self, data: Part, samples: Samples) -> None:
        if data is self._data:
            self.samples = samples
            self.samples_changed.emit()

    def _refuse_samples(self, data: Part, error: Exception) -> None:
        if data is self._data:
            self.message.emit("error", str(error))

    def _predict(self, state: RunState) -> None:
        """Shows what opened weights make, which the file doesn't hold."""
        experiment, result = self.document.experiment, self.result

        def done(answer: tuple[Floats, float | None]) -> None:
            if self.result is result:
                prediction, psnr = answer
                self.result = replace(result, prediction=prediction, psnr=psnr)
                self.updated.emit()

        self.load_tensorflow()
        self._worker.render(experiment, state, done, lambda error: self.message.emit("error", str(error)))
