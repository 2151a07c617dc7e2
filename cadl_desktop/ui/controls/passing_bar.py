"""A bar above the drawing that comes and goes."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame


class PassingBar(QFrame):
    """Where it goes with the keys in it the window has them: Qt would give them to what comes next in the tab
    order, and the space bar would press that."""

    def setVisible(self, visible: bool) -> None:
        focused = QApplication.focusWidget()
        if not visible and focused is not None and self.isAncestorOf(focused):
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)
        super().setVisible(visible)
