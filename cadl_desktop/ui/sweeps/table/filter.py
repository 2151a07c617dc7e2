"""What was typed to find trials: 'cost<0.1, tanh' means both, a bound of a column and words anywhere."""

import operator
import re
from collections.abc import Callable, Sequence

from cadl_desktop.experiment.paths import suggestion
from cadl_desktop.sentences import SentenceError
from cadl_desktop.ui.controls.number_text import read_number
from cadl_desktop.ui.sweeps.table.columns import Column, TrialRow

Condition = Callable[[TrialRow], bool]

_PARTS = re.compile(r",(?!\d)|;")
"""Before a digit a comma may be a decimal one, or stand between thousands."""
_BOUND = re.compile(r"(?P<name>[^<>=!≤≥≠]*)(?P<sign><=|>=|!=|[<>=≤≥≠])(?P<value>.*)")
_SAME = {"≤": "<=", "≥": ">=", "≠": "!="}
_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FIGURES = ".4g"
"""With so many figures numbers are shown, and typed after they were seen."""


class FilterError(SentenceError):
    """What was typed isn't understood; the message is one plain sentence that says how it would be."""


def conditions_of(text: str, columns: Sequence[Column]) -> list[Condition]:
    """What a trial has to meet, all of it; nothing where nothing was typed. Raises FilterError."""
    return [_condition(part, columns) for part in map(str.strip, _PARTS.split(text)) if part]


def _condition(part: str, columns: Sequence[Column]) -> Condition:
    found = _BOUND.fullmatch(part)
    if found is None:
        words = part.lower()
        return lambda row: any(words in column.text(row).lower() for column in columns)
    name, sign = found["name"].strip(), _SAME.get(found["sign"], found["sign"])
    if not name:
        raise FilterError("Write before {sign} what is compared: 'cost<0.1'.", sign=sign)
    return _bound(_column(name, columns), sign, found["value"].strip())


def _column(name: str, columns: Sequence[Column]) -> Column:
    """By its title, its name, or the end of that: 'rate' of 'optimizer.rate'."""
    wanted = name.lower()
    ways: list[Callable[[Column], str]] = [
        lambda column: column.title.lower(),
        lambda column: column.name,
        lambda column: column.name.rpartition(".")[2],
    ]
    for way in ways:
        alike = [column for column in columns if way(column) == wanted]
        if len(alike) == 1:
            return alike[0]
        if alike:
            raise FilterError(
                "'{name}' may be {one} or {other}; write one of these.",
                name=name,
                one=alike[0].name,
                other=alike[1].name,
            )
    titles = [column.title for column in columns]
    raise FilterError("There is no column '{name}'; {hint}", name=name, hint=suggestion(name, titles))


def _bound(column: Column, sign: str, text: str) -> Condition:
    if not column.is_number:
        return _words(column, sign, text)
    number, whole = read_number(text), read_number(text, whole=True)
    if number is None:
        raise FilterError(
            "'{title}' is compared with a number; write one after {sign}.", title=column.title, sign=sign
        )

    def holds(value: float) -> bool:
        if isinstance(value, int):
            typed, is_same = (number if whole is None else whole), value == whole
        else:
            typed, is_same = number, format(value, _FIGURES) == format(number, _FIGURES)
        if sign in _ORDERS:
            return _ORDERS[sign](value, typed) or (is_same and sign.endswith("="))
        return is_same == (sign == "=")

    def condition(row: TrialRow) -> bool:
        value = column.sorted_by(row)
        return isinstance(value, (int, float)) and holds(value)

    return condition


def _words(column: Column, sign: str, text: str) -> Condition:
    if sign in _ORDERS:
        raise FilterError(
            "'{title}' has no numbers to be compared by {sign}; write = or !=.", title=column.title, sign=sign
        )
    wanted = text.lower()

    def is_it(row: TrialRow) -> bool:
        """'done' is what 'done, time was up' begins with."""
        found = column.text(row).lower()
        return found == wanted or found.startswith(f"{wanted}, ")

    return lambda row: is_it(row) == (sign == "=")
