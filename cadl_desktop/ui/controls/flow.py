"""Controls side by side, in as many lines as they need."""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from cadl_desktop.ui.theme.theme import GRID


class Flow(QLayout):
    """A layout whose height follows from its width."""

    def __init__(self, on: QWidget, widgets: Iterable[QWidget] = ()) -> None:
        super().__init__(on)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), really=False)

    def setGeometry(self, room: QRect) -> None:
        super().setGeometry(room)
        self._place(room, really=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def _place(self, room: QRect, *, really: bool) -> int:
        """The height that it takes."""
        left, top, line = room.left(), room.top(), 0
        for item in self._items:
            size = item.sizeHint()
            if left > room.left() and left + size.width() > room.right() + 1:
                left, top, line = room.left(), top + line + GRID, 0
            if really:
                item.setGeometry(QRect(QPoint(left, top), size))
            left, line = left + size.width() + GRID, max(line, size.height())
        return top + line - room.top()
