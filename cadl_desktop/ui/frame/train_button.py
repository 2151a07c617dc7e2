"""The button that trains, wherever it stands."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton

from cadl_desktop.ui.controls.looks import make_primary

_SIZE = QSize(128, 32)
"""Wide enough for each of its three texts, so that nothing moves when it changes."""


class TrainButton(QToolButton):
    """Says what it would do now, to a screen reader, too."""

    def __init__(self, train: QAction) -> None:
        super().__init__()
        self.setDefaultAction(train)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFixedSize(_SIZE)
        make_primary(self)
        train.changed.connect(self._name)
        self._name()

    @Slot()
    def _name(self) -> None:
        if self.accessibleName() != self.defaultAction().text():
            self.setAccessibleName(self.defaultAction().text())
