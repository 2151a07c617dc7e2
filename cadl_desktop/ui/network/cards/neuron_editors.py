"""Popups that edit a neuron's gain or one of its weights."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.views.neuron_gains import LARGEST_GAIN
from cadl_desktop.ui.controls.fields import CalmSlider, Chooser, ProblemLine, describe
from cadl_desktop.ui.controls.layouts import add_row, in_row
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.number_text import Number, read_number, signed
from cadl_desktop.ui.controls.small_popup import SmallPopup
from cadl_desktop.ui.theme.theme import GRID

_STEPS_PER_ONE = 20
"""Slider steps from 0 to 1."""
LARGEST = 1e6


class GainSlider(SmallPopup):
    """Slider and number field for a gain. `moved` is emitted for every change by the user."""

    moved = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.slider, self.number = CalmSlider(), NumberEdit(0, LARGEST_GAIN)
        self.slider.setRange(0, round(LARGEST_GAIN * _STEPS_PER_ONE))
        self.slider.setPageStep(_STEPS_PER_ONE // 4)
        self.slider.setFixedWidth(22 * GRID)
        self.number.setFixedWidth(7 * GRID)
        text = "How much of it goes on: 0 mutes it, 1 leaves it alone, 2 is twice as much."
        describe(self.slider, "Scale", text)
        describe(self.number, "Scale as a number", text)
        add_row(self.rows, in_row(), self.slider, self.number)
        self.problem = ProblemLine()
        self.rows.addWidget(self.problem)
        self.number.refused.connect(self._refuse)
        self.slider.valueChanged.connect(self._slider_moved)
        self.number.value_edited.connect(self._take)
        self.number.returnPressed.connect(self.close)

    def open_with(self, gain: float, place: QRect, title: str) -> None:
        self._show(gain)
        self.open_at(place, title)
        self.slider.setFocus()

    def _show(self, gain: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(gain * _STEPS_PER_ONE))
        self.slider.blockSignals(False)
        self.number.set_value(round(gain, 4))

    @Slot(int)
    def _slider_moved(self, value: int) -> None:
        self._take(value / _STEPS_PER_ONE)

    @Slot(object)
    def _take(self, gain: float) -> None:
        self._show(gain)
        self.moved.emit(float(gain))

    @Slot(str)
    def _refuse(self, words: str) -> None:
        self.problem.show_problem(words)
        self.adjustSize()


@dataclass(frozen=True)
class IncomingWeight:
    """A weight into a neuron; the bias has no source."""

    source: int | None
    name: str
    value: float


class _WeightEdit(NumberEdit):
    """Number field whose step is about a tenth of the usual weight."""

    def __init__(self) -> None:
        super().__init__(-LARGEST, LARGEST)
        self.usual = 1.0

    def _stepped_linear(self, value: Number, up: bool) -> float:
        step = 10.0 ** (math.floor(math.log10(max(self.usual, 1e-6))) - 1)
        return float(f"{value + (step if up else -step):.9g}")

    def _commit(self) -> None:
        """Does nothing: the editor decides whether the text is a valid weight."""


class WeightEditor(SmallPopup):
    """Editor of one weight. Enter emits `value_set`; Escape changes nothing."""

    value_set = Signal(object, float)  # source or None, value
    weight_shown = Signal(object)  # source or None

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._incoming: Sequence[IncomingWeight] = ()
        self._before = ""
        self.source, self.number = Chooser(), _WeightEdit()
        self.source.setFixedWidth(28 * GRID)
        self.hint = label("", "muted", "small")
        for widget in (self.source, self.number, self.hint):
            self.rows.addWidget(widget)
        text = "Which of the neuron's weights: the strongest first, the bias last."
        describe(self.source, "Comes from", text)
        text = "The weight's new value; arrow keys and the wheel step it."
        describe(self.number, "Weight", text)
        self.source.chosen.connect(self._show_chosen)

    def open_for(
        self,
        incoming: Sequence[IncomingWeight],
        at: int,
        usual: float,
        place: QRect,
        title: str,
        *,
        by_keys: bool,
    ) -> None:
        """Opens at weight `at` of a neuron. Opened by keys, the list of sources has the focus, so that arrows
        choose another weight first."""
        self._incoming = incoming
        self.source.clear()
        for index, each in enumerate(incoming):
            self.source.addItem(f"{each.name}   {signed(each.value)}", str(index))
        self.source.set_name(str(at))
        self.number.usual = usual
        self._show_chosen()
        self.open_at(place, title)
        (self.source if by_keys else self.number).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self.source.hasFocus():
            self.number.setFocus()
            self.number.selectAll()
        else:
            self._decide()

    @Slot()
    def _show_chosen(self) -> None:
        chosen = self._incoming[int(self.source.name())]
        self.number.set_value(float(f"{chosen.value:.6g}"))
        self.number.selectAll()
        self._before = self.number.text()
        self.hint.setText("Enter sets it, Escape leaves it.")
        self.weight_shown.emit(chosen.source)

    def _decide(self) -> None:
        value = read_number(self.number.text(), whole=False)
        if value is None or abs(value) > LARGEST:
            self.number.set_problem(True)
            self.hint.setText("A number from −1,000,000 to 1,000,000.")
            return
        self.close()
        if self.number.text() != self._before:
            self.value_set.emit(self._incoming[int(self.source.name())].source, float(value))
