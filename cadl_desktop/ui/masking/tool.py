"""Drawing tool for masks, and the settings that hide pixels without one."""

from typing import Literal

from PySide6.QtCore import QObject, Signal

ToolKind = Literal["", "brush", "eraser", "rectangle"]
FIRST_SIZE, MOST_SIZE = 5, 512
BY_CHANCE = ("keep", "keep_seed")
"""Settings of a picture that hide pixels at random, without a tool."""


class Tool(QObject):
    """Selected tool; `kind` is empty if none is, and `size` is the diameter of the brush in pixels of the
    picture."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind: ToolKind = ""
        self.size = FIRST_SIZE

    def take(self, kind: ToolKind) -> None:
        if kind != self.kind:
            self.kind = kind
            self.changed.emit()

    def set_size(self, size: int) -> None:
        size = min(max(size, 1), MOST_SIZE)
        if size != self.size:
            self.size = size
            self.changed.emit()
