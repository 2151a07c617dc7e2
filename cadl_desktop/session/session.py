"""The session of a window: one document with its training, as commands and as state that views read."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.computing.failure import Failure
from cadl_desktop.data.samples import Samples
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import RunState, Speed
from cadl_desktop.runs.history import History
from cadl_desktop.runs.horizon import late_rate
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.session.background import AnswerQueue, Background
from cadl_desktop.session.document import Document
from cadl_desktop.session.exporter import Exporter
from cadl_desktop.session.project_file import ProjectFile
from cadl_desktop.session.run_list import RunList
from cadl_desktop.session.sample_loading import SampleLoader
from cadl_desktop.session.training.current_training import CurrentTraining
from cadl_desktop.session.training.result import Result, ShownWeights, Source, Status, trained_to
from cadl_desktop.session.training.succession import Succession
from cadl_desktop.session.worker_thread import WorkerThread

RELEASE_SECONDS = 0.2
"""How long an ending process waits for a slow disk or network to release the project's file."""


class Session(QObject):
    """The document and its training; views read plain attributes on every `updated`.

    `message` carries a kind ('info', 'warning', 'error') and one plain sentence, `settled` an earlier
    sentence that no longer holds.
    """

    status_changed = Signal(object)  # Status
    updated = Signal()
    samples_changed = Signal()
    device_changed = Signal(object)  # str
    message = Signal(str, object)  # kind, str
    settled = Signal(object)  # str
    lost = Signal(object)  # str: why an edit made the network start anew
    failed = Signal(object)  # Failure: an error ended the training, or prevents any

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document
        answers = AnswerQueue(self)
        self.background = Background(self, answers)
        self.exporter = Exporter(self)
        self.file = ProjectFile(document, self)
        self.runs = RunList(self)
        self.device = ""
        self.lacks_tensorflow = False
        self.waits = True
        """Whether `close` waits for every thread; required unless the process ends right after."""
        document.changed.connect(self.end_demonstration)  # before an edit is trained
        self._worker = WorkerThread(answers, self)
        self._sample_loader = SampleLoader(document, self.background, self)
        self._training = CurrentTraining(document, self._worker, self.runs, self)
        self._succession = Succession(document, self._training, self.runs, self.background, self)
        self.stood_still = self._training.stood_still
        self.ask, self.report_error = self._training.ask, self._training.report_error
        self.report_stale_request = self._training.report_stale_request
        self.compute, self.race = self._worker.compute, self._worker.race
        self._worker.ready.connect(self._on_ready)
        self._worker.unready.connect(self._on_unready)
        self._sample_loader.changed.connect(self.samples_changed)
        self._training.status_changed.connect(self.status_changed)
        self._training.updated.connect(self.updated)
        self._training.failed.connect(self.failed)
        self._training.settled.connect(self.settled)
        self._succession.lost.connect(self.lost)
        for part in (self._sample_loader, self._training, self._succession):
            part.message.connect(self.message)

    # State that views read

    @property
    def status(self) -> Status:
        return self._training.status

    @property
    def stands_still(self) -> bool:
        """Whether the process that trains was stopped from outside; `stood_still` is emitted when it
        changes."""
        return self._training.stands_still

    @property
    def result(self) -> Result:
        return self._training.result

    @property
    def samples(self) -> Samples | None:
        return self._sample_loader.samples

    @property
    def carrying_over(self) -> bool:
        """Whether the result is still that of the network before an edit."""
        return self._training.ending is not None or self._succession.carrying_over

    @property
    def shown_weights(self) -> ShownWeights:
        """The weights that views show; each asks here what its pictures should be of."""
        result = self.result
        if self.carrying_over:
            source = Source.COMING
        elif self.status in (Status.PREPARING, Status.TRAINING):
            source = Source.TRAINING
        else:
            source = Source.STATE if result.state is not None else Source.SEED
        return ShownWeights(source, result.state, result.beginning)

    @property
    def late_rate(self) -> float | None:
        """Highest learning rate at which Train goes on after a schedule that has ended at about 0; None
        elsewhere."""
        state = self.result.state
        if state is None or self.status.live or self.document.problems:
            return None
        return late_rate(self.document.experiment, state.latest)

    @property
    def going(self) -> bool:
        """Whether training runs, or restarts shortly after an edit."""
        return self._succession.going

    @property
    def keep_learned(self) -> bool:
        """Whether structural edits keep learned weights where possible, or restart from the seed."""
        return self._succession.keep_learned

    @keep_learned.setter
    def keep_learned(self, keep: bool) -> None:
        self._succession.keep_learned = keep

    @property
    def speed(self) -> Speed:
        """Training speed of this run and of later ones; it is no part of the experiment."""
        return self._training.speed

    @speed.setter
    def speed(self, speed: Speed) -> None:
        self._training.set_speed(speed)

    @property
    def looks_back(self) -> bool:
        """Whether `result.backward` is computed in the pauses of this run and of later ones."""
        return self._training.looks_back

    @looks_back.setter
    def looks_back(self, wanted: bool) -> None:
        self._training.set_backward(wanted)

    def samples_of(self, experiment: Experiment) -> Samples | None:
        """Training samples of the experiment, if they have been read already."""
        return self._sample_loader.samples_of(experiment)

    # Commands

    def load_samples(self) -> None:
        """Starts reading the training samples; called once the window is on screen."""
        self._sample_loader.begin()

    def load_tensorflow(self) -> None:
        """Starts loading TensorFlow; called once the window has settled."""
        self._worker.begin()

    def train(self) -> None:
        """Starts, resumes or continues training."""
        self._succession.settle()
        self._training.resume()
        if not self.status.live:
            self._succession.start()

    def demonstrate(self) -> None:
        """Trains the experiment to be looked at. Unless it is taken over, an edit or another experiment ends
        the run without a trace, and there is nothing to save."""
        self.document.is_shown_only = True
        self.train()

    def take_over(self) -> None:
        """Makes a demonstration a training like any other."""
        if self.document.is_shown_only:
            self.document.is_shown_only = False
            if self.result.step:
                self.document.mark_results_changed()

    @Slot()
    def end_demonstration(self) -> None:
        """Forgets the run of a demonstration that was not taken over."""
        if self.document.is_shown_only:
            self.document.is_shown_only = False
            self.open(None, None)

    def pause(self) -> None:
        self._succession.settle()
        self._training.pause()

    def step(self) -> None:
        """Makes one optimizer step, in a new run if there is none."""
        if self.status.live:
            self._succession.settle()
            self._training.step()
        else:  # a step requested of a run that has begun may come after its first ones
            self._succession.start(single=True)

    def stop(self) -> None:
        """Stops the run. The status changes at once, even if a compilation must finish first."""
        self._succession.settle()
        self._succession.cancel_restart()
        self._training.stop()

    def reset(self) -> None:
        """Returns to the initial weights of the seed; the run stays in the list."""
        self._succession.reset()

    def put_aside(self) -> None:
        """Stops the run; its result stays in the list of runs."""
        self._succession.leave()
        self._training.set_idle()

    def open(
        self,
        state: RunState | None,
        history: History | None,
        runs: Iterable[RunRecord] = (),
        number: int | None = None,
        snapshots: Snapshots | None = None,
        note: str = "",
        diverged: bool = False,
        baseline: int | None = None,
    ) -> None:
        """Shows the results of a project that was just opened in the document, and lists its other runs.

        `number`, `snapshots`, `note` and `diverged` describe the shown run; files may lack its number.
        `baseline` is the number of the run from which others are shown as differences.
        """
        self._succession.forget_all()
        self.runs.open(runs, number, note, diverged, baseline)
        history = history or History()
        # The history of a diverged run extends beyond its weights.
        reached = history.until(state) if state else history
        self._training.show(
            Result(
                history,
                state,
                cost=reached.newest_cost,
                run=number,
                snapshots=snapshots or Snapshots(),
                trained=trained_to(state, self.document.experiment) if state else None,
            )
        )
        self._training.keep(self.result, self.document.experiment)
        self._training.predict()

    def note_tried(self, remedies: frozenset[str]) -> None:
        """Notes which of the doctor's remedies have led to the shown run."""
        self._training.note_tried(remedies)

    def show_run(self, record: RunRecord | None) -> None:
        """Shows the result of a listed run, which training then continues; None shows nothing."""
        self._succession.abandon_for_another()
        if record is None:
            self._training.show(Result(History()))
            return
        self.runs.put(record)
        self._training.show(
            Result(
                record.history(),
                record.state,
                cost=record.cost,
                psnr=record.psnr,
                r2=record.r2,
                run=record.number,
                snapshots=record.snapshots.copy(),
                trained=record.experiment,
                tried=record.tried,
            )
        )
        self._training.predict()

    def hold(self) -> None:
        """Stops the run; structural edits are ignored until `continue_with` brings the matching result."""
        self._succession.hold()

    def continue_with(self, result: Result, going: bool) -> None:
        """Replaces the result, including its history, and trains on from it if training was `going`."""
        self._succession.continue_with(result, going)

    # Requests that need TensorFlow

    def with_state(self, use: Callable[[Result], None]) -> None:
        """Calls `use` with a result that has the current weights; pauses a running training to get them."""
        self._succession.settle()
        if self._succession.carrying_over:
            self._training.await_state(use)
        else:
            self._training.with_state(use)

    def with_weights(self, use: Callable[[Result], None]) -> None:
        """Calls `use` as `with_state` does, but with the initial weights if nothing has been learned yet."""
        self._succession.settle()
        if self._succession.carrying_over:
            self._training.await_state(use)
        else:
            self._training.with_weights(use)

    def close(self) -> None:
        """Stops everything; if `waits`, after a compilation or the import of TensorFlow has finished."""
        self._succession.cancel_restart()
        self._training.close()
        self.exporter.cancel_all()
        self._worker.request_quit()
        if self.waits:
            self._worker.wait()
            self.exporter.close()
            self.background.close()
        self.file.close(None if self.waits else RELEASE_SECONDS)

    @Slot(object)
    def _on_ready(self, device: str) -> None:
        self.device, self.lacks_tensorflow = device, False
        self.device_changed.emit(device)

    @Slot(object)
    def _on_unready(self, failed: Failure) -> None:
        was_reported, self.lacks_tensorflow = self.lacks_tensorflow, True
        if not was_reported and self._training.run is None:  # the failure of a run would report it
            self.failed.emit(failed)
