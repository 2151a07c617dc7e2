"""Sentences that a person reads, and what stands in them of names and numbers from outside."""

import re
from collections.abc import Iterable, Mapping
from math import floor, isfinite, log10
from pathlib import PurePath
from typing import Self

_PLACE = re.compile(r"\{(\w+)(?::([^{}]+))?\}")
_SURROGATES = re.compile("[\ud800-\udfff]")
"""Unpaired surrogates, as Python has them for bytes of a file name that are no UTF-8."""
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters and marks of right-to-left scripts."""
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_ISOLATED = re.compile(f"{_ISOLATE}[^{_ISOLATE}{_END_OF_ISOLATE}]*{_END_OF_ISOLATE}")
_TURNS = re.compile("[\u202a-\u202e\u2066\u2067]")
"""Characters that reorder letters of any script. Terminals heed them, but few heed isolates."""
_ISOLATE_ENDS = re.compile(f"[{_ISOLATE}{_END_OF_ISOLATE}]")
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""Line breaks, codes that move a terminal's cursor, and what no SVG file may hold."""
_EXPONENT = re.compile(r"e(?:\+|(-))0*(\d+)")


class Number(float):
    """A number that is spelled for people, whatever its format: 2.3e−5."""

    def __format__(self, form: str) -> str:
        return _EXPONENT.sub(r"e\1\2", super().__format__(form)).replace("-", "−")


def number(value: float, form: str) -> str:
    """A number of a sentence in this format, spelled for people: 2.3e−5."""
    return format(Number(value), form)


def cost_words(cost: float) -> str:
    """A cost as people read it: 0.0161, 90.95, 1,234; with a power of ten below 1e-4 and from 1e7 on.

    Zeros at its end stay, so that it keeps its width while it changes.
    """
    if not isfinite(cost):
        return str(cost)
    size = abs(cost)
    if size and not 1e-4 <= size < 1e7:
        return number(cost, ".2e")
    decade = floor(log10(float(f"{size:.3e}"))) if size else 3
    return number(cost, f",.{max(0, (3 if decade >= -1 else 2) - decade)}f")


def shown(value: object) -> str:
    """A value from outside (a name, a path, somebody's text) as a sentence can hold it, in one line.

    Control characters, those that reorder letters and unpaired surrogates become '�'; a right-to-left name is
    isolated, so that the words around it stay in their order. What was shown before stays as it is.
    """
    text = _TURNS.sub("�", in_one_line(value))
    around = _without_isolates(text)
    if _ISOLATE_ENDS.search(around):
        text = around = _ISOLATE_ENDS.sub("�", text)
    return f"{_ISOLATE}{text}{_END_OF_ISOLATE}" if _RIGHT_TO_LEFT.search(around) else text


def _without_isolates(text: str) -> str:
    """Text around the isolates in it, which may hold others."""
    while (around := _ISOLATED.sub("", text)) != text:
        text = around
    return text


def in_one_line(value: object) -> str:
    """A value from outside as a file can hold it: '�' for each control character and surrogate."""
    return _CONTROLS.sub("�", readable(str(value)))


def readable(text: str) -> str:
    """Text that any encoding takes: '�' for each unpaired surrogate."""
    return _SURROGATES.sub("�", text)


class Sentence(str):
    """The sentence of an error or a problem. Keeps template and values apart, so that logs name no files.

    A place in the template is '{name}' or '{name:format}'; one without a value stays as it is. Text is
    `shown`; a value may be a sentence itself, or an error, which stands for its sentence.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        known = {name: _held(value) for name, value in values.items()}
        sentence = super().__new__(cls, _filled(template, known))
        sentence.template, sentence.values = template, known
        return sentence

    def __reduce__(self) -> tuple[object, tuple[str, Mapping[str, object]]]:
        return _sentence, (self.template, self.values)

    def with_numbers_for_people(self) -> str:
        """The sentence with all decimals spelled for people: 2.3e−5."""
        return _filled(self.template, {name: _for_people(value) for name, value in self.values.items()})


class SentenceError(Exception):
    """An error that a person reads: one plain sentence, which names the thing and the remedy.

    Raised with a template and its values, as `Sentence` takes them, or with a sentence.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template if isinstance(template, Sentence) else Sentence(template, **values))

    @property
    def template(self) -> str:
        """The sentence without its values: for a log."""
        sentence: Sentence = self.args[0]
        return sentence.template


def sentence_of(error: BaseException) -> Sentence:
    """The sentence of an error; of another library's error its own words."""
    sentence = error.args[0] if error.args else None
    return sentence if isinstance(sentence, Sentence) else Sentence(readable(str(error)))


def shortened(value: object, most: int = 60) -> str:
    """The beginning of a value, so much as a sentence has room for."""
    text = str(value)
    return text if len(text) <= most else f"{text[:most]}…"


def counted(count: int, noun: str) -> str:
    """'1 row' or '3,000 rows'."""
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(names: Iterable[str]) -> str:
    """'.png, .svg or .csv'."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def _sentence(template: str, values: Mapping[str, object]) -> Sentence:
    return Sentence(template, **values)


def _held(value: object) -> object:
    if isinstance(value, BaseException):
        return sentence_of(value)
    if isinstance(value, Sentence) or not isinstance(value, str | PurePath):
        return value
    return shown(value)


def _for_people(value: object) -> object:
    if isinstance(value, Sentence):
        return value.with_numbers_for_people()
    return Number(value) if isinstance(value, float) else value


def _filled(template: str, values: Mapping[str, object]) -> str:
    def spelled(place: re.Match[str]) -> str:
        name, form = place.groups(default="")
        if name not in values:
            return place[0]
        words = format(values[name], form)
        return f"{words[:-1]} %" if form.endswith("%") else words

    return _PLACE.sub(spelled, template)
