"""Rows of settings that vary in the sweep that is set up: a range, choices, or networks."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.sentences import SentenceError, sentence_of
from cadl_desktop.sweeps.plan.spelling import spelled, varied_of
from cadl_desktop.sweeps.plan.sweep_model import LAYERS, Among, Choices, Designs, Networks, Range
from cadl_desktop.sweeps.plan.variables import Variable
from cadl_desktop.ui.controls.fields import ProblemLine, describe
from cadl_desktop.ui.controls.layouts import SPRING, FlowLayout, in_column, in_row, wide
from cadl_desktop.ui.controls.line_edits import NumberEdit, TextEdit
from cadl_desktop.ui.controls.looks import label, toggle
from cadl_desktop.ui.controls.number_text import Notation
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, TARGET

_MOST_STEPS = 1000
_MOST_NUMBER = 1e308


class VariedRow(QWidget):
    """Title, fields for the values, and the problem below them."""

    changed = Signal(object)  # Among
    remove_wanted = Signal()
    typed = Signal()
    """Emitted when the text of a field has become readable or unreadable."""
    is_read = True
    """Whether the fields can be read, so that the sweep has the values that they show."""

    def __init__(self, title: str, *fields: QWidget, switch: QWidget | None = None) -> None:
        super().__init__()
        self.remove = QToolButton()
        self.remove.setFixedSize(TARGET, TARGET)
        set_icon(self.remove, "close", "muted")
        describe(self.remove, f"{title}: vary no longer", "Leaves the setting as the experiment has it.")
        self.remove.clicked.connect(self.remove_wanted)
        self.problem = ProblemLine()
        self._unreadable = self._wrong = ""
        switches = [] if switch is None else [switch]
        head = in_row(wide(label(title, wraps=True)), *switches, self.remove, apart=GRID // 2)
        in_column(head, *fields, self.problem, on=self, apart=GRID // 2)

    def show_among(self, among: Among, *, is_grid: bool) -> None:
        """Shows the values, without emitting anything."""
        raise NotImplementedError

    def show_problem(self, message: str) -> None:
        """Shows a problem of the sweep, unless a field can't be read, which is shown first."""
        self._wrong = message
        self.problem.show_problem(self._unreadable or message)

    @Slot(str)
    def _show_unreadable(self, message: str) -> None:
        self._unreadable = message
        self.problem.show_problem(message or self._wrong)


class ListedRow(VariedRow):
    """Row with a text field for values that have a | between them; subclasses read the text."""

    def __init__(
        self, title: str, name: str, text: str, *fields: QWidget, switch: QWidget | None = None
    ) -> None:
        self.values = TextEdit(self._can_read)
        super().__init__(title, *fields, self.values, switch=switch)
        describe(self.values, name, text)
        self.values.text_edited.connect(self._apply_text)
        self.values.textChanged.connect(self._follow_text)

    def _read(self, text: str) -> Among:
        """Reads the values. Raises SentenceError."""
        raise NotImplementedError

    def _can_read(self, text: str) -> bool:
        """Whether the text can be read; if not, the row shows why."""
        problem = ""
        try:
            self._read(text)
        except SentenceError as error:
            problem = sentence_of(error)
        self.is_read = not problem
        self._show_unreadable(problem)
        return self.is_read

    def _show_text(self, text: str) -> None:
        if not self.values.hasFocus():
            self.values.set_value(text)

    @Slot(str)
    def _apply_text(self, text: str) -> None:
        if self._can_read(text):
            self.changed.emit(self._read(text))

    @Slot(str)
    def _follow_text(self, text: str) -> None:
        self._can_read(text)
        self.typed.emit()


