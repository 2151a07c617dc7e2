"""The current training: commands to its run, and the result that views read, updated by its events."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.computing.failure import Failure
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import (
    BackwardPass,
    Changed,
    Event,
    Finished,
    Floats,
    Paused,
    Probed,
    Progressed,
    RunState,
    Snapshot,
    Speed,
    Started,
)
from cadl_desktop.runs.history import History
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.document import Document
from cadl_desktop.session.run_list import RunList
from cadl_desktop.session.run_requests import TrainingRequest
from cadl_desktop.session.training.result import Result, Status
from cadl_desktop.session.training.run_notices import RunNotices
from cadl_desktop.session.worker_thread import WorkerThread
from cadl_desktop.system.libraries import LoadError
from cadl_desktop.system.machine import free_memory

DRAW_MS = 50
"""Shortest interval between updates of the views."""
LIST_MS = 500
"""Interval at which the list of runs follows the run that is being trained; longer by as much for every
hundred runs, as what shows them reads all."""


class CurrentTraining(QObject):
    """The current run, if any, and its result or that of the last run."""

    status_changed = Signal(object)  # Status
    updated = Signal()
    message = Signal(str, object)  # kind, str
    settled = Signal(object)  # str: a message that no longer holds
    failed = Signal(object)  # Failure, in place of a message
    weights_ready = Signal(object)  # the Experiment whose run was ended by `end_for_weights`

    def __init__(self, document: Document, worker: WorkerThread, runs: RunList, parent: QObject) -> None:
        super().__init__(parent)
        self.status = Status.EMPTY
        self.result = Result(History())
        self.run: TrainingRequest | None = None
        self.ending: Experiment | None = None
        """Experiment of a run that is being stopped to get its weights; None otherwise."""
        self.speed: Speed = "full"
        self.looks_back = False
        self._document = document
        self._worker = worker
        self._runs = runs
        self._pause_wanted = False
        self._said: list[str] = []
        """Sentences about the current run."""
        self._trained_experiment = document.experiment
        self._state_waiters: list[Callable[[Result], None]] = []
        self._draw_timer = QTimer(self, singleShot=True, interval=DRAW_MS)
        self._draw_timer.timeout.connect(self._apply_events)
        self._list_timer = QTimer(self, singleShot=True, interval=LIST_MS)
        self._list_timer.timeout.connect(self._list_run)
        self._notices = RunNotices(lambda: worker.stopped_process, self)
        self.stood_still = self._notices.stood_still
        self._notices.message.connect(self._say)
        self._notices.settled.connect(self.settled)
        worker.progressed.connect(self._on_progressed)

    @property
    def stands_still(self) -> bool:
        """Whether the process that trains was stopped from outside; `stood_still` is emitted when it
        changes."""
        return self._notices.stands_still

    # Commands

    def begin(self, state: RunState | None, *, restarted: bool = False, single: bool = False) -> None:
        """Trains the document's experiment, from `state` if given; a `single` run pauses after one step.
        A run that goes on, or was `restarted` by an edit, is not slowed to be watched."""
        self._settle_messages()
        self._trained_experiment = self._document.experiment
        if state is None:  # live changes of a run whose weights are gone aren't part of this one
            self.result = replace(self.result, history=History.for_retraining(self.result.cores))
        goes_on = restarted or (state is not None and state.step > 0)
        speed: Speed = "full" if goes_on and self.speed == "watchable" else self.speed
        self.run = self._worker.train(
            self._trained_experiment, state, self.result.cores, speed, single=single
        )
        self.forget_backward()
        if self.looks_back:
            self.run.set_backward(True)
        self._set_status(Status.PREPARING)

    def change(self, before: Experiment) -> None:
        """Sends the run the live settings that changed since `before`."""
        if self.run:
            now = self._document.experiment
            self.run.follow(before, now, self._document.problems)
            self._trained_experiment = self.run.settings.into(now)
            if self.looks_back:
                self.run.set_backward(True)

    def resume(self) -> None:
        """Ends a pause, or withdraws a requested one."""
        self._pause_wanted = False
        if self.run and self.status is Status.PAUSED:
            self.forget_backward()
            self.run.resume()
            self._set_status(Status.TRAINING)

    def pause(self) -> None:
        if self.run and self.status in (Status.TRAINING, Status.PREPARING):
            self._pause_wanted = True
            self.run.pause()

    def set_speed(self, speed: Speed) -> None:
        """Changes the speed of this run and of later ones."""
        self.speed = speed
        if self.run:
            self.run.set_speed(speed)

    def set_backward(self, wanted: bool) -> None:
        """Requests backward passes in the pauses of this run and of later ones, or no longer."""
        self.looks_back = wanted
        self.forget_backward()
        if self.run:
            self.run.set_backward(wanted)

    def forget_backward(self) -> None:
        """Drops the backward pass of a step that will be another one."""
        self.result = replace(self.result, backward=None)

    def stay_paused(self) -> None:
        """Pauses the new run if a pause was requested of the previous one."""
        if self.run and self._pause_wanted:
            self.run.pause()

    def step(self) -> None:
        if self.run:
            self.run.step()

    def stop(self) -> None:
        """Stops the run. The status changes at once, even if a compilation must finish first."""
        if self.run is None:
            return
        self.run.stop()
        if self.status is Status.PREPARING and self.ending is None:
            self.run = None
            self._drop_state_requests()
            self.set_idle()

    def end_for_weights(self, trained: Experiment) -> None:
        """Stops the run of this experiment to get its weights; `weights_ready` follows."""
        if self.run is None or self.ending is not None:
            return
        self._drop_state_requests()
        self.ending = trained
        self.run.stop()
        # Weights of an earlier pause must not be taken for those of the edited network.
        self.result = replace(self.result, state=None)
        self._set_status(Status.PREPARING)

    def leave(self, experiment: Experiment, after: Experiment | None = None) -> None:
        """Stores the result of `experiment` in the list of runs and stops its run, before another one begins.

        `after` is the edited experiment, if an edit is the reason: brief runs between mask strokes are not
        listed. A run that is being stopped for its weights is listed with the experiment it trained.
        """
        self.result = self._runs.leave(self.ending or experiment, self.result, self.run, after)
        self.abandon()

    def abandon(self) -> None:
        """Stops the run and ignores its further events."""
        self.ending = None
        if self.run:
            self.run.stop()
            self.run = None
        self._drop_state_requests()

    def close(self) -> None:
        self._draw_timer.stop()
        self._list_timer.stop()
        self._notices.close()
        if self.run:
            self.run.stop()

    def note_tried(self, remedies: frozenset[str]) -> None:
        """Notes which of the doctor's remedies have led to this run."""
        self.result = replace(self.result, tried=remedies)

    # Results shown without a run

    def show(self, result: Result) -> None:
        self._settle_messages()
        self.result = result
        self._runs.set_current(result.run)
        self.set_idle()
        self.updated.emit()

    def predict(self) -> None:
        """Computes the prediction of opened weights, which project files don't contain."""
        experiment, result = self._document.experiment, self.result
        if result.state is None:
            return

        def done(answer: tuple[Floats, float | None, Floats | None]) -> None:
            if self.result is result:
                prediction, psnr, fitted = answer
                made = replace(result, prediction=prediction, psnr=psnr, fitted=fitted)
                self.keep(made, experiment)
                self.updated.emit()

        # Without `wanted`, each of several quick edits would trace a network that is no longer shown.
        self.ask(
            "cadl_desktop.engine:render_fitted",
            (experiment, result.state.weights),
            done,
            wanted=lambda: self.result is result,
        )

    def keep(self, result: Result, experiment: Experiment) -> None:
        """Stores a result of `experiment` in the list of runs."""
        self.result = self._runs.keep(experiment, result)

    def set_idle(self) -> None:
        """Sets the status without a run: RESULT if there are weights to continue with, else EMPTY."""
        self._set_status(Status.RESULT if self.result.state else Status.EMPTY)

    # Access to the current weights

    def with_state(self, use: Callable[[Result], None]) -> None:
        """Calls `use` with a result that has the current weights; pauses a running training to get them."""
        if self.run and (self.status is Status.TRAINING or self.ending is not None):
            self._state_waiters.append(use)
            self.run.pause()
        else:
            use(self.result)

    def await_state(self, use: Callable[[Result], None]) -> None:
        """Calls `use` with the result at the next `deliver_state`."""
        self._state_waiters.append(use)

    def with_weights(self, use: Callable[[Result], None]) -> None:
        """Calls `use` as `with_state` does, but with the initial weights if nothing has been learned yet."""
        if self.run and self.ending is None and self.result.state is None:
            self._state_waiters.append(use)
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
                self.report_stale_request()

        self.ask("cadl_desktop.engine:first_state", (experiment,), done)

    def report_stale_request(self) -> None:
        """Tells the user that an action was not done because the network has changed since."""
        text = "Not done: the network was changed in the meantime. Please try again."
        self.message.emit("warning", text)

    def deliver_state(self) -> None:
        """Passes the result to the functions that wait for its weights."""
        waiting, self._state_waiters = self._state_waiters, []
        for use in waiting:
            use(self.result)

    def _drop_state_requests(self) -> None:
        """Cancels all pending requests for the weights of a run that was given up, with a message."""
        if self._state_waiters:
            self._state_waiters.clear()
            text = "Not done: training ended before its weights could be read. Please try again."
            self.message.emit("warning", text)

    # Events of the run

    @Slot()
    def _on_progressed(self) -> None:
        if not self._draw_timer.isActive():
            self._draw_timer.start()

    @Slot()
    def _apply_events(self) -> None:
        updated = False
        for run, event in self._worker.take():
            run.has_begun = True
            if run is self.run:
                self._runs.forget_unstarted()
                self._handle(event)
                updated = True
            else:
                self._runs.handle_late_event(run, event)
        if updated:
            self._notices.on_activity(self.status)
            if self.result.run is None or self.status is Status.PAUSED:
                self._list_run()
            elif not self._list_timer.isActive():
                self._list_timer.start(LIST_MS * (1 + len(self._runs.records) // 100))
            self.updated.emit()

    @Slot()
    def _list_run(self) -> None:
        """Lists the run as it is now, once it has made a step."""
        if self.run is not None and self.ending is None and self.status is not Status.PREPARING:
            self.result = self._runs.follow(self._document.experiment, self.result)

    def _handle(self, event: Event | Failure) -> None:
        if isinstance(event, Failure):
            self._on_failed(event)
            return
        if isinstance(event, BackwardPass) and not self.looks_back:
            return  # no longer wanted when it came
        self.result.history.add(event)
        self.result.histograms.add(event, self.ending or self._document.experiment)
        if self.ending is not None and isinstance(event, Probed | Paused):
            return  # of the network before an edit
        before = self.result.step
        self.result = self.result.with_event(event)
        if self.result.step > before:
            self.result = replace(self.result, trained=self._trained_experiment)
        match event:
            case Started(notes=notes) | Changed(notes=notes):
                for note in notes:
                    self._say("info", note)
            case Progressed():
                self._on_progress()
            case Snapshot(state=state):
                self._on_snapshot(state)
            case Paused():
                self._on_paused()
            case Finished():
                self._on_finished(event)

    def _on_failed(self, failed: Failure) -> None:
        """Ends the run by an error; the weights of its last snapshot are kept."""
        self.run, self.result = None, self.result.at_last_moment()
        self._drop_state_requests()
        if self.ending is not None:
            self._announce_weights()
        else:
            self.keep(self.result, self._document.experiment)
            self.set_idle()
        self.failed.emit(failed)

    def _on_progress(self) -> None:
        if self.status is Status.PREPARING and self.ending is None:
            self._set_status(Status.TRAINING)
            self._notices.begin(self.result.snapshots)
        self._document.mark_results_changed()

    def _on_snapshot(self, state: RunState) -> None:
        snapshots = self.result.snapshots
        if snapshots.room is None:
            snapshots.room = free_memory()
        snapshots.add(state)

    def _on_paused(self) -> None:
        if self._state_waiters:
            paused = self.run
            self.deliver_state()
            if self.run is not paused:
                return  # one of the functions has ended the run
            if paused and not self._pause_wanted:
                paused.resume()
                return
        self._set_status(Status.PAUSED)

    def _on_finished(self, event: Finished) -> None:
        self.run = None
        if self.ending is not None:
            self._announce_weights()
            return
        self.keep(self.result, self._document.experiment)
        self._set_status(Status.RESULT)
        self.deliver_state()
        if event.progress.prediction is None:
            self.predict()  # a stop doesn't wait for a slow picture; the one that is shown is an earlier one
        bad = event.reason == "diverged" or event.is_worse
        self._say("warning" if bad else "info", event.message)

    def _announce_weights(self) -> None:
        """Emits `weights_ready` for a run that an edit ended, after listing it."""
        trained, self.ending = self.ending, None
        assert trained is not None
        self.result = self._runs.leave(trained, self.result, None, self._document.experiment)
        self.weights_ready.emit(trained)

    @Slot(str, object)
    def _say(self, kind: str, sentence: str) -> None:
        """Emits a message about the current run, which ends with it."""
        self._said.append(sentence)
        self.message.emit(kind, sentence)

    def _settle_messages(self) -> None:
        """Ends the messages about a run before another one begins or is shown."""
        said, self._said = self._said, []
        for sentence in said:
            self.settled.emit(sentence)

    def _set_status(self, status: Status) -> None:
        if status is not self.status:
            self.status = status
            self._notices.on_activity(status)
            self.status_changed.emit(status)

    # Requests to the engine

    def ask(
        self,
        function: str | Callable[..., Any],
        arguments: Sequence[Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Calls a function in the worker process, as `WorkerThread.ask`; by default errors are shown."""
        self._worker.ask(function, arguments, done, failed or self.report_error, wanted)

    def report_error(self, error: Exception) -> None:
        # A LoadError was shown when loading TensorFlow failed; views send requests again and again.
        if not isinstance(error, LoadError):
            self.message.emit("error", sentence_of(error))
