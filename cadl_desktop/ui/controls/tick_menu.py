"""Menu that stays open while its entries are ticked."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

_TICKING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TickMenu(QMenu):
    """Menu whose entries with a tick are ticked by the mouse, Space or Return without closing it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, toolTipsVisible=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.actionAt(event.position().toPoint()) is not self.activeAction() or not self._tick():
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _TICKING or not self._tick():
            super().keyPressEvent(event)

    def _tick(self) -> bool:
        """Ticks the current entry, or takes its tick away; returns whether it can have one."""
        action = self.activeAction()
        if action is None or not action.isCheckable():
            return False
        action.trigger()
        return True
