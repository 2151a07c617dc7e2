"""Keys inside text fields that are the document's and the window's, never the field's own."""

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget as _Base
else:
    _Base = object  # a second Qt base would make a second Qt object


def redo_keys() -> list[QKeySequence]:
    """The system's own key first; people come from systems with the one and with the other."""
    own = QKeySequence(QKeySequence.StandardKey.Redo)
    return [own, *(key for key in map(QKeySequence, ("Ctrl+Shift+Z", "Ctrl+Y")) if key != own)]


def is_redo(event: QKeyEvent) -> bool:
    """Whether a key event asks for redo."""
    return event.matches(QKeySequence.StandardKey.Redo) or QKeySequence(event.keyCombination()) in redo_keys()


def is_undo(event: QEvent) -> bool:
    """Whether a key event asks for undo or redo."""
    return isinstance(event, QKeyEvent) and (event.matches(QKeySequence.StandardKey.Undo) or is_redo(event))


def _is_elsewhere(event: QEvent) -> bool:
    """Besides undo and redo, what exports and keeps: where Unix's keys hold, a field would go to the end of
    its line and cut the line off."""
    return is_undo(event) or (
        isinstance(event, QKeyEvent)
        and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        and event.key() in (Qt.Key.Key_E, Qt.Key.Key_K)
    )


class _Shortcuts(QObject):
    """Keeps the field that has the focus from taking these keys before the window can. A form has dozens of
    fields: of all of them every event would come through Python."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_elsewhere(event):
            event.ignore()
            return True
        return False


@cache
def _shortcuts() -> _Shortcuts:
    """One for all fields."""
    return _Shortcuts(QCoreApplication.instance())


class DocumentUndo(_Base):
    """Stands before the Qt class among the bases of a field whose every key press is an edit already."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.installEventFilter(_shortcuts())
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.removeEventFilter(_shortcuts())
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_elsewhere(event):
            event.ignore()
        else:
            super().keyPressEvent(event)
