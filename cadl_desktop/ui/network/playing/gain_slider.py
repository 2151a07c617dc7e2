"""How much of what a neuron gives goes on: a slider and a number, heard while they move."""

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.views.neuron_gains import LARGEST_GAIN
from cadl_desktop.ui.controls.dialogs.small_popup import SmallPopup
from cadl_desktop.ui.controls.edits.number_edit import NumberEdit
from cadl_desktop.ui.controls.fields import CalmSlider, ProblemLine, describe
from cadl_desktop.ui.controls.layouts import add_row, in_row
from cadl_desktop.ui.theme.theme import GRID

_STEPS = 20
"""Of the slider from 0 to 1."""


class GainSlider(SmallPopup):
    """`moved` tells of every change that a person makes."""

    moved = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.slider, self.number = CalmSlider(), NumberEdit(0, LARGEST_GAIN)
        self.slider.setRange(0, round(LARGEST_GAIN * _STEPS))
        self.slider.setPageStep(_STEPS // 4)
        self.slider.setFixedWidth(22 * GRID)
        self.number.setFixedWidth(7 * GRID)
        text = "How much of it goes on: 0 mutes it, 1 leaves it alone, 2 is twice as much."
        describe(self.slider, "Scale", text)
        describe(self.number, "Scale as a number", text)
        add_row(self.rows, in_row(), self.slider, self.number)
        self.problem = ProblemLine()
        self.rows.addWidget(self.problem)
        self.number.refused.connect(self._refuse)
        self.slider.valueChanged.connect(self._slid)
        self.number.value_edited.connect(self._typed)
        self.number.returnPressed.connect(self.close)

    def open_with(self, gain: float, place: QRect, title: str) -> None:
        self._show(gain)
        self.open_at(place, title)
        self.slider.setFocus()

    def _show(self, gain: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(gain * _STEPS))
        self.slider.blockSignals(False)
        self.number.set_value(round(gain, 4))

    @Slot(int)
    def _slid(self, value: int) -> None:
        self._show(value / _STEPS)
        self.moved.emit(value / _STEPS)

    @Slot(object)
    def _typed(self, gain: float) -> None:
        self._show(float(gain))
        self.moved.emit(float(gain))

    @Slot(str)
    def _refuse(self, words: str) -> None:
        self.problem.show_problem(words)
        self.adjustSize()
