"""A dock whose content is made when it is first shown."""

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QWidget


class LateDock(QDockWidget):
    """Holds what a beginner may never ask for, without making the program start later."""

    def __init__(self, title: str, make: Callable[[], QWidget], parent: QWidget) -> None:
        super().__init__(title, parent)
        self._make = make

    def showEvent(self, event: QShowEvent) -> None:
        if self.widget() is None:
            self.setWidget(self._make())
        super().showEvent(event)
