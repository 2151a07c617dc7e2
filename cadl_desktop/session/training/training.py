"""The training of now and what it has come to: what the worker tells is folded into what views read."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.computing.failure import Failure
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import (
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
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.document import Document
from cadl_desktop.session.runs.run_list import RunList
from cadl_desktop.session.training.result import Result, Status
from cadl_desktop.session.training.words import Words
from cadl_desktop.session.worker.requests import TrainingRequest
from cadl_desktop.session.worker.worker import Worker
from cadl_desktop.system.libraries import LoadError
from cadl_desktop.system.machine import free_memory

DRAW_MS = 50
"""Views are told of news at most this often."""


class Training(QObject):
    """One run at a time, and its result or that of the last one."""

    status_changed = Signal(object)  # Status
    updated = Signal()
    message = Signal(str, object)  # kind, str
    settled = Signal(object)  # str: what a message has said is so no longer
    failed = Signal(object)  # Failed, in place of a message
    gave_weights = Signal(object)  # the Experiment whose run was ended by `end_for_weights`

    def __init__(self, document: Document, worker: Worker, runs: RunList, parent: QObject) -> None:
        super().__init__(parent)
        self.status = Status.EMPTY
        self.result = Result(History())
        self.run: TrainingRequest | None = None
        self.ending: Experiment | None = None
        """What the run that is being ended for its weights has trained."""
        self._document = document
        self._worker = worker
        self._runs = runs
        self._pause_wanted = False
        self._told = document.experiment
        self._wanting_state: list[Callable[[Result], None]] = []
        self._draw_timer = QTimer(self, singleShot=True, interval=DRAW_MS)
        self._draw_timer.timeout.connect(self._drain)
        self._words = Words(self)
        self._words.message.connect(self.message)
        self._words.settled.connect(self.settled)
        worker.progressed.connect(self._on_progressed)

    # What it is told

    def begin(self, state: RunState | None, note: str) -> None:
        """Trains the document's experiment, with a state from there on; `note` is said when it has begun."""
        self._words.note = note
        self._told = self._document.experiment
        if state is None:  # what was set live in a run whose weights are gone is no part of this one
            self.result = replace(self.result, history=History.for_retraining(self.result.cores))
        self.run = self._worker.train(self._told, state, self.result.cores)
        self._set_status(Status.PREPARING)

    def change(self, before: Experiment) -> None:
        """Tells the run what is live and other now than it was `before`."""
        if self.run:
            now = self._document.experiment
            self.run.follow(before, now, self._document.problems)
            self._told = self.run.settings.into(now)

    def resume(self) -> None:
        """Ends a pause, or takes one back that is wanted."""
        self._pause_wanted = False
        if self.run and self.status is Status.PAUSED:
            self.run.resume()
            self._set_status(Status.TRAINING)

    def pause(self) -> None:
        if self.run and self.status in (Status.TRAINING, Status.PREPARING):
            self._pause_wanted = True
            self.run.pause()

    def stay_paused(self) -> None:
        """Pauses a run that follows one which was to be paused."""
        if self.run and self._pause_wanted:
            self.run.pause()

    def step(self) -> None:
        if self.run:
            self.run.step()

    def stop(self) -> None:
        """Ends the run; its status says so at once, even where a compilation has to run out."""
        if self.run is None:
            return
        self.run.stop()
        if self.status is Status.PREPARING and self.ending is None:
            self.run = None
            self._disappoint()
            self.rest()

    def end_for_weights(self, trained: Experiment) -> None:
        """Ends the run of an experiment; `gave_weights` says when they are there."""
        if self.run is None or self.ending is not None:
            return
        self._disappoint()
        self.ending = trained
        self.run.stop()
        # Weights of an earlier pause: nobody may take them for those of the edited network.
        self.result = replace(self.result, state=None)
        self._set_status(Status.PREPARING)

    def leave(self, experiment: Experiment, after: Experiment | None = None) -> None:
        """Lets what the experiment has come to make way for another run; the list keeps it, but for what
        strokes of a mask end: `after` is the edited experiment. What is being ended for its weights has come
        to them with the network that an edit has left."""
        self.result = self._runs.leave(self.ending or experiment, self.result, self.run, after)
        self.abandon()

    def abandon(self) -> None:
        """Lets the run end unheard."""
        self.ending = None
        if self.run:
            self.run.stop()
            self.run = None
        self._disappoint()

    def close(self) -> None:
        self._draw_timer.stop()
        self._words.close()
        if self.run:
            self.run.stop()

    # What is shown without a run

    def show(self, result: Result) -> None:
        self.result = result
        self._runs.set_current(result.run)
        self.rest()
        self.updated.emit()

    def predict(self) -> None:
        """Shows what opened weights make, which no file holds."""
        experiment, result = self._document.experiment, self.result
        if result.state is None:
            return

        def done(answer: tuple[Floats, float | None]) -> None:
            if self.result is result:
                prediction, psnr = answer
                self.keep(replace(result, prediction=prediction, psnr=psnr), experiment)
                self.updated.emit()

        # Edits that follow one another would each trace a network that nobody looks at.
        self.ask(
            "cadl_desktop.engine:render",
            (experiment, result.state.weights),
            done,
            wanted=lambda: self.result is result,
        )

    def keep(self, result: Result, experiment: Experiment) -> None:
        """Takes what an experiment has come to into the list of runs."""
        self.result = self._runs.keep(experiment, result)

    def rest(self) -> None:
        """Says that nothing runs, and whether there is something to go on with."""
        self._set_status(Status.RESULT if self.result.state else Status.EMPTY)

    # Whoever wants the weights of now

    def with_state(self, use: Callable[[Result], None]) -> None:
        """Calls `use` with a result whose weights are those of now; a running training is asked for them."""
        if self.run and (self.status is Status.TRAINING or self.ending is not None):
            self._wanting_state.append(use)
            self.run.pause()
        else:
            use(self.result)

    def await_state(self, use: Callable[[Result], None]) -> None:
        """The same once `hand_out` is called."""
        self._wanting_state.append(use)

    def with_weights(self, use: Callable[[Result], None]) -> None:
        """The same, with the weights that training would begin with where nothing has been learned yet."""
        if self.run and self.ending is None and self.result.state is None:
            self._wanting_state.append(use)
            self.run.pause()
        elif self.run or self.result.state is not None:
            self.with_state(use)
        elif not self._document.problems:
            self._with_first_state(use)

    def _with_first_state(self, use: Callable[[Result], None]) -> None:
        experiment, result = self._document.experiment, self.result

        def done(state: RunState) -> None:
            if self.result is result and self._document.experiment is experiment and self.run is None:
                use(replace(result, state=state))
            else:
                self.tell_not_done()

        self.ask("cadl_desktop.engine:first_state", (experiment,), done)

    def tell_not_done(self) -> None:
        """Says of what was asked for that it no longer fits what there is."""
        text = "Not done: the network was changed in the meantime. Please try again."
        self.message.emit("warning", text)

    def hand_out(self) -> None:
        """Gives the result to whoever has waited for its weights."""
        waiting, self._wanting_state = self._wanting_state, []
        for use in waiting:
            use(self.result)

    def _disappoint(self) -> None:
        """Whoever waits for the weights of a run that was given up is told, and nothing is done later."""
        if self._wanting_state:
            self._wanting_state.clear()
            text = "Not done: training ended before its weights could be read. Please try again."
            self.message.emit("warning", text)

    # What it tells

    @Slot()
    def _on_progressed(self) -> None:
        if not self._draw_timer.isActive():
            self._draw_timer.start()

    @Slot()
    def _drain(self) -> None:
        heard = False
        for run, event in self._worker.take():
            run.told = True
            if run is self.run:
                self._runs.forget_silent()
                self._hear(event)
                heard = True
            else:
                self._runs.hear_late(run, event)
        if heard:
            self._words.heard(self.status)
            self.updated.emit()

    def _hear(self, event: Event | Failure) -> None:
        if isinstance(event, Failure):
            self._fail(event)
            return
        self.result.history.add(event)
        self.result.histograms.add(event, self.ending or self._document.experiment)
        if self.ending is not None and isinstance(event, Probed | Paused):
            return  # of a network that an edit has left
        before = self.result.step
        self.result = self.result.with_news(event)
        if self.result.step > before:
            self.result = replace(self.result, trained=self._told)
        match event:
            case Started(notes=notes):
                for note in notes:
                    self.message.emit("info", note)
            case Progressed():
                self._take_progress()
            case Snapshot(state=state):
                self._take_snapshot(state)
            case Paused():
                self._take_pause()
            case Finished():
                self._finish(event)

    def _fail(self, failed: Failure) -> None:
        """What had been learned at the last moment stays."""
        self.run, self.result = None, self.result.at_last_moment()
        self._disappoint()
        if self.ending is not None:
            self._give_weights()
        else:
            self.keep(self.result, self._document.experiment)
            self.rest()
        self.failed.emit(failed)

    def _take_progress(self) -> None:
        if self.status is Status.PREPARING and self.ending is None:
            self._set_status(Status.TRAINING)
            self._words.begin(self.result.snapshots)
        self._document.mark_results_changed()

    def _take_snapshot(self, state: RunState) -> None:
        snapshots = self.result.snapshots
        if snapshots.room is None:
            snapshots.room = free_memory()
        snapshots.add(state)

    def _take_pause(self) -> None:
        if self._wanting_state:
            paused = self.run
            self.hand_out()
            if self.run is not paused:
                return  # what was done with it has ended the run
            if paused and not self._pause_wanted:
                paused.resume()
                return
        self._set_status(Status.PAUSED)

    def _finish(self, event: Finished) -> None:
        self.run = None
        if self.ending is not None:
            self._give_weights()
            return
        self.keep(self.result, self._document.experiment)
        self._set_status(Status.RESULT)
        self.hand_out()
        bad = event.reason == "diverged" or event.is_worse
        self.message.emit("warning" if bad else "info", event.message)

    def _give_weights(self) -> None:
        """An edit has ended the run, and goes on with what it had learned."""
        trained, self.ending = self.ending, None
        assert trained is not None
        self.result = self._runs.leave(trained, self.result, None, self._document.experiment)
        self.gave_weights.emit(trained)

    def _set_status(self, status: Status) -> None:
        if status is not self.status:
            self.status = status
            self._words.heard(status)
            self.status_changed.emit(status)

    # What else is asked of the engine

    def ask(
        self,
        function: str | Callable[..., Any],
        arguments: Sequence[Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Has a function called where TensorFlow is, as `Worker.ask` says; an error that the caller has no
        use for is told to the person."""
        self._worker.ask(function, arguments, done, failed or self.tell_error, wanted)

    def tell_error(self, error: Exception) -> None:
        if not isinstance(
            error, LoadError
        ):  # told when TensorFlow was to be loaded: views ask again and again
            self.message.emit("error", sentence_of(error))
