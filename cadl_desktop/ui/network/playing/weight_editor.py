"""Sets one weight where it is drawn: from which neuron it comes, and the number."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.controls.dialogs.small_popup import SmallPopup
from cadl_desktop.ui.controls.edits.number_edit import NumberEdit
from cadl_desktop.ui.controls.edits.numbers import Number, read_number
from cadl_desktop.ui.controls.fields import Chooser, describe
from cadl_desktop.ui.controls.figures import signed
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.theme.theme import GRID

LARGEST = 1e6


@dataclass(frozen=True)
class Incoming:
    """A weight by which a neuron takes in another one; its bias has no source."""

    source: int | None
    name: str
    value: float


class _WeightEdit(NumberEdit):
    """Steps by about a tenth of what is usual among the weights."""

    def __init__(self) -> None:
        super().__init__(-LARGEST, LARGEST)
        self.usual = 1.0

    def _stepped_evenly(self, value: Number, up: bool) -> float:
        step = 10.0 ** (math.floor(math.log10(max(self.usual, 1e-6))) - 1)
        return float(f"{value + (step if up else -step):.9g}")

    def _commit(self) -> None:
        """Leaves what is typed as it stands: the editor decides whether that is a weight."""


class WeightEditor(SmallPopup):
    """Nothing is set before Enter, which says so by `decided`; Escape leaves everything as it is."""

    decided = Signal(object, float)  # source or None, value
    looked_at = Signal(object)  # source or None

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._incoming: Sequence[Incoming] = ()
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
        self, incoming: Sequence[Incoming], at: int, usual: float, place: QRect, title: str, *, by_keys: bool
    ) -> None:
        """Opens at one of a neuron's weights. By the keys, one can first go to another with the arrows."""
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
        self.looked_at.emit(chosen.source)

    def _decide(self) -> None:
        value = read_number(self.number.text(), whole=False)
        if value is None or abs(value) > LARGEST:
            self.number.set_problem(True)
            self.hint.setText("A number from −1,000,000 to 1,000,000.")
            return
        self.close()
        if self.number.text() != self._before:
            self.decided.emit(self._incoming[int(self.source.name())].source, float(value))
