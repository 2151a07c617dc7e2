"""Comparison of designs beside one another, or of the seeds of one: a sweep in a temporary folder."""

from collections.abc import Collection, Sequence
from functools import partial
from itertools import count

from platformdirs import user_cache_path
from PySide6.QtCore import QObject, Slot

from cadl_desktop.comparing.seeded_designs import Design, set_name, sweep_of
from cadl_desktop.comparing.sweep_trainings import SweepReader
from cadl_desktop.comparing.training import Training
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.comparing.comparison import Headline
from cadl_desktop.session.comparing.sweep_comparison import Opened, SweepComparison
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps.owner_process import OwnerProcess
from cadl_desktop.sweeps.findings.seed_comparison import ERRORS
from cadl_desktop.sweeps.plan.sweep_check import require_extra
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.scratch_folder import (
    LEAVING_SECONDS,
    ScratchFolder,
    remove_abandoned_scratch,
)


class SeedComparison(SweepComparison):
    """Sweep of designs by seeds. `end` stops it and removes its folder. Its name is none of those `taken`."""

    def __init__(
        self,
        designs: Sequence[Design],
        seeds: int,
        session: Session,
        parent: QObject | None = None,
        *,
        taken: Collection[str] = (),
    ) -> None:
        super().__init__(session, parent)
        self.sweep = self._wanted = sweep_of(designs, seeds)
        name = set_name(designs, seeds)
        numbered = (f"{name} ({number})" if number > 1 else name for number in count(1))
        self._name = next(each for each in numbered if each not in taken)
        self._reader = self._reader_of(self.sweep, self._name)
        self._scratch: ScratchFolder | None = None
        self._is_expected, self._has_ended = True, False
        self._to_adopt: int | None = None
        """Training that is adopted once all have stopped."""
        self._failed = ""
        """First error of a trial, or the newest one of the whole."""
        self.trainings = self._read()
        self.changed.connect(self._report_failed)
        self.changed.connect(self._adopt_stopped)

    @property
    def is_running(self) -> bool:
        return self._is_expected or super().is_running

    @property
    def is_starting(self) -> bool:
        return self._is_expected or super().is_starting

    @property
    def headline(self) -> Headline:
        found = super().headline
        return Headline(found.words, self._failed, (*found.earlier, self._failed)) if self._failed else found

    @property
    def can_annotate(self) -> bool:
        return False  # they are gone with the window

    def adopting(self, training: Training | None) -> str:
        return f"Adopt “{shown(training.group)}”" if training and training.group else "Adopt"

    def train(self) -> None:
        """Makes the folder and trains in it."""
        self._background.do(_make_folder, self._take_folder, self._refuse)

    def stop(self) -> None:
        if self._is_expected:  # its process is not even started
            self._is_expected = False
            self._openings.drop()
            self.changed.emit()
        super().stop()

    def adopt(self, number: int) -> None:
        """Adopts a training. One that goes on is stopped first, with the others, which writes all of it."""
        training = self.trainings.by_number[number]
        if self.is_running and not training.is_over:
            self._to_adopt = number
            self.stop()
            return
        self.adopt_as(number, f"Seed {training.seed} of {shown(training.group or self._wanted.base.name)}")

    def end(self) -> None:
        """Stops training and removes the folder."""
        if self._has_ended:
            return
        self._has_ended, self._is_expected = True, False
        owner = self.leave()
        self._remove_folder(owner)
        self.setParent(None)  # answers that are still to come keep it alive, and nothing else

    def _take_folder(self, folder: ScratchFolder) -> None:
        self._scratch = folder
        if self._has_ended:
            self._remove_folder(None)
        elif self._is_expected:
            self.begin(self._wanted, folder.place(1))

    def _remove_folder(self, owner: OwnerProcess | None) -> None:
        if self._scratch is not None:
            self._background.do(partial(_remove, self._scratch, owner), lambda _: None, lambda _: None)

    def _reader_of(self, sweep: Sweep, name: str) -> SweepReader:
        return SweepReader(sweep, self._name, "seeds")

    def _take_opened(self, opened: Opened, *, starts: bool) -> None:
        self._is_expected = False
        super()._take_opened(opened, starts=starts)

    def _refuse(self, error: Exception) -> None:
        self._is_expected, self._failed = False, sentence_of(error)
        super()._refuse(error)
        self.changed.emit()

    @Slot()
    def _adopt_stopped(self) -> None:
        number = self._to_adopt
        if number is not None and not self.is_running:
            self._to_adopt = None
            self.adopt(number)

    @Slot()
    def _report_failed(self) -> None:
        failed = next((each.message for each in self.trainings.trainings if each.state in ERRORS), "")
        if failed and not self._failed:
            self._failed = failed
            self.message.emit("error", failed)


def _make_folder() -> ScratchFolder:
    require_extra()
    root = user_cache_path("cadl_desktop", appauthor=False) / "seeds"
    remove_abandoned_scratch(root)
    return ScratchFolder(root)


def _remove(folder: ScratchFolder, owner: OwnerProcess | None) -> None:
    folder.remove()
    if owner is not None:
        owner.wait_for(LEAVING_SECONDS)
        owner.close()
