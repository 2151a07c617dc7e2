"""Hands of a user: they move a pointer, and press buttons and keys."""

import ctypes
import ctypes.util
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest

Key = Qt.Key
Modifier = Qt.KeyboardModifier
Button = Qt.MouseButton
MODIFIERS = {
    Modifier.ControlModifier: "Control_L",
    Modifier.ShiftModifier: "Shift_L",
    Modifier.AltModifier: "Alt_L",
}
SPECIAL = {
    Key.Key_Escape: "Escape",
    Key.Key_Return: "Return",
    Key.Key_Tab: "Tab",
    Key.Key_Space: "space",
    Key.Key_Backspace: "BackSpace",
    Key.Key_Delete: "Delete",
    Key.Key_Home: "Home",
    Key.Key_End: "End",
    Key.Key_PageUp: "Prior",
    Key.Key_PageDown: "Next",
    Key.Key_Up: "Up",
    Key.Key_Down: "Down",
    Key.Key_Left: "Left",
    Key.Key_Right: "Right",
    **{Key(Key.Key_F1 + number): f"F{number + 1}" for number in range(12)},
}
BUTTONS = {Button.LeftButton: 1, Button.MiddleButton: 2, Button.RightButton: 3}
WHEEL = {1: 4, -1: 5}
"""X has buttons for a wheel that turns up or down."""


class Hand(Protocol):
    """Places are pixels of the screen. What it does arrives later, as events of the event loop."""

    def move(self, to: QPoint) -> None: ...
    def press(self, button: Button) -> None: ...
    def release(self, button: Button) -> None: ...
    def turn(self, up: int) -> None:
        """Turns the wheel by a notch, 1 for up and -1 for down."""

    def key(self, key: Key, modifiers: Modifier = Modifier.NoModifier) -> None: ...
    def type(self, text: str) -> None: ...


class XHand:
    """Mouse and keyboard through XTest: to the X server they are real ones."""

    def __init__(self) -> None:
        self._x, self._test = (ctypes.CDLL(ctypes.util.find_library(name)) for name in ("X11", "Xtst"))
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XStringToKeysym.restype = self._x.XkbKeycodeToKeysym.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(None))

    def move(self, to: QPoint) -> None:
        self._test.XTestFakeMotionEvent(self._display, -1, to.x(), to.y(), ctypes.c_ulong(0))
        self._x.XFlush(self._display)

    def press(self, button: Button) -> None:
        self._button(BUTTONS[button], True)

    def release(self, button: Button) -> None:
        self._button(BUTTONS[button], False)

    def turn(self, up: int) -> None:
        for down in (True, False):
            self._button(WHEEL[up], down)

    def key(self, key: Key, modifiers: Modifier = Modifier.NoModifier) -> None:
        held = [name for modifier, name in MODIFIERS.items() if modifier in modifiers]
        self._tap(self._symbol(SPECIAL.get(key) or chr(key).lower()), held)

    def type(self, text: str) -> None:
        for letter in text:
            self._tap(ord(letter), [])

    def _symbol(self, name: str) -> int:
        """Letters of Latin-1 are their own; others have names."""
        return ord(name) if len(name) == 1 else int(self._x.XStringToKeysym(name.encode()))

    def _tap(self, symbol: int, held: Sequence[str]) -> None:
        code = self._code(symbol)
        is_plain = self._x.XkbKeycodeToKeysym(self._display, code, 0, 0) == symbol
        shift = [] if is_plain or "Shift_L" in held else ["Shift_L"]
        codes = [*(self._code(self._symbol(name)) for name in (*held, *shift)), code]
        for each in codes:
            self._key(each, True)
        for each in reversed(codes):
            self._key(each, False)
        self._x.XFlush(self._display)

    def _code(self, symbol: int) -> int:
        return int(self._x.XKeysymToKeycode(self._display, ctypes.c_ulong(symbol)))

    def _key(self, code: int, down: bool) -> None:
        self._test.XTestFakeKeyEvent(self._display, code, int(down), ctypes.c_ulong(0))

    def _button(self, number: int, down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._display, number, int(down), ctypes.c_ulong(0))
        self._x.XFlush(self._display)


class QtHand:
    """Mouse and keyboard through QTest, where there is no X server."""

    def __init__(self) -> None:
        self._at = QPoint()

    def move(self, to: QPoint) -> None:
        self._at = to
        self._point(QTest.mouseMove)

    def press(self, button: Button) -> None:
        self._point(lambda window, at: QTest.mousePress(window, button, pos=at))

    def release(self, button: Button) -> None:
        self._point(lambda window, at: QTest.mouseRelease(window, button, pos=at))

    def turn(self, up: int) -> None:
        self._point(lambda window, at: QTest.wheelEvent(window, QPointF(at), QPoint(0, 120 * up)))

    def key(self, key: Key, modifiers: Modifier = Modifier.NoModifier) -> None:
        _soon(_focus_window, lambda window: QTest.keyClick(window, key, modifiers))

    def type(self, text: str) -> None:
        for letter in text:
            self.key(Key(ord(letter.upper())))

    def _point(self, send: Callable[[QWindow, QPoint], object]) -> None:
        """Sends to the window under the pointer, with the position in it."""
        at = self._at
        _soon(lambda: QGuiApplication.topLevelAt(at), lambda window: send(window, window.mapFromGlobal(at)))


def _focus_window() -> QWindow | None:
    # Offscreen no window manager gives the focus to a dialog that opens where no window has it.
    return QGuiApplication.focusWindow() or QGuiApplication.modalWindow()


def _soon(find: Callable[[], QWindow | None], send: Callable[[QWindow], object]) -> None:
    """From the event loop: what is sent may not return before a dialog that it opens is closed."""

    def sent() -> None:
        window = find()
        if window is not None:
            send(window)

    QTimer.singleShot(0, sent)
