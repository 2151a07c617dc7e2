"""How many seeds? All that is asked before a design is trained with several, or two are."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.session.sweeps.luck_runs import SEEDS, SeededDesign, seeds_problem
from cadl_desktop.ui.controls.fields import Field, describe
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.questions import dialog_buttons
from cadl_desktop.ui.theme.theme import GRID

FEWEST, MOST = 2, 100
_WIDTH = 46 * GRID


class LuckQuestion(QDialog):
    """`answered(seeds)` where a person wants to know."""

    answered = Signal(int)

    def __init__(self, asked: Sequence[SeededDesign], parent: QWidget) -> None:
        super().__init__(parent)
        self._asked = asked
        one, other = shown(asked[0].name), shown(asked[-1].name)
        if len(asked) == 1:
            title, text = "Was it luck?", f"Trains “{one}” anew with other seeds."
        else:
            title = "Do these differ beyond luck?"
            text = f"Trains “{one}” and “{other}” anew with the same seeds, one after the other."
        self.setWindowTitle(title)
        words = label(text, wraps=True)
        words.setMinimumWidth(_WIDTH)
        self.seeds = NumberEdit(FEWEST, MOST, whole=True)
        self.seeds.set_value(SEEDS)
        self.seeds.value_edited.connect(self._check)
        text = "How many seeds each is trained with, its own the first; two designs need four or more."
        self.field = Field("Seeds", text, self.seeds)
        self.begin, self.cancel = QPushButton("Train"), QPushButton("Cancel")
        describe(self.begin, self.begin.text(), "Trains beside the window, on all cores but one.")
        describe(self.cancel, self.cancel.text(), "Trains nothing.")
        self.begin.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.reject)
        buttons = dialog_buttons(self.begin, [self.cancel])
        in_column(words, self.field, buttons, on=self, apart=2 * GRID, margins=2 * GRID)
        self.seeds.setFocus()
        self._check()

    @Slot()
    def _check(self) -> None:
        problem = seeds_problem(self._asked, self._count)
        self.field.show_problem(problem or "")
        self.begin.setEnabled(problem is None)

    @property
    def _count(self) -> int:
        return int(self.seeds.value or FEWEST)

    @Slot()
    def _answer(self) -> None:
        self.accept()
        self.answered.emit(self._count)
