"""Controls of a demonstration: a row for each slider, choice and switch, and its buttons."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cadl_desktop.lessons.demonstration import Button, Choice, Control, Slider, Switch
from cadl_desktop.ui.controls.fields import CalmSlider, CheckBox, Chooser, describe, order_tabs
from cadl_desktop.ui.controls.layouts import FlowLayout, in_column, in_row, remove_widgets, wide
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.texts.formulas import without_formulas
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

_STEPS = 400
"""Steps of a slider whose numbers are not whole."""
_LABEL_WIDTH, _NUMBER_WIDTH = 14 * GRID, 9 * GRID
_ANY_WIDTH = 2**24 - 1
"""Qt's own limit of a width, which sets none (QWIDGETSIZE_MAX)."""
_LEAST_TRACK = 7 * GRID
"""Least width of a slider."""


class SliderRow(QWidget):
    """Slider with a field for its number, which also takes numbers between the slider's steps."""

    value_changed = Signal(str, object)

    def __init__(self, control: Slider, parent: QWidget) -> None:
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
        self._line = in_row(self._name, wide(in_row(wide(self.slider), self.number)), on=self)

    def set_name_above(self, on: bool) -> None:
        _place_name(self._name, self._line, above=on)

    def least_width(self) -> int:
        """Least width of slider and field."""
        return _LEAST_TRACK + GRID + _NUMBER_WIDTH

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
        self.setEnabled(control.possible)

    def tab_widgets(self) -> list[QWidget]:
        return [self.slider, self.number]

    @property
    def _steps(self) -> int:
        control = self._control
        if control.whole and not control.logarithmic:
            return round(control.most - control.least)
        return _STEPS

    def _place(self, value: float) -> int:
        low, high, value = (
            self._linear(number) for number in (self._control.least, self._control.most, value)
        )
        return round((value - low) / ((high - low) or 1.0) * self._steps)

    def _value(self, place: int) -> float:
        control = self._control
        if place >= self._steps:  # exactly the end, without rounding
            return control.most
        low, high = self._linear(control.least), self._linear(control.most)
        linear = low + place / self._steps * (high - low)
        value = math.exp(linear) if control.logarithmic else linear
        value = min(max(float(f"{value:.4g}"), control.least), control.most)
        return round(value) if control.whole else value

    def _linear(self, value: float) -> float:
        return math.log(value) if self._control.logarithmic else value

    @Slot(int)
    def _slid(self, place: int) -> None:
        self._emit(self._value(place))

    @Slot(object)
    def _typed(self, value: float) -> None:
        self._emit(min(max(value, self._control.least), self._control.most))

    def _emit(self, value: float) -> None:
        if value != self._control.value:
            self.value_changed.emit(self._control.name, value)


class ChoiceRow(QWidget):
    """Drop-down list for a choice."""

    value_changed = Signal(str, object)

    def __init__(self, control: Choice, parent: QWidget) -> None:
        super().__init__(parent)
        self._control = control
        self.chooser = Chooser()
        self._name = _name_label(self.chooser)
        self._options: tuple[tuple[str, str], ...] = ()
        self.chooser.chosen.connect(lambda key: self.value_changed.emit(self._control.name, key))
        self._line = in_row(self._name, wide(self.chooser), on=self)

    def set_name_above(self, on: bool) -> None:
        _place_name(self._name, self._line, above=on)

    def least_width(self) -> int:
        """Least width of the list."""
        return self.chooser.minimumSizeHint().width()

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
    """Check box for a switch."""

    value_changed = Signal(str, object)

    def __init__(self, control: Switch, parent: QWidget) -> None:
        super().__init__(parent)
        self._control = control
        self.box = CheckBox()
        self.box.toggled.connect(lambda on: self.value_changed.emit(self._control.name, on))
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
    """Button of a demonstration; one that plays is checkable and repeats until it is pressed again."""

    pressed_name = Signal(str)
    play_toggled = Signal(str, bool)

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
        self._update_icon()

    def show_playing(self, on: bool) -> None:
        self.setChecked(on)
        self._update_icon()

    def _update_icon(self) -> None:
        if self._control.plays:
            set_icon(self, "pause" if self.isChecked() else "play")

    @Slot(bool)
    def _clicked(self, on: bool) -> None:
        if self._control.plays:
            self.play_toggled.emit(self._control.name, on)
        else:
            self.pressed_name.emit(self._control.name)


