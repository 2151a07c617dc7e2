"""The menu bar: every command under the heading where people look for it."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.actions import Actions
from cadl_desktop.ui.frame.door import MENUS, Door, as_in_menus


def fill_menus(
    window: QMainWindow, doors: Sequence[Door], actions: Actions, switches: Iterable[QAction]
) -> None:
    """Fills a window's menu bar with what `doors` offer; lines stand between the groups of a menu. The
    `switches` show and hide parts of the window."""
    menus = {name: window.menuBar().addMenu(title) for name, title in MENUS.items()}
    entries = as_in_menus(entry for door in doors for entry in door.entries)
    for (name, group), together in groupby(entries, key=lambda entry: (entry.menu, entry.group)):
        menu = menus[name]
        if group:
            menu.addSeparator()
        for entry in together:
            if isinstance(entry.item, Action | QAction):
                menu.addAction(actions[entry.name])
            else:
                menu.addMenu(entry.item(menu))
    for switch in switches:
        menus["view"].insertAction(actions["reset_layout"], switch)
