"""Description of what a feature offers the window: docks, pages, bars, and actions with their menu places."""

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
"""Creates the content of a dock, given the dock as its parent."""


class Place(Enum):
    """Initial place of a dock. The settings are on the left, the cost on the right."""

    LEFT = auto()
    RIGHT = auto()
    ABOVE = auto()  # on the right, above the cost
    BELOW = auto()  # on the right, below the cost, several as tabs


@dataclass(frozen=True)
class Dock:
    """Panel at a side of the window, with its switch in the View menu and its place in saved layouts.

    name: the dock's name in saved layouts; renaming it would lose what people have arranged.
    is_lazy: the content is created when the dock is first shown.
    scrolls: the content gets scroll bars if the dock is too small for it.
    has_content: whether there is anything to show; until then the dock is hidden. A lazy dock without it is
        hidden until the user opens it.
    width: pixels, when `Docks.open` first shows it; 0 for a dock that only the View menu opens.
    lent: per cent of the common height that the open dock borrows from the cost; 0 for none.
    manual: place in the manual that tells of it.
    """

    name: str
    title: str
    make: Content
    place: Place = Place.BELOW
    is_lazy: bool = True
    scrolls: bool = False
    has_content: Callable[[], bool] | None = None
    width: int = 0
    lent: int = 0
    manual: str = ""


@dataclass(frozen=True)
class Bar:
    """Toolbar with a switch in the View menu, shown while `has_content` is true."""

    bar: QToolBar
    area: Qt.ToolBarArea
    has_content: Callable[[], bool]


@dataclass(frozen=True)
class Hideable:
    """Widgets that Simple may leave out, by a name of the table in `session/simple_studio.py`.

    find: returns them, as far as they exist by now; a toolbar's widgets by their actions there.
    is_needed: whether the open experiment, or what goes on, needs them; they are then shown in Simple, too.
    is_wanted: whether one of them would be shown in a studio with all controls.
    """

    name: str
    find: Callable[[], Iterable[QWidget | QAction]]
    is_needed: Callable[[], bool] = lambda: False
    is_wanted: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class MenuEntry:
    """Menu entry: an action, or a submenu that `item` creates.

    name: identifies the action in the program.
    group: entries of one group are listed together, with a separator before the group.
    order: position within the group; entries of equal order follow the order of the features.
    anywhere: whether it can be chosen on every page; other entries act on the studio, and are off while a
        page hides that.
    """

    name: str
    item: Action | QAction | Callable[[QMenu], QMenu]
    menu: Literal["file", "edit", "run", "view", "help"]
    group: int = 0
    order: int = 0
    anywhere: bool = False


MENUS = {"file": "&File", "edit": "&Edit", "run": "&Run", "view": "&View", "help": "&Help"}
"""Titles of the menus, in order."""


def in_menu_order(entries: Iterable[MenuEntry]) -> list[MenuEntry]:
    """Sorts entries of several features into menu order."""
    places = list(MENUS)
    return sorted(entries, key=lambda entry: (places.index(entry.menu), entry.group, entry.order))


@dataclass(frozen=True)
class Door:
    """Everything that a feature offers.

    middle: widgets for the middle of the window, from top to bottom.
    hideables: what Simple may leave out, beside docks, bars and entries.
    news: signals after which its actions may have become possible or impossible, and its hideables exist or
        be needed.
    on_shown: called when the window has been shown.
    """

    entries: Sequence[MenuEntry] = ()
    docks: Sequence[Dock] = ()
    pages: Sequence[Page] = ()
    bars: Sequence[Bar] = ()
    middle: Sequence[QWidget] = ()
    hideables: Sequence[Hideable] = ()
    news: Sequence[SignalInstance] = ()
    on_shown: Callable[[], object] = lambda: None
