"""The command palette: every action of the window, found by some letters of its name."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from shiboken6 import isValid

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import hint_label
from cadl_desktop.ui.preferences.commands import Command
from cadl_desktop.ui.preferences.matching import best_first
from cadl_desktop.ui.theme.theme import GRID, theme

_WIDTH, _HEIGHT = 520, 400
_ROW = 28
_KEYS = Qt.ItemDataRole.UserRole
_PLACE = _KEYS + 1
_STAYS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_ELSEWHERE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""Whoever looks at another window, or opens a field's menu, comes back."""
_WALKS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QFrame):
    """Typing finds, the arrow keys walk, Enter does it, Escape or a click elsewhere leaves.

    It lies over its window: one of its own would have the keys only when the desktop has shown it, and what
    is typed until then would go to the window behind it.
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
        text = "Finds a command by some of its letters; Enter does it."
        describe(self.search, "Command", text)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setUniformItemSizes(True)
        describe(self.list, "Commands", "Every command of the window with its keys.")
        self._nothing = hint_label("No command is called that.")
        in_column(self.search, wide(self.list), self._nothing, on=self, margins=GRID)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._do)
        self.list.itemClicked.connect(self._do)
        self._find("")
        window.installEventFilter(self)

    def open(self) -> None:
        """Has the keys from now on."""
        self._place()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def leave(self) -> None:
        """Is gone, and the keys go where they went before."""
        if self._left:
            return
        self._left = True
        had_keys = self.search.hasFocus()
        self.hide()
        self.deleteLater()
        if had_keys and self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list is walked while the keys are the field's."""
        if watched is not self.search:
            if event.type() == QEvent.Type.Resize:
                self._place()
            elif event.type() == QEvent.Type.MouseButtonPress:
                self.leave()
            return False
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _ELSEWHERE:
            self.leave()
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in _WALKS:
            self.list.keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        return event.key() in (*_WALKS, *_STAYS, Qt.Key.Key_Escape)

    def _place(self) -> None:
        """In the upper middle of the window, where it hides what is looked at least."""
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
    def _do(self) -> None:
        item = self.list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            action = self._commands[item.data(_PLACE)].action
            self.leave()  # first: what it does may be about what has the keys
            action.trigger()


class _Rows(QStyledItemDelegate):
    """Writes the keys at the right end of a row."""

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
