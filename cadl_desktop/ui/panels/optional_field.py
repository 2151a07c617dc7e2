"""A field that may be without a value: a check box switches it on."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from cadl_desktop.ui.controls.fields import ProblemLine, describe
from cadl_desktop.ui.controls.follower import FollowRow
from cadl_desktop.ui.controls.layouts import form_grid, in_row, wide
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.number_text import Number
from cadl_desktop.ui.theme.theme import GRID

_BOX_WIDTH = 15 * GRID


class OptionalField(FollowRow):
    """`value_edited` says a number, or None when a person switches it off."""

    value_edited = Signal(object)  # int | float | None

    def __init__(
        self,
        title: str,
        text: str,
        number: NumberEdit,
        first: Number,
        never: str,
        parent: QWidget | None = None,
    ) -> None:
        row = in_row(wide(number), apart=GRID // 2)
        super().__init__(number, row, parent)
        self.number = number
        self.box = QCheckBox(title, self)
        self.problem = ProblemLine(self)
        self._first = first
        describe(self.box, title, text)
        describe(number, title, text)
        number.setPlaceholderText(never)
        self.box.setMinimumWidth(_BOX_WIDTH)
        self.box.clicked.connect(self._switched)
        number.value_edited.connect(self.value_edited)
        number.refused.connect(self.problem.show_problem)
        grid = form_grid()
        grid.addWidget(self.box, 0, 0)
        grid.addLayout(row, 0, 1)
        grid.addWidget(self.problem, 1, 0, 1, 2)
        self.setLayout(grid)

    def set_value(self, value: Number | None) -> None:
        self.box.setChecked(value is not None)
        self.number.setEnabled(value is not None)
        self.number.set_value(value)

    def show_problem(self, message: str) -> None:
        self.problem.show_problem(message)
        self.number.set_problem(bool(message))

    @Slot(bool)
    def _switched(self, on: bool) -> None:
        self.value_edited.emit(self._first if on else None)
