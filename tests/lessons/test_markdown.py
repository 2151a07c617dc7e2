"""Parser of the lessons' Markdown: blocks, spans, tables, and refused files."""

from pathlib import Path

import pytest

from cadl_desktop.lessons.texts import MOST_BYTES, TextError, read_text
from cadl_desktop.markdown import Block, Span, anchor_of, plain, spans_of, text_of

WRITTEN = """# The *slope*

A line
over two lines, with $x^2$.

$$y = x^2$$

## First weights
- one **strong** word
- [a link](04-learning-rate.md)
  goes on
1. first
2) second
"""


def test_markdown_becomes_blocks_of_every_kind() -> None:
    text = text_of(WRITTEN)
    assert text is not None
    assert text.title == "The slope"
    kinds = [(block.kind, block.level) for block in text.blocks]
    assert kinds == [
        ("paragraph", 1),
        ("formula", 1),
        ("heading", 2),
        ("bullet", 1),
        ("bullet", 1),
        ("number", 1),
        ("number", 2),
    ]
    assert plain(text.blocks[0].spans) == "A line over two lines, with x^2."
    assert text.blocks[1].spans == (Span("y = x^2", formula=True),)
    assert plain(text.blocks[4].spans) == "a link goes on"
    assert text.links() == ["04-learning-rate.md"]


@pytest.mark.parametrize(
    ("written", "spans"),
    [
        ("*a* b", (Span("a", emphasised=True), Span(" b"))),
        ("**a *b***", (Span("a ", strong=True), Span("b", strong=True, emphasised=True))),
        ("[the **rate**](control:rate)", (Span("the ", link="control:rate"),)),
        ("`x*y` z", (Span("x*y", code=True), Span(" z"))),
        ("$a*b*c$", (Span("a*b*c", formula=True),)),
        (r"5 \$ and \*", (Span("5 "), Span("$"), Span(" and "), Span("*"))),
        ("2 * 3 * 4", (Span("2 * 3 * 4"),)),
        ("one $ alone", (Span("one $ alone"),)),
    ],
)
def test_inline_marks_become_spans(written: str, spans: tuple[Span, ...]) -> None:
    assert spans_of(written)[: len(spans)] == spans


@pytest.mark.parametrize("marks", ["*" * 60_000, "**[*" * 20_000])
def test_deeply_nested_marks_are_parsed(marks: str) -> None:
    text = text_of(f"# Stars\n\n{marks}")
    assert text is not None
    assert 0 < len(plain(text.blocks[0].spans)) <= len(marks)


def test_a_section_ends_where_the_next_begins() -> None:
    text = text_of("# Glossary\n\n## Cost\n\nOne number.\n\n### More\n\nOf it.\n\n## Error\n\nOthers.\n")
    assert text is not None
    assert [plain(block.spans) for block in text.section("cost")] == ["Cost", "One number.", "More", "Of it."]
    assert text.section("nothing") == ()


TABLE = r"""| rate | cost $|E|$ |
|:--|--:|
| **0.1** | [0.42](glossary.md#cost) | too much
| a \| b
Words.
"""


def test_tables_have_rows_as_long_as_their_second_line() -> None:
    text = text_of("# Rates\n\nBefore.\n" + TABLE.replace("$|E|$", r"$\|E\|$"))
    assert text is not None
    before, table, after = text.blocks
    assert (plain(before.spans), table.kind, plain(after.spans)) == ("Before.", "table", "Words.")
    words = [[plain(cell) for cell in row] for row in table.rows]
    assert words == [["rate", "cost |E|"], ["0.1", "0.42"], ["a | b", ""]]
    assert table.right == (False, True)
    assert table.rows[0][1][1].formula
    assert text.links() == ["glossary.md#cost"]


@pytest.mark.parametrize(
    "lines", ["| one | two |", "| a |\n| b |", "|--|\n" * 300, "| a " * 20 + "|\n" + "|-" * 20 + "|"]
)
def test_malformed_and_too_large_tables_stay_paragraphs(lines: str) -> None:
    text = text_of(f"# Bars\n\n{lines}\n")
    assert text is not None
    assert {block.kind for block in text.blocks} == {"paragraph"}


def test_code_and_pictures_are_blocks_of_their_own() -> None:
    code = "Before\n```python\nif a | b:\n\n    *c*\n```"
    pictures = "![A *wave*](pictures/wave-light.png)\n\n- ![no](block.png)"
    text = text_of(f"# Code\n\n{code}\n{pictures}\n\n```\nnever closed\n# kept\n\n")
    assert text is not None
    assert [block.kind for block in text.blocks] == ["paragraph", "code", "picture", "bullet", "code"]
    _, shown, picture, _, unclosed = text.blocks
    assert shown.spans == (Span("if a | b:\n\n    *c*", code=True),)
    assert (plain(picture.spans), picture.file) == ("A wave", "pictures/wave-light.png")
    assert plain(unclosed.spans) == "never closed\n# kept"


def test_anchors_are_words_in_lower_case_apart_by_hyphens() -> None:
    assert anchor_of(Block("heading", spans_of("Mini-batch *size*!"))) == "mini-batch-size"


def test_a_text_without_a_title_is_none() -> None:
    assert text_of("") is None
    assert text_of("Words alone.") is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "“one.md” has no title; let its first line be “# Title”."),
        (b"# \xff", "“one.md” is no text in UTF-8; save it as such."),
        (b"# a\n" * MOST_BYTES, "“one.md” is too long for a lesson; make several of it."),
    ],
)
def test_unreadable_lessons_are_refused_with_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "one.md").write_bytes(content)
    with pytest.raises(TextError) as refused:
        read_text(tmp_path / "one.md")
    assert str(refused.value) == sentence


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TextError, match=r"“gone.md” can't be read"):
        read_text(tmp_path / "gone.md")
