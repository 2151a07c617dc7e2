"""Dialog that asks with how many seeds a design is trained again, or two are."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from cadl_desktop.comparing.seeded_designs import SEEDS, SeededDesign, seeds_problem
from cadl_desktop.sentences import shown
from cadl_desktop.sweeps.findings.seed_comparison import FEWEST_TELLING
from cadl_desktop.ui.controls.fields import Field, describe
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.questions import dialog_buttons
from cadl_desktop.ui.theme.theme import GRID

FEWEST, MOST = 2, 100
_WIDTH = 46 * GRID


class SeedsQuestion(QDialog):
    """Question about one design, to find its spread over seeds, or about two, to compare them."""

    seeds_wanted = Signal(list, int)
    """Designs (SeededDesign), and the number of seeds of each."""

    def __init__(self, asked: Sequence[SeededDesign], parent: QWidget) -> None:
        super().__init__(parent)
        self._asked = list(asked)
        self.setWindowTitle("Again with other seeds")
        names = " and ".join(f"“{shown(design.name)}”" for design in asked)
        text = "with other seeds, to show what of the result the seed decides"
        if len(asked) > 1:
            text = "with the same seeds, one after the other, to show whether they differ by more than luck"
        words = label(f"Trains {names} anew {text}.", wraps=True)
        words.setMinimumWidth(_WIDTH)
        self.seeds = NumberEdit(FEWEST, MOST, whole=True)
        self.seeds.set_value(SEEDS)
        self.seeds.value_edited.connect(self._check)
        text = "How many seeds each is trained with, its own the first; a comparison of two needs"
        self.field = Field("Seeds", f"{text} {FEWEST_TELLING} or more.", self.seeds)
        self.train, self.cancel = QPushButton("Train"), QPushButton("Cancel")
        describe(self.train, "Train", "Trains beside the window, on all cores but one.")
        describe(self.cancel, "Cancel", "Trains nothing.")
        self.train.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.reject)
        buttons = dialog_buttons(self.train, [self.cancel])
        in_column(words, self.field, buttons, on=self, apart=2 * GRID, margins=2 * GRID)
        self.seeds.setFocus()
        self._check()

    @Slot()
    def _check(self) -> None:
        problem = seeds_problem(self._asked, int(self.seeds.value or FEWEST)) or ""
        self.field.show_problem(problem)
        self.train.setEnabled(not problem)

    @Slot()
    def _answer(self) -> None:
        self.accept()
        self.seeds_wanted.emit(self._asked, int(self.seeds.value or FEWEST))
