"""Search in the manual: which sections are found, and in which order."""

from pathlib import Path

import pytest

from cadl_desktop.manual.pages import Manual, manual
from cadl_desktop.manual.search import places_of, search, words_of
from tests.manual.small import small_manual


@pytest.fixture
def small(tmp_path: Path) -> Manual:
    return small_manual(tmp_path)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("tide", ["tides.md", "waves.md#storms"]),  # a title, then a text
        ("storm", ["waves.md#storms", "tides.md#storms"]),  # headings, in reading order
        ("foam storms", ["waves.md#storms", "tides.md#storms"]),  # also in code
        ("STORM tid", ["tides.md#storms", "waves.md#storms"]),  # one word may be the title of its page
        ("cote emeraude", ["waves.md#storms"]),
        ("oam", []),  # not in the middle of a word
        ("moon desert", []),
        ("  ", []),
    ],
)
def test_sections_that_have_all_words_are_found_best_first(
    small: Manual, query: str, places: list[str]
) -> None:
    assert [hit.place for hit in search(small, query)] == places


def test_a_snippet_begins_shortly_before_the_first_word(small: Manual) -> None:
    (hit,) = search(small, "coast")
    assert hit.snippet.startswith("… ")
    assert "the coast" in hit.snippet
    (hit,) = search(small, "swell")
    assert hit.snippet == "A swell rises. A wave · It breaks."
    hit, *_ = search(small, "crests")
    assert len(hit.snippet) < 140
    assert hit.snippet.endswith(" …")


def test_words_are_found_where_they_stand() -> None:
    text = "Ébène, the ebony_tree"
    assert [text[start : start + length] for start, length in places_of(words_of("ebe TREE"), text)] == [
        "Ébè",
        "tree",
    ]


def test_psnr_leads_to_its_definition() -> None:
    assert search(manual(), "PSNR")[0].place == "output.md#psnr-and-ssim"
