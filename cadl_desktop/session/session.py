"""The run that a window shows: starts, pauses and ends it, and folds what it tells into what views read."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.machine import free_memory
from cadl_desktop.runs.events import (
    EpochEnded,
    Event,
    Finished,
    Floats,
    Paused,
    Probed,
    Progressed,
    RunState,
    Snapshot,
    Started,
)
from cadl_desktop.runs.history import History
from cadl_desktop.runs.live import with_settings_of
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.runs.snapshots import Snapshots, growth_in_words
from cadl_desktop.session.background import Background
from cadl_desktop.session.document import Document
from cadl_desktop.session.exporter import Exporter
from cadl_desktop.session.learned import Learned
from cadl_desktop.session.live_changes import change_live
from cadl_desktop.session.questions import Questions
from cadl_desktop.session.result import Result, Status
from cadl_desktop.session.run import Failed, Run
from cadl_desktop.session.run_list import RunList
from cadl_desktop.session.worker import Worker

DRAW_MS = 50
"""Views are told of news at most this often."""
RESTART_MS = 350
"""How long a structural edit waits for the next before training starts anew: typing '128' is three edits."""

_STILL_SHOWN = frozenset({"data.mask", "data.keep"})
"""What is wrong with these keeps a picture from being learned, but not from being looked at."""


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
        self.exporter = Exporter(self)
        self.runs = RunList(self)
        self.status = Status.EMPTY
        self.result = Result(History())
        self.samples: Samples | None = None
        self.device = ""
        self._run: Run | None = None
        self._base = document.experiment
        self.keep_learned = False
        """Whether a structural edit goes on with what was learned, where it can, and not from the seed."""
        self._learned = Learned()
        self._ending: Experiment | None = None
        self._restart_due = False
        self._loss = ""
        self._wanting_state: list[Callable[[Result], None]] = []
        self._data: Part | None = None
        self._samples_of: Part | None = None
        self._closed = False
        self._pause_wanted = False
        self._held = False
        self._told_growth_of: Snapshots | None = None
        self._worker = Worker(self)
        self.ask = Questions(self.do, self._tell_error)
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
        self._restart_due = False
        if self._run is None:
            return
        self._run.stop()
        if self.status is Status.PREPARING and self._ending is None:
            self._run = None
            self._disappoint()
            self._set_status(Status.RESULT if self.result.state else Status.EMPTY)

    def reset(self) -> None:
        """Forgets what was learned: the weights are the seed's again."""
        self._leave(self.document.experiment)
        self._learned.forget(self.document.experiment)
        self._show(Result(History()))

    def open(
        self,
        state: RunState | None,
        history: History | None,
        runs: Iterable[RunRecord] = (),
        number: int | None = None,
        snapshots: Snapshots | None = None,
    ) -> None:
        """Shows the results of a project that was just opened in the document, and lists its other runs.

        `number` is that of the run that is shown, where the file knows it; `snapshots` are its own.
        """
        self._abandon()
        self._learned.forget_all()
        self._base = self.document.experiment
        self.runs.open(runs, number)
        history = history or History()
        self._show(
            Result(
                history,
                state,
                cost=history.newest_cost,
                run=number,
                snapshots=snapshots or Snapshots(),
            )
        )
        self.result = self.runs.keep(self.document.experiment, self.result)
        if state:
            self._predict(state)

    def put_aside(self) -> None:
        """Ends what is going on; what it has come to stays in the list of runs."""
        self._leave(self.document.experiment)
        self._set_status(Status.RESULT if self.result.state else Status.EMPTY)

    def show_run(self, record: RunRecord | None) -> None:
        """Shows what a run of the list has come to, and goes on with it when asked; None shows nothing."""
        self._abandon()
        if record is None:
            self._show(Result(History()))
            return
        self.runs.put(record)
        history, state, snapshots = record.history(), record.state, record.snapshots.copy()
        self._show(
            Result(
                history,
                state,
                cost=record.cost,
                psnr=record.psnr,
                run=record.number,
                snapshots=snapshots,
            )
        )
        if state:
            self._predict(state)

    def with_state(self, use: Callable[[Result], None]) -> None:
        """Calls `use` with a result whose weights are those of now; a running training is asked for them."""
        if self._run and (self.status is Status.TRAINING or self._ending is not None):
            self._wanting_state.append(use)
            self._run.pause()
        else:
            use(self.result)

    def with_weights(self, use: Callable[[Result], None]) -> None:
        """The same, with the weights that training would begin with where nothing has been learned yet."""
        if self._run and self._ending is None and self.result.state is None:
            self._wanting_state.append(use)
            self._run.pause()
        elif self._run or self.result.state is not None:
            self.with_state(use)
        elif not self.document.problems:
            self._with_first_state(use)

    def _with_first_state(self, use: Callable[[Result], None]) -> None:
        experiment, result = self.document.experiment, self.result

        def done(state: RunState) -> None:
            if self.result is result and self.document.experiment is experiment and self._run is None:
                use(replace(result, state=state))
            else:
                self.tell_not_done()

        self.ask.first_state(experiment, done)

    def tell_not_done(self) -> None:
        """Says of what was asked for that it no longer fits what there is."""
        text = self.tr("Not done: the network was changed in the meantime. Please try again.")
        self.message.emit("warning", text)

    def do(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """Has work that needs TensorFlow done on the worker's thread."""
        self.load_tensorflow()
        self._worker.do(work, done, failed)

    def samples_of(self, experiment: Experiment) -> Samples | None:
        """What the experiment learns, where it has been read already."""
        return self.samples if self._samples_of == experiment.data else None

    def compute(self, work: Callable[[], Any]) -> Any:
        """Has a piece of an export done on the worker's thread; called on another, which waits."""
        return self._worker.compute(work)

    @property
    def carrying_over(self) -> bool:
        """Whether what was learned is of another network than the document's, until a training has ended."""
        return self._ending is not None

    @property
    def going(self) -> bool:
        """Whether training is going on, and goes on after an edit."""
        return self.status in (Status.TRAINING, Status.PREPARING) or self._restart_timer.isActive()

    def hold(self) -> None:
        """Ends the run; structural edits change nothing else until `go_on_with` is called, whose caller has
        the result that belongs to the new structure."""
        self._held = True
        self._abandon()

    def go_on_with(self, result: Result, going: bool) -> None:
        """Takes another result for what was learned, with a history of its own, and trains on with it where
        training was `going` on."""
        self._abandon()
        self._held = False
        self._learned.begin()
        self._show(result)
        if result.state:
            self._predict(result.state)
            self.document.mark_results_changed()
        if going:
            self._start()
            if self._run and self._pause_wanted:
                self._run.pause()

    def close(self) -> None:
        """Ends everything and waits for the thread; a compilation that is running has to run out."""
        self._closed = True
        self._restart_timer.stop()
        self._draw_timer.stop()
        if self._run:
            self._run.stop()
        self.exporter.cancel_all()
        self._worker.quit_soon()
        self._worker.wait()
        self.exporter.close()
        self.background.close()

    # The run

    def _start(self) -> None:
        self._abandon()
        problems = self.document.problems
        if problems:
            self.message.emit("error", problems[0].message)
            return
        self.load_tensorflow()
        self._base = self.document.experiment
        state = self._state_to_go_on_with()
        was_seen = self._learned.was_seen(self._base)
        lost = self._learned.begin() and self.keep_learned and state is None
        self._loss = self._why_lost(was_seen) if lost else ""
        self._run = self._worker.train(self._base, state)
        self._set_status(Status.PREPARING)

    def _state_to_go_on_with(self) -> RunState | None:
        """The weights there are, with the live settings of now."""
        state = self.result.state
        return with_settings_of(self.document.experiment, state) if state else None

    def _leave(self, experiment: Experiment) -> None:
        """Lets what there is make way for another run; the list keeps it."""
        self.result = self.runs.leave(experiment, self.result, self._run)
        self._abandon()

    def _abandon(self) -> None:
        """Lets the running training end unheard."""
        self._restart_timer.stop()
        self._ending, self._restart_due = None, False
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
        if self._ending is not None:
            self._restart_due = True
        elif not self.document.problems:
            self._start()
            if self._run and self._pause_wanted:
                self._run.pause()

    @Slot(object)
    def _on_experiment_changed(self, experiment: Experiment) -> None:
        before, self._base = self._base, experiment
        if experiment.data != self._data:
            self._load_samples()
        if structure_of(before) != structure_of(experiment):
            self._change_structure(before, experiment)
        elif self._run:
            change_live(self._run, before, experiment, self.document.problems)

    def _change_structure(self, before: Experiment, after: Experiment) -> None:
        """Ends the run; a running one goes on with the new structure, and an undo finds its result again."""
        if self._held:
            return
        going = self.going
        if self.keep_learned and (self.status is Status.TRAINING or self._ending is not None):
            self._end_heard(before)
        else:
            self.result = self.runs.leave(before, self.result, self._run, after)
            self._learned.leave(before, self.result)
            self._abandon()
            self._show_what_is_left(after, undone=not going)
        if going:
            # A stroke of the brush is a whole edit, and nothing has to be compiled for it.
            drawn = before.data.as_dict().get("mask") != after.data.as_dict().get("mask")
            self._restart_timer.start(0 if drawn else RESTART_MS)

    def _end_heard(self, trained: Experiment) -> None:
        """Ends the run for its weights, which are carried over when they come."""
        if self._run is None or self._ending is not None:
            return
        self._disappoint()
        self._ending = trained
        self._run.stop()
        # Weights of an earlier pause: nobody may take them for those of the edited network.
        self.result = replace(self.result, state=None)
        self._set_status(Status.PREPARING)

    def _show_what_is_left(self, experiment: Experiment, undone: bool) -> None:
        """Shows what a structure begins with: what it had come to itself, what can be carried over to it,
        or nothing."""
        result = self._learned.kept(experiment) if undone else None
        carries = result is None and self.keep_learned and not self.document.problems
        if carries:
            result = self._learned.carried(experiment)
        self._show(result or Result(History()))
        if carries and result and result.state:
            self._predict(result.state)

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
                self.runs.forget_silent()
                self._hear(event)
                heard = True
            else:
                self.runs.hear_late(run, event)
        if heard:
            self.updated.emit()

    def _hear(self, event: Event | Failed) -> None:
        if isinstance(event, Failed):
            self._run = self._ending = None
            self._disappoint()
            self.result = self.runs.keep(self.document.experiment, self.result)
            self._set_status(Status.RESULT if self.result.state else Status.EMPTY)
            self.message.emit("error", event.message)
            return
        self.result.history.add(event)
        self.result.histograms.add(event, self._base)
        match event:
            case Started(notes=notes):
                for note in notes:
                    self.message.emit("info", note)
            case EpochEnded(cost=cost):
                self.result = replace(self.result, cost=cost)
            case Progressed():
                self._take_progress(event)
                if self.status is Status.PREPARING and self._ending is None:
                    self._set_status(Status.TRAINING)
                    self._tell_loss()
                    self._tell_growth()
                self.document.mark_results_changed()
            case Snapshot(state=state):
                self._take_snapshot(state)
            case Probed() if self._ending is None:
                self.result = replace(self.result, probed=event)
            case Paused() if self._ending is None:
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
            paused = self._run
            waiting, self._wanting_state = self._wanting_state, []
            for use in waiting:
                use(self.result)
            if self._run is not paused:
                return  # what they did has ended it
            if paused and not self._pause_wanted:
                paused.resume()
                return
        self._set_status(Status.PAUSED)

    def _finish(self, event: Finished) -> None:
        self._run = None
        self._take_progress(event.progress)
        self.result = replace(self.result, state=event.state, finished=event)
        if event.cost is not None:
            self.result = replace(self.result, cost=event.cost)
        carrying = self._ending is not None
        if self._ending is not None:
            after = self.document.experiment
            self.result = self.runs.leave(self._ending, self.result, None, after)
            self._learned.leave(self._ending, self.result)
            self._ending = None
            self._show_what_is_left(after, undone=False)
        else:
            self.result = self.runs.keep(self.document.experiment, self.result)
            self._set_status(Status.RESULT)
        waiting, self._wanting_state = self._wanting_state, []
        for use in waiting:
            use(self.result)
        if not carrying:
            self.message.emit("warning" if event.reason == "diverged" else "info", event.message)
        elif self._restart_due:
            self._restart()

    def _take_snapshot(self, state: RunState) -> None:
        snapshots = self.result.snapshots
        if snapshots.room is None:
            snapshots.room = free_memory()
        snapshots.add(state)

    def _tell_growth(self) -> None:
        """Says once of a run that its snapshots need more memory than usual."""
        snapshots = self.result.snapshots
        words = growth_in_words(snapshots) if snapshots is not self._told_growth_of else None
        self._told_growth_of = snapshots
        if words:
            self.message.emit("info", words)

    def _tell_loss(self) -> None:
        if self._loss:
            self.message.emit("info", self._loss)
            self._loss = ""

    def _why_lost(self, was_seen: bool) -> str:
        if was_seen:
            return self.tr("Pixels were hidden that the network had seen: training started from the seed.")
        return self.tr("This change can't keep what was learned: training started again from the seed.")

    # What is shown without training

    def _show(self, result: Result) -> None:
        self.result = result
        self.runs.set_current(result.run)
        self._set_status(Status.RESULT if result.state else Status.EMPTY)
        self.updated.emit()

    def _set_status(self, status: Status) -> None:
        if status is not self.status:
            self.status = status
            self.status_changed.emit(status)

    def _tell_error(self, error: Exception) -> None:
        self.message.emit("error", str(error))

    def _load_samples(self) -> None:
        """Reads the dataset off the event loop; an answer that comes too late is dropped."""
        if self._closed:
            return
        data = self._data = self.document.experiment.data
        fields = {problem.field for problem in self.document.problems} - _STILL_SHOWN
        if any(field.startswith("data") for field in fields):
            return
        self.background.do(
            lambda: samples_of(data),
            lambda samples: self._take_samples(data, samples),
            lambda error: self._refuse_samples(data, error),
        )

    def _take_samples(self, data: Part, samples: Samples) -> None:
        if data is self._data:
            self.samples, self._samples_of = samples, data
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
                self.result = self.runs.keep(experiment, replace(result, prediction=prediction, psnr=psnr))
                self.updated.emit()

        self.ask.shown(experiment, state, done)
