"""Search in the manual: its field, and the list of what was found."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QTextDocument
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cadl_desktop.manual.search import Hit, places_of
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.looks import native_keys
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font, theme

_HIT = Qt.ItemDataRole.UserRole
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class SearchField(QLineEdit):
    """Field for words to search for. Keys that move go to the list of what was found; Escape empties it."""

    def __init__(self, hits: "HitList") -> None:
        super().__init__()
        self._hits = hits
        self.setPlaceholderText(native_keys("Search (Ctrl+F)"))
        text = "Lists the sections that have all of these words; arrows go through them, Enter opens one."
        describe(self, "Search the manual", text)
        self.returnPressed.connect(hits.choose_current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _LIST_KEYS:
            self._hits.keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class HitList(QListWidget):
    """Sections that were found, best first. Enter or a click opens one."""

    chosen = Signal(object)  # a Hit

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words: list[str] = []
        self.setItemDelegate(_HitDelegate(self))
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        describe(self, "Found", "Sections of the manual with these words; Enter or a click opens one.")
        self.setToolTip("")
        self.itemClicked.connect(self._choose)

    def show_hits(self, hits: Sequence[Hit], words: list[str]) -> None:
        """Lists sections found for these words; the first one is selected."""
        self.words = words
        self.clear()
        for hit in hits:
            item = QListWidgetItem(f"{_title(hit)}: {hit.snippet}", self)
            item.setData(_HIT, hit)
        if not hits:
            QListWidgetItem("No section has all of these words.", self).setFlags(Qt.ItemFlag.NoItemFlags)
        self.setCurrentRow(0)

    def choose_current(self) -> None:
        if (item := self.currentItem()) is not None:
            self._choose(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_current()
        else:
            super().keyPressEvent(event)

    def _choose(self, item: QListWidgetItem) -> None:
        if (hit := item.data(_HIT)) is not None:
            self.chosen.emit(hit)


def _title(hit: Hit) -> str:
    return f"{hit.page.title} › {hit.section.heading}" if hit.section.anchor else hit.page.title


class _HitDelegate(QStyledItemDelegate):
    """Delegate that writes a hit's title, and its snippet with the words strong."""

    def __init__(self, hits: HitList) -> None:
        super().__init__(hits)
        self._hits = hits

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        hit = index.data(_HIT)
        if hit is None:
            super().paint(painter, option, index)
            return
        background = QStyleOptionViewItem(option)
        self.initStyleOption(background, index)
        background.text = ""
        style = self._hits.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, background, painter, self._hits)
        painter.save()
        painter.translate(option.rect.topLeft())
        self._document(hit).drawContents(painter)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hit = index.data(_HIT)
        return super().sizeHint(option, index) if hit is None else self._document(hit).size().toSize()

    def _document(self, hit: Hit) -> QTextDocument:
        made = QTextDocument()
        made.setDefaultFont(text_font())
        made.setDocumentMargin(GRID)
        look = f"font-size: {SMALL}px; color: {theme().muted}"
        snippet = f'<span style="{look}">{self._strong(hit.snippet)}</span>'
        title = f'<span style="font-weight: 600; color: {theme().text}">{escape(_title(hit))}</span>'
        made.setHtml(f"{title}<br>{snippet}")
        made.setTextWidth(self._hits.viewport().width())
        return made

    def _strong(self, snippet: str) -> str:
        """Snippet as HTML with its words strong."""
        parts, before = [], 0
        for start, length in places_of(self._hits.words, snippet):
            parts += [escape(snippet[before:start]), f'<b style="color: {theme().text}">']
            parts += [escape(snippet[start : start + length]), "</b>"]
            before = start + length
        return "".join((*parts, escape(snippet[before:])))
