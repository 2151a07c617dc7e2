"""A user who does anything at all, as a person could: with a pointer, keys and files that are dropped.

Everything is chosen by one random generator among what is on screen at that moment.
"""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from random import Random

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QRect, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QGraphicsView,
    QMenu,
    QMessageBox,
    QPushButton,
    QWidget,
)
from shiboken6 import isValid

from cadl_desktop.ui.window.main_window import MainWindow
from tests.soak.hands import Button, Hand, Key, Modifier
from tests.soak.misfits import Misfits

STEP_MS = 15
"""Time between two moves of a drag, and between press and release."""
ARRIVED_MS = 1000
"""Time until the window has handled the last action."""
LOOKS_A_TURN = 20
PAUSES_MS = (20, 60, 150, 400)
"""Pauses between two actions."""
MOST_ESCAPES = 40
NO_MODIFIER, CONTROL = Modifier.NoModifier, Modifier.ControlModifier
KEYS = (
    Key.Key_Tab, Key.Key_Space, Key.Key_Return, Key.Key_Escape, Key.Key_Delete, Key.Key_Backspace, Key.Key_Up,
    Key.Key_Down, Key.Key_Left, Key.Key_Right, Key.Key_Home, Key.Key_End, Key.Key_PageUp, Key.Key_PageDown,
    Key.Key_M, Key.Key_F,
)  # fmt: skip
TEXTS = ("0", "1", "7", "12", "64", "0.01", "-3", "1e-4", "1e99", "sin(x)", "x*x/", "nan", "relu", "a b")
_log = logging.getLogger("user")
Deed = Iterator[int]
"""Action in pieces; yields the milliseconds until the next."""


