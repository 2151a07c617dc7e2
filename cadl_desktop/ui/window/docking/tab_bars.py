"""The bars of docks that are tabs."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QTabBar


class OffTheScreen(QObject):
    """Keeps Tab from a bar that nobody sees: where a single dock is left, Qt puts its bar beyond the window's
    corner, and calls it visible."""

    def __init__(self, bar: QTabBar) -> None:
        super().__init__(bar)
        self._bar, self._policy = bar, bar.focusPolicy()
        bar.installEventFilter(self)
        self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Show):
            self._look()
        return False

    def _look(self) -> None:
        corner = self._bar.geometry().topLeft()
        is_seen = corner.x() >= 0 and corner.y() >= 0
        self._bar.setFocusPolicy(self._policy if is_seen else Qt.FocusPolicy.NoFocus)
