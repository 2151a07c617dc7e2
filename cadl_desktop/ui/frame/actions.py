"""The window's actions by name, the menus made from them, and the Train button."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from PySide6.QtCore import QObject, QSize, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QToolButton

from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.looks import make_primary
from cadl_desktop.ui.frame.door import MENUS, Door, MenuEntry, in_menu_order

_ROLES = {
    "about": QAction.MenuRole.AboutRole,
    "preferences": QAction.MenuRole.PreferencesRole,
    "close": QAction.MenuRole.QuitRole,
}
"""Entries of the menu that macOS has for the program itself; Qt would choose by how titles begin."""
_TRAIN_BUTTON_SIZE = QSize(128, 32)
"""Wide enough for its three texts, so that the toolbar doesn't move when the text changes."""


class Actions(QObject):
    """QActions of all features, with shortcuts that work in the whole window; disables those that aren't
    possible."""

    def __init__(self, window: QMainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._entries: list[MenuEntry] = []
        self._made: dict[str, QAction] = {}
        self.listed: dict[str, QAction] = {}
        """Entries of the menus by name, submenus as well."""
        together = QActionGroup(self)
        together.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        self._of_studio = [together]
        """Groups of the actions that belong to the studio."""
        for news in (session.status_changed, session.updated, session.document.changed):
            news.connect(self.refresh)

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def __iter__(self) -> Iterator[QAction]:
        """Yields the actions in the order of the menus."""
        return (self._made[entry.name] for entry in in_menu_order(self._entries))

    def add(self, doors: Sequence[Door]) -> None:
        """Creates the actions that the doors offer."""
        for door in doors:
            for entry in door.entries:
                self._add(entry)
            for news in door.news:
                news.connect(self.refresh)

    def _add(self, entry: MenuEntry) -> None:
        if isinstance(entry.item, Action):
            self._made[entry.name] = add_action(self._window, entry.item)
        elif isinstance(entry.item, QAction):
            self._window.addAction(entry.item)
            self._made[entry.name] = entry.item
        else:
            return  # a submenu
        self._entries.append(entry)
        if not entry.anywhere:
            self.confine(self._made[entry.name])

    def confine(self, action: QAction) -> None:
        """Makes an action one of the studio. A group that is disabled wins over the actions' own states."""
        if (group := action.actionGroup()) is None:
            self._of_studio[0].addAction(action)
        elif group not in self._of_studio:
            self._of_studio.append(group)

    @Slot(bool)
    def hide_studio(self, on: bool) -> None:
        """Disables or enables the actions of the studio, with their shortcuts."""
        for group in self._of_studio:
            group.setEnabled(not on)

    @Slot()
    def refresh(self) -> None:
        for entry in self._entries:
            if isinstance(entry.item, Action):
                self._made[entry.name].setEnabled(entry.item.possible())


def fill_menus(
    window: QMainWindow, doors: Sequence[Door], actions: Actions, switches: Iterable[QAction]
) -> None:
    """Fills the menu bar with the entries of all doors, with separators between groups. `switches` show and
    hide parts of the window, and are listed in the View menu."""
    menus = {name: window.menuBar().addMenu(title) for name, title in MENUS.items()}
    entries = in_menu_order(entry for door in doors for entry in door.entries)
    for (name, group), together in groupby(entries, key=lambda entry: (entry.menu, entry.group)):
        menu = menus[name]
        if group:
            menu.addSeparator()
        for entry in together:
            if isinstance(entry.item, Action | QAction):
                actions[entry.name].setMenuRole(_ROLES.get(entry.name, QAction.MenuRole.NoRole))
                listed = actions[entry.name]
            else:
                listed = entry.item(menu).menuAction()
                listed.setMenuRole(QAction.MenuRole.NoRole)
                if not entry.anywhere:
                    actions.confine(listed)
            menu.addAction(listed)
            actions.listed[entry.name] = listed
    for switch in switches:
        actions.confine(switch)
        switch.setMenuRole(QAction.MenuRole.NoRole)
        menus["view"].insertAction(actions["reset_layout"], switch)


class TrainButton(QToolButton):
    """Tool button of the train action; its accessible name is the action's text: Train, Pause or Continue."""

    def __init__(self, train: QAction) -> None:
        super().__init__()
        self.setDefaultAction(train)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFixedSize(_TRAIN_BUTTON_SIZE)
        make_primary(self)
        train.changed.connect(self._update_name)
        self._update_name()

    @Slot()
    def _update_name(self) -> None:
        train = self.defaultAction()
        if self.accessibleName() != train.text():
            self.setAccessibleName(train.text())
        if self.accessibleDescription() != train.whatsThis():
            self.setAccessibleDescription(train.whatsThis())
