"""Sentences that a person reads, made where no language but English is known: templates with named values."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import PurePath
from typing import Self

_PLACE = re.compile(r"\{(\w+)(?::([^{}]+))?\}")
_HALVES = re.compile("[\ud800-\udfff]")
"""Of characters, as names of files have them for bytes that spell nothing in UTF-8; text that leaves Python
may hold none."""
_OTHER_WAY = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters that are written from right to left, and signs that turn what follows."""
_ISOLATED, _ISOLATED_END = "\u2068", "\u2069"
_BREAKS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""What moves on a terminal, begins a line, or is no character, so that an SVG with it can't be read: a name
may hold it, and stands in one line all the same."""


class Sentence(str):
    """Finished English, which still knows its `template` and the `values` in it, to be said in another
    language. Values may be sentences themselves; of an error its sentence counts. Only sentences have
    several lines: what else is no visible character becomes '�'."""

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> Self:
        plain = {name: _as_value(value) for name, value in values.items()}
        sentence = super().__new__(cls, filled_plainly(template, **plain))
        sentence.template, sentence.values = template, plain
        return sentence

    def __reduce__(self) -> tuple[type["Sentence"], tuple[str, Mapping[str, object]]]:
        return Sentence, (self.template, self.values)


class SentenceError(Exception):
    """An error that a person reads: one plain sentence, which names the thing and the remedy.

    Raised with a template and its values, as `said` takes them, or with a finished sentence.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template if isinstance(template, Sentence) else Sentence(template, values))

    @property
    def template(self) -> str:
        """What it says without names of files, or whatever else stands in it: for a log."""
        sentence: Sentence = self.args[0]
        return sentence.template


def said(template: str, /, **values: object) -> Sentence:
    """'{name} has {count:,} rows' with its values. The template is always a literal, so that translators
    find it; what stands in braces there may say how a number is spelled, as in `format`."""
    return Sentence(template, values)


def _as_value(value: object) -> object:
    if isinstance(value, BaseException):
        return sentence_of(value)
    if isinstance(value, Sentence) or not isinstance(value, str | PurePath) or not _BREAKS.search(str(value)):
        return value
    return _BREAKS.sub("�", str(value))


def filled(template: str, /, **values: object) -> str:
    """As `filled_plainly`, for a screen: a value from right to left leaves what is around it in its order."""
    return filled_plainly(template, **{name: isolated(value) for name, value in values.items()})


def isolated(value: object) -> object:
    """A value that leaves what is around it in its order, also where it is written from right to left. One
    that has isolated parts was made for the screen before."""
    if not isinstance(value, str | PurePath) or _ISOLATED in str(value) or not _OTHER_WAY.search(str(value)):
        return value
    return f"{_ISOLATED}{value}{_ISOLATED_END}"


def filled_plainly(template: str, /, **values: object) -> str:
    """The template with its values, whatever these hold, as text that can be shown, and be the name or the
    content of a file; a place that has no value stays as it is. Per cent stand apart from their number, as in
    every field."""

    def spelled(place: re.Match[str]) -> str:
        name, form = place.groups(default="")
        if name not in values:
            return place[0]
        words = format(values[name], form)
        return f"{words[:-1]} %" if form.endswith("%") else words

    return readable(_PLACE.sub(spelled, template))


def readable(text: str) -> str:
    """Text that can be shown and written anywhere: '�' for each byte in a file's name that spells nothing."""
    return _HALVES.sub("�", text)


def found_again(text: str, like: Sentence) -> Sentence | None:
    """A sentence of the template of `like` whose English is this text, its values as they stand there; where
    `like` has a whole number only digits are one."""
    numbers = frozenset(name for name, value in like.values.items() if isinstance(value, int))
    found = _pattern(like.template, numbers).fullmatch(text)
    return Sentence(like.template, found.groupdict()) if found else None


@cache
def _pattern(template: str, numbers: frozenset[str]) -> re.Pattern[str]:
    def place(found: re.Match[str]) -> str:
        return f"(?P<{found[1]}>{'[0-9]+' if found[1] in numbers else '.+'})"

    return re.compile(re.sub(r"\\\{(\w+)\\\}", place, re.escape(template)), re.DOTALL)


def shortened(value: object, most: int = 60) -> str:
    """What a file says, as far as a sentence has room for it."""
    text = str(value)
    return text if len(text) <= most else f"{text[:most]}…"


def within(sentence: Sentence, most: int = 200) -> Sentence:
    """The same sentence where it isn't too long; else with what stands in it shortened."""
    if len(sentence) <= most:
        return sentence
    values = {
        name: within(value, most // 2) if isinstance(value, Sentence) else shortened(value)
        for name, value in sentence.values.items()
    }
    return (
        Sentence(sentence.template, values)
        if values
        else Sentence("{words}", {"words": shortened(sentence, most)})
    )


def joined(separator: str, sentences: Iterable[Sentence]) -> Sentence:
    """Several as one, each translated by itself."""
    values = {f"part{number}": sentence for number, sentence in enumerate(sentences, 1)}
    return Sentence(separator.join(f"{{{name}}}" for name in values), values)


def sentence_of(error: BaseException) -> Sentence:
    """What an error says; of errors of other libraries their own words."""
    sentence = error.args[0] if error.args else None
    return sentence if isinstance(sentence, Sentence) else Sentence(readable(str(error)), {})
