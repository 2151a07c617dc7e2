"""Layouts: rows, columns and grids built in one expression, scroll areas, and a layout that wraps."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cadl_desktop.ui.theme.theme import GRID

Box = TypeVar("Box", bound=QBoxLayout)
_ANYWHERE = Qt.AlignmentFlag(0)
Margins = int | tuple[int, int, int, int]
"""One margin for all sides, or left, top, right and bottom; in pixels."""


@dataclass(frozen=True)
class Cell:
    """Item of a row or column: its stretch factor `share`, and its alignment `side`. None as content is a
    spacer."""

    content: QWidget | QLayout | None
    share: int = 0
    side: Qt.AlignmentFlag = _ANYWHERE


Part = QWidget | QLayout | Cell
SPRING = Cell(None, 1)
"""Spacer that takes the remaining room."""


def wide(content: QWidget | QLayout, share: int = 1) -> Cell:
    """Lets an item take the remaining room of its row or column."""
    return Cell(content, share)


def at(side: Qt.AlignmentFlag, content: QWidget) -> Cell:
    """Keeps a widget at its size hint, aligned within its cell."""
    return Cell(content, 0, side)


def in_row(*parts: Part, on: QWidget | None = None, apart: int = GRID, margins: Margins = 0) -> QHBoxLayout:
    """Row of items. `on` is the widget whose layout it becomes, `apart` the spacing in pixels."""
    return _filled(QHBoxLayout(), parts, on, apart, margins)


def in_column(
    *parts: Part, on: QWidget | None = None, apart: int = GRID, margins: Margins = 0
) -> QVBoxLayout:
    """Column of items; arguments as for `in_row`."""
    return _filled(QVBoxLayout(), parts, on, apart, margins)


def add_row(box: QBoxLayout, row: QBoxLayout, *widgets: QWidget) -> None:
    """Adds an empty row or column to a layout that has its widget already, and fills it afterwards."""
    # In this order: PySide keeps references to the items of a filled row after Qt has deleted them, and the
    # program crashes once something else has their addresses.
    box.addLayout(row)
    for widget in widgets:
        row.addWidget(widget)


def remove_widgets(box: QLayout, widgets: Iterable[QWidget]) -> None:
    """Removes widgets from a layout and deletes them; hides them at once, as Qt deletes them later."""
    for widget in widgets:
        box.removeWidget(widget)
        widget.hide()
        widget.deleteLater()


def form_grid() -> QGridLayout:
    """Empty grid with labels on the left and controls on the right, which take the remaining room."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(GRID)
    grid.setVerticalSpacing(GRID // 2)
    grid.setColumnStretch(1, 1)
    return grid


def scrolled(content: QWidget) -> QScrollArea:
    """Puts `content` into a scroll area that scrolls vertically only and isn't a tab stop itself."""
    scroll = scroll_area()
    scroll.setWidget(content)
    return scroll


def scroll_area(parent: QWidget | None = None) -> QScrollArea:
    """Empty scroll area. Widgets created with its viewport as parent aren't polished a second time."""
    scroll = QScrollArea(parent, widgetResizable=True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return scroll


def scroll_to_focus() -> None:
    """Scrolls to the control that has the focus, where nothing of it is seen. Qt does so only where Tab leads
    from one control of an area to another."""
    widget = QApplication.focusWidget()
    area = widget.parentWidget() if widget is not None else None
    while widget is not None and area is not None:
        if isinstance(area, QScrollArea):
            view = area.viewport()
            where = QRect(widget.mapTo(view, QPoint(0, 0)), widget.size())
            if not where.intersects(view.rect()):
                area.ensureWidgetVisible(widget)
        area = area.parentWidget()


@contextmanager
def layout_suspended(box: QLayout) -> Iterator[None]:
    """Suspends a layout while several of its widgets are shown; Qt would lay out the surroundings for each of
    them."""
    box.setEnabled(False)
    try:
        yield
    finally:
        box.setEnabled(True)


def _filled(box: Box, parts: tuple[Part, ...], on: QWidget | None, apart: int, margins: Margins) -> Box:
    box.setContentsMargins(*(margins if isinstance(margins, tuple) else (margins,) * 4))
    box.setSpacing(apart)
    for part in parts:
        place = part if isinstance(part, Cell) else Cell(part)
        if isinstance(place.content, QWidget):
            box.addWidget(place.content, place.share, place.side)
        elif place.content is not None:
            box.addLayout(place.content, place.share)
        else:
            box.addStretch(place.share)
    # Last, for the reason given in `add_row`.
    if on is not None:
        on.setLayout(box)
    return box


class FlowLayout(QLayout):
    """Layout that places widgets side by side and wraps to as many lines as they need."""

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
        """Computes the height that the items take, and moves them there if `really`."""
        left, top, line = room.left(), room.top(), 0
        for item in self._items:
            size = item.sizeHint()
            if left > room.left() and left + size.width() > room.right() + 1:
                left, top, line = room.left(), top + line + GRID, 0
            if really:
                item.setGeometry(QRect(QPoint(left, top), size))
            left, line = left + size.width() + GRID, max(line, size.height())
        return top + line - room.top()
