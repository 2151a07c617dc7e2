"""Blocks of a page's text put into a document, in the theme's colours."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace

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
from cadl_desktop.lessons.texts import Block, Span, anchor_of, spans_of
from cadl_desktop.ui.controls.edits.numbers import plain_number
from cadl_desktop.ui.lessons.formulas import Formula, formula, live_formula
from cadl_desktop.ui.lessons.words import lesson_text, typeset
from cadl_desktop.ui.theme.theme import GRID, SMALL, TEXT, text_font, theme

_OBJECT = int(QTextFormat.ObjectTypes.UserObject) + 1
_TEX, _PIXELS, _LIVE = (int(QTextFormat.Property.UserProperty) + place for place in (1, 2, 3))
_HEADINGS = {1: 20, 2: 16}
"""Pixels by level; deeper ones are as large as the text."""
_READING = TEXT + 1
_LARGER = 1.2
"""A formula of its own, over one in a line."""
_CHARACTER = chr(0xFFFC)  # Qt's place for an object in a text
_STOPS = re.compile(r"[.,;!?)]+")  # mathtext puts air around a colon


class FormulaObject(QPyTextObject):
    """Draws the formulas of a document."""

    def intrinsicSize(self, document: QTextDocument, place: int, look: QTextFormat) -> QSizeF:
        drawn, pixels = _formula_of(look)
        if drawn is None:
            return QSizeF()
        return QSizeF(drawn.width * pixels, _height(drawn, pixels, look.toCharFormat()))

    def drawObject(
        self, painter: QPainter, room: QRectF | QRect, document: QTextDocument, place: int, look: QTextFormat
    ) -> None:
        drawn, pixels = _formula_of(look)
        if drawn is None:
            return
        below = _below(room.height(), look.toCharFormat()) if _is_tall(drawn, pixels) else 0.0
        drawn.paint(painter, room.left(), room.bottom() - below, pixels, theme().text)


def _formula_of(look: QTextFormat) -> tuple[Formula | None, float]:
    read = live_formula if look.property(_LIVE) else formula
    return read(str(look.property(_TEX))), float(look.property(_PIXELS))


def _is_tall(drawn: Formula, pixels: float) -> bool:
    """Whether it reaches further down than letters do: Qt stands what is in a line on the line."""
    return drawn.descent * pixels > 0.35 * pixels


def _half_letter(look: QTextCharFormat) -> float:
    return QFontMetricsF(look.font()).xHeight() / 2


def _height(drawn: Formula, pixels: float, look: QTextCharFormat) -> float:
    if not _is_tall(drawn, pixels):
        return drawn.ascent * pixels
    # What is put in the middle of a line reaches this much above and below it, by Qt's rule.
    half = _half_letter(look)
    return max(2 * drawn.ascent * pixels - half, 2 * drawn.descent * pixels + half)


def _below(height: float, look: QTextCharFormat) -> float:
    return (height - _half_letter(look)) / 2


class Writer:
    """Writes into a document from its beginning on; `small` for what stands beside figures, and follows
    them."""

    def __init__(self, document: QTextDocument, *, small: bool = False) -> None:
        self._live = small
        self._pixels = SMALL + 1 if small else _READING
        self._apart = GRID // 2 if small else GRID
        self._line = 120 if small else 140
        document.clear()
        document.setUndoRedoEnabled(False)
        document.setDefaultFont(text_font(self._pixels))
        self._cursor = QTextCursor(document)
        self._cursor.beginEditBlock()
        self._empty = True

    def end(self) -> None:
        self._cursor.endEditBlock()

    def title(self, words: str) -> None:
        self.block(Block("heading", (Span(words),)))

    def line(self, words: str) -> None:
        """A line with formulas between dollar signs."""
        self.block(Block("paragraph", spans_of(words)))

    def block(self, block: Block) -> None:
        if block.kind == "table":
            names, *rows = block.rows
            head = [(cell, theme().muted) for cell in names]
            self._cells([head, *([(cell, theme().text) for cell in row] for row in rows)], block.right)
            return
        self._begin(self._shape(block))
        pixels, look = self._pixels, QTextCharFormat()
        if block.kind == "heading":
            pixels = max(_HEADINGS.get(block.level, self._pixels), self._pixels)
            look.setFontWeight(QFont.Weight.DemiBold)
            look.setAnchor(True)
            look.setAnchorNames([anchor_of(block)])
        if block.kind in ("bullet", "number"):
            mark = "•" if block.kind == "bullet" else f"{block.level}."
            self._write(Span(f"{mark}\t"), look, pixels)
        for span in _with_stops(block.spans):
            self._write(span, look, pixels * (_LARGER if block.kind == "formula" else 1))

    def table(self, table: Table) -> None:
        """Under its title; numbers are at the right of their cells."""
        if title := lesson_text(table.title):
            self.block(Block("heading", spans_of(title), 3))
        head = [(spans_of(lesson_text(name)), theme().muted) for name in table.header]
        digits = [_digits(column) for column in zip(*table.rows, strict=True)]
        rows = [
            [
                (spans_of(_spelled(cell, count)), theme().accent if row in table.marked else theme().text)
                for cell, count in zip(cells, digits, strict=True)
            ]
            for row, cells in enumerate(table.rows)
        ]
        first = table.rows[0] if table.rows else [""] * len(head)
        self._cells([head, *rows], [not isinstance(cell, str) for cell in first])

    def _cells(self, rows: Sequence[Sequence[tuple[Sequence[Span], str]]], right: Sequence[bool]) -> None:
        """Rows of words with their colours, under a row of names."""
        shape = QTextTableFormat()
        shape.setBorder(0)
        shape.setCellPadding(3)
        shape.setCellSpacing(1)
        shape.setTopMargin(2)
        shape.setBottomMargin(self._apart)
        shape.setHeaderRowCount(1)
        shape.setWidth(QTextLength())
        self._begin(QTextBlockFormat())
        made = self._cursor.insertTable(len(rows), len(right), shape)
        for row, cells in enumerate(rows):
            for column, (spans, colour) in enumerate(cells):
                self._fill(made.cellAt(row, column).firstCursorPosition(), spans, colour, right[column])
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._empty = True

    def _fill(self, at: QTextCursor, spans: Sequence[Span], colour: str, is_right: bool) -> None:
        if is_right:
            shape = QTextBlockFormat()
            shape.setAlignment(Qt.AlignmentFlag.AlignRight)
            at.setBlockFormat(shape)
        look = QTextCharFormat()
        look.setForeground(QColor(colour))
        before, self._cursor = self._cursor, at
        for span in _with_stops(spans):
            self._write(span, look, self._pixels)
        self._cursor = before

    def _begin(self, shape: QTextBlockFormat) -> None:
        if self._empty:
            self._cursor.setBlockFormat(shape)
            self._empty = False
        else:
            self._cursor.insertBlock(shape)

    def _shape(self, block: Block) -> QTextBlockFormat:
        shape = QTextBlockFormat()
        shape.setLineHeight(self._line, int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value))
        shape.setBottomMargin(self._apart)
        if block.kind == "heading":
            shape.setHeadingLevel(block.level)
            shape.setTopMargin(0 if self._empty else self._apart)
        elif block.kind == "formula":
            shape.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            shape.setTopMargin(self._apart)
            shape.setBottomMargin(2 * self._apart)
        elif block.kind in ("bullet", "number"):
            indent = 2 * GRID + GRID // 2
            shape.setLeftMargin(indent)
            shape.setTextIndent(-indent)
            shape.setTabPositions([QTextOption.Tab(indent, QTextOption.TabType.LeftTab)])
        return shape

    def _write(self, span: Span, around: QTextCharFormat, pixels: float) -> None:
        look = QTextCharFormat(around)
        font = text_font(round(pixels))
        if span.code:
            font.setFamilies(["DejaVu Sans Mono", "Menlo", "Consolas", "monospace"])
        if span.strong or around.fontWeight() > QFont.Weight.Normal:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(span.emphasised)
        look.setFont(font)
        if not around.hasProperty(int(QTextFormat.Property.ForegroundBrush)):
            look.setForeground(QColor(theme().text))
        if span.link:
            look.setAnchor(True)
            look.setAnchorHref(span.link)
            look.setForeground(QColor(theme().accent))
            look.setFontUnderline(True)
        read = live_formula if self._live else formula
        drawn = read(span.text) if span.formula else None
        if drawn is None:
            as_written = span.text if span.code else f"${span.text}$" if span.formula else ""
            self._cursor.insertText(as_written or typeset(span.text), look)
            return
        look.setObjectType(_OBJECT)
        look.setProperty(_TEX, span.text)
        look.setProperty(_PIXELS, pixels)
        look.setProperty(_LIVE, self._live)
        if _is_tall(drawn, pixels):
            look.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        self._cursor.insertText(_CHARACTER, look)


def _with_stops(spans: Sequence[Span]) -> list[Span]:
    """Formulas take along the full stop behind them: Qt may break a line after any object."""
    found: list[Span] = []
    for span in spans:
        follows = found and found[-1].formula and not (span.formula or span.link)
        stops = _STOPS.match(span.text) if follows else None
        if stops:
            found[-1] = replace(found[-1], text=rf"{found[-1].text}\text{{{stops[0]}}}")
            span = replace(span, text=span.text[stops.end() :])
        found.append(span)
    return found


def formulas_in(spans: Sequence[Span]) -> list[str]:
    """Those that `Writer` makes of some words."""
    return [span.text for span in _with_stops(spans) if span.formula]


def draw_formulas(document: QTextDocument, parent: QObject) -> None:
    """Has a document show what `Writer` puts into it."""
    document.documentLayout().registerHandler(_OBJECT, FormulaObject(parent))


def _digits(column: Sequence[float | str]) -> int | None:
    """So many behind the point that the largest number has four in all, for one to stand below the other;
    none where that would leave too little of the smallest."""
    sizes = [abs(cell) for cell in column if not isinstance(cell, str | int)]
    if len(sizes) < len(column) or not all(map(math.isfinite, sizes)) or all(size % 1 == 0 for size in sizes):
        return None
    largest, smallest = max(sizes), min(sizes)
    digits = 3 - math.floor(math.log10(largest)) if largest else 0
    return digits if 0 < digits < 7 and smallest >= 10 * 10.0**-digits else None


def _spelled(cell: float | str, digits: int | None) -> str:
    if isinstance(cell, str):
        return lesson_text(cell)
    if digits is not None:
        return f"{cell:z.{digits}f}"
    return plain_number(cell if isinstance(cell, int) else float(f"{cell:.4g}"))
