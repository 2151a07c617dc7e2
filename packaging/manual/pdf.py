"""The whole manual as one PDF of A4 pages: title, contents with page numbers, and all pages in order."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMarginsF, QObject, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)

from cadl_desktop.manual.pages import Manual
from cadl_desktop.markdown import Block, Span, Text
from cadl_desktop.ui.texts.pictures import PICTURE_OBJECT, draw_pictures
from cadl_desktop.ui.texts.writer import Writer, draw_formulas
from cadl_desktop.ui.theme.theme import SMALL, text_font, theme

_PAGE, _MARGIN = QSizeF(794, 1123), 76
"""A4 and its margins in pixels of 1/96 inch, in which fonts of the window have their usual size."""
_BODY = QSizeF(_PAGE.width() - 2 * _MARGIN, _PAGE.height() - 2 * _MARGIN)
_NUMBER = "000"
_FEW_LINES = 3
"""Longest paragraph that isn't parted."""
_LONG_TABLE = _BODY.height() / 2
"""Height of tables and code from which on they may be parted."""
_SCALE = 12.5
"""The PDF's resolution, 1200 dpi, by that of the pixels."""


def write_pdf(manual: Manual, version: str, file: Path) -> int:
    """Writes the manual into a file, and returns its number of pages."""
    app = QGuiApplication.instance() or QGuiApplication([])
    document = _document(manual, version, app)
    _break_pages(document)
    _fill_in_numbers(document)
    _paint(document, f"cadl_desktop {version}: manual", file)
    return document.pageCount()


def _document(manual: Manual, version: str, parent: QObject) -> QTextDocument:
    made = QTextDocument(parent)
    draw_formulas(made, made)
    draw_pictures(made, made)
    made.setUseDesignMetrics(True)
    made.setDocumentMargin(0)
    writer = Writer(made, folder=manual.folder)
    writer.text(Text("cadl_desktop", tuple(_contents(manual, version))))
    for page in manual.pages:
        writer.text(Text(page.title, tuple(map(_printed, page.text.blocks))))
    writer.end()
    for table in _tables(made):
        # Qt repeats headings over what stands below where a table ends with its page.
        shape = table.format()
        shape.setHeaderRowCount(0)
        table.setFormat(shape)
    return made


def _contents(manual: Manual, version: str) -> Iterator[Block]:
    """Blocks of the first page; page numbers are filled in once they are known."""
    yield Block("paragraph", (Span(f"Manual of version {version}"),))
    group = ""
    rows: list[tuple[tuple[Span, ...], ...]] = []
    for page in manual.pages:
        if page.group != group:
            group = page.group
            rows.append(((Span(group, strong=True),), ()))
        rows.append(((Span(page.title),), (Span(_NUMBER),)))
    yield Block("table", rows=(((), (Span("page"),)), *rows), right=(False, True))


def _printed(block: Block) -> Block:
    """Block without links that lead nowhere on paper: to other pages, and to controls of the window."""

    def spans(written: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(span if "://" in span.link else replace(span, link="") for span in written)

    rows = tuple(tuple(spans(cell) for cell in row) for row in block.rows)
    return replace(block, spans=spans(block.spans), rows=rows)


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _top_of(block: QTextBlock, line: int = 0) -> float:
    """Upper edge of a line of a block, from the first page on."""
    place = block.document().documentLayout().blockBoundingRect(block).top()
    return place + block.layout().lineAt(line).y()


def _page_of(block: QTextBlock, line: int = 0) -> int:
    """Page of a line of a block, from 0."""
    return int((_top_of(block, line) + 1) // _BODY.height())


def _tables(document: QTextDocument) -> list[QTextTable]:
    return [frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)]


def _fill_in_numbers(document: QTextDocument) -> None:
    """Replaces the numbers in the contents, the first table, by those of the pages with these titles."""
    titles = [block for block in _blocks(document) if block.blockFormat().headingLevel() == 1]
    numbers = {block.text(): _page_of(block) + 1 for block in titles}
    contents = _tables(document)[0]
    for row in range(contents.rows()):
        title, place = (contents.cellAt(row, column).firstCursorPosition() for column in (0, 1))
        if place.block().text() == _NUMBER:
            place.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            place.insertText(str(numbers[title.block().text()]))
    _lay_out(document)


def _break_pages(document: QTextDocument) -> None:
    """Begins each page of the manual on a page, and keeps together what is read together."""
    for block in _blocks(document):
        if block.blockFormat().headingLevel() == 1 and block.position() > 0:
            _break_before(block)
    _lay_out(document)
    for block in _blocks(document):
        if _is_parted(block):
            while _leads(block.previous()):
                block = block.previous()
            _break_before(block)
            _lay_out(document)


def _lay_out(document: QTextDocument) -> None:
    """Lays out all pages anew: what Qt does after a single change loses blocks."""
    document.setPageSize(_BODY)
    document.pageCount()  # else pages are laid out once they are drawn


def _is_parted(block: QTextBlock) -> bool:
    """Whether a page ends between a heading or picture and what follows it, or within a few lines or rows."""
    lines = block.layout().lineCount()
    if not block.text() or _breaks(block) or QTextCursor(block).currentTable() is not None:
        return False
    if lines <= _FEW_LINES and _page_of(block, lines - 1) != _page_of(block):
        return True
    following = block.next()
    while following.isValid() and not following.text():  # the block before a table
        following = following.next()
    if not following.isValid():
        return False
    if (table := QTextCursor(following).currentTable()) is not None and _is_parted_table(table):
        return True
    return _leads(block) and _page_of(following) != _page_of(block)


def _is_parted_table(table: QTextTable) -> bool:
    """Whether a page ends within a table, or code, that isn't long."""
    first, last = table.firstCursorPosition().block(), table.lastCursorPosition().block()
    end = last.layout().lineCount() - 1
    if _top_of(last, end) - _top_of(first) > _LONG_TABLE:
        return False
    return _page_of(first) != _page_of(last, end)


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


def _paint(document: QTextDocument, title: str, file: Path) -> None:
    writer = QPdfWriter(str(file))
    writer.setTitle(title)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(round(96 * _SCALE))
    painter = QPainter(writer)
    painter.scale(_SCALE, _SCALE)
    for page in range(document.pageCount()):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(_MARGIN, _MARGIN - page * _BODY.height())
        # Without the last pixel, which may have the upper edge of what stands on the next page.
        document.drawContents(painter, QRectF(0, page * _BODY.height(), _BODY.width(), _BODY.height() - 1))
        painter.restore()
        if page:
            _paint_foot(painter, title, page + 1)
    painter.end()


def _paint_foot(painter: QPainter, title: str, number: int) -> None:
    room = QRectF(_MARGIN, _PAGE.height() - _MARGIN, _BODY.width(), _MARGIN / 2)
    painter.setFont(text_font(SMALL))
    painter.setPen(theme().muted)
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, title)
    painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, str(number))
