"""Dialog that asks which two designs are trained in turns, and how far."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from cadl_desktop.comparing.contenders import DOCUMENT, Contender, Contenders
from cadl_desktop.experiment.setting_descriptions import short_names
from cadl_desktop.runs.race_standing import RIGHT, Goal, refusal
from cadl_desktop.ui.controls.fields import Chooser, Field, ProblemLine, describe
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.questions import dialog_buttons
from cadl_desktop.ui.theme.theme import GRID

STEPS, SECONDS = 5_000, 10.0
MOST_STEPS, MOST_SECONDS = 10_000_000, 86_400.0
_WIDTH = 56 * GRID


class AgainstDialog(QDialog):
    """Question about a duel: two designs, with equal steps or equal seconds."""

    duel_wanted = Signal(Contender, Contender, Goal)

    def __init__(self, contenders: Contenders, parent: QWidget) -> None:
        super().__init__(parent)
        self._contenders = contenders
        self.setWindowTitle("Train against one another")
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
        self.steps = NumberEdit(1, MOST_STEPS, whole=True, logarithmic=True)
        self.steps.set_value(STEPS)
        describe(self.steps, "Steps of each", "After how many steps of each it ends.")
        self.seconds = NumberEdit(0.1, MOST_SECONDS, logarithmic=True)
        self.seconds.set_value(SECONDS)
        text = "After how many seconds of its own training each ends, while the other waits."
        describe(self.seconds, "Seconds of each", text)
        goal = QWidget()
        in_row(wide(self.steps), wide(self.seconds), on=goal)
        left, right = self.choosers
        text = "What is equal for both: how many steps they make, or how long each trains."
        fields = in_column(
            Field("Design", "The first design; both begin from its seed.", left),
            Field("Against", "The second design, which is trained from the seed of the first.", right),
            Field("With", text, self.equal, goal),
        )
        self.alike = label("Both are the same design, so that neither will lead.", "small", "muted")
        self.problem = ProblemLine()
        self.start, self.cancel = QPushButton("Start"), QPushButton("Cancel")
        describe(self.start, "Start", "Trains both on the page; a training of the network is stopped first.")
        describe(self.cancel, "Cancel", "Trains nothing.")
        self.start.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.reject)
        told, buttons = in_column(self.alike, self.problem), dialog_buttons(self.start, [self.cancel])
        in_column(words, fields, told, buttons, on=self, apart=2 * GRID, margins=2 * GRID)
        for chooser in (*self.choosers, self.equal):
            chooser.chosen.connect(self._refresh)

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
        has_equal_steps = self.equal.name() == "step"
        self.steps.setVisible(has_equal_steps)
        self.seconds.setVisible(not has_equal_steps)
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
            steps, seconds = float(self.steps.value or STEPS), float(self.seconds.value or SECONDS)
            is_step = self.equal.name() == "step"
            self.accept()
            self.duel_wanted.emit(*pair, Goal("step", steps) if is_step else Goal("seconds", seconds))
