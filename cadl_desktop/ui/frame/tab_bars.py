"""The bars of docks that are tabs."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QTabBar


class TabBars(QObject):
    """Keeps Tab from bars that nobody sees: where a single dock is left, Qt puts its bar beyond the window's
    corner, and calls it visible."""

    def take(self, bar: QTabBar) -> None:
        """Called with each that Qt makes, whenever some docks become tabs."""
        bar.setUsesScrollButtons(False)  # which would have no tooltip; long titles are shortened
        bar.setAccessibleName("Panels")
        bar.installEventFilter(self)
        _look(bar)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Show) and isinstance(watched, QTabBar):
            _look(watched)
        return False


def _look(bar: QTabBar) -> None:
    corner = bar.geometry().topLeft()
    is_seen = corner.x() >= 0 and corner.y() >= 0
    bar.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_seen else Qt.FocusPolicy.NoFocus)
