"""Parser for the Markdown of lessons and manual, without Qt.

It knows headings, `-` and `1.` lists, **strong**, *emphasis*, `code`, [links](target), $formulas$,
$$displayed formulas$$ and ![pictures](file) as paragraphs of their own, code between lines of three
backticks, and tables whose lines begin with a bar and whose second line consists of hyphens. Anything else
is kept as written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

MOST_COLUMNS, MOST_ROWS = 12, 200
"""Largest table that is parsed; a larger one is kept as written."""

Kind = Literal["heading", "paragraph", "bullet", "number", "formula", "table", "code", "picture"]


@dataclass(frozen=True)
class Span:
    """Run of text with one format. For a formula, `text` is its source between the dollar signs."""

    text: str
    strong: bool = False
    emphasised: bool = False
    code: bool = False
    formula: bool = False
    link: str = ""


Cell = tuple[Span, ...]


@dataclass(frozen=True)
class Block:
    """Heading, paragraph, list item, formula, table, code or picture.

    `level` is a heading's level, from 1, or a list item's number. A table has `rows` of equal length, of
    which the first is the header; `right` says which columns are right-aligned. Code is one span with line
    breaks. A picture has the words for it, and its `file`.
    """

    kind: Kind
    spans: tuple[Span, ...] = ()
    level: int = 1
    rows: tuple[tuple[Cell, ...], ...] = ()
    right: tuple[bool, ...] = ()
    file: str = ""

    def every_span(self) -> Iterator[Span]:
        """All spans, including those in table cells."""
        yield from self.spans
        for row in self.rows:
            for cell in row:
                yield from cell


@dataclass(frozen=True)
class Text:
    """Parsed page: the heading of its first line, and the blocks below."""

    title: str
    blocks: tuple[Block, ...]

    def section(self, anchor: str) -> tuple[Block, ...]:
        """Heading with this anchor and the blocks under it; empty if there is none."""
        found: list[Block] = []
        for block in self.blocks:
            is_heading = block.kind == "heading"
            if found and is_heading and block.level <= found[0].level:
                break
            if found or (is_heading and anchor_of(block) == anchor):
                found.append(block)
        return tuple(found)

    def links(self) -> list[str]:
        """Targets of all links."""
        return [span.link for block in self.blocks for span in block.every_span() if span.link]


def text_of(written: str) -> Text | None:
    """Parses a page; None if its first line is no heading."""
    blocks = tuple(_blocks(written.lstrip("\ufeff")))
    if not blocks or blocks[0].kind != "heading":
        return None
    return Text(plain(blocks[0].spans), blocks[1:])


def plain(spans: tuple[Span, ...]) -> str:
    """Text without formatting."""
    return "".join(span.text for span in spans)


def anchor_of(heading: Block) -> str:
    """Link target of a heading: its words in lower case, joined by hyphens."""
    return "-".join(re.findall(r"\w+", plain(heading.spans).lower()))


def spans_of(written: str) -> tuple[Span, ...]:
    """Parses the inline Markdown of a line."""
    return tuple(_spans(written, Span("")))


_BEGINS = re.compile(r"(?P<heading>#{1,6}) |(?P<bullet>[-*]) |(?P<number>\d{1,3})[.)] ")
_FENCE = "```"
_PICTURE = re.compile(r"!\[([^\]]{0,1000})\]\(([^)\s]{1,1000})\)")
_RULE = re.compile(r":?-+:?")
"""Cell of the line below a table's header."""
_BAR, _LAST_BAR = re.compile(r"(?<!\\)\|"), re.compile(r"(?<!\\)\|$")
_MARKED = re.compile(
    r"\\(?P<escaped>[$*`\[\\])|\$(?P<formula>[^$]+)\$|`(?P<code>[^`]+)`"
    r"|\[(?P<words>[^\]]{1,1000})\]\((?P<target>[^)\s]{1,1000})\)"
    r"|\*\*(?P<strong>.+?)\*\*(?!\*)|\*(?P<emphasised>[^*\s][^*]*)\*"
)
"""Inline marks. Links are limited in length, or every unclosed bracket would scan the rest of the page."""
_DEEPEST = 4
"""Limit on nested marks, since a page may nest as many as it has words."""


