"""One row for each kind of control of a demonstration; what a person does is told, never kept here."""

import math

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget

from cadl_desktop.lessons.controls import Button, Choice, Slider, Switch
from cadl_desktop.ui.controls.edits.number_edit import NumberEdit
from cadl_desktop.ui.controls.fields import CalmSlider, Chooser, describe
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.lessons.words import without_formulas
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

_STEPS = 400
"""Of a slider that isn't whole."""
_LABEL_WIDTH, _NUMBER_WIDTH = 14 * GRID, 9 * GRID
_LEAST_TRACK = 7 * GRID
"""Along which a knob can still be drawn."""


class SliderRow(QWidget):
    """A slider and a field for the number; the field reads what the slider's steps don't have."""

    turned = Signal(str, object)

    def __init__(self, control: Slider, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self.slider = CalmSlider()
        self.slider.setMinimumWidth(_LEAST_TRACK)
        self.number = NumberEdit(
            control.least, control.most, whole=control.whole, logarithmic=control.logarithmic
        )
        self.number.setFixedWidth(_NUMBER_WIDTH)
        self._name = _name_label(self.slider)
        self.slider.valueChanged.connect(self._slid)
        self.number.value_edited.connect(self._typed)
        in_row(self._name, wide(self.slider), self.number, on=self)

    def show_control(self, control: Slider) -> None:
        self._control = control
        title, tip = without_formulas(control.label), control.tip
        self._name.setText(title)
        describe(self.slider, title, tip)
        describe(self.number, title, tip)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, self._steps)
            self.slider.setPageStep(max(1, self._steps // 10))
            self.slider.setValue(self._place(control.value))
        self.number.set_value(int(control.value) if control.whole else control.value)

    def tab_widgets(self) -> list[QWidget]:
        return [self.slider, self.number]

    @property
    def _steps(self) -> int:
        control = self._control
        if control.whole and not control.logarithmic:
            return round(control.most - control.least)
        return _STEPS

    def _place(self, value: float) -> int:
        low, high, value = (self._even(number) for number in (self._control.least, self._control.most, value))
        return round((value - low) / ((high - low) or 1.0) * self._steps)

    def _value(self, place: int) -> float:
        control = self._control
        if place >= self._steps:  # not a last digit beside it
            return control.most
        low, high = self._even(control.least), self._even(control.most)
        even = low + place / self._steps * (high - low)
        value = math.exp(even) if control.logarithmic else even
        value = min(max(float(f"{value:.4g}"), control.least), control.most)
        return round(value) if control.whole else value

    def _even(self, value: float) -> float:
        return math.log(value) if self._control.logarithmic else value

    @Slot(int)
    def _slid(self, place: int) -> None:
        self._tell(self._value(place))

    @Slot(object)
    def _typed(self, value: float) -> None:
        self._tell(min(max(value, self._control.least), self._control.most))

    def _tell(self, value: float) -> None:
        if value != self._control.value:
            self.turned.emit(self._control.name, value)


class ChoiceRow(QWidget):
    """One of some."""

    turned = Signal(str, object)

    def __init__(self, control: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self.chooser = Chooser()
        self._name = _name_label(self.chooser)
        self._options: tuple[tuple[str, str], ...] = ()
        self.chooser.chosen.connect(lambda key: self.turned.emit(self._control.name, key))
        in_row(self._name, wide(self.chooser), on=self)

    def show_control(self, control: Choice) -> None:
        self._control = control
        title = without_formulas(control.label)
        self._name.setText(title)
        describe(self.chooser, title, control.tip)
        if control.options != self._options:
            self._options = control.options
            self.chooser.set_choices([(key, without_formulas(words), "") for key, words in control.options])
        self.chooser.set_name(control.value)

    def tab_widgets(self) -> list[QWidget]:
        return [self.chooser]


class SwitchRow(QWidget):
    """On or off."""

    turned = Signal(str, object)

    def __init__(self, control: Switch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self.box = QCheckBox()
        self.box.toggled.connect(lambda on: self.turned.emit(self._control.name, on))
        in_row(wide(self.box), on=self)

    def show_control(self, control: Switch) -> None:
        self._control = control
        self.box.setText(without_formulas(control.label))
        describe(self.box, self.box.text(), control.tip)
        with QSignalBlocker(self.box):
            self.box.setChecked(control.value)

    def tab_widgets(self) -> list[QWidget]:
        return [self.box]


class LessonButton(QPushButton):
    """Pressed once, or again and again until it is pressed once more."""

    pressed_for = Signal(str)
    played = Signal(str, bool)

    def __init__(self, control: Button) -> None:
        super().__init__()
        self._control = control
        self.clicked.connect(self._clicked)

    def show_control(self, control: Button) -> None:
        self._control = control
        self.setCheckable(control.plays)
        self.setText(without_formulas(control.label))
        describe(self, self.text(), control.tip)
        self.setEnabled(control.possible)
        self._show_sign()

    def show_playing(self, on: bool) -> None:
        self.setChecked(on)
        self._show_sign()

    def _show_sign(self) -> None:
        if self._control.plays:
            set_icon(self, "pause" if self.isChecked() else "play")

    @Slot(bool)
    def _clicked(self, on: bool) -> None:
        if self._control.plays:
            self.played.emit(self._control.name, on)
        else:
            self.pressed_for.emit(self._control.name)


def _name_label(buddy: QWidget) -> QLabel:
    made = QLabel()
    made.setFixedWidth(_LABEL_WIDTH)
    made.setWordWrap(True)
    made.setBuddy(buddy)
    return made
