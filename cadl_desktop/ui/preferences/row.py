"""One preference: what it is called, its control, and a sentence of what it does."""

from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import named_grid
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.theme.theme import GRID

_TITLE_WIDTH = 18 * GRID


class Row(QWidget):
    """A switch carries its own title, and then `title` is what a search finds."""

    def __init__(self, title: str, text: str, control: QWidget, *, titled: bool = True) -> None:
        super().__init__()
        self.title, self.text, self.control = title, text, control
        describe(control, title, text)
        name = label(title if titled else "")
        name.setFixedWidth(_TITLE_WIDTH)
        name.setBuddy(control)
        self.grid = grid = named_grid()
        grid.addWidget(name, 0, 0)
        grid.addWidget(control, 0, 1)
        grid.addWidget(label(text, "small", "muted", wraps=True), 1, 1)
        self.setLayout(grid)
