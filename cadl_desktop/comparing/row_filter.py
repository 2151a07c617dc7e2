"""Filter of the table: 'cost<0.1, tanh' finds trainings that meet a bound of a column, and have a word
anywhere."""

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cadl_desktop.comparing.columns import Column
from cadl_desktop.comparing.training import Training
from cadl_desktop.experiment.paths import suggestion
from cadl_desktop.sentences import SentenceError

Condition = Callable[[Training], bool]
ReadNumber = Callable[..., float | None]
"""Reads a number as a person types it; None if it is none, or with `whole=True` no whole one."""
_PARTS = re.compile(r",(?!\d)|;")
"""Separator of conditions; before a digit a comma may be a decimal one, or stand between thousands."""
_BOUND = re.compile(r"(?P<name>[^<>=!≤≥≠]*)(?P<sign><=|>=|!=|[<>=≤≥≠])(?P<value>.*)")
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    **{"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge},
    **{"≤": operator.le, "≥": operator.ge, "=": operator.eq, "!=": operator.ne, "≠": operator.ne},
}


class FilterError(SentenceError):
    """Error of a filter that can't be read; its sentence tells how to write one."""


def conditions_of(text: str, columns: Sequence[Column], read: ReadNumber) -> list[Condition]:
    """Returns conditions that a training has to meet, all of them; none for an empty text. Raises
    FilterError."""
    parts = filter(None, map(str.strip, _PARTS.split(text)))
    return [_condition(part, columns, read) for part in parts]


def _condition(part: str, columns: Sequence[Column], read: ReadNumber) -> Condition:
    found = _BOUND.fullmatch(part)
    if found is None:
        words = part.lower()
        return lambda training: any(words in text.lower() for text in _texts(training, columns))
    name, sign = found["name"].strip(), found["sign"]
    if not name:
        raise FilterError("Write before {sign} what is compared: 'cost<0.1'.", sign=sign)
    column, value = _column(name, columns), found["value"].strip()
    return _bound(column, sign, value, read) if column.is_number else _words(column, sign, value)


def _texts(training: Training, columns: Sequence[Column]) -> Iterator[str]:
    """Yields all words by which a training is found."""
    yield from (str(training.number), training.name, training.differs, training.origin, training.group)
    yield from (f"{title} {text}" for title, text in training.settings.values())
    yield training.message
    yield from (column.text(training) for column in columns if not column.is_number)


def _column(name: str, columns: Sequence[Column]) -> Column:
    """Finds a column by its title, its name, or the end of that: 'rate' of 'optimizer.rate'."""
    wanted = name.lower()
    titles = [column.title for column in columns]
    names = [column.name for column in columns]
    for known in ([each.lower() for each in titles], names, [each.rpartition(".")[2] for each in names]):
        found = [column for column, each in zip(columns, known, strict=True) if each == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            text = "'{name}' may be {one} or {other}; write one of these."
            raise FilterError(text, name=name, one=found[0].name, other=found[1].name)
    text = "There is no column '{name}': nothing varies by that name; {hint}"
    raise FilterError(text, name=name, hint=suggestion(name, titles))


def _bound(column: Column, sign: str, text: str, read: ReadNumber) -> Condition:
    number, whole = read(text), read(text, whole=True)
    if number is None:
        words = "'{title}' is compared with a number; write one after {sign}."
        raise FilterError(words, title=column.title, sign=sign)
    holds, rounded = _SIGNS[sign], _as_shown(number)

    def condition(training: Training) -> bool:
        value = column.key(training)
        if isinstance(value, int):
            return holds(value, number if whole is None else whole)
        return isinstance(value, float) and holds(_as_shown(value), rounded)

    return condition


def _as_shown(number: float) -> float:
    """Rounds to the precision of the numbers that are shown, so that these are found by '='."""
    return float(f"{number:.4g}")


def _words(column: Column, sign: str, text: str) -> Condition:
    if sign not in ("=", "!=", "≠"):
        words = "'{title}' has no numbers to be compared by {sign}; write = or !=."
        raise FilterError(words, title=column.title, sign=sign)
    wanted = text.lower().lstrip("#")

    def condition(training: Training) -> bool:
        """Compares parts, too: 'done' is part of 'done, time was up', and a tag one of several."""
        found = column.text(training).lower()
        return (wanted in (found, *found.split(", "))) == (sign == "=")

    return condition
