"""The window's actions by the names that features give them, for menus, toolbar and the list of shortcuts."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.frame.door import Door, Entry, as_in_menus


class Actions(QObject):
    """Makes the actions, whose keys work everywhere in the window, and greys those that can't be done."""

    def __init__(self, window: QMainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._entries: list[Entry] = []
        self._made: dict[str, QAction] = {}
        for news in (session.status_changed, session.updated, session.document.changed):
            news.connect(self.refresh)

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def __iter__(self) -> Iterator[QAction]:
        """Yields the actions in the order of the menus."""
        return (self._made[entry.name] for entry in as_in_menus(self._entries))

    def add(self, doors: Sequence[Door]) -> None:
        """Makes the actions that the doors offer."""
        for door in doors:
            for entry in door.entries:
                self._add(entry)
            for news in door.news:
                news.connect(self.refresh)

    def _add(self, entry: Entry) -> None:
        if isinstance(entry.item, Action):
            self._made[entry.name] = add_action(self._window, entry.item)
        elif isinstance(entry.item, QAction):
            self._window.addAction(entry.item)
            self._made[entry.name] = entry.item
        else:
            return  # a menu
        self._entries.append(entry)

    @Slot()
    def refresh(self) -> None:
        for entry in self._entries:
            if isinstance(entry.item, Action):
                self._made[entry.name].setEnabled(entry.item.possible())
