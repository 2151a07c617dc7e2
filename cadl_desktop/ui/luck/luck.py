"""From 'Was it luck?' to the window that answers."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Slot

from cadl_desktop.experiment.setting_descriptions import short_names
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.session.sweeps.chosen_trial import Adoptions
from cadl_desktop.session.sweeps.luck_runs import LuckRuns, SeededDesign, seeded_design
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame

if TYPE_CHECKING:
    from cadl_desktop.ui.luck.window import LuckWindow


class Luck(QObject):
    """Asks, trains and shows. Several can be `shown` at once, each in a window of its own."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._window, self._session = frame.window, frame.session
        self.shown: list[LuckRuns] = []
        # No window's own: what is still being read when that is closed, comes all the same.
        self._adoptions = Adoptions(frame.session, self)
        self._adoptions.message.connect(frame.messages.say)
        frame.about_to_close.connect(self.end)
        text = "Trains this experiment with several seeds, and shows what of it the seed decides."
        of_now = Action("Was it luck?…", self._ask_of_now, tip=text, possible=self._can_train)
        self.door = Door(entries=(MenuEntry("was_it_luck", of_now, "run", 1),))

    def _can_train(self) -> bool:
        return not self._session.document.problems

    def _ask_of_now(self) -> None:
        experiment, progress = self._session.document.experiment, self._session.result.progress
        self.ask([seeded_design(experiment.name, experiment, progress.epoch if progress else 0)])

    @Slot(object)
    def ask_of_runs(self, records: Sequence[RunRecord]) -> None:
        """Of one run of the list, or of two, which are called by what sets them apart."""
        names, seed = [records[0].name], records[0].experiment.seed
        if len(records) > 1:
            names = [
                f"Run {run.number}: {differs}".removesuffix(": ")
                for run, differs in zip(
                    records, short_names([run.experiment for run in records]), strict=True
                )
            ]
        self.ask(
            [
                seeded_design(name, replace(run.experiment, seed=seed), run.epochs)
                for name, run in zip(names, records, strict=True)
            ]
        )

    def ask(self, asked: Sequence[SeededDesign]) -> None:
        """Of one design, or of two."""
        from cadl_desktop.ui.luck.question import LuckQuestion  # the window is on screen sooner

        question = LuckQuestion(asked, self._window)
        question.answered.connect(partial(self.begin, asked))
        question.open()

    def begin(self, asked: Sequence[SeededDesign], seeds: int) -> "LuckWindow":
        """Trains them with so many seeds each, and shows how they stand."""
        from cadl_desktop.ui.luck.window import LuckWindow

        runs = LuckRuns(asked, seeds, self._session.background, self)
        shown = LuckWindow(runs, paints=is_painting(asked[0].experiment), parent=self._window)
        shown.closed.connect(partial(self._end, runs))
        shown.adopt_wanted.connect(lambda place, number: runs.adopt(place, number, self._adoptions))
        self.shown.append(runs)
        runs.begin()
        shown.show()
        return shown

    def _end(self, runs: LuckRuns) -> None:
        if runs in self.shown:
            self.shown.remove(runs)
            runs.end()
            runs.setParent(None)  # what is still to be told of it, is told to nobody

    @Slot()
    def end(self) -> None:
        """The program ends: nothing is left behind."""
        for runs in list(self.shown):
            self._end(runs)
