"""The manual's files: contents, links, anchors and pictures, and only the Markdown that its reader knows."""

import re
from pathlib import Path

import pytest

from cadl_desktop.manual.pages import CONTENTS, ManualPage, manual, read_manual
from cadl_desktop.markdown import anchor_of, plain

MANUAL = manual()
EVERY_PAGE = (MANUAL.contents, *MANUAL.pages)
every_page = pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: page.name)


def anchors(page: ManualPage) -> list[str]:
    return [anchor_of(block) for block in page.text.blocks if block.kind == "heading"]


def test_every_page_of_the_folder_is_in_the_contents() -> None:
    assert {page.name for page in EVERY_PAGE} == {path.name for path in MANUAL.folder.glob("*.md")}
    assert len({page.title for page in EVERY_PAGE}) == len(EVERY_PAGE)
    assert all(page.group for page in MANUAL.pages)


@every_page
def test_links_lead_to_pages_and_to_their_headings(page: ManualPage) -> None:
    for link in page.text.links():
        if ":" in link:
            assert re.match(r"https://\S+$|control:[\w-]+$", link)
            continue
        name, _, anchor = link.partition("#")
        target = MANUAL.page(name or page.name)
        assert target is not None, link
        assert not anchor or anchor in anchors(target), link


@every_page
def test_a_page_has_each_heading_once(page: ManualPage) -> None:
    assert len(set(anchors(page))) == len(anchors(page))
    assert all(block.level in (2, 3, 4) for block in page.text.blocks if block.kind == "heading")


def test_every_picture_is_there_for_both_themes_and_used() -> None:
    used = [block.file for page in EVERY_PAGE for block in page.text.blocks if block.kind == "picture"]
    assert all(re.fullmatch(r"pictures/[\w-]+-light\.png", file) for file in used)
    there = {f"pictures/{path.name}" for path in (MANUAL.folder / "pictures").glob("*")}
    assert there == {*used, *(file.replace("-light", "-dark") for file in used)}


@every_page
def test_pictures_have_words(page: ManualPage) -> None:
    assert all(plain(block.spans) for block in page.text.blocks if block.kind == "picture")


UNKNOWN = re.compile(r"</?[a-z]+[ >]|\]\(|!\[|\*\*|(^|\s)[*_]\w|^>|^---|^\+ ")
"""Signs of Markdown that the parser keeps as written."""


@every_page
def test_the_markdown_is_what_the_reader_knows(page: ManualPage) -> None:
    for block in page.text.blocks:
        if block.kind != "code":
            words = "".join(span.text for span in block.every_span() if not span.code)
            assert not UNKNOWN.search(words), words
    inside = False
    for line in (MANUAL.folder / page.name).read_text(encoding="utf-8").splitlines():
        inside ^= line.startswith("```")
        assert inside or not re.match(r"    |\t| +[-*] | +\d+\. | +```", line), line
    assert not inside


def test_a_page_without_its_file_is_left_out(tmp_path: Path) -> None:
    contents = (
        "# Manual\n\n## Begin\n\n- [One](one.md)\n\n## Then\n\n| [Two](two.md) | [Gone](gone.md) |\n|--|--|\n"
    )
    (tmp_path / CONTENTS).write_text(f"{contents}\n[Again](one.md)", encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(f"# Page {name}\n\nWords.\n", encoding="utf-8")
    read = read_manual(tmp_path)
    assert [(page.name, page.group, page.title) for page in read.pages] == [
        ("one.md", "Begin", "Page one"),
        ("two.md", "Then", "Page two"),
    ]
    assert read.page("gone.md") is None