def _blocks(written: str) -> Iterator[Block]:
    lines: list[str] = []
    every_line = iter((*written.splitlines(), ""))
    for line in every_line:
        if line.startswith(_FENCE):
            if lines:
                yield _block(lines)
                lines = []
            code = takewhile(lambda inside: not inside.startswith(_FENCE), every_line)
            yield Block("code", (Span("\n".join(code).rstrip(), code=True),))
            continue
        if lines and (not line.strip() or _starts_block(line, lines)):
            yield _block(lines)
            lines = []
        if line.strip():
            lines.append(line.strip())


def _starts_block(line: str, lines: list[str]) -> bool:
    """Whether a line ends the block above it."""
    if line.lstrip().startswith("|") != lines[0].startswith("|"):
        return True
    return bool(_BEGINS.match(line)) or lines[0].startswith("#") or line.startswith("$$")


def _block(lines: list[str]) -> Block:
    if _is_table(lines):
        return _table(lines)
    joined = " ".join(lines)
    if joined.startswith("$$") and joined.endswith("$$") and len(joined) > 4:
        return Block("formula", (Span(joined[2:-2].strip(), formula=True),))
    if picture := _PICTURE.fullmatch(joined):
        return Block("picture", spans_of(picture[1]), file=picture[2])
    begin = _BEGINS.match(joined)
    if begin is None:
        return Block("paragraph", spans_of(joined))
    spans = spans_of(joined[begin.end() :].strip())
    if begin["heading"]:
        return Block("heading", spans, len(begin["heading"]))
    return Block("bullet", spans) if begin["bullet"] else Block("number", spans, int(begin["number"]))


def _is_table(lines: list[str]) -> bool:
    if not lines[0].startswith("|") or not 2 <= len(lines) <= MOST_ROWS + 2:
        return False
    rule = _cells(lines[1])
    return len(rule) <= MOST_COLUMNS and all(map(_RULE.fullmatch, rule))


def _table(lines: list[str]) -> Block:
    """Parses a table. Rows are cut or padded to the number of columns."""
    head, rule, *rest = map(_cells, lines)
    count = len(rule)
    rows = [[*row, *[""] * count][:count] for row in (head, *rest)]
    right = tuple(mark.endswith(":") and not mark.startswith(":") for mark in rule)
    spans = tuple(tuple(map(spans_of, row)) for row in rows)
    return Block("table", rows=spans, right=(*right, *[False] * count)[:count])


def _cells(line: str) -> list[str]:
    inside = line.strip().removeprefix("|")
    return [cell.replace(r"\|", "|").strip() for cell in _BAR.split(_LAST_BAR.sub("", inside))]


def _spans(written: str, style: Span, depth: int = 0) -> Iterator[Span]:
    position = 0
    for mark in _MARKED.finditer(written) if depth < _DEEPEST else ():
        if mark.start() > position:
            yield replace(style, text=written[position : mark.start()])
        position = mark.end()
        if mark["escaped"]:
            yield replace(style, text=mark["escaped"])
        elif mark["formula"]:
            yield replace(style, text=mark["formula"], formula=True)
        elif mark["code"]:
            yield replace(style, text=mark["code"], code=True)
        elif mark["words"]:
            yield from _spans(mark["words"], replace(style, link=mark["target"]), depth + 1)
        elif mark["strong"]:
            yield from _spans(mark["strong"], replace(style, strong=True), depth + 1)
        else:
            yield from _spans(mark["emphasised"], replace(style, emphasised=True), depth + 1)
    if position < len(written):
        yield replace(style, text=written[position:])
