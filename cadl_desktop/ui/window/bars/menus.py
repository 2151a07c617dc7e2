"""The menu bar: every command under the heading where people look for it."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.actions import Actions
from cadl_desktop.ui.frame.door import Door, Entry, as_in_menus


class Menus(QObject):
    """Fills a window's menu bar with what `doors` offer; lines stand between the groups of a menu. The
    `switches` show and hide parts of the window."""

    def __init__(
        self, window: QMainWindow, doors: Sequence[Door], actions: Actions, switches: Iterable[QAction]
    ) -> None:
        super().__init__(window)
        self._actions = actions
        titles = {
            "file": "&File",
            "edit": "&Edit",
            "run": "&Run",
            "view": "&View",
            "help": "&Help",
        }
        menus = {name: window.menuBar().addMenu(title) for name, title in titles.items()}
        entries = as_in_menus(entry for door in doors for entry in door.entries)
        for name, in_menu in groupby(entries, key=lambda entry: entry.menu):
            for group, together in groupby(in_menu, key=lambda entry: entry.group):
                if group:
                    menus[name].addSeparator()
                for entry in together:
                    self._add(menus[name], entry)
        for switch in switches:
            menus["view"].insertAction(actions["reset_layout"], switch)

    def _add(self, menu: QMenu, entry: Entry) -> None:
        if isinstance(entry.item, Action | QAction):
            menu.addAction(self._actions[entry.name])
        else:
            menu.addMenu(entry.item(menu))
