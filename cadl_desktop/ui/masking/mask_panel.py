"""What of the picture is hidden: tools to draw a mask, a mask from a file, and how much is kept by chance."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import Field, ProblemLine
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label, toggle
from cadl_desktop.ui.controls.number_edit import NumberEdit
from cadl_desktop.ui.controls.numbers import Number
from cadl_desktop.ui.masking.tool import MOST_SIZE, Tool, ToolKind
from cadl_desktop.ui.theme.theme import GRID

BY_CHANCE = ("keep", "keep_seed")


class MaskPanel(QWidget):
    """Whoever draws looks at `tool`, and says what else can be done with a mask."""

    def __init__(self, load: Action, invert: Action, clear: Action, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clear = clear
        self.tool = Tool(self)
        self.tools: dict[ToolKind, QToolButton] = {}
        self.form = PartForm("dataset", only=BY_CHANCE)
        self._problem = ProblemLine()
        text = self.tr("Pick one and draw on the target, or use arrow keys and Space there. Escape ends.")
        hint = label(text, "small", "muted", wraps=True)
        tools, size = self._make_tools(), self._make_size()
        self.load, self.invert, self.clear = (
            button_for(load, text=self.tr("Load…")),
            button_for(invert, text=self.tr("Invert")),
            button_for(clear, text=self.tr("Clear")),
        )
        buttons = in_row(wide(self.load), wide(self.invert), wide(self.clear), apart=GRID // 2)
        in_column(tools, hint, size, buttons, self._problem, self.form, on=self)
        self.tool.changed.connect(self._show_tool)
        self._show_tool()

    def show_data(self, data: Part) -> None:
        """Shows what a picture dataset hides."""
        self.clear.setEnabled(self._clear.possible())
        self.form.show_part(data)

    def show_problems(self, problems: dict[str, str]) -> None:
        self._problem.show_problem(problems.get("mask", ""))
        self.form.show_problems(problems)

    def _make_tools(self) -> QHBoxLayout:
        tools: tuple[tuple[ToolKind, str, str], ...] = (
            ("brush", self.tr("Brush"), self.tr("Hides pixels where you draw on the target.")),
            ("eraser", self.tr("Eraser"), self.tr("Shows hidden pixels where you draw on the target.")),
            ("rectangle", self.tr("Box"), self.tr("Hides a rectangle that you draw on the target.")),
        )
        for kind, title, text in tools:
            self.tools[kind] = toggle(title, text)
            self.tools[kind].clicked.connect(lambda on, kind=kind: self.tool.take(kind if on else ""))
        return in_row(*self.tools.values(), SPRING, apart=GRID // 2)

    def _make_size(self) -> Field:
        self.diameter = NumberEdit(1, MOST_SIZE, whole=True, logarithmic=True)
        self.diameter.set_value(self.tool.size)
        self.diameter.value_edited.connect(self._size_edited)
        return Field(self.tr("Brush size"), self.tr("Diameter in pixels of the picture."), self.diameter)

    @Slot()
    def _show_tool(self) -> None:
        for kind, button in self.tools.items():
            button.setChecked(kind == self.tool.kind)
        self.diameter.set_value(self.tool.size)

    @Slot(object)
    def _size_edited(self, size: Number) -> None:
        self.tool.set_size(int(size))
