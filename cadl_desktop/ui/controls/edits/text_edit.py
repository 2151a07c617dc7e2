"""A field for one line of text that may have a grammar, such as a function of x."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cadl_desktop.ui.controls.edits.undo_keys import DocumentUndo


class TextEdit(DocumentUndo, QLineEdit):
    """A text that applies while it is typed, whenever it is sound, and at the latest on Enter or on leaving.

    Half a formula must not stop a training; `is_sound` says which texts are whole. `text_edited` is emitted
    for what a person does, never for `set_value`.
    """

    text_edited = Signal(str)

    def __init__(
        self, is_sound: Callable[[str], bool], most: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._is_sound = is_sound
        self._shown = ""
        if most is not None:
            self.setMaxLength(most)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._commit)

    def set_value(self, text: str) -> None:
        """Shows a text; nothing moves where it already stands there."""
        self._shown = text
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._shown:
            self.setText(self._shown)
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _typed(self, text: str) -> None:
        if self._is_sound(text):
            self._offer(text)

    @Slot()
    def _commit(self) -> None:
        self._offer(self.text())

    def _offer(self, text: str) -> None:
        if text != self._shown:
            self._shown = text
            self.text_edited.emit(text)
