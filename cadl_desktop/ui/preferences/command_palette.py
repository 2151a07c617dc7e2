"""Command palette: every action and setting of the window, found by some letters of its name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from shiboken6 import isValid

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import hint_label
from cadl_desktop.ui.controls.section import open_around
from cadl_desktop.ui.panels.panel import Panel
from cadl_desktop.ui.theme.theme import GRID, theme

_WIDTH, _HEIGHT = 520, 400
_ROW = 28
_KEYS = Qt.ItemDataRole.UserRole
_PLACE = _KEYS + 1
_IGNORED_KEYS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_KEPT_OPEN_BY = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""Focus changes that don't close the palette: to another window, or to a context menu."""
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True, eq=False)
class Command:
    """Action with its title, after that of the submenu of a menu, if any."""

    title: str
    action: QAction

    @property
    def keys(self) -> str:
        return self.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def commands_of(
    window: QMainWindow, views: Sequence[QWidget] = (), panels: Sequence[Panel] = ()
) -> list[Command]:
    """All commands, each once: those of the menus in order, other actions of the window, actions of visible
    `views`, and going to each setting of `panels`."""
    found: dict[QAction, Command] = {}
    for heading in window.menuBar().actions():
        menu = heading.menu()
        if isinstance(menu, QMenu):
            found |= {command.action: command for command in _in_menu(menu, "")}
    for action in window.actions():
        if action not in found and action.text():
            found[action] = Command(_title(action), action)
    titles = {command.title for command in found.values()}
    in_views = [command for command in _in_views(views) if command.title not in titles]
    return [*found.values(), *in_views, *chain.from_iterable(map(_settings_in, panels))]


def _settings_in(panel: Panel) -> Iterator[Command]:
    for control in panel.controls().values():
        row = control.parentWidget()
        parts = (control, *row.findChildren(QWidget)) if row and not row.isHidden() else ()
        for part in parts:
            if part.isEnabled() and part.focusPolicy() & Qt.FocusPolicy.TabFocus:
                action = QAction(control.accessibleName())
                action.setToolTip(control.toolTip())
                action.triggered.connect(partial(_go_to, part))
                yield Command(f"{panel.title}: {control.accessibleName()}", action)
                break  # the control, or the box of a number that is off


def _go_to(control: QWidget) -> None:
    open_around(control)
    control.setFocus(Qt.FocusReason.TabFocusReason)


def _in_views(views: Sequence[QWidget]) -> list[Command]:
    widgets = [widget for view in views for widget in (view, *view.findChildren(QWidget))]
    actions = dict.fromkeys(action for widget in widgets if widget.isVisible() for action in widget.actions())
    return [Command(_title(action), action) for action in actions if action.text()]


def _in_menu(menu: QMenu, before: str) -> Iterator[Command]:
    menu.aboutToShow.emit()  # some menus are filled when they open
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu) and action.isEnabled():
            yield from _in_menu(inner, before or f"{_plain(inner.title())}: ")
        elif inner is None and not action.isSeparator():
            yield Command(f"{before}{_title(action)}", action)


def _title(action: QAction) -> str:
    """Title of an action, also of one whose text changes."""
    return _plain(action.data() if isinstance(action.data(), str) and action.isVisible() else action.text())


def _plain(title: str) -> str:
    return title.replace("&", "").rstrip("…")


