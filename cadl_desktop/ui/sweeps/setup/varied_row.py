"""One setting that varies in a sweep that is being set up: a range of it, or what it is chosen among."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.paths import PathError
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.sweeps.plan.spelling import SpellingError, spelled, varied_of
from cadl_desktop.sweeps.plan.sweep_model import LAYERS, Choices, Networks, Range
from cadl_desktop.sweeps.plan.variables import Variable
from cadl_desktop.ui.controls.fields import ProblemLine, describe
from cadl_desktop.ui.controls.layouts import FlowLayout, in_column, in_row, wide
from cadl_desktop.ui.controls.line_edits import NumberEdit, TextEdit
from cadl_desktop.ui.controls.looks import label, toggle
from cadl_desktop.ui.controls.number_text import Notation, Number
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, TARGET

Among = Range | Choices | Networks
_MOST_STEPS = 1000


class VariedRow(QWidget):
    """A title, what to vary among, and below it what is wrong with that."""

    changed = Signal(object)  # Among
    remove_wanted = Signal()
    typed = Signal()
    """That what stands in a field may be read now, or can't be."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.remove = QToolButton()
        self.remove.setFixedSize(TARGET, TARGET)
        set_icon(self.remove, "close", "muted")
        name = f"{title}: vary no longer"
        describe(self.remove, name, "Leaves the setting as the experiment has it.")
        self.remove.clicked.connect(self.remove_wanted)
        self.problem = ProblemLine()
        self._said = self._wrong = ""
        head = in_row(wide(label(title, wraps=True)), *self._switches(), self.remove, apart=GRID // 2)
        in_column(head, *self._rows(), self.problem, on=self, apart=GRID // 2)

    def _switches(self) -> Sequence[QWidget]:
        return ()

    def _rows(self) -> Sequence[QWidget]:
        raise NotImplementedError

    def show_among(self, among: Among, *, is_grid: bool) -> None:
        """Shows what is chosen among; emits nothing."""
        raise NotImplementedError

    def tab_widgets(self) -> list[QWidget]:
        raise NotImplementedError

    @property
    def is_read(self) -> bool:
        """Whether what stands there is what the sweep would be begun with."""
        return True

    def show_problem(self, message: str) -> None:
        """Of the sweep; what can't be read at all is said first."""
        self._wrong = message
        self.problem.show_problem(self._said or message)

    def _say(self, words: str) -> None:
        self._said = words
        self.problem.show_problem(words or self._wrong)


class NumberRow(VariedRow):
    """From one number to another, or several of them."""

    def __init__(self, title: str, variable: Variable) -> None:
        self._variable = variable
        self._notation = Notation(variable.is_whole, variable.hundred)
        self.low, self.high = self._edit(), self._edit()
        self.steps = NumberEdit(1, _MOST_STEPS, whole=True)
        self.values = TextEdit(lambda text: self._read(text) is not None)
        self.logarithmic = toggle("", "")
        self.as_values = toggle("", "")
        self._among: Range | Choices = Range(0, 1)
        super().__init__(title)
        self._describe(title)
        self.low.value_edited.connect(self._range_edited)
        self.high.value_edited.connect(self._range_edited)
        self.steps.value_edited.connect(self._range_edited)
        self.logarithmic.clicked.connect(self._range_edited)
        self.as_values.clicked.connect(self._switch)
        self.values.text_edited.connect(self._values_edited)
        self.values.textEdited.connect(self.typed)
        for edit in (self.low, self.high, self.steps):
            edit.refused.connect(self._say)

    def _edit(self) -> NumberEdit:
        variable = self._variable
        return NumberEdit(
            max(variable.least, -1e308),
            min(variable.most, 1e308),
            whole=variable.is_whole,
            logarithmic=variable.is_logarithmic,
            hundred=variable.hundred,
        )

    def _switches(self) -> Sequence[QWidget]:
        return (self.as_values,)

    def _rows(self) -> Sequence[QWidget]:
        self._range, self._steps = QWidget(), QWidget()
        until, steps = label("to", "muted"), label("steps", "muted")
        in_row(wide(self.low), until, wide(self.high), on=self._range, apart=GRID // 2)
        in_row(self.logarithmic, wide(QLabel()), steps, self.steps, on=self._steps, apart=GRID // 2)
        self.steps.setFixedWidth(6 * GRID)
        self._until = steps
        return self._range, self._steps, self.values

    def _describe(self, title: str) -> None:
        for control, what, text in (
            (self.low, "from", "Where the range begins; it is among the values."),
            (self.high, "to", "Where the range ends; it is among the values."),
            (self.steps, "steps", "How many values a grid takes of the range."),
            (self.values, "values", "The values to choose among, with a | between them: 0.1 | 0.01."),
            (self.logarithmic, "logarithmic", "On: each step multiplies. Off: each step adds."),
            (self.as_values, "single values", "On: only the values that you name. Off: all of a range."),
        ):
            describe(control, f"{title}: {what}", text)
        self.logarithmic.setText("logarithmic")
        self.as_values.setText("values")

    def show_among(self, among: Among, *, is_grid: bool) -> None:
        assert not isinstance(among, Networks)
        self._among = among
        is_range = isinstance(among, Range)
        self.as_values.setChecked(not is_range)
        for widget in (self._range, self._steps):
            widget.setVisible(is_range)
        self.values.setVisible(not is_range)
        if isinstance(among, Range):
            self.low.set_value(among.low)
            self.high.set_value(among.high)
            self.logarithmic.setChecked(among.logarithmic)
            self.steps.set_value(among.steps)
        elif not self.values.hasFocus():
            self.values.set_value(" | ".join(among.values))
        for widget in (self._until, self.steps):
            widget.setVisible(is_grid)

    def tab_widgets(self) -> list[QWidget]:
        edits = [self.low, self.high, self.logarithmic, self.steps, self.values]
        return [self.as_values, self.remove, *edits]

    @property
    def is_read(self) -> bool:
        return not self.as_values.isChecked() or self._read(self.values.text()) is not None

    @Slot()
    def _range_edited(self) -> None:
        low, high, steps = self._number(self.low), self._number(self.high), self.steps.value
        if low is not None and high is not None:
            self.changed.emit(
                Range(low, high, self.logarithmic.isChecked(), steps if isinstance(steps, int) else 5)
            )

    def _number(self, edit: NumberEdit) -> Number | None:
        """A range's ends are of the kind of the setting itself: 1 is no number of a rate, and 1.0 is."""
        value = edit.value
        return value if value is None or self._variable.is_whole else float(value)

    @Slot()
    def _switch(self) -> None:
        among = self._among
        self._say("")
        if isinstance(among, Range):
            ends = dict.fromkeys(self._notation.write(end) for end in (among.low, among.high))
            self.changed.emit(Choices(tuple(ends)))
            return
        numbers = [number for each in among.values if (number := self._notation.read(each)) is not None]
        kind = int if self._variable.is_whole else float
        low, high = (kind(end) for end in (min(numbers, default=0), max(numbers, default=1)))
        self.changed.emit(Range(low, high, self._variable.is_logarithmic and low > 0))

    @Slot(str)
    def _values_edited(self, text: str) -> None:
        values = self._read(text)
        wrong = "" if values else self._unread(text)
        self._say(wrong)
        if values:
            self.changed.emit(Choices(values))

    def _read(self, text: str) -> tuple[str, ...] | None:
        """The values as `--set` spells them; None where one of them is no number."""
        parts = [part.strip() for part in text.split("|") if part.strip()]
        numbers = [self._notation.read(part) for part in parts]
        if not parts or any(number is None for number in numbers):
            return None
        return tuple(dict.fromkeys(self._notation.write(number) for number in numbers if number is not None))

    def _unread(self, text: str) -> str:
        parts = (part.strip() for part in text.split("|"))
        wrong = next((part for part in parts if part and self._notation.read(part) is None), "")
        if not wrong:
            return "Name the values to choose among, with a | between them."
        kind = "whole number" if self._variable.is_whole else "number"
        return f"“{shown(wrong)}” is no {kind}; the values before it stay."


class ChoiceRow(VariedRow):
    """Some of the things that can be chosen, each a switch."""

    def __init__(self, title: str, choices: Sequence[tuple[str, str, str]]) -> None:
        self.switches = {name: toggle(words, text or words) for name, words, text in choices}
        super().__init__(title)
        for name, switch in self.switches.items():
            switch.setAccessibleName(f"{title}: {switch.text()}")
            switch.clicked.connect(self._switched)
            switch.setObjectName(name)

    def _rows(self) -> Sequence[QWidget]:
        room = QWidget()
        FlowLayout(room, self.switches.values())
        return (room,)

    def show_among(self, among: Among, *, is_grid: bool) -> None:
        assert isinstance(among, Choices)
        for name, switch in self.switches.items():
            switch.setChecked(name in among.values)

    def tab_widgets(self) -> list[QWidget]:
        return [self.remove, *self.switches.values()]

    @Slot()
    def _switched(self) -> None:
        chosen = tuple(name for name, switch in self.switches.items() if switch.isChecked())
        self.changed.emit(Choices(chosen))


class NetworksRow(VariedRow):
    """Whole networks, as so many neurons a layer: '64,64 | 32,32,32'."""

    def __init__(self, title: str, base: Callable[[], Experiment]) -> None:
        self._base = base
        self.networks = TextEdit(lambda text: self._read(text) is not None)
        super().__init__(title)
        text = "How many neurons each layer has, and other networks after a |: 64,64 | 32,32,32."
        describe(self.networks, title, text)
        self.networks.text_edited.connect(self._edited)
        self.networks.textEdited.connect(self.typed)

    def _rows(self) -> Sequence[QWidget]:
        return (self.networks,)

    def show_among(self, among: Among, *, is_grid: bool) -> None:
        assert isinstance(among, Networks)
        if not self.networks.hasFocus():
            self.networks.set_value(" | ".join(spelled(network) for network in among.values))

    def tab_widgets(self) -> list[QWidget]:
        return [self.remove, self.networks]

    @property
    def is_read(self) -> bool:
        return self._read(self.networks.text()) is not None

    @Slot(str)
    def _edited(self, text: str) -> None:
        networks = self._read(text)
        if networks is not None:
            self.changed.emit(networks)

    def _read(self, text: str) -> Networks | None:
        """Says what can't be read of it."""
        if not text.strip():
            self._say("Name the networks to choose among, with a | between them.")
            return None
        try:
            among = varied_of(f"{LAYERS}={text}", self._base()).among
        except (SpellingError, PathError) as error:
            self._say(sentence_of(error))
            return None
        self._say("")
        return among if isinstance(among, Networks) else None
