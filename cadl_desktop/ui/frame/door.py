"""What a feature offers the window: docks, pages, bars, and actions with their places in the menus."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolBar, QWidget

from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.pages import Page

Content = Callable[[QWidget], QWidget]
"""Makes what is in a dock, with the dock as its parent."""


class Place(Enum):
    """Where a dock stands at first. The settings are at the left, the cost at the right."""

    LEFT = auto()
    RIGHT = auto()
    ABOVE = auto()  # at the right, above the cost
    BELOW = auto()  # at the right, below the cost, where several are tabs


@dataclass(frozen=True)
class Dock:
    """A panel at a side of the window. Its switch in the View menu, its place in saved layouts and in Reset
    layout follow from this.

    name: the dock's name in saved layouts; another one would lose what people have arranged.
    is_late: the content is made when the dock is first shown.
    scrolls: the content gets scroll bars where the dock is too small for it.
    has_content: tells whether there is anything to show; until then the dock takes no room. Without it a late
        dock is hidden until it is asked for.
    width: pixels that it takes when `Docks.open` first shows it; 0 for a dock that only the View menu shows.
    lent: how many times the cost's height it borrows from the cost while it is open.
    """

    name: str
    title: str
    make: Content
    place: Place = Place.BELOW
    is_late: bool = True
    scrolls: bool = False
    has_content: Callable[[], bool] | None = None
    width: int = 0
    lent: int = 0


@dataclass(frozen=True)
class Bar:
    """A toolbar with a switch in the View menu, which takes room when `has_content` is true."""

    bar: QToolBar
    area: Qt.ToolBarArea
    has_content: Callable[[], bool]


@dataclass(frozen=True)
class Entry:
    """An action of the window, or a menu within a menu, which `item` then makes.

    name: what the program calls it.
    group: those of one group stand together in their menu, with lines between groups.
    order: decides within a group, and then the order of the features.
    """

    name: str
    item: Action | QAction | Callable[[QMenu], QMenu]
    menu: Literal["file", "edit", "run", "view", "help"]
    group: int = 0
    order: int = 0


MENUS = {"file": "&File", "edit": "&Edit", "run": "&Run", "view": "&View", "help": "&Help"}
"""The titles of the menus, in their order."""


def as_in_menus(entries: Iterable[Entry]) -> list[Entry]:
    """Sorts entries of several features as the menus have them."""
    places = list(MENUS)
    return sorted(entries, key=lambda entry: (places.index(entry.menu), entry.group, entry.order))


@dataclass(frozen=True)
class Door:
    """All that a feature offers.

    middle: widgets of the window's middle, from top to bottom.
    news: signals after which another of its actions may be possible.
    once_shown: called when the window has come to the screen.
    first_uses: each makes something that is first needed later, when nothing else is to be done.
    """

    entries: Sequence[Entry] = ()
    docks: Sequence[Dock] = ()
    pages: Sequence[Page] = ()
    bars: Sequence[Bar] = ()
    middle: Sequence[QWidget] = ()
    news: Sequence[SignalInstance] = ()
    once_shown: Callable[[], object] = lambda: None
    first_uses: Sequence[Callable[[], object]] = ()
