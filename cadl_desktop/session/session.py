"""What a window holds of one document's training: what a person can do with it, and what views read."""

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.computing.failure import Failure
from cadl_desktop.data.samples import Samples
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.session.answers import Answers
from cadl_desktop.session.background import Background
from cadl_desktop.session.document import Document
from cadl_desktop.session.exporter import Exporter
from cadl_desktop.session.project_file import ProjectFile
from cadl_desktop.session.runs.run_list import RunList
from cadl_desktop.session.training.result import Result, Status, trained_to
from cadl_desktop.session.training.succession import Succession
from cadl_desktop.session.training.training import Training
from cadl_desktop.session.worker.requests import RaceRequest
from cadl_desktop.session.worker.sample_loading import SampleLoading
from cadl_desktop.session.worker.worker import Worker

LET_GO_SECONDS = 0.2
"""So long a process that ends waits for a slow disk or network to let go of the project's file."""


class Session(QObject):
    """One document's training. Everything that views read is a plain attribute; `updated` says: look again.

    `message` carries a kind ('info', 'warning', 'error') and one plain sentence, `settled` one that was said
    and is so no longer.
    """

    status_changed = Signal(object)  # Status
    updated = Signal()
    samples_changed = Signal()
    device_changed = Signal(object)  # str
    message = Signal(str, object)  # kind, str
    settled = Signal(object)  # str
    failed = Signal(object)  # Failed: an error has ended the training, or keeps any from beginning

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        answers = Answers(self)
        self.background = Background(self, answers)
        self.exporter = Exporter(self)
        self.file = ProjectFile(document, self)
        self.runs = RunList(self)
        self.raced: Callable[[], tuple[RunRecord, ...]] = tuple
        """What a race has learned that is in no list yet."""
        self.device = ""
        self.lacks_tensorflow = False
        self.waits = True
        """Whether closing waits for every thread, as it must unless the process ends then."""
        self._worker = Worker(answers, self)
        self._sample_loading = SampleLoading(document, self.background, self)
        self._training = Training(document, self._worker, self.runs, self)
        self._succession = Succession(document, self._training, self.runs, self.background, self)
        self.ask, self.tell_error = self._training.ask, self._training.tell_error
        self._worker.ready.connect(self._on_ready)
        self._worker.unready.connect(self._on_unready)
        self._sample_loading.changed.connect(self.samples_changed)
        self._training.status_changed.connect(self.status_changed)
        self._training.updated.connect(self.updated)
        self._training.failed.connect(self.failed)
        self._training.settled.connect(self.settled)
        for part in (self._sample_loading, self._training, self._succession):
            part.message.connect(self.message)

    # What views read

    @property
    def status(self) -> Status:
        return self._training.status

    @property
    def result(self) -> Result:
        return self._training.result

    @property
    def samples(self) -> Samples | None:
        return self._sample_loading.samples

    @property
    def carrying_over(self) -> bool:
        """Whether what was learned is of another network than the document's, until a training has ended and
        that was carried over."""
        return self._training.ending is not None or self._succession.carrying_over

    @property
    def going(self) -> bool:
        """Whether training is going on, and goes on after an edit."""
        return self._succession.going

    @property
    def keep_learned(self) -> bool:
        """Whether a structural edit goes on with what was learned, where it can, and not from the seed."""
        return self._succession.keep_learned

    @keep_learned.setter
    def keep_learned(self, keep: bool) -> None:
        self._succession.keep_learned = keep

    def samples_of(self, experiment: Experiment) -> Samples | None:
        """What the experiment learns, where it has been read already."""
        return self._sample_loading.samples_of(experiment)

    # What a person can do

    def load_samples(self) -> None:
        """Begins to read what is to be learned; called when the window is on screen."""
        self._sample_loading.begin()

    def load_tensorflow(self) -> None:
        """Begins to load TensorFlow; called when the window has settled."""
        self._worker.begin()

    def train(self) -> None:
        """Starts, resumes, or goes on with what there is."""
        self._succession.settle()
        self._training.resume()
        if not self.status.live:
            self._succession.start()

    def pause(self) -> None:
        self._succession.settle()
        self._training.pause()

    def step(self) -> None:
        """Makes one optimizer step; starts a run for it where there is none."""
        if not self.status.live:
            self._succession.start()
        self._succession.settle()
        self._training.step()

    def stop(self) -> None:
        """Ends the run; the window says so at once, even where a compilation has to run out."""
        self._succession.settle()
        self._succession.cancel_restart()
        self._training.stop()

    def reset(self) -> None:
        """Forgets what was learned: the weights are the seed's again."""
        self._succession.reset()

    def put_aside(self) -> None:
        """Ends what is going on; what it has come to stays in the list of runs."""
        self._succession.leave()
        self._training.rest()

    def open(
        self,
        state: RunState | None,
        history: History | None,
        runs: Iterable[RunRecord] = (),
        number: int | None = None,
        snapshots: Snapshots | None = None,
        note: str = "",
        diverged: bool = False,
    ) -> None:
        """Shows the results of a project that was just opened in the document, and lists its other runs.

        `number` is that of the run that is shown, where the file knows it; `snapshots` and `note` are its,
        and whether it `diverged`.
        """
        self._succession.forget_all()
        self.runs.open(runs, number, note, diverged)
        history = history or History()
        # Of a run that diverged the history goes on beyond the weights.
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

    def show_run(self, record: RunRecord | None) -> None:
        """Shows what a run of the list has come to, and goes on with it when asked; None shows nothing."""
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
                run=record.number,
                snapshots=record.snapshots.copy(),
                trained=record.experiment,
            )
        )
        self._training.predict()

    def hold(self) -> None:
        """Ends the run; structural edits change nothing else until `go_on_with` is called, whose caller has
        the result that belongs to the new structure."""
        self._succession.hold()

    def go_on_with(self, result: Result, going: bool) -> None:
        """Takes another result for what was learned, with a history of its own, and trains on with it where
        training was `going` on."""
        self._succession.go_on_with(result, going)

    # What needs TensorFlow

    def with_state(self, use: Callable[[Result], None]) -> None:
        """Calls `use` with a result whose weights are those of now; a running training is asked for them."""
        self._succession.settle()
        if self._succession.carrying_over:
            self._training.await_state(use)
        else:
            self._training.with_state(use)

    def with_weights(self, use: Callable[[Result], None]) -> None:
        """The same, with the weights that training would begin with where nothing has been learned yet."""
        self._succession.settle()
        if self._succession.carrying_over:
            self._training.await_state(use)
        else:
            self._training.with_weights(use)

    def tell_not_done(self) -> None:
        """Says of what was asked for that it no longer fits what there is."""
        self._training.tell_not_done()

    def compute(self, work: Callable[[], Any]) -> Any:
        """Has a piece of an export done by the worker, as `Worker.compute` says; called on another thread
        than the window's, which waits."""
        return self._worker.compute(work)

    def race(self, request: RaceRequest) -> None:
        """Has two designs trained in turns, once nothing else trains."""
        self._worker.race(request)

    def close(self) -> None:
        """Ends everything. Where it `waits`, a compilation that is running or TensorFlow's import has to run
        out."""
        self._succession.cancel_restart()
        self._training.close()
        self.exporter.cancel_all()
        self._worker.quit_soon()
        if self.waits:
            self._worker.wait()
            self.exporter.close()
            self.background.close()
        self.file.close(None if self.waits else LET_GO_SECONDS)

    @Slot(object)
    def _on_ready(self, device: str) -> None:
        self.device, self.lacks_tensorflow = device, False
        self.device_changed.emit(device)

    @Slot(object)
    def _on_unready(self, failed: Failure) -> None:
        was_told, self.lacks_tensorflow = self.lacks_tensorflow, True
        if not was_told and self._training.run is None:  # whoever asks for a training is told by that
            self.failed.emit(failed)