class CommandPalette(QFrame):
    """List of commands with a search field. Enter triggers the selected one; Escape or a click elsewhere
    closes the palette.

    A child widget over the window: a window of its own would get the keys only once the desktop has shown it,
    and whatever is typed until then would go to the window behind.
    """

    def __init__(self, commands: Sequence[Command], window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setAccessibleName("Commands")
        self._before = QApplication.focusWidget()
        self._left = False
        self._commands = sorted(commands, key=lambda command: not command.action.isEnabled())
        self.search = QLineEdit()
        self.search.setPlaceholderText("What do you want to do?")
        text = "Finds a command or a setting by some of its letters; Enter does it, or goes there."
        describe(self.search, "Command", text)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_CommandDelegate(self.list))
        self.list.setUniformItemSizes(True)
        describe(self.list, "Commands", "Every command of the window with its keys, and every setting.")
        self._nothing = hint_label("No command or setting is called that.")
        in_column(self.search, wide(self.list), self._nothing, on=self, margins=GRID)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._trigger)
        self.list.itemClicked.connect(self._trigger)
        self._find("")
        window.installEventFilter(self)

    def open(self) -> None:
        """Shows the palette with the focus in its search field."""
        self._place()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def leave(self) -> None:
        """Closes the palette and restores the focus."""
        if self._left:
            return
        self._left = True
        had_keys = self.search.hasFocus()
        self.hide()
        self.deleteLater()
        if had_keys and self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Moves through the list while the search field has the focus."""
        if watched is not self.search:
            if event.type() == QEvent.Type.Resize:
                self._place()
            elif event.type() == QEvent.Type.MouseButtonPress:
                self.leave()
            return False
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _KEPT_OPEN_BY:
            self.leave()
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in _LIST_KEYS:
            self.list.keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        return event.key() in (*_LIST_KEYS, *_IGNORED_KEYS, Qt.Key.Key_Escape)

    def _place(self) -> None:
        """Moves to the upper middle of the window, where it hides the least."""
        window = self.window()
        width, height = min(_WIDTH, window.width()), min(_HEIGHT, window.height() * 7 // 8)
        self.setGeometry((window.width() - width) // 2, window.height() // 8, width, height)

    @Slot(str)
    def _find(self, typed: str) -> None:
        self.list.clear()
        for place in best_first(typed, [command.title for command in self._commands]):
            self._add(self._commands[place], place)
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self._nothing.setVisible(self.list.count() == 0)

    def _add(self, command: Command, place: int) -> None:
        item, keys = QListWidgetItem(command.title, self.list), command.keys
        spoken = f"{command.title}, {keys}" if keys else command.title
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        item.setData(_KEYS, keys)
        item.setData(_PLACE, place)
        item.setToolTip(command.action.toolTip())
        item.setSizeHint(QSize(0, _ROW))
        if not command.action.isEnabled():
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)

    @Slot()
    def _trigger(self) -> None:
        item = self.list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            action = self._commands[item.data(_PLACE)].action
            self.leave()  # first: the action may use the focused widget
            action.trigger()


class _CommandDelegate(QStyledItemDelegate):
    """Draws the shortcut at the right end of a row."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        painter.save()
        on = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(theme().text if chosen else theme().muted if on else theme().disabled)
        room = QRect(option.rect).adjusted(0, 0, -GRID, 0)
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, side, index.data(_KEYS))
        painter.restore()


def score(typed: str, text: str) -> float | None:
    """Match score, higher is better; None if the text doesn't have the letters in this order. Beginnings of
    words count most, and consecutive letters more than scattered ones."""
    words, text = typed.lower().split(), text.lower()
    scores = [_score_of_word(word, text) for word in words]
    return None if None in scores else sum(found for found in scores if found is not None)


def best_first(typed: str, texts: Sequence[str]) -> list[int]:
    """Indices of matching texts, best first; all in order if nothing is typed."""
    found = [(score(typed, text), place) for place, text in enumerate(texts)]
    fitting = [(-points, place) for points, place in found if points is not None]
    return [place for _, place in sorted(fitting)]


def _score_of_word(word: str, text: str) -> float | None:
    at = text.find(word)
    if at >= 0:
        begins = at == 0 or not text[at - 1].isalnum()
        return 10.0 * len(word) + (20.0 if begins else 5.0) - at / 100
    return _score_of_letters(word, text)


def _score_of_letters(word: str, text: str) -> float | None:
    points, at = 0.0, -1
    for letter in word:
        after = text.find(letter, at + 1)
        if after < 0:
            return None
        begins = after == 0 or not text[after - 1].isalnum()
        points += 3.0 if after == at + 1 else 2.0 if begins else -0.1 * (after - at)
        at = after
    return points