def _place_name(name: QLabel, line: QBoxLayout, *, above: bool) -> None:
    """Puts a control's name above it, or on its left in a column of one width."""
    line.setDirection(QBoxLayout.Direction.TopToBottom if above else QBoxLayout.Direction.LeftToRight)
    line.setSpacing(GRID // 2 if above else GRID)
    name.setMinimumWidth(0 if above else _LABEL_WIDTH)
    name.setMaximumWidth(_ANY_WIDTH if above else _LABEL_WIDTH)


def _name_label(buddy: QWidget) -> QLabel:
    made = QLabel()
    made.setFixedWidth(_LABEL_WIDTH)
    made.setWordWrap(True)
    made.setBuddy(buddy)
    return made


PLAY_MS = 40
"""Interval between presses of a button that plays."""

Row = SliderRow | ChoiceRow | SwitchRow | LessonButton


class ControlPanel(QWidget):
    """Panel of a demonstration's controls. Widgets are reused while the controls are the same, to keep
    focus."""

    value_changed = Signal(str, object)
    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, Row] = {}
        self._kinds: list[tuple[type[Control], str]] = []
        self.playing = ""
        """Name of the button that plays, or empty."""
        self._play_timer = QTimer(self, interval=PLAY_MS)
        self._play_timer.timeout.connect(self._press_again)
        self._column: QVBoxLayout = in_column(on=self, apart=GRID)
        self._lines: list[QWidget] = []
        self._names_above = False

    def set_names_above(self, on: bool) -> None:
        """Lets names stand above their controls, which makes the panel narrower and higher."""
        if on != self._names_above:
            self._names_above = on
            for row in self.rows.values():
                if isinstance(row, SliderRow | ChoiceRow):
                    row.set_name_above(on)

    def least_width(self, *, names_above: bool) -> int:
        """Least width that the panel needs with names above or beside the controls."""
        named = [row.least_width() for row in self.rows.values() if isinstance(row, SliderRow | ChoiceRow)]
        widths = [max(width, _LABEL_WIDTH) if names_above else _LABEL_WIDTH + GRID + width for width in named]
        others = [line for line in self._lines if not isinstance(line, SliderRow | ChoiceRow)]
        return max([*widths, *(line.minimumSizeHint().width() for line in others)], default=0)

    def show_controls(self, controls: Sequence[Control]) -> None:
        kinds = [(type(control), control.name) for control in controls]
        if kinds != self._kinds:
            self.stop()
            self._build(controls)
            self._kinds = kinds
        for control in controls:
            self.rows[control.name].show_control(control)  # type: ignore[arg-type]
            if isinstance(control, Button) and control.name == self.playing and not control.possible:
                self.stop()

    def stop(self) -> None:
        """Stops the button that plays."""
        self._play_timer.stop()
        button = self.rows.get(self.playing)
        self.playing = ""
        if isinstance(button, LessonButton):
            button.show_playing(False)

    def tab_widgets(self) -> list[QWidget]:
        found: list[QWidget] = []
        for row in self.rows.values():
            found += [row] if isinstance(row, LessonButton) else row.tab_widgets()
        return found

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stop()

    def _build(self, controls: Sequence[Control]) -> None:
        remove_widgets(self._column, self._lines)
        self.rows, self._lines = {}, []
        buttons: FlowLayout | None = None
        for control in controls:
            row = self.rows[control.name] = self._make(control)
            if not isinstance(row, LessonButton):
                self._add(row)
                buttons = None
                continue
            if buttons is None:
                line = QWidget(self)
                buttons = FlowLayout(line)
                self._add(line)
            buttons.addWidget(row)
        order_tabs(self.tab_widgets())

    def _add(self, line: QWidget) -> None:
        self._lines.append(line)
        self._column.addWidget(line)

    def _make(self, control: Control) -> Row:
        match control:
            case Slider():
                row: SliderRow | ChoiceRow | SwitchRow = SliderRow(control, self)
            case Choice():
                row = ChoiceRow(control, self)
            case Switch():
                row = SwitchRow(control, self)
            case Button():
                button = LessonButton(control)
                button.pressed_name.connect(self._press)
                button.play_toggled.connect(self._play)
                return button
        row.value_changed.connect(self.value_changed)
        if isinstance(row, SliderRow | ChoiceRow):
            row.set_name_above(self._names_above)
        return row

    @Slot(str)
    def _press(self, name: str) -> None:
        self.stop()
        self.pressed.emit(name)

    @Slot(str, bool)
    def _play(self, name: str, on: bool) -> None:
        self.stop()
        if on:
            self.playing = name
            button = self.rows[name]
            if isinstance(button, LessonButton):
                button.show_playing(True)
            self._play_timer.start()
            self._press_again()

    @Slot()
    def _press_again(self) -> None:
        self.pressed.emit(self.playing)
