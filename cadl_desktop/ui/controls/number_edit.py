"""A field for one number, which is read in any locale's way of writing it."""

import math
import re

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cadl_desktop.ui.controls.looks import set_look
from cadl_desktop.ui.controls.undo_keys import DocumentUndo
from cadl_desktop.ui.theme.theme import GRID

Number = int | float

_WHEEL_NOTCH = 120
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_NICE = (1, 2, 5, 10)


def read_number(text: str, *, whole: bool = False) -> Number | None:
    """The number that a person meant: '0.01', '0,01', '1e-3', and for whole numbers '1,000'; else None."""
    plain = re.sub(r"\s", "", text).replace("\u2212", "-")
    if whole and _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "").replace(".", "")
    plain = plain.replace(",", ".")
    if not _DECIMAL.fullmatch(plain):
        return None
    number = float(plain)
    if not math.isfinite(number):
        return None
    if whole:
        return int(number) if number == int(number) else None
    return number


def plain_number(value: Number) -> str:
    """A number as a person writes it: 1000, 0.001, 1e-8."""
    if isinstance(value, int) or not math.isfinite(value):
        return str(value)
    if value != 0 and not 1e-5 <= abs(value) < 1e9:
        mantissa, _, exponent = f"{value:.10g}".partition("e")
        return f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return f"{value:.10f}".rstrip("0").rstrip(".")


def next_nice(value: float, up: bool) -> float:
    """The nearest of ... 0.1, 0.2, 0.5, 1, 2, 5, 10 ... above or below a positive value."""
    exponent = math.floor(math.log10(value)) - 1
    nice = [digit * 10.0**power for power in range(exponent, exponent + 4) for digit in _NICE[:3]]
    further = [n for n in nice if n > value * 1.000001] if up else [n for n in nice if n < value * 0.999999]
    return float(f"{(min(further) if up else max(further)):.0e}")


class NumberEdit(DocumentUndo, QLineEdit):
    """A number that applies while it is typed, once it is valid, and at the latest on Enter or on leaving.

    `value_edited` is emitted for what a person does, never for `set_value`. Arrow keys, Page Up and Down
    and, in a field that has the focus, the wheel step it: by 1, 2, 5, 10 where it is logarithmic.
    """

    value_edited = Signal(object)  # int | float

    def __init__(
        self,
        minimum: float,
        maximum: float,
        *,
        whole: bool = False,
        logarithmic: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._minimum, self._maximum = minimum, maximum
        self._whole, self._logarithmic = whole, logarithmic
        self._shown: Number | None = None
        self._has_problem = False
        self._turned = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._commit)

    @property
    def value(self) -> Number | None:
        """What it shows or was last typed that is a number."""
        return self._shown

    def set_value(self, value: Number | None) -> None:
        """Shows a value; what is being typed stays as it stands where it means the same."""
        self._shown = value
        if value is None:
            self.clear()
        elif not (self.hasFocus() and read_number(self.text(), whole=self._whole) == value):
            self._write(value)

    def set_problem(self, on: bool) -> None:
        """Outlines the field, or no longer."""
        self._has_problem = on
        set_look(self, "problem", on)

    def step(self, by: int) -> None:
        """Goes `by` steps up or down, within the limits."""
        value = read_number(self.text(), whole=self._whole)
        if value is None:
            value = self._shown if self._shown is not None else self._minimum
        for _ in range(abs(by)):
            value = self._stepped(value, up=by > 0)
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
        value = read_number(text, whole=self._whole)
        fits = value is not None and self._minimum <= value <= self._maximum
        set_look(self, "problem", self._has_problem or not fits)
        if fits and value is not None:
            self._offer(value)

    def _commit(self) -> None:
        value = read_number(self.text(), whole=self._whole)
        if value is not None:
            self._offer(value)  # beyond the limits too: `check` then says what is wrong with it
        if self._shown is not None:
            self._write(self._shown)

    def _offer(self, value: Number) -> None:
        if value != self._shown:
            self._shown = value
            self.value_edited.emit(value)

    def _write(self, value: Number) -> None:
        text, cursor = plain_number(value), self.cursorPosition()
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(min(cursor, len(text)) if self.hasFocus() else 0)
        set_look(self, "problem", self._has_problem)

    def _stepped(self, value: Number, *, up: bool) -> Number:
        moved = self._stepped_nicely(value, up) if self._logarithmic else self._stepped_evenly(value, up)
        moved = min(max(moved, self._minimum), self._maximum)
        return int(moved) if self._whole else moved

    def _stepped_nicely(self, value: Number, up: bool) -> float:
        smallest = max(self._minimum, 1e-6)
        if value < smallest:
            return smallest if up else self._minimum
        return self._minimum if not up and value <= smallest else next_nice(value, up)

    def _stepped_evenly(self, value: Number, up: bool) -> float:
        span = self._maximum - self._minimum
        step = 1.0 if self._whole else 0.01 if span <= 1 else 0.1 if span <= 20 else 0.5
        return round(value + (step if up else -step), 9)
