"""Search in the manual: sections that have all words, best first. Case and accents don't matter."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cadl_desktop.manual.pages import Manual, ManualPage, Section
from cadl_desktop.markdown import plain

MOST_HITS = 40
_SNIPPET = 130
"""Most characters of a snippet, and how many of them stand before the first word."""
_BEFORE = 40
_IN_TITLE, _IN_HEADING, _OF_TITLED, _IN_TEXT = 100, 10, 6, 1
"""Worth of a word in a title, in a heading, of a section below a title that has it, and in the text."""
_MOST_IN_TEXT = 5


@dataclass(frozen=True)
class Hit:
    """Section that has all words, and a part of its text around the first of them."""

    page: ManualPage
    section: Section
    snippet: str

    @property
    def place(self) -> str:
        """Target of a link to the section."""
        return f"{self.page.name}#{self.section.anchor}" if self.section.anchor else self.page.name


def search(manual: Manual, query: str) -> list[Hit]:
    """Sections in which every word of the query begins a word."""
    words = words_of(query)
    if not words:
        return []
    found = [
        (score, Hit(page, section, _snippet(text, words)))
        for page in manual.pages
        for section, text in _texts(page)
        if (score := _score(page, section, text, words))
    ]
    found.sort(key=lambda each: -each[0])  # sections of equal score stay in reading order
    return [hit for _, hit in found[:MOST_HITS]]


def words_of(query: str) -> list[str]:
    """Words to look for."""
    return re.findall(r"\w+", _folded(query))


def places_of(words: list[str], text: str) -> Iterator[tuple[int, int]]:
    """Yields where words of the text begin with one of `words`, and how long that one is."""
    if words:
        longest_first = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        for found in re.finditer(rf"(?<![^\W_])(?:{longest_first})", _folded(text)):
            yield found.start(), len(found[0])


@lru_cache(maxsize=64)
def _texts(page: ManualPage) -> list[tuple[Section, str]]:
    return [(section, _text_of(section)) for section in page.sections()]


def _text_of(section: Section) -> str:
    """Words of a section without its heading."""
    blocks = [
        " · ".join(plain(cell) for row in block.rows for cell in row) if block.rows else plain(block.spans)
        for block in section.blocks
    ]
    # A picture's words end without a full stop, and what follows doesn't continue them.
    apart = (block if block.endswith((".", ":", "?")) else f"{block} ·" for block in blocks)
    return " ".join(" ".join(apart).split()).removesuffix(" ·")


def _score(page: ManualPage, section: Section, text: str, words: list[str]) -> int:
    """Rank of a section; 0 unless it has all words, and not all of them in the title of its page alone."""
    total = own = 0
    for word in words:
        counts = [sum(1 for _ in places_of([word], where)) for where in (section.heading, text, page.title)]
        in_heading, in_text, in_title = counts
        if not any(counts):
            return 0
        own += in_heading + in_text
        of_heading = _IN_HEADING if section.anchor else _IN_TITLE
        total += (
            of_heading * bool(in_heading)
            + _IN_TEXT * min(in_text, _MOST_IN_TEXT)
            + _OF_TITLED * bool(in_title)
        )
    return total if own else 0


def _snippet(text: str, words: list[str]) -> str:
    first = next((start for start, _ in places_of(words, text)), 0)
    begin = 0 if first <= _BEFORE else text.rfind(" ", 0, first - _BEFORE) + 1
    end = len(text) if len(text) <= begin + _SNIPPET else text.rfind(" ", begin, begin + _SNIPPET)
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"


@lru_cache(maxsize=2048)
def _folded(text: str) -> str:
    """Text of the same length in lower case and without accents."""
    return "".join(map(_fold, text))


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    return unicodedata.normalize("NFKD", character)[0].lower()[0]
