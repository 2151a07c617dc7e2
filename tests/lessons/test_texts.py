"""Texts of the pages: length, links, formulas, and no sentences of the lecture."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from cadl_desktop.lessons.page import Page
from cadl_desktop.lessons.page_list import PAGES
from cadl_desktop.resources import resource
from tests.lessons.demonstration_driver import FORMULA, check_formulas
from tests.lessons.eight_words import hashes_of, of_the_lecture, repeated

FOLDER = resource("lessons")
TEXTS = sorted(path.name for path in FOLDER.glob("*.md"))
PAGE_TEXTS = [f"{page.name}.md" for page in PAGES]
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    """Text without formulas and without targets of links."""
    return _LINK.sub(r"\1", FORMULA.sub(" ", text))


def terms() -> list[str]:
    return re.findall(r"^## (.+)$", text_of("glossary.md"), re.MULTILINE)


def anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")


def links(name: str) -> Iterator[str]:
    return (target for _, target in _LINK.findall(text_of(name)))


@pytest.mark.parametrize("name", TEXTS)
def test_no_eight_words_in_a_row_are_the_lecture_s(name: str) -> None:
    assert repeated(prose(text_of(name)), of_the_lecture()) == []


def test_eight_words_in_a_row_are_found_whatever_stands_between_them() -> None:
    known = hashes_of("one two three four five six seven eight nine")
    assert len(known) == 2
    assert repeated("Zero. One, two (three) *four* five-six seven, EIGHT!", known) == [
        "one two three four five six seven eight"
    ]
    assert repeated("one two three four five six seven nine eight", known) == []


def test_the_hashes_are_of_a_whole_lecture() -> None:
    hashes = of_the_lecture()
    assert len(hashes) > 7000
    assert np.all(hashes[1:] > hashes[:-1])


@pytest.mark.parametrize("name", TEXTS)
def test_formulas_can_be_drawn(name: str) -> None:
    check_formulas(text_of(name))


@pytest.mark.parametrize("name", PAGE_TEXTS)
def test_page_length_is_within_limits(name: str) -> None:
    assert 150 <= len(prose(text_of(name)).split()) <= 400


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_text_begins_with_the_title_of_its_page(page: Page) -> None:
    assert text_of(f"{page.name}.md").splitlines()[0] == f"# {page.title}"


@pytest.mark.parametrize("name", TEXTS)
def test_links_lead_somewhere(name: str) -> None:
    trials = {page.name: {trial.name for trial in page.trials} for page in PAGES}
    for target in links(name):
        kind, _, what = target.partition(":")
        if kind == "try":
            assert what in trials[name.removesuffix(".md")]
        elif kind == "control":
            assert what
        else:
            file, _, heading = target.partition("#")
            assert file in TEXTS
            assert not heading or heading in map(
                anchor, re.findall(r"^#+ (.+)$", text_of(file), re.MULTILINE)
            )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_trial_is_linked_in_the_text(page: Page) -> None:
    assert {f"try:{trial.name}" for trial in page.trials} == {
        target for target in links(f"{page.name}.md") if target.startswith("try:")
    }


@pytest.mark.parametrize("name", PAGE_TEXTS)
def test_every_term_that_a_page_uses_is_linked_to_once(name: str) -> None:
    words, targets = prose(text_of(name)), list(links(name))
    for term in sorted(terms(), key=len, reverse=True):  # a cost surface is no mere cost
        words, uses = re.subn(rf"\b{re.escape(term)}s?\b", " ", words, flags=re.IGNORECASE)
        assert targets.count(f"glossary.md#{anchor(term)}") == min(uses, 1), term


def test_the_glossary_is_in_order_and_brief() -> None:
    heading, *entries = re.split(r"^## ", text_of("glossary.md"), flags=re.MULTILINE)
    assert heading.strip() == "# Glossary"
    assert terms() == sorted(terms(), key=str.lower)
    for entry in entries:
        _, _, said = entry.partition("\n")
        assert 1 <= len(re.findall(r"[.!?](?:\s|$)", said.strip())) <= 3, entry
