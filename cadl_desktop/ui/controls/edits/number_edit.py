"""A field for one number, which is read in any locale's way of writing it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.edits.numbers import Notation, Number, next_nice
from cadl_desktop.ui.controls.edits.undo_keys import DocumentUndo
from cadl_desktop.ui.controls.looks import set_look
from cadl_desktop.ui.theme.theme import GRID

_WHEEL_NOTCH = 120


class NumberEdit(DocumentUndo, QLineEdit):
    """A number that applies while it is typed, once it is valid, and at the latest on Enter or on leaving.

    `value_edited` is emitted for what a person does, never for `set_value`. Arrow keys, Page Up and Down
    and, in a field that has the focus, the wheel step it: by 1, 2, 5, 10 where it is logarithmic. A share is
    written in per cent; `hundred` is the value of 100 %.

    What can't be read as its kind of number is refused: the value from before the typing comes back, and
    `refused` says so in words, which an empty one settles. Of a number beyond the limits it says so while it
    is typed, and the limit takes its place: whatever follows a value need not be ready for any number.
    """

    value_edited = Signal(object)  # int | float
    refused = Signal(str)

    def __init__(
        self,
        minimum: float,
        maximum: float,
        *,
        whole: bool = False,
        logarithmic: bool = False,
        hundred: float = 0.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.notation = Notation(whole, hundred)
        self._minimum, self._maximum = minimum, maximum
        self._whole, self._logarithmic = whole, logarithmic
        self._shown: Number | None = None
        self._before_typing: Number | None = None
        self._typing = False
        self._has_problem = False
        self._refusal = ""
        self._turned = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._commit)

    @property
    def value(self) -> Number | None:
        """What it shows or was last typed that is a number."""
        return self._shown

    def set_value(self, value: Number | None) -> None:
        """Shows a value; what is being typed stays as it stands where it means the same, and so does what
        was said of it."""
        if value != self._shown and self._refusal:
            self._settle()
        self._shown = value
        if value is None:
            self.clear()
        elif not (self.hasFocus() and self.notation.read(self.text()) == value):
            self._write(value)

    def set_problem(self, on: bool) -> None:
        """Outlines the field, or no longer."""
        self._has_problem = on
        set_look(self, "problem", on)

    def step(self, by: int) -> None:
        """Goes `by` steps up or down, within the limits."""
        value = self.notation.read(self.text())
        if value is None:
            value = self._shown if self._shown is not None else self._minimum
        for _ in range(abs(by)):
            value = self._stepped(value, up=by > 0)
        self._settle()
        self._write(value)
        self._offer(value)

    def sizeHint(self) -> QSize:
        return QSize(10 * GRID, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(4 * GRID, super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        by = steps.get(Qt.Key(event.key()), 0)
        if by:
            self.step(by if abs(by) == 1 or not self._logarithmic else by // abs(by) * 3)
        elif event.key() == Qt.Key.Key_Escape and self._shown is not None:
            self._write(self._shown)
            event.ignore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or not self.isEnabled():
            event.ignore()  # the panel scrolls
            return
        self._turned += event.angleDelta().y()
        notches = int(self._turned / _WHEEL_NOTCH)
        self._turned -= notches * _WHEEL_NOTCH
        if notches:
            self.step(notches)
        event.accept()

    def _typed(self, text: str) -> None:
        if not self._typing:
            self._settle()
            self._typing, self._before_typing = True, self._shown
        value = self.notation.read(text)
        beyond = self._beyond(value)
        set_look(self, "problem", self._has_problem or value is None or bool(beyond))
        # What is too small may be the beginning of a larger number.
        self._refuse(beyond if value is not None and not 0 <= value <= self._maximum else "")
        if value is not None and not beyond:
            self._offer(value)

    def _commit(self) -> None:
        typed, self._typing = self._typing, False
        text, value = self.text(), self.notation.read(self.text())
        words = self._beyond(value)
        wanted = self._before_typing if value is None else self._within(value)
        if typed and wanted is not None:
            self._offer(wanted)
        if self._shown is not None:
            self._write(self._shown)
        if typed:
            self._refuse(self._unread(text) if value is None and wanted is not None else words)

    def _beyond(self, value: Number | None) -> str:
        """What to say of a number that stands here and is beyond the limits; nothing of another."""
        if value is None or self._minimum <= value <= self._maximum:
            return ""
        large = value > self._maximum
        limit = self.notation.write(self._maximum if large else self._minimum)
        typed = shown(self.text().strip())
        return (
            f"{typed} is too large: {limit} at most." if large else f"{typed} is too small: {limit} at least."
        )

    def _within(self, value: Number) -> Number:
        within = min(max(value, self._minimum), self._maximum)
        return int(within) if self._whole else within

    def _unread(self, text: str) -> str:
        value, typed = self.text(), shown(text.strip())
        if not typed:
            return f"A number is needed here; it stays {value}."
        if self._whole:
            return f"“{typed}” is no whole number; it stays {value}."
        return f"“{typed}” is no number; it stays {value}."

    def _settle(self) -> None:
        """What was refused earlier is over."""
        self._typing = False
        self._refuse("")

    def _refuse(self, words: str) -> None:
        self._refusal = words
        self.refused.emit(words)

    def _offer(self, value: Number) -> None:
        if value != self._shown:
            self._shown = value
            self.value_edited.emit(value)

    def _write(self, value: Number) -> None:
        text, cursor = self.notation.write(value), self.cursorPosition()
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(min(cursor, len(text)) if self.hasFocus() else 0)
        set_look(self, "problem", self._has_problem)

    def _stepped(self, value: Number, *, up: bool) -> Number:
        moved = self._stepped_nicely(value, up) if self._logarithmic else self._stepped_evenly(value, up)
        return self._within(moved)

    def _stepped_nicely(self, value: Number, up: bool) -> float:
        smallest = max(self._minimum, 1e-6)
        if value < smallest:
            return smallest if up else self._minimum
        return self._minimum if not up and value <= smallest else next_nice(value, up)

    def _stepped_evenly(self, value: Number, up: bool) -> float:
        span = self._maximum - self._minimum
        step = 1.0 if self._whole else 0.01 if span <= 1 else 0.1 if span <= 20 else 0.5
        step = self.notation.hundred / 100 or step
        return round(value + (step if up else -step), 9)
