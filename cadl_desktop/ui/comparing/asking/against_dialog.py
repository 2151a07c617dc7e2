"""Dialog that asks which two designs are trained side by side, for how long, and with how many seeds."""

from collections.abc import Sequence
from typing import cast

from msgspec.structs import replace
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from cadl_desktop.comparing.contenders import DOCUMENT, Contenders
from cadl_desktop.comparing.seeded_designs import MOST_SEEDS_ASKED, Design, problem_of
from cadl_desktop.experiment.setting_descriptions import short_names
from cadl_desktop.sweeps.plan.sweep_model import Length, LengthUnit, Limit
from cadl_desktop.sweeps.plan.trials import stop_of_trial
from cadl_desktop.ui.comparing.words import LENGTHS, USUAL_LENGTHS
from cadl_desktop.ui.controls.fields import Chooser, Field, ProblemLine, describe
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.questions import dialog_buttons
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.theme.theme import GRID

_LEAST, _MOST = 0.1, 10_000_000
_WIDTH = 56 * GRID


class AgainstDialog(QDialog):
    """Question about two designs. `wanted` has both, with the stop rule that was asked for, and the number of
    seeds."""

    wanted = Signal(object, int)  # tuple[Design, Design]

    def __init__(self, contenders: Contenders, parent: QWidget) -> None:
        super().__init__(parent)
        self._contenders = contenders
        self.setWindowTitle("One network against another")
        text = "Trains two designs side by side, from the same seeds, on the same samples in the same order."
        words = label(text, wraps=True)
        words.setMinimumWidth(_WIDTH)
        self.choosers = Chooser(), Chooser()
        self.equal = Chooser([(name, *words) for name, words in LENGTHS.items()])
        self.equal.set_name("epochs")
        self.count, self.seeds = (
            NumberEdit(_LEAST, _MOST, logarithmic=True),
            NumberEdit(1, MOST_SEEDS_ASKED, whole=True),
        )
        self.count.set_value(USUAL_LENGTHS["epochs"])
        self.seeds.set_value(1)
        describe(self.count, "Length of each", "After how many of these each ends.")
        left, right = self.choosers
        text = "How long each trains, in place of what it says itself."
        seeds = "With how many seeds both are trained, the first one's own first. Four show what isn't luck."
        fields = in_column(
            Field("First design", "The first design; both begin from its seed.", left),
            Field("Against", "The second design, which is trained from the seeds of the first.", right),
            Field("Length", text, self.equal, self.count),
            Field("Seeds", seeds, self.seeds),
        )
        self.alike = label("Both are the same design, so that neither will be better.", "small", "muted")
        self.problem = ProblemLine()
        self.start, self.cancel = QPushButton("Start"), QPushButton("Cancel")
        describe(self.start, "Start", "Trains both in the background, and shows them on the page.")
        describe(self.cancel, "Cancel", "Trains nothing.")
        self.start.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.reject)
        self.helps = help_button(self, "comparing.md#against")
        buttons = dialog_buttons(self.start, [self.cancel], helps=[self.helps])
        told = in_column(self.alike, self.problem)
        in_column(words, fields, told, buttons, on=self, apart=2 * GRID, margins=2 * GRID)
        for chooser in self.choosers:
            chooser.chosen.connect(self._refresh)
        self.equal.chosen.connect(lambda unit: self.count.set_value(USUAL_LENGTHS[unit]))

    def offer(self, left: str, right: str) -> None:
        """Opens with the designs of these two keys chosen; the document's replaces one that isn't there."""
        choices = self._contenders.choices()
        known = {key for key, _, _ in choices}
        for chooser, key in zip(self.choosers, (left, right), strict=True):
            chooser.set_choices(choices)
            chooser.set_name(key if key in known else DOCUMENT)
        if self.equal.name() == "epochs":
            epochs = [design.experiment.stop.epochs or 0 for design in self._pair()]
            self.count.set_value(max(epochs, default=0) or USUAL_LENGTHS["epochs"])
        self._refresh()
        self.open()
        self.choosers[1].setFocus()

    @property
    def _length(self) -> Length:
        unit = cast(LengthUnit, self.equal.name())
        count = self.count.value or USUAL_LENGTHS[unit]
        return Length(max(1, round(count)) if unit in ("epochs", "steps") else float(count), unit)

    def _pair(self) -> Sequence[Design]:
        """Both designs as they are, if both are there."""
        return self._contenders.pair(self.choosers[0].name(), self.choosers[1].name()) or ()

    @Slot()
    def _refresh(self) -> tuple[Design, ...]:
        """Shows what can be chosen now, and what keeps the two from being trained. Returns them, if both are
        there."""
        limit, whole = Limit(length=self._length), [(it, it.experiment.stop) for it in self._pair()]
        designs = tuple(
            Design(it.name, replace(it.experiment, stop=stop_of_trial(stop, limit))) for it, stop in whole
        )
        problem, are_alike = "One of these is no longer there: choose another.", False
        if designs:
            problem = problem_of(designs, int(self.seeds.value or 1))
            are_alike = not short_names([design.experiment for design in designs])[0]
        self.problem.show_problem(problem)
        self.alike.setVisible(are_alike and not problem)
        self.start.setEnabled(not problem)
        self.adjustSize()  # for a text of more lines; Qt would take its room from the fields
        return designs

    @Slot()
    def _answer(self) -> None:
        designs = self._refresh()
        if designs:
            self.accept()
            self.wanted.emit(designs, int(self.seeds.value or 1))
