"""Comparison of seeds: one design or more, each trained with several seeds, one after another."""

import time
from collections.abc import Callable, Collection, Sequence
from functools import partial

from platformdirs import user_cache_path
from PySide6.QtCore import QObject, Slot

from cadl_desktop.comparing.seeded_designs import SeededDesign, SeedReader
from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.events import Floats
from cadl_desktop.sentences import counted, sentence_of, shown
from cadl_desktop.session.comparing.comparison import Comparison, Headline
from cadl_desktop.session.comparing.sweep_comparison import SweepComparison
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps.owner_process import OwnerProcess, sweep_worker_count
from cadl_desktop.sweeps.findings.seed_comparison import ERRORS
from cadl_desktop.sweeps.plan.sweep_check import require_extra
from cadl_desktop.sweeps.records.scratch_folder import (
    LEAVING_SECONDS,
    ScratchFolder,
    remove_abandoned_scratch,
)


class SeedComparison(Comparison):
    """Trains each design as a sweep of its own, in a temporary folder that `end` removes."""

    def __init__(
        self,
        seeded: Sequence[SeededDesign],
        seeds: int,
        session: Session,
        parent: QObject | None = None,
        *,
        taken: Collection[str] = (),
    ) -> None:
        self._seeded, self._seeds = seeded, seeds
        self._background = session.background
        self._reader = SeedReader([each.name for each in seeded], seeds, taken)
        self._trained = [SweepComparison(session) for _ in seeded]
        self._folder: ScratchFolder | None = None
        self._place = 0
        """Index of the design that is being trained."""
        self._is_stopped = self._has_ended = False
        self._problem = ""
        super().__init__(self._read(), parent)
        for sweep in self._trained:
            sweep.adopted.connect(self.adopted)
            sweep.changed.connect(self._update)
            sweep.message.connect(self._pass_on)

    @property
    def headline(self) -> Headline:
        return Headline((self._state(),), self._problem, (self._problem,))

    def _state(self) -> str:
        """Returns in a few words what the workers do."""
        present = self._trained[self._place]
        if self._is_stopped:
            return "Stopping" if present.is_running else "Stopped"
        if not self.trainings.is_live:
            return "Done"
        if present.is_starting or not present.is_running:
            return f"Starting {counted(present.workers or min(sweep_worker_count(), self._seeds), 'worker')}"
        several = len(self._seeded) > 1
        return f"Training “{shown(self._seeded[self._place].name)}”" if several else "Training"

    @property
    def seconds_left(self) -> float | None:
        """Remaining seconds of all designs, of which those to come take as long as the present one."""
        present = self._trained[self._place]
        left, owned = present.seconds_left, present.standing.owned
        if not self.trainings.is_live or left is None or owned is None:
            return None
        return left + (len(self._seeded) - self._place - 1) * (time.time() - owned.at + left)

    @property
    def paints(self) -> bool:
        return is_painting(self._seeded[0].experiment)

    @property
    def can_stop(self) -> bool:
        return self.trainings.is_live

    def begin(self) -> None:
        """Begins with the first design; the others follow one by one, so that each has all cores."""
        self._background.do(_make_folder, self._take_folder, self._fail)

    def stop(self) -> None:
        self._is_stopped = True
        self._update()

    def adopt(self, number: int) -> None:
        place, trial = self._reader.place(number)
        label = f"Seed {self.trainings.by_number[number].seed} of {shown(self._seeded[place].name)}"
        self._trained[place].adopt_as(trial, label)

    def ask_whole(self, training: Training, done: Callable[[Floats], None]) -> None:
        place, trial = self._reader.place(training.number)
        self._trained[place].ask_whole(self._trained[place].trainings.by_number[trial], done)

    def end(self) -> None:
        """Stops training and removes the folder."""
        if self._has_ended:
            return
        self._has_ended = self._is_stopped = True
        owners = [owner for each in self._trained if (owner := each.leave()) is not None]
        self._remove_folder(owners)
        self.setParent(None)  # answers that are still to come keep it alive, and nothing else

    # Answers and updates

    def _read(self) -> TrainingSet:
        return self._reader.read([each.trainings for each in self._trained], is_stopped=self._is_stopped)

    def _take_folder(self, folder: ScratchFolder) -> None:
        self._folder = folder
        if self._has_ended:
            self._remove_folder([])
        elif not self._is_stopped:
            self._train(0)

    def _train(self, place: int) -> None:
        if self._folder is not None:
            self._place = place
            sweep = self._seeded[place].sweep(self._seeds)
            self._trained[place].begin(sweep, self._folder.place(place + 1))

    def _remove_folder(self, owners: Sequence[OwnerProcess]) -> None:
        if self._folder is not None:
            self._background.do(partial(_remove, self._folder, owners), lambda _: None, lambda _: None)

    @Slot()
    def _update(self) -> None:
        self.trainings, self.samples = self._read(), self._trained[0].samples
        present = self._trained[self._place]
        closed, over = present.standing.closed, present.standing.over
        if self._is_stopped:
            if present.is_running and not present.is_stopping:  # it was just starting
                present.stop()
        elif closed is not None and closed.reason == "failed" and not present.is_running:
            self._pass_on("error", closed.message)
        elif over == self._seeds and self._place + 1 < len(self._seeded):
            self._train(self._place + 1)
        failed = next((each.message for each in self.trainings.trainings if each.state in ERRORS), "")
        if failed and not self._problem:
            self._problem = failed
            self.message.emit("error", failed)
        self.changed.emit()

    @Slot(str, object)
    def _pass_on(self, kind: str, sentence: str) -> None:
        """Passes a message on; an error stops the training."""
        if kind == "error":
            self._is_stopped, self._problem = True, sentence
        self.message.emit(kind, sentence)
        self._show(self._read())

    def _fail(self, error: Exception) -> None:
        self._pass_on("error", sentence_of(error))


def _make_folder() -> ScratchFolder:
    require_extra()
    root = user_cache_path("cadl_desktop", appauthor=False) / "seeds"
    remove_abandoned_scratch(root)
    return ScratchFolder(root)


def _remove(folder: ScratchFolder, owners: Sequence[OwnerProcess]) -> None:
    folder.remove()
    for owner in owners:
        owner.wait_for(LEAVING_SECONDS)
        owner.close()
