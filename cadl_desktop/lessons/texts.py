"""A page's Markdown, read without Qt: headings, paragraphs and lists of words, formulas and links.

Known are headings, `-` and `1.` lists, **strong**, *emphasis*, `code`, [links](target), $formulas$, as a
paragraph of its own $$a larger formula$$, and | tables | of lines that begin with a bar, whose second is of
hyphens. Anything else stands as it was written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from cadl_desktop.resources import resource
from cadl_desktop.sentences import SentenceError

MOST_BYTES = 200_000
"""Of a page; ours have some 3,000."""
MOST_COLUMNS, MOST_ROWS = 12, 200
"""Of a table; a larger one stands as it was written."""
GLOSSARY = "glossary"

Kind = Literal["heading", "paragraph", "bullet", "number", "formula", "table"]


class TextError(SentenceError):
    """A page can't be read."""


@dataclass(frozen=True)
class Span:
    """Some words that look alike. Of a formula, `text` is what stood between the dollar signs."""

    text: str
    strong: bool = False
    emphasised: bool = False
    code: bool = False
    formula: bool = False
    link: str = ""


Cell = tuple[Span, ...]


@dataclass(frozen=True)
class Block:
    """A heading of a level from 1 on, a paragraph, an item of a list (with its number), a formula, or a
    table: of its `rows`, all as long as one another, the first holds the names of the columns, and `right`
    says which columns stand at the right of their cells."""

    kind: Kind
    spans: tuple[Span, ...] = ()
    level: int = 1
    rows: tuple[tuple[Cell, ...], ...] = ()
    right: tuple[bool, ...] = ()

    def every_span(self) -> Iterator[Span]:
        """Those of a table's cells as well."""
        yield from self.spans
        for row in self.rows:
            for cell in row:
                yield from cell


@dataclass(frozen=True)
class Text:
    """The first line's heading, and what stands below it."""

    title: str
    blocks: tuple[Block, ...]

    def section(self, anchor: str) -> tuple[Block, ...]:
        """The heading of this anchor with what stands under it; nothing where there is none."""
        found: list[Block] = []
        for block in self.blocks:
            heads = block.kind == "heading"
            if found and heads and block.level <= found[0].level:
                break
            if found or (heads and anchor_of(block) == anchor):
                found.append(block)
        return tuple(found)

    def links(self) -> list[str]:
        """Where its words lead to."""
        return [span.link for block in self.blocks for span in block.every_span() if span.link]


def shipped_text(name: str) -> Text:
    """The text of a page that comes along, or of the glossary."""
    return read_text(resource("lessons", f"{name}.md"))


def read_text(path: Path) -> Text:
    """Raises TextError where the file can't be read, is too large, or doesn't begin with a title."""
    name = path.name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TextError("“{name}” is too long for a lesson; make several of it.", name=name)
        written = path.read_text(encoding="utf-8")
    except OSError:
        raise TextError("“{name}” can't be read; is it still there?", name=name) from None
    except UnicodeDecodeError:
        raise TextError("“{name}” is no text in UTF-8; save it as such.", name=name) from None
    text = text_of(written)
    if text is None:
        raise TextError("“{name}” has no title; let its first line be “# Title”.", name=name)
    return text


def text_of(written: str) -> Text | None:
    """None where the first line is no heading."""
    blocks = tuple(_blocks(written.lstrip("\ufeff")))
    if not blocks or blocks[0].kind != "heading":
        return None
    return Text(plain(blocks[0].spans), blocks[1:])


def plain(spans: tuple[Span, ...]) -> str:
    """The words alone."""
    return "".join(span.text for span in spans)


def anchor_of(heading: Block) -> str:
    """By which links find a heading: its words in lower case, apart by hyphens."""
    return "-".join(re.findall(r"\w+", plain(heading.spans).lower()))


def spans_of(written: str) -> tuple[Span, ...]:
    """What a line of Markdown is made of."""
    return tuple(_spans(written, Span("")))


_BEGINS = re.compile(r"(?P<heading>#{1,6}) |(?P<bullet>[-*]) |(?P<number>\d{1,3})[.)] ")
_RULE = re.compile(r":?-+:?")
"""A cell of the line below the names of a table's columns."""
_BAR, _LAST_BAR = re.compile(r"(?<!\\)\|"), re.compile(r"(?<!\\)\|$")
_MARKED = re.compile(
    r"\\(?P<escaped>[$*`\[\\])|\$(?P<formula>[^$]+)\$|`(?P<code>[^`]+)`"
    r"|\[(?P<words>[^\]]{1,1000})\]\((?P<target>[^)\s]{1,1000})\)"
    r"|\*\*(?P<strong>.+?)\*\*(?!\*)|\*(?P<emphasised>[^*\s][^*]*)\*"
)
"""Links end soon: each bracket that nothing closes would be looked after to the end."""
_DEEPEST = 4
"""Of marks in marks, a page may have as many as it has words."""


def _blocks(written: str) -> Iterator[Block]:
    lines: list[str] = []
    for line in (*written.splitlines(), ""):
        if lines and (not line.strip() or _begins_anew(line, lines)):
            yield _block(lines)
            lines = []
        if line.strip():
            lines.append(line.strip())


def _begins_anew(line: str, lines: list[str]) -> bool:
    """Whether a line is no more of the paragraph above it."""
    if line.lstrip().startswith("|") != lines[0].startswith("|"):
        return True
    return bool(_BEGINS.match(line)) or lines[0].startswith("#") or line.startswith("$$")


def _block(lines: list[str]) -> Block:
    if _is_table(lines):
        return _table(lines)
    joined = " ".join(lines)
    if joined.startswith("$$") and joined.endswith("$$") and len(joined) > 4:
        return Block("formula", (Span(joined[2:-2].strip(), formula=True),))
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
    """What a row has too much is left out, and what it has too little stays empty."""
    head, rule, *rest = map(_cells, lines)
    count = len(rule)
    rows = [[*row, *[""] * count][:count] for row in (head, *rest)]
    right = tuple(mark.endswith(":") and not mark.startswith(":") for mark in rule)
    spans = tuple(tuple(map(spans_of, row)) for row in rows)
    return Block("table", rows=spans, right=(*right, *[False] * count)[:count])


def _cells(line: str) -> list[str]:
    inside = line.strip().removeprefix("|")
    return [cell.replace(r"\|", "|").strip() for cell in _BAR.split(_LAST_BAR.sub("", inside))]


def _spans(written: str, look: Span, depth: int = 0) -> Iterator[Span]:
    place = 0
    for mark in _MARKED.finditer(written) if depth < _DEEPEST else ():
        if mark.start() > place:
            yield replace(look, text=written[place : mark.start()])
        place = mark.end()
        if mark["escaped"]:
            yield replace(look, text=mark["escaped"])
        elif mark["formula"]:
            yield replace(look, text=mark["formula"], formula=True)
        elif mark["code"]:
            yield replace(look, text=mark["code"], code=True)
        elif mark["words"]:
            yield from _spans(mark["words"], replace(look, link=mark["target"]), depth + 1)
        elif mark["strong"]:
            yield from _spans(mark["strong"], replace(look, strong=True), depth + 1)
        else:
            yield from _spans(mark["emphasised"], replace(look, emphasised=True), depth + 1)
    if place < len(written):
        yield replace(look, text=written[place:])
