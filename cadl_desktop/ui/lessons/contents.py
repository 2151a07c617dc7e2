"""The list of all pages, ticked where their goals have been reached."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.lessons.reading import Chapter, Reading
from cadl_desktop.ui.theme.icons import SIZE, icon
from cadl_desktop.ui.theme.theme import GRID, notifier

_AS_WIDE_AS_A_DIGIT = "\u2007"


class _Lines(QStyledItemDelegate):
    """Has as many lines as a title takes; Qt counts them without what the stylesheet leaves around words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        narrower = QStyleOptionViewItem(option)
        narrower.rect.setWidth(option.rect.width() - 2 * GRID)
        return super().sizeHint(narrower, index)


class Contents(QListWidget):
    """Arrow keys go from page to page."""

    def __init__(self, reading: Reading, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = reading
        self.setWordWrap(True)
        self.setItemDelegate(_Lines(self))
        self.setResizeMode(QListWidget.ResizeMode.Adjust)  # or lines are broken for the width at first
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        describe(self, "Contents", "All lessons; those with a tick have been reached.")
        self.setToolTip("")
        self.currentItemChanged.connect(self._open)
        reading.contents_changed.connect(self._list)
        reading.opened.connect(self._show_place)
        reading.goals_changed.connect(self._show_ticks)
        notifier().changed.connect(self._show_ticks)
        self._list()

    def sizeHint(self) -> QSize:
        return QSize(26 * GRID, 60 * GRID)

    @Slot()
    def _list(self) -> None:
        with QSignalBlocker(self):
            self.clear()
            is_own = False
            for place, chapter in enumerate(self._reading.chapters):
                if not chapter.number and not is_own:
                    is_own = True
                    heading = QListWidgetItem("Own lessons", self)
                    heading.setFlags(Qt.ItemFlag.NoItemFlags)
                indent = _AS_WIDE_AS_A_DIGIT if 0 < chapter.number < 10 else ""
                item = QListWidgetItem(indent + _title(chapter), self)
                item.setData(Qt.ItemDataRole.UserRole, place)
        self._show_ticks()
        self._show_place()

    @Slot()
    def _show_ticks(self) -> None:
        nothing = QPixmap(SIZE, SIZE)
        nothing.fill(Qt.GlobalColor.transparent)
        reached, empty = icon("check", "good"), QIcon(nothing)
        for item in self._items():
            chapter = self._reading.chapters[item.data(Qt.ItemDataRole.UserRole)]
            is_reached = chapter.page.name in self._reading.reached
            item.setIcon(reached if is_reached else empty)
            title = shown(_title(chapter))
            spoken = f"{title}, goal reached" if is_reached else title
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    @Slot()
    def _show_place(self) -> None:
        with QSignalBlocker(self):
            for item in self._items():
                if item.data(Qt.ItemDataRole.UserRole) == self._reading.place:
                    self.setCurrentItem(item)

    @Slot()
    def _open(self) -> None:
        item = self.currentItem()
        if item is not None:
            self._reading.open(item.data(Qt.ItemDataRole.UserRole))

    def _items(self) -> list[QListWidgetItem]:
        """Those of pages, without the heading between them."""
        every = (self.item(row) for row in range(self.count()))
        return [item for item in every if item.data(Qt.ItemDataRole.UserRole) is not None]


def _title(chapter: Chapter) -> str:
    return f"{chapter.number} {chapter.page.title}" if chapter.number else chapter.page.title
