"""What a card can do: actions for its context menu, each with its key."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


def add_action(
    card: QWidget,
    title: str,
    keys: QKeySequence | Qt.Key | str,
    does: Callable[[], object],
    *,
    inside: bool = False,
) -> QAction:
    """Gives a card something to do, by its menu and by keys that it has the focus for; with `inside`, those
    of its controls too."""
    action = QAction(title, card)
    action.setShortcut(QKeySequence(keys))
    within = Qt.ShortcutContext.WidgetWithChildrenShortcut
    action.setShortcutContext(within if inside else Qt.ShortcutContext.WidgetShortcut)
    action.setShortcutVisibleInContextMenu(True)
    action.triggered.connect(lambda: does())
    card.addAction(action)
    return action
