"""The command palette: every action of the window, found by some letters of its name."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cadl_desktop.sentences import filled
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import hint_label
from cadl_desktop.ui.preferences.commands import Command
from cadl_desktop.ui.preferences.matching import best_first
from cadl_desktop.ui.theme.theme import GRID, scaled, theme

_WIDTH, _HEIGHT = 520, 400
_ROW = 28
_KEYS = Qt.ItemDataRole.UserRole
_PLACE = _KEYS + 1
_WALKS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QDialog):
    """Typing finds, the arrow keys walk, Enter does it, Escape leaves."""

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Commands"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._commands = sorted(commands, key=lambda command: not command.action.isEnabled())
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("What do you want to do?"))
        text = self.tr("Finds a command by some of its letters; Enter does it.")
        describe(self.search, self.tr("Command"), text)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setUniformItemSizes(True)
        describe(self.list, self.tr("Commands"), self.tr("Every command of the window with its keys."))
        self._nothing = hint_label(self.tr("No command is called that."))
        in_column(self.search, wide(self.list), self._nothing, on=self, margins=GRID)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._do)
        self.list.itemClicked.connect(self._do)
        self.setGeometry(_under_the_top_of(parent))
        self._find("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list is walked while the keys are the field's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _WALKS:
            self.list.keyPressEvent(event)
            return True
        return False

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
        spoken = filled(self.tr("{title}, {keys}"), title=command.title, keys=keys) if keys else command.title
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        item.setData(_KEYS, keys)
        item.setData(_PLACE, place)
        item.setToolTip(command.action.toolTip())
        item.setSizeHint(QSize(0, scaled(_ROW)))
        if not command.action.isEnabled():
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)

    @Slot()
    def _do(self) -> None:
        item = self.list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            action = self._commands[item.data(_PLACE)].action
            self.close()  # first: what it does may open a dialog of its own
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


def _under_the_top_of(window: QWidget) -> QRect:
    """In the upper middle of the window, where it hides what is looked at least."""
    width, height = min(scaled(_WIDTH), window.width()), min(scaled(_HEIGHT), window.height())
    top = window.mapToGlobal(window.rect().topLeft())
    return QRect(top.x() + (window.width() - width) // 2, top.y() + window.height() // 8, width, height)
