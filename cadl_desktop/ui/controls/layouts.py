"""Rows and columns, said in one expression: what stands in them, how far apart, within which margins."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from cadl_desktop.ui.theme.theme import GRID

Box = TypeVar("Box", bound=QBoxLayout)
_ANYWHERE = Qt.AlignmentFlag(0)
Margins = int | tuple[int, int, int, int]
"""Those of all sides, or of left, top, right and bottom."""


@dataclass(frozen=True)
class Cell:
    """A widget or layout with its share of the room that is left, or where it stands in its own; nothing at
    all is an empty place."""

    content: QWidget | QLayout | None
    share: int = 0
    side: Qt.AlignmentFlag = _ANYWHERE


Part = QWidget | QLayout | Cell
SPRING = Cell(None, 1)
"""Takes what room is left."""


def wide(content: QWidget | QLayout, share: int = 1) -> Cell:
    """As wide, or in a column as high, as there is room for."""
    return Cell(content, share)


def at(side: Qt.AlignmentFlag, content: QWidget) -> Cell:
    """No larger than it wants to be, at one side of its room."""
    return Cell(content, 0, side)


def in_row(*parts: Part, on: QWidget | None = None, apart: int = GRID, margins: Margins = 0) -> QHBoxLayout:
    """From left to right; `on` is the widget that it fills, if it is not part of another layout."""
    return _filled(QHBoxLayout(), parts, on, apart, margins)


def in_column(
    *parts: Part, on: QWidget | None = None, apart: int = GRID, margins: Margins = 0
) -> QVBoxLayout:
    """The same from top to bottom."""
    return _filled(QVBoxLayout(), parts, on, apart, margins)


def add_row(box: QBoxLayout, row: QBoxLayout, *widgets: QWidget) -> None:
    """Adds an empty row, or column, to what has its widget by now, and then what is in it."""
    # In this order: of a filled row Python would keep the items, also when they are gone and something else
    # has their addresses, which then ends the program.
    box.addLayout(row)
    for widget in widgets:
        row.addWidget(widget)


def named_grid() -> QGridLayout:
    """Names on the left, and on the right what they are of, which takes what room is left."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(GRID)
    grid.setVerticalSpacing(GRID // 2)
    grid.setColumnStretch(1, 1)
    return grid


def scrolled(content: QWidget) -> QScrollArea:
    """A column that may be higher than there is room for, and is never wider; Tab visits what is in it."""
    scroll = scroll_area()
    scroll.setWidget(content)
    return scroll


def scroll_area(parent: QWidget | None = None) -> QScrollArea:
    """The same before there is anything in it: what is made in its viewport isn't dressed anew there."""
    scroll = QScrollArea(parent, widgetResizable=True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return scroll


@contextmanager
def laid_out_once(box: QLayout) -> Iterator[None]:
    """What comes into view meanwhile is laid out together before the next painting. Qt would lay out
    everything around it for each part that comes."""
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
    # Last, for the same reason as in `add_row`.
    if on is not None:
        on.setLayout(box)
    return box
