"""Strip of mask controls on the canvas: drawing tools, the share kept at random, and a mask from a file."""

from collections.abc import Sequence
from itertools import chain

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.arrow_group import ArrowGroup
from cadl_desktop.ui.controls.fields import Field, describe
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.layouts import SPRING, in_column
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import toggle
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.masking.tool import BY_CHANCE, MOST_SIZE, Tool, ToolKind
from cadl_desktop.ui.theme.theme import GRID

_ABOVE = 0
"""Field names stand above the fields; beside them the strip would be twice as wide."""


class MaskStrip(QWidget):
    """Controls that set `tool`; drawing is done elsewhere. `groups` are the other actions on a mask."""

    def __init__(self, tool: Tool, groups: Sequence[Sequence[Action]], data: Part) -> None:
        super().__init__()
        set_topic(self, "masks.md")
        self.tool, self._groups = tool, groups
        self.tools: dict[ToolKind, QToolButton] = {}
        self.form = PartForm("dataset", only=BY_CHANCE, label_width=_ABOVE, apart=GRID // 2)
        self.form.show_part(data)
        self._make_tools()
        size = self._make_size()
        menu = self._make_menu()
        in_column(*self.tools.values(), size, self.form, menu, SPRING, on=self, apart=GRID // 2)
        tool.changed.connect(self._show_tool)
        self._show_tool()

    def show_data(self, data: Part) -> None:
        """Shows how much of a picture dataset is hidden at random. For other datasets the strip is hidden."""
        self.setVisible(data.kind == "picture")
        for made, action in zip(self.actions(), chain(*self._groups), strict=True):
            made.setEnabled(action.possible())
        if data.kind != "picture":
            return
        self.form.show_part(data)
        choice = self.form.field("keep_seed")
        if choice is not None:
            choice.setVisible(data["keep"] < 100)

    def controls(self) -> list[QWidget]:
        """Controls in tab order."""
        fields = (self.form.field(name) for name in BY_CHANCE)
        by_chance = [field.control for field in fields if field is not None]
        return [*self.tools.values(), self.diameter, *by_chance, self.menu_button]

    def show_problems(self, fields: Sequence[str]) -> None:
        """Marks these settings; the messages are shown by the canvas."""
        for name in BY_CHANCE:
            field = self.form.field(name)
            if field is not None and isinstance(field.control, NumberEdit):
                field.control.set_problem(name in fields)

    def _make_tools(self) -> None:
        tools: tuple[tuple[ToolKind, str, str], ...] = (
            ("brush", "Brush", "Hides pixels where you draw on the target."),
            ("eraser", "Eraser", "Shows hidden pixels where you draw on the target."),
            ("rectangle", "Box", "Hides a rectangle that you draw on the target."),
        )
        ends = "Arrow keys and Space draw too, Escape puts the tool down."
        for kind, title, text in tools:
            self.tools[kind] = toggle(title, f"{text} {ends}")
            _make_narrow(self.tools[kind])
            self.tools[kind].clicked.connect(lambda on, kind=kind: self.tool.take(kind if on else ""))
        ArrowGroup(self).show_controls(list(self.tools.values()))

    def _make_size(self) -> Field:
        self.diameter = NumberEdit(1, MOST_SIZE, whole=True, logarithmic=True)
        self.diameter.set_value(self.tool.size)
        self.diameter.value_edited.connect(self.tool.set_size)
        text = "Diameter of brush and eraser in pixels of the picture."
        return Field("Size", text, self.diameter, label_width=_ABOVE)

    def _make_menu(self) -> QToolButton:
        self.menu_button = toggle("Mask", "")
        self.menu_button.setCheckable(False)
        text = "A mask from a file, inverted, or none, and ways of filling in what it hides."
        describe(self.menu_button, "Mask", text)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        _make_narrow(self.menu_button)
        menu = QMenu(self.menu_button)
        menu.setToolTipsVisible(True)
        for group in self._groups:
            menu.addSeparator()  # the first one isn't shown
            menu.addActions([add_action(self, action) for action in group])
        self.menu_button.setMenu(menu)
        return self.menu_button

    @Slot()
    def _show_tool(self) -> None:
        for kind, button in self.tools.items():
            button.setChecked(kind == self.tool.kind)
        self.diameter.set_value(self.tool.size)


def _make_narrow(button: QToolButton) -> None:
    """Makes a button as wide as the strip, however narrow that is."""
    button.setProperty("narrow", True)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
