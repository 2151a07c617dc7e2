"""Sentences are finished English, and still know what they are made of."""

import copy
import os
import pickle
from pathlib import Path

import msgspec
import pytest

from cadl_desktop.data.samples import DataError
from cadl_desktop.experiment.check import ExperimentError, Problem, problem
from cadl_desktop.sentences import Sentence, cost_words, number, sentence_of, shown
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.storage.container import DamageError

LAYERS = Sentence("{name} has {count:,} layers.", name="100 %1 {count} {0}", count=1234)


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (2.27, "2.270"),
        (0.28541, "0.2854"),
        (0.0161, "0.0161"),
        (0.00161, "0.00161"),
        (1e-4, "0.000100"),
        (9.9e-5, "9.90e−5"),
        (90.95, "90.95"),
        (99.996, "100.0"),
        (1234.4, "1,234"),
        (9_000_000, "9,000,000"),
        (1.149e-7, "1.15e−7"),
        (4e29, "4.00e29"),
        (0.0, "0"),
        (float("inf"), "inf"),
    ],
)
def test_costs_are_written_as_people_read_them(cost: float, words: str) -> None:
    assert cost_words(cost) == words


def test_values_stand_in_their_places_whatever_they_hold() -> None:
    assert LAYERS == "100 %1 {count} {0} has 1,234 layers."
    assert (LAYERS.template, LAYERS.values["count"]) == ("{name} has {count:,} layers.", 1234)


def test_names_that_spell_nothing_can_be_shown() -> None:
    sentence = Sentence("{name} is empty.", name=os.fsdecode(b"caf\xe9.png"))
    assert sentence == "caf�.png is empty."
    assert sentence_of(OSError(os.fsdecode(b"caf\xe9.png"))).template == "caf�.png"


def test_a_name_stays_in_its_line_and_a_sentence_keeps_its_own() -> None:
    lines = Sentence("one\ntwo")
    sentence = Sentence("{name} is {what}: {lines}", name=Path("a\nb\x1b[2J"), what="c\r\u2028d", lines=lines)
    assert sentence == "a�b�[2J is c��d: one\ntwo"
    assert pickle.loads(pickle.dumps(sentence)) == sentence
    assert Sentence("{name} is no character.", name="\ufffe\uffff") == "�� is no character."


def test_a_value_from_right_to_left_is_isolated() -> None:
    words = Sentence("{count} points of '{x}' and '{y}'; row {row}", count=3, x="זמן", y=Path("ערך"), row=1)
    assert words == "3 points of '\u2068זמן\u2069' and '\u2068ערך\u2069'; row 1"
    assert Sentence("{words}.", words=str(words)) == f"{words}."
    assert shown("זמן \u2068a\u2069") == "\u2068זמן \u2068a\u2069\u2069"
    for once in (shown("זמן"), shown(shown("a זמן") + " זמן")):
        assert shown(once) == once


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("\u202egpj.exe", "�gpj.exe"),
        ("a\u2069\u202eb", "a��b"),
        ("a\u2068\u202eb", "a��b"),
        ("\u2067a\u2069", "�a�"),
        ("זמן\u2069\u2068", "\u2068זמן��\u2069"),
    ],
)
def test_no_name_turns_the_words_around_it_also_in_a_terminal_without_isolates(
    name: str, harmless: str
) -> None:
    assert shown(name) == harmless


def test_numbers_are_spelled_for_people() -> None:
    assert (number(2.31e-05, ".4g"), number(-1.5e12, ".4g"), number(-0.25, ".2f")) == (
        "2.31e−5",
        "−1.5e12",
        "−0.25",
    )
    told = Sentence("{file}: cost {cost:.4g}", file="1e-05.csv", cost=2.31e-05)
    assert told == "1e-05.csv: cost 2.31e-05"
    assert told.with_numbers_for_people() == "1e-05.csv: cost 2.31e−5"
    around = Sentence("It says: {told} ({count:,})", told=told, count=1000)
    assert around.with_numbers_for_people() == "It says: 1e-05.csv: cost 2.31e−5 (1,000)"


def test_per_cent_stand_apart_from_their_number() -> None:
    assert Sentence("{share:.0%} of {name}", share=0.2, name="x%") == "20 % of x%"


def test_what_has_no_value_stays_as_it_is() -> None:
    assert Sentence("{one}, {other} and {}", one=1) == "1, {other} and {}"
    assert Sentence("x{1}") == "x{1}"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_a_copy_keeps_template_and_values(copied: object) -> None:
    again = copied(Sentence("It says: {what}", what=LAYERS))
    assert again == f"It says: {LAYERS}"
    assert isinstance(again, Sentence)
    assert again.values["what"].template == LAYERS.template


def test_in_files_it_is_plain_text() -> None:
    assert type(str(LAYERS)) is str
    assert msgspec.json.encode({"why": LAYERS}, enc_hook=str) == msgspec.json.encode({"why": str(LAYERS)})


@pytest.mark.parametrize("kind", [DataError, FileError, DamageError])
def test_an_error_carries_its_sentence(kind: type[DataError]) -> None:
    for error in (kind("{name} is empty.", name="%2"), kind(Sentence("{name} is empty.", name="%2"))):
        again = pickle.loads(pickle.dumps(error))
        assert str(again) == str(error) == "%2 is empty."
        assert sentence_of(again).template == "{name} is empty."


def test_an_error_of_another_library_keeps_its_words() -> None:
    assert sentence_of(OSError(2, "not {there}")) == "[Errno 2] not {there}"
    assert sentence_of(KeyboardInterrupt()) == ""


def test_problems_are_told_together_without_losing_one() -> None:
    both = sentence_of(ExperimentError([Problem("a", LAYERS), problem("b", "{count} more", count=2)]))
    assert both == f"a: {LAYERS}; b: 2 more"
    messages = [told.values["message"] for told in both.values.values()]
    assert [message.template for message in messages] == [LAYERS.template, "{count} more"]