class NumberRow(ListedRow):
    """Row of a number: a range, or several values."""

    def __init__(self, title: str, variable: Variable) -> None:
        self._variable = variable
        self._among: Range | Choices = Range(0, 1)
        self._kind = int if variable.is_whole else float
        self._notation = Notation(variable.is_whole, variable.hundred)
        self.low, self.high = self._edit(), self._edit()
        self.steps = NumberEdit(1, _MOST_STEPS, whole=True)
        self.steps.setFixedWidth(6 * GRID)
        self.logarithmic, self.as_values = toggle("logarithmic", ""), toggle("values", "")
        self._range, self._spacing, self._steps = QWidget(), QWidget(), QWidget()
        apart = GRID // 2
        in_row(wide(self.low), label("to", "muted"), wide(self.high), on=self._range, apart=apart)
        in_row(label("steps", "muted"), self.steps, on=self._steps, apart=apart)
        in_row(self.logarithmic, SPRING, self._steps, on=self._spacing, apart=apart)
        text = "The values to choose among, with a | between them: 0.1 | 0.01."
        super().__init__(title, f"{title}: values", text, self._range, self._spacing, switch=self.as_values)
        for control, what, text in (
            (self.low, "from", "Where the range begins; it is among the values."),
            (self.high, "to", "Where the range ends; it is among the values."),
            (self.steps, "steps", "How many values a grid takes of the range."),
            (self.logarithmic, "logarithmic", "On: each step multiplies. Off: each step adds."),
            (self.as_values, "single values", "On: only the values that you name. Off: all of a range."),
        ):
            describe(control, f"{title}: {what}", text)
        for edit in (self.low, self.high, self.steps):
            edit.value_edited.connect(self._apply_range)
            edit.refused.connect(self._show_unreadable)
        self.logarithmic.clicked.connect(self._apply_range)
        self.as_values.clicked.connect(self._switch)

    def _edit(self) -> NumberEdit:
        variable = self._variable
        return NumberEdit(
            max(variable.least, -_MOST_NUMBER),
            min(variable.most, _MOST_NUMBER),
            whole=variable.is_whole,
            logarithmic=variable.is_logarithmic,
            hundred=variable.hundred,
        )

    def show_among(self, among: Among, *, is_grid: bool) -> None:
        assert not isinstance(among, Networks | Designs)
        self._among = among
        is_range = isinstance(among, Range)
        self.as_values.setChecked(not is_range)
        self._range.setVisible(is_range)
        self._spacing.setVisible(is_range)
        self._steps.setVisible(is_grid)
        self.values.setVisible(not is_range)
        if isinstance(among, Range):
            self.low.set_value(among.low)
            self.high.set_value(among.high)
            self.logarithmic.setChecked(among.logarithmic)
            self.steps.set_value(among.steps)
        else:
            self._show_text(" | ".join(among.values))

    @Slot()
    def _apply_range(self) -> None:
        low, high, steps = self.low.value, self.high.value, self.steps.value
        if low is not None and high is not None:
            ends = self._kind(low), self._kind(high)  # a rate's 1 becomes 1.0
            self.changed.emit(Range(*ends, self.logarithmic.isChecked(), int(steps or 5)))

    @Slot()
    def _switch(self) -> None:
        among = self._among
        self.is_read = True
        self._show_unreadable("")
        if isinstance(among, Range):
            ends = dict.fromkeys(self._notation.write(end) for end in (among.low, among.high))
            self.changed.emit(Choices(tuple(ends)))
            return
        numbers = [number for each in among.values if (number := self._notation.read(each)) is not None]
        low, high = (self._kind(end) for end in (min(numbers, default=0), max(numbers, default=1)))
        self.changed.emit(Range(low, high, self._variable.is_logarithmic and low > 0))

    def _read(self, text: str) -> Choices:
        """Reads the values as `--set` spells them."""
        parts = [part.strip() for part in text.split("|") if part.strip()]
        if not parts:
            raise SentenceError("Name the values to choose among, with a | between them.")
        kind, values = "whole number" if self._variable.is_whole else "number", []
        for part in parts:
            number = self._notation.read(part)
            if number is None:
                raise SentenceError("“{text}” is no {kind}; the values before it stay.", text=part, kind=kind)
            values.append(self._notation.write(number))
        return Choices(tuple(dict.fromkeys(values)))


class ChoiceRow(VariedRow):
    """Row of choices, each a switch."""

    def __init__(self, title: str, choices: Sequence[tuple[str, str, str]]) -> None:
        self.switches = {name: toggle(words, text or words) for name, words, text in choices}
        room = QWidget()
        FlowLayout(room, self.switches.values())
        super().__init__(title, room)
        for switch in self.switches.values():
            switch.setAccessibleName(f"{title}: {switch.text()}")
            switch.clicked.connect(self._apply_switches)

    def show_among(self, among: Among, *, is_grid: bool) -> None:
        assert isinstance(among, Choices)
        for name, switch in self.switches.items():
            switch.setChecked(name in among.values)

    @Slot()
    def _apply_switches(self) -> None:
        self.changed.emit(Choices(tuple(name for name, it in self.switches.items() if it.isChecked())))


class NetworksRow(ListedRow):
    """Row of whole networks, given by the units of their layers: '64,64 | 32,32,32'."""

    def __init__(self, title: str, base: Callable[[], Experiment]) -> None:
        self._base = base
        text = "How many neurons each layer has, and other networks after a |: 64,64 | 32,32,32."
        super().__init__(title, title, text)

    def show_among(self, among: Among, *, is_grid: bool) -> None:
        assert isinstance(among, Networks)
        self._show_text(" | ".join(map(spelled, among.values)))

    def _read(self, text: str) -> Among:
        if not text.strip():
            raise SentenceError("Name the networks to choose among, with a | between them.")
        return varied_of(f"{LAYERS}={text}", self._base()).among
