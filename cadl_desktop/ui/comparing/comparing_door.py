"""Trainings side by side in a window: the dock of runs, the page, and what asks for seeds and designs.

The page and the dialogs are imported when they are first asked for.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.comparing.contenders import DOCUMENT, Contenders, training_key
from cadl_desktop.comparing.seeded_designs import (
    MOST_SEEDS_ASKED,
    SEEDS,
    Design,
    seeded_design,
    seeded_trainings,
    seeds_words,
)
from cadl_desktop.comparing.training import TrainingSet
from cadl_desktop.sentences import SentenceError, sentence_of
from cadl_desktop.session.comparing.compared_sets import ComparedSets
from cadl_desktop.session.comparing.comparison import Comparison, Selection
from cadl_desktop.session.comparing.run_comparison import RunComparison
from cadl_desktop.ui.comparing.table.runs_pane import RunsPane
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.questions import ask_count
from cadl_desktop.ui.frame.door import Dock, Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.pages import Page

if TYPE_CHECKING:
    from cadl_desktop.ui.comparing.page import ComparingPage


class Comparing(QObject):
    """Shows sets of trainings, and trains further ones: seeds, and designs against one another."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._frame, self._session = frame, frame.session
        self.runs = RunComparison(frame.session, self)
        self.follow(self.runs)
        self.runs.replaced.connect(self._forget_others)
        self.sets = ComparedSets(self.runs, self)
        self.pane = RunsPane(self.runs, Selection(self), frame.session)
        self.page = Page(self._make_page, of_studio=True, manual="comparing.md#the-page-of-comparison")
        self.widget: ComparingPage | None = None
        self.pane.compare_wanted.connect(self.compare_runs)
        self.pane.seeds_wanted.connect(lambda: self._ask_for_seeds(*self._looked_at))
        self.pane.against_wanted.connect(self._ask_against)
        frame.about_to_close.connect(self.sets.end)
        # Hidden until there is another run than the shown one: when the first ends, nothing moves.
        dock = Dock(
            "runs",
            "Runs",
            lambda _: self.pane,
            is_lazy=False,
            has_content=lambda: bool(frame.session.runs.others()),
            manual="comparing.md#the-list-of-runs",
        )
        self.door = Door(entries=self._entries(), docks=(dock,), pages=(self.page,))

    def _entries(self) -> tuple[MenuEntry, ...]:
        text = "Shows runs, a sweep's trials, seeds or designs side by side, while they train and afterwards."
        switch = add_action(
            self._frame.window,
            Action("Compare runs", self._toggle_page, "Shift+F7", text, checked=False),
        )
        self.page.shown.connect(switch.setChecked)
        text = "Trains this experiment again with other seeds, and shows what the seed decides."
        seeds = Action("Again with other seeds…", self._ask_of_shown, tip=text)
        text = "Trains this network and a run or a preset side by side, from the same seeds."
        against = Action("Against another network…", self._ask_against, tip=text)
        return (
            MenuEntry("against", against, "run", 1),
            MenuEntry("seeds", seeds, "run", 1),
            MenuEntry("compare", switch, "run", 2),
        )

    @property
    def _looked_at(self) -> tuple[TrainingSet, Sequence[int]]:
        """The set that is looked at, and what is chosen of it."""
        if self.page.is_shown:
            return self.sets.shown.trainings, self.sets.selection.numbers
        return self.runs.trainings, self.pane.selection.numbers

    @Slot()
    def _forget_others(self) -> None:
        """Lets seeds and designs of a project go that was closed for another one."""
        for comparison in self.sets.sets:
            if comparison.trainings.kind == "seeds":
                self.sets.remove(comparison)

    @property
    def trains_beside(self) -> bool:
        """Whether seeds or designs are being trained, which end with the window."""
        seeds = (each for each in self.sets.sets if each.trainings.kind == "seeds")
        return any(each.trainings.is_live or each.can_stop for each in seeds)

    def follow(self, comparison: Comparison) -> None:
        """Shows a set's messages in the window, and the network when a training was adopted."""
        comparison.message.connect(self._frame.messages.say)
        comparison.adopted.connect(self._frame.pages.show_work)

    def show(self, comparison: Comparison) -> None:
        """Shows a set on the page."""
        self.sets.show(comparison)
        self.page.show()

    @Slot(bool)
    def _toggle_page(self, on: bool) -> None:
        """Shows the page, with the runs that are chosen in the pane where it is about runs; or leaves it."""
        if on and self.sets.shown is self.runs and self.pane.selection.numbers:
            self.compare_runs()
        else:
            self.page.toggle(on)

    @Slot()
    def compare_runs(self) -> None:
        """Shows the runs on the page, those chosen that are chosen in the pane."""
        self.show(self.runs)
        listed = self.runs.trainings.by_number
        self.sets.selection.select(*(each for each in self.pane.selection.numbers if each in listed))

    def _make_page(self, within: QWidget) -> QWidget:
        from cadl_desktop.ui.comparing.page import ComparingPage

        page = self.widget = ComparingPage(self.sets, self._session.background, within)
        page.left.connect(self.page.leave)
        page.asked.connect(lambda name: self._frame.actions[name].trigger())
        return page

    # Seeds

    @Slot()
    def _ask_of_shown(self) -> None:
        """Asks for what is chosen on the page, or for the document."""
        self._ask_for_seeds(*(self._looked_at if self.page.is_shown else (self.runs.trainings, ())))

    def _ask_for_seeds(self, trainings: TrainingSet, numbers: Sequence[int]) -> None:
        """Asks with how many seeds one training or two are trained again; without one, the document."""
        experiment, progress = self._session.document.experiment, self._session.result.progress
        asked = [seeded_design(experiment.name, experiment, progress.epoch if progress else 0)]
        try:
            asked = seeded_trainings(trainings, numbers[:2]) if numbers else asked
            words = seeds_words(asked)
        except SentenceError as error:
            self._frame.messages.say("error", sentence_of(error))
            return
        train, title = partial(self.train_designs, asked), "Again with other seeds"
        ask_count(self._frame.window, title, words, "Seeds", SEEDS, (2, MOST_SEEDS_ASKED), "Train", train)

    @Slot(object, int)
    def train_designs(self, designs: Sequence[Design], seeds: int) -> None:
        """Trains one design with several seeds, or two side by side, and shows these trainings."""
        from cadl_desktop.session.comparing.seed_comparison import SeedComparison

        taken = [each.trainings.name for each in self.sets.sets]
        comparison = SeedComparison(designs, seeds, self._session, self, taken=taken)
        self.follow(comparison)
        self.show(comparison)
        comparison.train()

    # Against

    @Slot()
    def _ask_against(self) -> None:
        """Asks for two chosen trainings, or for the document against one."""
        from cadl_desktop.ui.comparing.asking.against_dialog import AgainstDialog

        trainings, numbers = self._looked_at
        kind, runs = trainings.kind, self.runs
        of_page = () if kind == "runs" else (trainings,)
        contenders = Contenders(lambda: self._session.document.experiment, lambda: [runs.trainings, *of_page])
        dialog = AgainstDialog(contenders, self._frame.window)
        dialog.wanted.connect(self.train_designs)
        keys = [training_key(kind, number) for number in numbers[:2]]
        left, right = keys if len(keys) == 2 else (DOCUMENT, *(keys or [DOCUMENT]))
        dialog.offer(left, right)
