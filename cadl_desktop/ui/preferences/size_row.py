"""The preference of how large the interface is."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton

from cadl_desktop.ui.controls.fields import Chooser, describe
from cadl_desktop.ui.controls.layouts import SPRING, in_row
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.preferences.restart import Restart
from cadl_desktop.ui.preferences.row import Row
from cadl_desktop.ui.settings.preference import preferences
from cadl_desktop.ui.settings.remembered import INTERFACE_SIZE


class SizeRow(Row):
    """Offers to start the program again where another size is chosen than the one in use."""

    def __init__(self, restart: Restart) -> None:
        chooser = Chooser((str(size), name, "") for size, name in INTERFACE_SIZE.choices.items())
        chooser.set_name(str(INTERFACE_SIZE.get()))
        super().__init__(INTERFACE_SIZE.title, INTERFACE_SIZE.text, chooser)
        self._restart = restart
        self._note = label("This size is used from the next start on.", "small")
        self.restart_now = QPushButton("Restart now")
        self.restart_now.setProperty("small", True)
        self.restart_now.setAutoDefault(False)
        self.grid.addLayout(in_row(self._note, self.restart_now, SPRING), 2, 1)
        chooser.chosen.connect(lambda chosen: INTERFACE_SIZE.set(int(chosen)))
        self.restart_now.clicked.connect(self._begin)
        preferences().changed.connect(self._follow)
        restart.changed.connect(self._follow)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Shows whether a start is needed, and whether it is possible now."""
        is_needed = INTERFACE_SIZE.get() != self._restart.size_in_use
        self._note.setVisible(is_needed)
        self.restart_now.setVisible(is_needed)
        hindrance = self._restart.hindrance
        self.restart_now.setEnabled(not hindrance)
        text = "Starts the program again with the same project. What could be undone can't be any more."
        describe(self.restart_now, "Restart now", f"{text} {hindrance}".rstrip())

    @Slot()
    def _begin(self) -> None:
        if self._restart.hindrance:
            self._follow()
            return
        self.window().close()
        self._restart.begin()