class User(QObject):
    """Works in a window until `over` says so; then closes what is open, and takes all of it back."""

    def __init__(self, window: MainWindow, hand: Hand, draw: Random, files: Path) -> None:
        super().__init__(window)
        self._window, self._hand, self._draw, self._files = window, hand, draw, files
        self._document = window.document
        self._begins()
        self._document.changed.connect(self._follow)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._go_on)
        self.deeds, self.undone = 0, 0
        self.wrong: list[str] = []
        self._misfits = Misfits(window.session)
        window.installEventFilter(self)

    def work(self, over: Callable[[], bool], then: Callable[[], None]) -> None:
        self._then = then
        self._life = self._lives(over)
        self._timer.start(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Never lets the window close, whatever was clicked."""
        if event.type() == QEvent.Type.Close:
            event.ignore()
            return True
        return False

    def _begins(self) -> None:
        """Marks the opened project as the state that undoing leads back to."""
        self._opened, self._start = self._document.opened, self._document.experiment

    def _follow(self) -> None:
        if self._document.opened != self._opened:
            self._begins()

    def _go_on(self) -> None:
        pause = next(self._life, None)
        self.wrong += self._misfits.new()
        if pause is None:
            self._window.removeEventFilter(self)
            self._then()
        else:
            self._timer.start(pause)

    def _lives(self, over: Callable[[], bool]) -> Deed:
        while not over():
            self.deeds += 1
            yield from self._deed()
            yield self._draw.choice(PAUSES_MS)
        _log.info("tidies up")
        yield from self._puts_all_away()
        self._window.session.stop()
        while self._window.session.status.live:
            yield STEP_MS
        yield from self._takes_back()

    # What is chosen

    def _deed(self) -> Deed:
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if isinstance(popup, QMenu):
            return self._chooses(popup)
        if isinstance(modal, QFileDialog):
            return self._answers_file_dialog()
        if isinstance(modal, QMessageBox):
            return self._answers(modal)
        if isinstance(modal, QDialog) and self._draw.random() < 0.15:
            return self._presses(self._draw.choice([Key.Key_Escape, Key.Key_Escape, Key.Key_Return]))
        window = popup or modal or self._draw.choice(self._windows())
        if window is self._window and not self._window.session.status.live and self._draw.random() < 0.1:
            return self._presses(Key.Key_F5)
        deeds: Sequence[tuple[Callable[[QWidget], Deed], int]] = (
            (self._clicks, 30),
            (self._double_clicks, 4),
            (self._clicks_right, 6),
            (self._drags, 12),
            (self._wheels, 8),
            (self._types, 12),
            (self._strikes, 10),
            (self._takes_shortcut, 10),
            (self._drops, 4),
        )
        (deed,) = self._draw.choices([deed for deed, _ in deeds], [often for _, often in deeds])
        return deed(window)

    def _windows(self) -> list[QWidget]:
        """The main window counts as three."""
        # Of all widgets of this kind hundreds are menus and lists that aren't shown.
        on_screen = [each.winId() for each in QGuiApplication.topLevelWindows() if each.isVisible()]
        shown = [widget for widget in map(QWidget.find, on_screen) if widget is not None]
        return [*(each for each in shown if each.isEnabled()), self._window, self._window]

    def _control(self, window: QWidget) -> Generator[int, None, QWidget]:
        """Visible, enabled control, searched in several iterations: one would be a gap of the window."""
        found, left, looked_at = list[QWidget](), [window], 0
        while left:
            each, looked_at = left.pop(), looked_at + 1
            if isValid(each):
                inside = each.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
                shown = [child for child in inside if child.isVisible() and child.isEnabled()]
                found += [child for child in shown if not child.visibleRegion().isEmpty()]
                left += shown
            if looked_at % LOOKS_A_TURN == 0:
                yield 0
        there = [each for each in [*found, window, self._window] if isValid(each)]
        return self._draw.choice(there)

    def _place(self, control: QWidget) -> QPoint:
        """Somewhere on it, on the screen; of a drawing mostly on something in it."""
        parent = control.parentWidget()
        if isinstance(parent, QGraphicsView) and self._draw.random() < 0.8 and (items := parent.items()):
            item = self._draw.choice(items)
            on = parent.mapFromScene(item.sceneBoundingRect().center())
            if control.rect().contains(on):
                return control.mapToGlobal(on)
        return control.mapToGlobal(self._within(control.visibleRegion().boundingRect()))

    def _within(self, area: QRect) -> QPoint:
        return area.topLeft() + QPoint(
            self._draw.randrange(max(area.width(), 1)), self._draw.randrange(max(area.height(), 1))
        )

    def _goes_to(self, window: QWidget, word: str) -> Generator[int, None, QPoint]:
        control = yield from self._control(window)
        place = self._place(control)
        _log.info("%s %s at %d, %d", word, named(control), place.x(), place.y())
        self._hand.move(place)
        return place

    # What is done

    def _clicks(self, window: QWidget) -> Deed:
        return self._clicks_with(window, Button.LeftButton, 1)

    def _clicks_right(self, window: QWidget) -> Deed:
        return self._clicks_with(window, Button.RightButton, 1)

    def _double_clicks(self, window: QWidget) -> Deed:
        return self._clicks_with(window, Button.LeftButton, 2)

    def _clicks_with(self, window: QWidget, button: Button, times: int) -> Deed:
        yield from self._goes_to(window, f"clicks ({button.name}, {times})")
        yield STEP_MS
        for _ in range(times):
            self._hand.press(button)
            yield STEP_MS
            self._hand.release(button)
            yield STEP_MS

    def _drags(self, window: QWidget) -> Deed:
        begin = yield from self._goes_to(window, "drags")
        end = begin + QPoint(self._draw.randint(-200, 200), self._draw.randint(-200, 200))
        yield STEP_MS
        self._hand.press(Button.LeftButton)
        for part in range(1, 9):
            yield STEP_MS
            self._hand.move(begin + (end - begin) * (part / 8))
        yield STEP_MS
        self._hand.release(Button.LeftButton)

    def _wheels(self, window: QWidget) -> Deed:
        yield from self._goes_to(window, "turns the wheel on")
        up = self._draw.choice([1, -1])
        for _ in range(self._draw.randint(1, 6)):
            yield STEP_MS
            self._hand.turn(up)

    def _types(self, window: QWidget) -> Deed:
        yield from self._clicks(window)
        text = self._draw.choice(TEXTS)
        _log.info("types %r", text)
        self._hand.key(Key.Key_A, CONTROL)
        yield STEP_MS
        self._hand.type(text)
        yield STEP_MS
        self._hand.key(self._draw.choice([Key.Key_Return, Key.Key_Tab, Key.Key_Escape]))

    def _strikes(self, window: QWidget) -> Deed:
        for _ in range(self._draw.randint(1, 5)):
            modifiers = self._draw.choice([NO_MODIFIER] * 4 + [CONTROL, Modifier.ShiftModifier])
            yield from self._presses(self._draw.choice(KEYS), modifiers)

    def _takes_shortcut(self, window: QWidget) -> Deed:
        made = [each for each in self._window.findChildren(QAction) if not each.shortcut().isEmpty()]
        action = self._draw.choice(made)
        keys = action.shortcut()[0]  # type: ignore[index]
        return self._presses(keys.key(), keys.keyboardModifiers())

    def _presses(self, key: Key, modifiers: Modifier = NO_MODIFIER) -> Deed:
        _log.info("presses %s", QKeySequence(key | modifiers).toString())
        self._hand.key(key, modifiers)
        yield STEP_MS

    def _drops(self, window: QWidget) -> Deed:
        """Files on the window, which takes them whatever it is about to do."""
        yield STEP_MS
        handle = self._window.windowHandle()
        if QApplication.activeModalWidget() is not None or handle is None:
            return
        data, actions = self._dropped(), Qt.DropAction.CopyAction
        at = self._within(self._window.rect())
        buttons = Qt.MouseButton.LeftButton
        QApplication.sendEvent(handle, QDragEnterEvent(at, actions, data, buttons, NO_MODIFIER))
        yield STEP_MS
        QApplication.sendEvent(handle, QDropEvent(QPointF(at), actions, data, buttons, NO_MODIFIER))

    def _dropped(self) -> QMimeData:
        data, kind = QMimeData(), self._draw.random()
        if kind < 0.1:
            data.setText("dropped")
        elif kind < 0.2:
            data.setImageData(QImage(40, 30, QImage.Format.Format_RGB32))
        else:
            several = self._draw.randint(2, 4) if kind < 0.35 else 1
            paths = [self._draw.choice([*self._files.iterdir()]) for _ in range(several)]
            data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        _log.info("drops %s", [url.fileName() for url in data.urls()] or data.formats())
        return data

    # What is answered

    def _chooses(self, menu: QMenu) -> Deed:
        offered = [each for each in menu.actions() if each.isEnabled() and not each.isSeparator()]
        if not offered or self._draw.random() < 0.25:
            yield from self._presses(Key.Key_Escape)
            return
        action = self._draw.choice(offered)
        _log.info("chooses %s", action.text())
        self._hand.move(menu.mapToGlobal(menu.actionGeometry(action).center()))
        yield STEP_MS
        self._hand.press(Button.LeftButton)
        yield STEP_MS
        self._hand.release(Button.LeftButton)
        yield STEP_MS

    def _answers_file_dialog(self) -> Deed:
        """Answers a file dialog by typing names only: clicks in it could rename and delete files."""
        if self._draw.random() < 0.5:
            yield from self._presses(Key.Key_Escape)
            return
        there = [*self._files.iterdir(), self._files / "new", self._files / "new.cadl", self._files]
        path = self._draw.choice(there)
        _log.info("answers with %s", path.name)
        self._hand.key(Key.Key_A, CONTROL)
        for letter in str(
            path
        ):  # at once they would all be completed in one turn, which nobody types as fast
            self._hand.type(letter)
            yield STEP_MS
        yield 10 * STEP_MS
        yield from self._presses(Key.Key_Return)

    def _answers(self, box: QMessageBox) -> Deed:
        if self._draw.random() < 0.3:
            yield from self._presses(self._draw.choice([Key.Key_Escape, Key.Key_Return]))
            return
        button = self._draw.choice(box.buttons())
        _log.info("answers %r with %s", box.text(), button.text())
        self._hand.move(button.mapToGlobal(button.rect().center()))
        yield STEP_MS
        self._hand.press(Button.LeftButton)
        yield STEP_MS
        self._hand.release(Button.LeftButton)
        yield STEP_MS

    # What is put right

    def _puts_all_away(self) -> Deed:
        for _ in range(MOST_ESCAPES):
            if QApplication.activePopupWidget() is None and QApplication.activeModalWidget() is None:
                break
            yield from self._presses(Key.Key_Escape)
            yield 10 * STEP_MS
        else:
            self.wrong.append(f"Escape doesn't close {named(QApplication.activeModalWidget())}")
            while (modal := QApplication.activeModalWidget()) is not None:
                modal.close()
                yield STEP_MS

    def _takes(self, action: str) -> None:
        """Triggers an action, and answers the question that it may ask, which waits within the call."""
        QTimer.singleShot(0, _says_yes)
        self._window.frame.actions[action].trigger()

    def _takes_back(self) -> Deed:
        """Undoes everything, redoes it, and undoes it again."""
        yield ARRIVED_MS
        stack, last = self._document.undo_stack, self._document.experiment
        made = stack.index()  # what has been undone already stays so
        while stack.canUndo():
            _log.info("takes back %r", stack.undoText())
            self._takes("undo")
            self.undone += 1
            yield STEP_MS
        self._expect("undone to the start", self._start)
        while stack.canRedo() and stack.index() < made:
            _log.info("does again %r", stack.redoText())
            self._takes("redo")
            yield STEP_MS
        self._expect("redone to the end", last)
        while stack.canUndo():
            _log.info("takes back again %r", stack.undoText())
            self._takes("undo")
            yield STEP_MS
        self._expect("undone to the start again", self._start)

    def _expect(self, word: str, wanted: object) -> None:
        if self._document.experiment != wanted:
            stack = self._document.undo_stack
            edits = ", ".join(stack.text(index) for index in range(stack.count()))
            at = f"after {stack.index()} of the edits {edits}"
            self.wrong.append(f"{word}, {at}, it is {self._document.experiment} and not {wanted}")


def named(widget: QWidget | None) -> str:
    if widget is None:
        return "nothing"
    text = widget.accessibleName() or (widget.text() if isinstance(widget, QPushButton) else "")
    return f"{type(widget).__name__} {text or widget.objectName()!r}"


def _says_yes() -> None:
    asked = QApplication.activeModalWidget()
    if isinstance(asked, QMessageBox):
        asked.defaultButton().click()
