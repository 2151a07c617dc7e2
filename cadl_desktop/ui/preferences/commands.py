"""Everything that a window's menus and keys can do, by its title."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget


@dataclass(frozen=True, eq=False)
class Command:
    """`title` begins with that of the menu where it stands in a menu of a menu."""

    title: str
    action: QAction

    @property
    def keys(self) -> str:
        return self.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def commands_of(window: QMainWindow, views: Sequence[QWidget] = ()) -> list[Command]:
    """Those of the menus in their order, then those that stand in none, then what only the `views` that are
    seen can do; each once."""
    found: dict[QAction, Command] = {}
    for heading in window.menuBar().actions():
        menu = heading.menu()
        if isinstance(menu, QMenu):
            found |= {command.action: command for command in _in_menu(menu, "")}
    for action in window.actions():
        if action not in found and action.text():
            found[action] = Command(_title(action), action)
    titles = {command.title for command in found.values()}
    return [*found.values(), *(command for command in _in_views(views) if command.title not in titles)]


def _in_views(views: Sequence[QWidget]) -> list[Command]:
    widgets = [widget for view in views for widget in (view, *view.findChildren(QWidget))]
    actions = dict.fromkeys(action for widget in widgets if widget.isVisible() for action in widget.actions())
    return [Command(_title(action), action) for action in actions if action.text()]


def _in_menu(menu: QMenu, before: str) -> Iterator[Command]:
    menu.aboutToShow.emit()  # some are filled when they open
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _in_menu(inner, f"{_plain(inner.title())}: ")
        elif not action.isSeparator():
            yield Command(f"{before}{_title(action)}", action)


def _title(action: QAction) -> str:
    """What it is called, also where its text changes with what it would do."""
    return _plain(action.data() if isinstance(action.data(), str) and action.isVisible() else action.text())


def _plain(title: str) -> str:
    return title.replace("&", "").rstrip("…")
