"""What of the picture is hidden: tools to draw a mask, a mask from a file, and how much is kept by chance."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.ui.controls.fields import Field, ProblemLine, describe
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.number_edit import Number, NumberEdit
from cadl_desktop.ui.masking.tool import MOST_SIZE, Tool, ToolKind
from cadl_desktop.ui.theme.theme import GRID

BY_CHANCE = ("keep", "keep_seed")


class MaskPanel(QWidget):
    """Whoever draws follows its buttons, and looks at `tool`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool = Tool(self)
        self.tools: dict[ToolKind, QToolButton] = {}
        self.form = PartForm("dataset", only=BY_CHANCE)
        self._problem = ProblemLine()
        hint = QLabel(
            self.tr("Pick one and draw on the target, or use arrow keys and Space there. Escape ends.")
        )
        hint.setWordWrap(True)
        hint.setProperty("small", True)
        hint.setProperty("muted", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(self._make_tools())
        column.addWidget(hint)
        column.addWidget(self._make_size())
        column.addLayout(self._make_buttons())
        column.addWidget(self._problem)
        column.addWidget(self.form)
        self.tool.changed.connect(self._show_tool)
        self._show_tool()

    def show_data(self, data: Part) -> None:
        """Shows what a picture dataset hides."""
        drawn = bool(data.as_dict().get("mask"))
        self.clear.setEnabled(drawn)
        self.form.show_part(data)

    def show_problems(self, problems: dict[str, str]) -> None:
        self._problem.show_problem(problems.get("mask", ""))
        self.form.show_problems(problems)

    def _make_tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        tools: tuple[tuple[ToolKind, str, str], ...] = (
            ("brush", self.tr("Brush"), self.tr("Hides pixels where you draw on the target.")),
            ("eraser", self.tr("Eraser"), self.tr("Shows hidden pixels where you draw on the target.")),
            ("rectangle", self.tr("Box"), self.tr("Hides a rectangle that you draw on the target.")),
        )
        for kind, title, text in tools:
            button = self.tools[kind] = QToolButton()
            button.setText(title)
            button.setCheckable(True)
            button.setProperty("toggle", True)
            button.clicked.connect(lambda on, kind=kind: self.tool.take(kind if on else ""))
            describe(button, title, text)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _make_size(self) -> Field:
        self.diameter = NumberEdit(1, MOST_SIZE, whole=True, logarithmic=True)
        self.diameter.set_value(self.tool.size)
        self.diameter.value_edited.connect(self._size_edited)
        return Field(self.tr("Brush size"), self.tr("Diameter in pixels of the picture."), self.diameter)

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        tr = self.tr
        self.load, self.invert, self.clear = (
            QPushButton(title) for title in (tr("Load…"), tr("Invert"), tr("Clear"))
        )
        text = tr("Takes a picture file as the mask: what is light or transparent in it is hidden.")
        describe(self.load, tr("Load mask"), text)
        describe(self.invert, tr("Invert mask"), tr("Hides what is shown and shows the rest."))
        describe(self.clear, tr("Clear mask"), tr("Shows all that was drawn over."))
        for button in (self.load, self.invert, self.clear):
            row.addWidget(button, 1)
        return row

    @Slot()
    def _show_tool(self) -> None:
        for kind, button in self.tools.items():
            button.setChecked(kind == self.tool.kind)
        self.diameter.set_value(self.tool.size)

    @Slot(object)
    def _size_edited(self, size: Number) -> None:
        self.tool.set_size(int(size))
