"""Views of text beside a page's own: a glossary entry, and the text and tables beside figures."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QSizeF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from cadl_desktop.lessons.figure import Table
from cadl_desktop.markdown import Block
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.texts.formulas import lesson_text
from cadl_desktop.ui.texts.text_view import TextView
from cadl_desktop.ui.texts.writer import Writer, draw_formulas
from cadl_desktop.ui.theme.theme import GRID, notifier

_MARGIN = GRID
"""Margin of a glossary entry; at least that of the stylesheet."""
_ROUNDING = 2
_SCROLLING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class BlocksView(TextView):
    """View of some blocks, as high as its contents."""

    def __init__(self, blocks: Sequence[Block], width: int) -> None:
        super().__init__()
        writer = Writer(self.document())
        for block in blocks:
            writer.block(block)
        writer.end()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.document().setDocumentMargin(0)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLineWrapMode(QTextBrowser.LineWrapMode.FixedPixelWidth)
        self.setLineWrapColumnOrWidth(width - 2 * _MARGIN)
        self.setFixedSize(width, round(self.document().size().height()) + 2 * _MARGIN)


class WordsView(QTextBrowser):
    """View of the text and tables of a demonstration, as high as its contents."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: Sequence[str] = ()
        self._tables: Sequence[Table] = ()
        self._sizes: dict[float, QSizeF] = {}
        self._sizes_of: tuple[int, str] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("lesson", True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.document().setDocumentMargin(GRID // 2)
        draw_formulas(self.document(), self)
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)  # do not break names in tables
        text = "What the figure shows now, in words and numbers."
        describe(self, "In words", text)
        self.setToolTip("")
        notifier().changed.connect(self._write)
        self.horizontalScrollBar().rangeChanged.connect(self._update_scroll_bar)

    def least_width(self) -> int:
        """Width below which tables or formulas would be cut off."""
        return math.ceil(self._size_in(1).width()) + self.width() - self.viewport().width()

    def heightForWidth(self, width: int) -> int:
        frame = self.size() - self.viewport().size()
        return math.ceil(self._size_in(width - frame.width()).height()) + frame.height()

    def show_words(self, words: Sequence[str], tables: Sequence[Table]) -> None:
        """Shows lines and tables; does nothing if they have not changed."""
        if (words, tables) != (self._words, self._tables):
            self._words, self._tables = words, tables
            self._write()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leaves scrolling keys to the parent."""
        if event.key() in _SCROLLING:
            event.ignore()
        else:
            super().keyPressEvent(event)

    @Slot(int, int)
    def _update_scroll_bar(self, least: int, most: int) -> None:
        """Hides the scroll bar if the excess width only comes from Qt rounding up a table's columns."""
        policy = Qt.ScrollBarPolicy
        wanted = policy.ScrollBarAsNeeded if most - least > _ROUNDING else policy.ScrollBarAlwaysOff
        if self.horizontalScrollBarPolicy() != wanted:
            self.setHorizontalScrollBarPolicy(wanted)

    def _size_in(self, width: float) -> QSizeF:
        """Size of the document at a line width. Cached, because layouts ask dozens of times in a row, and
        each answer lays out the document twice."""
        document = self.document()
        words = document.revision(), document.defaultFont().key()
        if words != self._sizes_of:
            self._sizes, self._sizes_of = {}, words
        if width not in self._sizes:
            before = document.textWidth()
            document.setTextWidth(width)
            self._sizes[width] = document.size()
            document.setTextWidth(before)
        return self._sizes[width]

    @Slot()
    def _write(self) -> None:
        writer = Writer(self.document(), small=True)
        for words in self._words:
            writer.line(lesson_text(words))
        for table in self._tables:
            writer.table(table)
        writer.end()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.updateGeometry()
