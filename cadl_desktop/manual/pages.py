"""Pages of the manual, in the order of the contents in resources/manual/README.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cadl_desktop.markdown import Block, Text, anchor_of, plain, text_of
from cadl_desktop.resources import resource

CONTENTS = "README.md"
"""Page with the contents, whose links are the one list of pages."""


@dataclass(frozen=True)
class Section:
    """Heading of a page and the blocks up to the next one; the page's beginning has no anchor."""

    heading: str
    anchor: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class ManualPage:
    """Page of the manual. `name` is its file's; `group` the heading above its link in the contents."""

    name: str
    group: str
    text: Text

    @property
    def title(self) -> str:
        return self.text.title

    def sections(self) -> Iterator[Section]:
        """All sections, from the beginning of the page on."""
        heading, anchor, blocks = self.title, "", list[Block]()
        for block in self.text.blocks:
            if block.kind == "heading":
                yield Section(heading, anchor, tuple(blocks))
                heading, anchor, blocks = plain(block.spans), anchor_of(block), []
            else:
                blocks.append(block)
        yield Section(heading, anchor, tuple(blocks))


@dataclass(frozen=True)
class Manual:
    """Contents, and all pages in reading order. `folder` holds their files and pictures."""

    folder: Path
    contents: ManualPage
    pages: tuple[ManualPage, ...]

    def page(self, name: str) -> ManualPage | None:
        """Page of a file's name; None if the manual has none of that name."""
        return next((page for page in (self.contents, *self.pages) if page.name == name), None)


@cache
def manual() -> Manual:
    """The shipped manual, read when it is first asked for; on any thread."""
    return read_manual(resource("manual"))


def read_manual(folder: Path) -> Manual:
    """Reads a folder with pages and their contents; a page whose file is missing is left out. Raises OSError
    without contents."""
    contents = _read(folder / CONTENTS)
    groups = dict[str, str]()
    group = ""
    for block in contents.text.blocks:
        if block.kind == "heading":
            group = plain(block.spans)
        for span in block.every_span():
            if span.link.endswith(".md") and (folder / span.link).is_file():
                groups.setdefault(span.link, group)
    pages = tuple(_read(folder / name, group) for name, group in groups.items())
    return Manual(folder, contents, pages)


def _read(file: Path, group: str = "") -> ManualPage:
    text = text_of(file.read_text(encoding="utf-8"))
    assert text is not None, f"{file.name} has no title"
    return ManualPage(file.name, group, text)
