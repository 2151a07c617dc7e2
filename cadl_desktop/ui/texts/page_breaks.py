"""Page breaks of a text that is printed: a heading or picture stays on a page with what follows it."""

from collections.abc import Iterator

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCursor, QTextDocument, QTextFormat, QTextTable

from cadl_desktop.ui.texts.pictures import PICTURE_OBJECT

_FEW_LINES = 3
"""Longest paragraph that isn't parted."""


def break_pages(document: QTextDocument, page: QSizeF) -> None:
    """Lays a document out on pages of this size in pixels. Each title of first level begins one; headings and
    pictures stay with what follows; short paragraphs, tables and code of less than half a page aren't
    parted."""
    for block in _blocks(document):
        if block.blockFormat().headingLevel() == 1 and block.position() > 0:
            _break_before(block)
    _lay_out(document, page)
    for block in _blocks(document):
        if _is_parted(block, page.height()):
            while _leads(block.previous()):
                block = block.previous()
            _break_before(block)
            _lay_out(document, page)


def page_of(block: QTextBlock, page_height: float, line: int = 0) -> int:
    """Page, from 0, on which a line of a block stands."""
    return int((_top_of(block, line) + 1) // page_height)


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _top_of(block: QTextBlock, line: int = 0) -> float:
    """Upper edge of a line of a block, from the first page on."""
    place = block.document().documentLayout().blockBoundingRect(block).top()
    return place + block.layout().lineAt(line).y()


def _lay_out(document: QTextDocument, page: QSizeF) -> None:
    """Lays out all pages anew: what Qt does after a single change loses blocks."""
    document.setPageSize(page)
    document.pageCount()  # else pages are laid out once they are drawn


def _is_parted(block: QTextBlock, height: float) -> bool:
    """Whether a page ends between a heading or picture and what follows it, or within a few lines or rows."""
    lines = block.layout().lineCount()
    if not block.text() or _breaks(block) or QTextCursor(block).currentTable() is not None:
        return False
    if lines <= _FEW_LINES and page_of(block, height, lines - 1) != page_of(block, height):
        return True
    following = block.next()
    while following.isValid() and not following.text():  # the block before a table
        following = following.next()
    if not following.isValid():
        return False
    table = QTextCursor(following).currentTable()
    if table is not None and _is_parted_table(table, height):
        return True
    return _leads(block) and page_of(following, height) != page_of(block, height)


def _is_parted_table(table: QTextTable, height: float) -> bool:
    """Whether a page ends within a table, or code, that isn't long."""
    first, last = table.firstCursorPosition().block(), table.lastCursorPosition().block()
    end = last.layout().lineCount() - 1
    if _top_of(last, end) - _top_of(first) > height / 2:
        return False
    return page_of(first, height) != page_of(last, height, end)


def _leads(block: QTextBlock) -> bool:
    """Whether a block is a heading or a picture, on whose page what follows begins."""
    beginning = block.begin().fragment().charFormat()
    return block.blockFormat().headingLevel() > 1 or beginning.objectType() == PICTURE_OBJECT


def _breaks(block: QTextBlock) -> bool:
    return bool(block.blockFormat().pageBreakPolicy() & QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)


def _break_before(block: QTextBlock) -> None:
    shape = QTextBlockFormat()
    shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    QTextCursor(block).mergeBlockFormat(shape)
