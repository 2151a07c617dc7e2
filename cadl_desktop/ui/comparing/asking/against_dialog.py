"""Dialog that asks which two designs are trained in turns, and how far."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from cadl_desktop.comparing.contenders import DOCUMENT, Contender, Contenders
from cadl_desktop.experiment.setting_descriptions import short_names
from cadl_desktop.runs.race_standing import RIGHT, Goal, refusal
from cadl_desktop.ui.controls.fields import Chooser, Field, ProblemLine, describe
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.questions import dialog_buttons
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.theme.theme import GRID

FIRST = {"step": 5_000, "seconds": 10}
_LEAST, _MOST = 0.1, 10_000_000
_WIDTH = 56 * GRID


class AgainstDialog(QDialog):
    """Question about a duel: two designs, with equal steps or equal seconds."""

    duel_wanted = Signal(Contender, Contender, Goal)

    def __init__(self, contenders: Contenders, parent: QWidget) -> None:
        super().__init__(parent)
        self._contenders = contenders
        self.setWindowTitle("Race two networks")
        text = "Trains two designs in turns, from the same seed, on the same samples in the same order."
        words = label(text, wraps=True)
        words.setMinimumWidth(_WIDTH)
        self.choosers = Chooser(), Chooser()
        self.equal = Chooser(
            [
                ("step", "Equal steps", "Whichever has made fewer steps goes on."),
                ("seconds", "Equal seconds", "Whichever has trained for less time goes on."),
            ]
        )
        self.equal.set_name("step")
        self.count = NumberEdit(_LEAST, _MOST, logarithmic=True)
        self.count.set_value(FIRST["step"])
        text = "After how many whole steps, or seconds of its own training, each ends."
        describe(self.count, "Steps or seconds of each", text)
        left, right = self.choosers
        text = "What is equal for both: how many steps they make, or how long each trains."
        fields = in_column(
            Field("First design", "The first design; both begin from its seed.", left),
            Field("Second design", "The second design, which is trained from the seed of the first.", right),
            Field("With", text, self.equal, self.count),
        )
        self.alike = label("Both are the same design, so that neither will lead.", "small", "muted")
        self.problem = ProblemLine()
        self.start, self.cancel = QPushButton("Start"), QPushButton("Cancel")
        describe(self.start, "Start", "Trains both on the page; a training of the network is stopped first.")
        describe(self.cancel, "Cancel", "Trains nothing.")
        self.start.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.reject)
        self.helps = help_button(self, "comparing.md#duels")
        buttons = dialog_buttons(self.start, [self.cancel], helps=[self.helps])
        told = in_column(self.alike, self.problem)
        in_column(words, fields, told, buttons, on=self, apart=2 * GRID, margins=2 * GRID)
        for chooser in self.choosers:
            chooser.chosen.connect(self._refresh)
        self.equal.chosen.connect(lambda unit: self.count.set_value(FIRST[unit]))

    def offer(self, left: str, right: str) -> None:
        """Opens with the designs of these two keys chosen; the document's replaces one that isn't there."""
        choices = self._contenders.choices()
        known = {key for key, _, _ in choices}
        for chooser, key in zip(self.choosers, (left, right), strict=True):
            chooser.set_choices(choices)
            chooser.set_name(key if key in known else DOCUMENT)
        self._refresh()
        self.open()
        self.choosers[RIGHT].setFocus()

    @Slot()
    def _refresh(self) -> tuple[Contender, Contender] | None:
        """Shows what can be chosen now, and what prevents a duel. Returns the two, if both are there."""
        pair = self._contenders.pair(self.choosers[0].name(), self.choosers[1].name())
        problem, are_alike = "One of these is no longer there: choose another.", False
        if pair is not None:
            designs = pair[0].experiment, pair[1].experiment
            problem = refusal(designs, (pair[0].name, pair[1].name)) or ""
            are_alike = not short_names(designs)[0]
        self.problem.show_problem(problem)
        self.alike.setVisible(are_alike and not problem)
        self.start.setEnabled(not problem)
        self.adjustSize()  # for a text of more lines; Qt would take its room from the fields
        return pair

    @Slot()
    def _answer(self) -> None:
        pair = self._refresh()
        if pair is not None:
            unit = self.equal.name()
            count = float(self.count.value or FIRST[unit])
            self.accept()
            goal = Goal("step", max(1.0, round(count))) if unit == "step" else Goal("seconds", count)
            self.duel_wanted.emit(*pair, goal)
