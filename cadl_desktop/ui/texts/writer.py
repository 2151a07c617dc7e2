"""Writer of parsed text, tables, formulas and pictures into a QTextDocument, in the theme's colours."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLength,
    QTextOption,
    QTextTableFormat,
)

from cadl_desktop.lessons.figure import Table
from cadl_desktop.markdown import Block, Span, Text, anchor_of, spans_of
from cadl_desktop.ui.controls.number_text import plain_number
from cadl_desktop.ui.texts.formulas import Formula, formula, lesson_text, live_formula, typeset
from cadl_desktop.ui.texts.pictures import picture_format
from cadl_desktop.ui.theme.theme import GRID, SMALL, TEXT, text_font, theme

_OBJECT = int(QTextFormat.ObjectTypes.UserObject) + 1
_TEX, _PIXELS, _LIVE = (int(QTextFormat.Property.UserProperty) + place for place in (1, 2, 3))
_HEADINGS = {1: 20, 2: 16}
"""Font size by level in pixels; deeper headings are as large as the text."""
_TEXT_SIZE = TEXT + 1
_LARGER = 1.2
"""Size of a displayed formula relative to one in a line."""
_CHARACTER = chr(0xFFFC)  # Qt's placeholder for an inline object
_NO_WIDTH = chr(0x200B)  # gives lines that hold nothing but formulas the height of letters
_PUNCTUATION = re.compile(r"[.,;!?)]+")  # without the colon, around which mathtext puts space


class FormulaObject(QPyTextObject):
    """Inline object that draws the formulas of a document."""

    def intrinsicSize(self, document: QTextDocument, place: int, char_format: QTextFormat) -> QSizeF:
        drawn, pixels = _formula_of(char_format)
        if drawn is None:
            return QSizeF()
        return QSizeF(drawn.width * pixels, _height(drawn, pixels, char_format.toCharFormat()))

    def drawObject(
        self,
        painter: QPainter,
        room: QRectF | QRect,
        document: QTextDocument,
        place: int,
        char_format: QTextFormat,
    ) -> None:
        drawn, pixels = _formula_of(char_format)
        if drawn is None:
            return
        below = 0.0
        if _is_deep(drawn, pixels):
            below = (room.height() - _half_x_height(char_format.toCharFormat())) / 2
        drawn.paint(painter, room.left(), room.bottom() - below, pixels, theme().text)


def _formula_of(char_format: QTextFormat) -> tuple[Formula | None, float]:
    read = live_formula if char_format.property(_LIVE) else formula
    return read(str(char_format.property(_TEX))), float(char_format.property(_PIXELS))


def _is_deep(drawn: Formula, pixels: float) -> bool:
    """Whether a formula descends below letters. Qt puts inline objects on the baseline by default."""
    return drawn.descent * pixels > 0.35 * pixels


def _half_x_height(char_format: QTextCharFormat) -> float:
    return QFontMetricsF(char_format.font()).xHeight() / 2


def _height(drawn: Formula, pixels: float, char_format: QTextCharFormat) -> float:
    if not _is_deep(drawn, pixels):
        return drawn.ascent * pixels
    # Qt centres an object with AlignMiddle half an x-height above the baseline.
    half = _half_x_height(char_format)
    return max(2 * drawn.ascent * pixels - half, 2 * drawn.descent * pixels + half)


class Writer:
    """Writer that replaces a document's contents.

    small: for text beside figures, whose numbers change with them.
    folder: where the text's pictures are; without it only their words are written.
    """

    def __init__(self, document: QTextDocument, *, small: bool = False, folder: Path | None = None) -> None:
        self._live, self._folder = small, folder
        self._pixels = SMALL + 1 if small else _TEXT_SIZE
        self._spacing, self._above_headings = (GRID // 2, GRID // 2) if small else (GRID, 2 * GRID)
        self._line_height = 120 if small else 140
        document.clear()
        document.setUndoRedoEnabled(False)
        document.setDefaultFont(text_font(self._pixels))
        self._cursor = QTextCursor(document)
        self._cursor.beginEditBlock()
        self._empty = self._is_first = True

    def end(self) -> None:
        self._cursor.endEditBlock()

    def text(self, text: Text) -> None:
        """Writes a page: its title and all blocks."""
        self.block(Block("heading", (Span(text.title),)))
        for block in text.blocks:
            self.block(block)

    def line(self, words: str) -> None:
        """Writes a line with formulas between dollar signs."""
        self.block(Block("paragraph", spans_of(words)))

    def block(self, block: Block) -> None:
        if block.kind == "table":
            names, *rows = block.rows
            head = [(cell, theme().muted) for cell in names]
            self._cells([head, *([(cell, theme().text) for cell in row] for row in rows)], block.right)
        elif block.kind == "code":
            self._code(block.spans[0].text)
        elif block.kind == "picture":
            self._picture(block)
        else:
            self._words(block)

    def _words(self, block: Block) -> None:
        self._start_block(self._block_format(block))
        pixels, char_format = self._pixels, QTextCharFormat()
        if block.kind == "heading":
            pixels = max(_HEADINGS.get(block.level, self._pixels), self._pixels)
            char_format.setFontWeight(QFont.Weight.DemiBold)
            char_format.setAnchor(True)
            char_format.setAnchorNames([anchor_of(block)])
        if block.kind in ("bullet", "number"):
            mark = "•" if block.kind == "bullet" else f"{block.level}."
            self._write(Span(f"{mark}\t"), char_format, pixels)
        for span in _with_punctuation(block.spans):
            self._write(span, char_format, pixels * (_LARGER if block.kind == "formula" else 1))

    def _picture(self, block: Block) -> None:
        """Writes a picture with its words below, which screen readers have in its place."""
        if self._folder is not None:
            shape = QTextBlockFormat()
            shape.setTopMargin(self._spacing // 2)
            shape.setBottomMargin(self._spacing // 2)
            self._start_block(shape)
            self._cursor.insertText(_CHARACTER, picture_format(self._folder / block.file))
        self._start_block(self._block_format(block))
        muted = QTextCharFormat()
        muted.setForeground(QColor(theme().muted))
        for span in block.spans:
            self._write(span, muted, self._pixels - 2)

    def _code(self, code: str) -> None:
        """Writes code on a background of its own; a line that is too long goes on below, further in."""
        shape = QTextTableFormat()
        shape.setBorder(0)
        shape.setCellPadding(GRID)
        shape.setCellSpacing(0)
        shape.setTopMargin(2)
        shape.setBottomMargin(self._spacing)
        shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        self._start_block(QTextBlockFormat())
        line_shape = QTextBlockFormat()
        line_shape.setLeftMargin(2 * GRID)
        line_shape.setTextIndent(-2 * GRID)
        cell = self._cursor.insertTable(1, 1, shape).cellAt(0, 0)
        ground = QTextCharFormat()
        # The light theme raises by white, on which the text stands already.
        ground.setBackground(QColor(theme().raised if theme().dark else theme().window))
        cell.setFormat(ground)
        self._cursor = cell.firstCursorPosition()
        self._cursor.setBlockFormat(line_shape)
        for number, line in enumerate(code.split("\n")):
            if number:
                self._cursor.insertBlock(line_shape)
            self._write(Span(line, code=True), QTextCharFormat(), self._pixels - 1)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._empty = True

    def table(self, table: Table) -> None:
        """Writes a table under its title, with numbers right-aligned."""
        if title := lesson_text(table.title):
            self.block(Block("heading", spans_of(title), 3))
        head = [(spans_of(lesson_text(name)), theme().muted) for name in table.header]
        digits = [_decimals(column) for column in zip(*table.rows, strict=True)]
        rows = [
            [
                (spans_of(_cell_text(cell, count)), theme().accent if row in table.marked else theme().text)
                for cell, count in zip(cells, digits, strict=True)
            ]
            for row, cells in enumerate(table.rows)
        ]
        first = table.rows[0] if table.rows else [""] * len(head)
        self._cells([head, *rows], [not isinstance(cell, str) for cell in first])

    def _cells(self, rows: Sequence[Sequence[tuple[Sequence[Span], str]]], right: Sequence[bool]) -> None:
        """Writes rows of cells, each of spans and a colour; the first row is the header."""
        shape = QTextTableFormat()
        shape.setBorder(0)
        shape.setCellPadding(3 if self._live else GRID // 2)
        shape.setCellSpacing(1)
        shape.setTopMargin(2)
        shape.setBottomMargin(self._spacing if self._live else 2 * GRID)
        shape.setHeaderRowCount(1)
        shape.setWidth(QTextLength())
        self._start_block(QTextBlockFormat())
        made = self._cursor.insertTable(len(rows), len(right), shape)
        for row, cells in enumerate(rows):
            for column, (spans, colour) in enumerate(cells):
                self._fill_cell(made.cellAt(row, column).firstCursorPosition(), spans, colour, right[column])
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._empty = True

    def _fill_cell(self, at: QTextCursor, spans: Sequence[Span], colour: str, is_right: bool) -> None:
        if is_right:
            shape = QTextBlockFormat()
            shape.setAlignment(Qt.AlignmentFlag.AlignRight)
            at.setBlockFormat(shape)
        char_format = QTextCharFormat()
        char_format.setForeground(QColor(colour))
        before, self._cursor = self._cursor, at
        for span in _with_punctuation(spans):
            self._write(span, char_format, self._pixels)
        self._cursor = before

    def _start_block(self, shape: QTextBlockFormat) -> None:
        self._is_first = False
        if self._empty:
            self._cursor.setBlockFormat(shape)
            self._empty = False
        else:
            self._cursor.insertBlock(shape)

    def _block_format(self, block: Block) -> QTextBlockFormat:
        shape = QTextBlockFormat()
        shape.setLineHeight(self._line_height, int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value))
        shape.setBottomMargin(self._spacing)
        if block.kind == "heading":
            shape.setHeadingLevel(block.level)
            shape.setTopMargin(0 if self._is_first else self._above_headings)
        elif block.kind == "formula":
            shape.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            shape.setTopMargin(self._spacing)
            shape.setBottomMargin(2 * self._spacing)
        elif block.kind in ("bullet", "number"):
            indent = 2 * GRID + GRID // 2
            shape.setLeftMargin(indent)
            shape.setTextIndent(-indent)
            shape.setTabPositions([QTextOption.Tab(indent, QTextOption.TabType.LeftTab)])
        return shape

    def _write(self, span: Span, base: QTextCharFormat, pixels: float) -> None:
        char_format = QTextCharFormat(base)
        font = text_font(round(pixels))
        if span.code:
            font.setFamilies(["DejaVu Sans Mono", "Menlo", "Consolas", "monospace"])
        if span.strong or base.fontWeight() > QFont.Weight.Normal:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(span.emphasised)
        char_format.setFont(font)
        if not base.hasProperty(int(QTextFormat.Property.ForegroundBrush)):
            char_format.setForeground(QColor(theme().text))
        if span.link:
            char_format.setAnchor(True)
            char_format.setAnchorHref(span.link)
            char_format.setForeground(QColor(theme().accent))
            char_format.setFontUnderline(True)
        read = live_formula if self._live else formula
        drawn = read(span.text) if span.formula else None
        if drawn is None:
            source = span.text if span.code else f"${span.text}$" if span.formula else ""
            self._cursor.insertText(source or typeset(span.text), char_format)
            return
        text_format = QTextCharFormat(char_format)
        char_format.setObjectType(_OBJECT)
        char_format.setProperty(_TEX, span.text)
        char_format.setProperty(_PIXELS, pixels)
        char_format.setProperty(_LIVE, self._live)
        if _is_deep(drawn, pixels):
            char_format.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        self._cursor.insertText(_CHARACTER, char_format)
        self._cursor.insertText(_NO_WIDTH, text_format)


def _with_punctuation(spans: Sequence[Span]) -> list[Span]:
    """Moves punctuation after a formula into it, since Qt may break a line after any object."""
    found: list[Span] = []
    for span in spans:
        follows = found and found[-1].formula and not (span.formula or span.link)
        stops = _PUNCTUATION.match(span.text) if follows else None
        if stops:
            found[-1] = replace(found[-1], text=rf"{found[-1].text}\text{{{stops[0]}}}")
            span = replace(span, text=span.text[stops.end() :])
        found.append(span)
    return found


def formulas_in(spans: Sequence[Span]) -> list[str]:
    """Formulas that `Writer` draws for some spans."""
    return [span.text for span in _with_punctuation(spans) if span.formula]


def draw_formulas(document: QTextDocument, parent: QObject) -> None:
    """Enables a document to draw the formulas that `Writer` inserts."""
    document.documentLayout().registerHandler(_OBJECT, FormulaObject(parent))


def _decimals(column: Sequence[float | str]) -> int | None:
    """Decimals for a column, so that its points are aligned and its largest number has four digits.

    None if that would leave fewer than two digits of the smallest, or the column has other cells than floats.
    """
    sizes = [abs(cell) for cell in column if not isinstance(cell, str | int)]
    if len(sizes) < len(column) or not all(map(math.isfinite, sizes)) or all(size % 1 == 0 for size in sizes):
        return None
    largest, smallest = max(sizes), min(sizes)
    digits = 3 - math.floor(math.log10(largest)) if largest else 0
    return digits if 0 < digits < 7 and smallest >= 10 * 10.0**-digits else None


def _cell_text(cell: float | str, digits: int | None) -> str:
    if isinstance(cell, str):
        return lesson_text(cell)
    if digits is not None:
        return f"{cell:z.{digits}f}"
    return plain_number(cell if isinstance(cell, int) else float(f"{cell:.4g}"))
