"""Fields for one line of text: numbers, texts with a grammar, and the shortcuts that they leave to the
window."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.looks import set_look
from cadl_desktop.ui.controls.number_text import Notation, Number, next_nice
from cadl_desktop.ui.theme.theme import GRID

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object  # a second Qt base would create a second Qt object

_WHEEL_NOTCH = 120


def redo_keys() -> list[QKeySequence]:
    """Shortcuts for redo, the system's own first; both common ones work on every system."""
    own = QKeySequence(QKeySequence.StandardKey.Redo)
    return [own, *(key for key in map(QKeySequence, ("Ctrl+Shift+Z", "Ctrl+Y")) if key != own)]


def is_redo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Redo) or QKeySequence(event.keyCombination()) in redo_keys()


def is_undo(event: QEvent) -> bool:
    """Whether a key event asks for undo or redo."""
    return isinstance(event, QKeyEvent) and (event.matches(QKeySequence.StandardKey.Undo) or is_redo(event))


def _is_window_key(event: QEvent) -> bool:
    """Whether the window handles a key event rather than the field: undo, redo, Ctrl+E (export) and Ctrl+K
    (keep), which in fields on Unix go to the end of the line and cut it off."""
    return is_undo(event) or (
        isinstance(event, QKeyEvent)
        and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        and event.key() in (Qt.Key.Key_E, Qt.Key.Key_K)
    )


class _ShortcutFilter(QObject):
    """Event filter that keeps the focused field from claiming the window's shortcuts. Installed on that field
    only: a form has dozens, and every event of each would pass through Python."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_window_key(event):
            event.ignore()
            return True
        return False


@cache
def _shortcut_filter() -> _ShortcutFilter:
    """The one filter of all fields."""
    return _ShortcutFilter(QCoreApplication.instance())


class WindowKeysMixin(_Base):
    """Mixin for fields that apply every key press as an edit of the document, whose undo is therefore the
    window's. Listed before the Qt class among the bases."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.installEventFilter(_shortcut_filter())
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.removeEventFilter(_shortcut_filter())
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_window_key(event):
            event.ignore()
        else:
            super().keyPressEvent(event)


class NumberEdit(WindowKeysMixin, QLineEdit):
    """Field for a number, applied while it is typed as soon as it is valid, and at the latest on Enter or
    when the focus leaves.

    `value_edited` is emitted for user edits, never for `set_value`. Arrow keys, Page Up and Down and, while
    the field has the focus, the wheel step the value: by 1, 2, 5, 10 if it is `logarithmic`. With `hundred`,
    the value that is 100 %, it is a share in per cent.

    A text that isn't a number is rejected: the value from before typing is restored, and `refused` carries a
    sentence about it, an empty one once that is settled. A number beyond the limits is reported while it is
    typed and then replaced by the limit, so that `value_edited` never carries an invalid number.
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
        self._wheel_angle = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._commit)

    @property
    def value(self) -> Number | None:
        """The number shown, or the last valid one that was typed."""
        return self._shown

    def set_value(self, value: Number | None) -> None:
        """Shows a value. A text being typed that means the same number stays, and so does its `refused`
        sentence."""
        if value != self._shown and self._refusal:
            self._withdraw_refusal()
        self._shown = value
        if value is None:
            self.clear()
        elif not (self.hasFocus() and self.notation.read(self.text()) == value):
            self._write(value)

    def set_problem(self, on: bool) -> None:
        """Turns the outline of an invalid field on or off."""
        self._has_problem = on
        set_look(self, "problem", on)

    def step(self, by: int) -> None:
        """Steps the value up or down `by` steps, within the limits."""
        value = self.notation.read(self.text())
        if value is None:
            value = self._shown if self._shown is not None else self._minimum
        for _ in range(abs(by)):
            value = self._stepped(value, up=by > 0)
        self._withdraw_refusal()
        self._write(value)
        self._emit_edit(value)

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
        self._wheel_angle += event.angleDelta().y()
        notches = int(self._wheel_angle / _WHEEL_NOTCH)
        self._wheel_angle -= notches * _WHEEL_NOTCH
        if notches:
            self.step(notches)
        event.accept()

    def _typed(self, text: str) -> None:
        if not self._typing:
            self._withdraw_refusal()
            self._typing, self._before_typing = True, self._shown
        value = self.notation.read(text)
        beyond = self._limit_message(value)
        set_look(self, "problem", self._has_problem or value is None or bool(beyond))
        # A number that is too small may be the beginning of a larger one.
        self._refuse(beyond if value is not None and not 0 <= value <= self._maximum else "")
        if value is not None and not beyond:
            self._emit_edit(value)

    def _commit(self) -> None:
        typed, self._typing = self._typing, False
        text, value = self.text(), self.notation.read(self.text())
        words = self._limit_message(value)
        wanted = self._before_typing if value is None else self._within(value)
        if typed and wanted is not None:
            self._emit_edit(wanted)
        if self._shown is not None:
            self._write(self._shown)
        if typed:
            self._refuse(self._invalid_message(text) if value is None and wanted is not None else words)

    def _limit_message(self, value: Number | None) -> str:
        """Sentence about a number beyond the limits; empty if it is within them."""
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

    def _invalid_message(self, text: str) -> str:
        value, typed = self.text(), shown(text.strip())
        if not typed:
            return f"A number is needed here; it stays {value}."
        if self._whole:
            return f"“{typed}” is no whole number; it stays {value}."
        return f"“{typed}” is no number; it stays {value}."

    def _withdraw_refusal(self) -> None:
        """Withdraws the sentence about an earlier text."""
        self._typing = False
        self._refuse("")

    def _refuse(self, words: str) -> None:
        self._refusal = words
        self.refused.emit(words)

    def _emit_edit(self, value: Number) -> None:
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
        moved = self._stepped_logarithmic(value, up) if self._logarithmic else self._stepped_linear(value, up)
        return self._within(moved)

    def _stepped_logarithmic(self, value: Number, up: bool) -> float:
        smallest = max(self._minimum, 1e-6)
        if value < smallest:
            return smallest if up else self._minimum
        return self._minimum if not up and value <= smallest else next_nice(value, up)

    def _stepped_linear(self, value: Number, up: bool) -> float:
        span = self._maximum - self._minimum
        step = 1.0 if self._whole else 0.01 if span <= 1 else 0.1 if span <= 20 else 0.5
        step = self.notation.hundred / 100 or step
        return round(value + (step if up else -step), 9)


class TextEdit(WindowKeysMixin, QLineEdit):
    """Field for a text with a grammar, such as a function of x; applied while it is typed whenever it is
    valid, and at the latest on Enter or when the focus leaves.

    `is_sound` says which texts are valid: half a formula must not stop a training. `text_edited` is emitted
    for user edits, never for `set_value`. `most` is the maximum length.
    """

    text_edited = Signal(str)

    def __init__(self, is_sound: Callable[[str], bool], most: int | None = None) -> None:
        super().__init__()
        self._is_sound = is_sound
        self._shown = ""
        if most is not None:
            self.setMaxLength(most)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._commit)

    def set_value(self, text: str) -> None:
        """Shows a text; the cursor stays if it is shown already."""
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
            self._emit_edit(text)

    @Slot()
    def _commit(self) -> None:
        self._emit_edit(self.text())

    def _emit_edit(self, text: str) -> None:
        if text != self._shown:
            self._shown = text
            self.text_edited.emit(text)
