"""The controls of one hidden layer: besides those of every part, units and order."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.ui.controls.edits.number_edit import NumberEdit
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.designer.part_card import LINE, PartCard, small_button
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID


class LayerCard(PartCard):
    """Of whichever layer is shown."""

    move_wanted = Signal(int, int)  # index, by
    remove_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.index = 0
        self.units = NumberEdit(1, 4096, whole=True)
        self.units.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.left, self.right, self.remove = (small_button(name) for name in ("left", "right", "remove"))
        self.fewer, self.more = QToolButton(), QToolButton()
        self._units_row = QWidget()
        super().__init__("layer", parent)
        self._refusal = ""
        self.units.value_edited.connect(self._units_edited)
        self.units.refused.connect(self._refuse_units)
        self.left.clicked.connect(lambda: self.move_wanted.emit(self.index, -1))
        self.right.clicked.connect(lambda: self.move_wanted.emit(self.index, 1))
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self.index))
        self.fewer.clicked.connect(lambda: self.units.step(-1))
        self.more.clicked.connect(lambda: self.units.step(1))
        self._describe("Layer")

    def _title_buttons(self) -> list[QToolButton]:
        return [self.left, self.right, self.remove]

    def _own_rows(self) -> list[QWidget]:
        in_row(self.fewer, wide(self.units), self.more, on=self._units_row, apart=GRID // 2)
        for button, name in ((self.fewer, "minus"), (self.more, "plus")):
            set_icon(button, name)
            button.setFixedSize(LINE, LINE)
            # For the mouse only: the arrow keys of the field between do the same, and it takes the focus. As
            # a proxy of these it would take it from Tab, too, and never let it out of the card.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.pressed.connect(self.units.setFocus)
        return [self._units_row]

    def _own_tabs(self) -> list[QWidget]:
        return [self.units]

    def first(self) -> QWidget:
        return self.kind if self._units_row.isHidden() else self.units

    def show_layer(self, layer: Part, index: int, count: int) -> None:
        """Shows a layer and its place among `count`; emits nothing."""
        if index != self.index:
            self._refuse_units("")
        self.index = index
        self.show_part(layer, f"Layer {index + 1}")
        units = layer.as_dict().get("units")
        self._units_row.setVisible(isinstance(units, int))
        if isinstance(units, int):
            self.units.set_value(units)
        self.left.setEnabled(index > 0)
        self.right.setEnabled(index < count - 1)

    def _own_controls(self) -> dict[str, QWidget]:
        return super()._own_controls() | {"units": self.units}

    def show_problems(self, problems: Mapping[str, str]) -> None:
        super().show_problems(problems)
        self.units.set_problem("units" in problems)
        if not self.problem.text():
            self.problem.show_problem(self._refusal)

    def _describe(self, name: str) -> None:
        super()._describe(name)
        named = (
            (self.units, "units", "How many neurons the layer has."),
            (self.fewer, "one neuron fewer", "Takes one neuron away."),
            (self.more, "one neuron more", "Adds one neuron."),
            (self.left, "move left", "Moves the layer towards the input (Ctrl+Left)."),
            (self.right, "move right", "Moves the layer towards the output (Ctrl+Right)."),
            (self.remove, "remove", "Takes the layer out of the network (Delete)."),
        )
        for widget, what, text in named:
            describe(widget, f"{name}: {what}", text)

    @Slot(str)
    def _refuse_units(self, words: str) -> None:
        if words != self._refusal:
            self._refusal = words
            self.problem.show_problem(words)

    @Slot(object)
    def _units_edited(self, units: int) -> None:
        what = f"{units} unit" if units == 1 else f"{units} units"
        self._edit(what, self._part.has(units=units), "units")
