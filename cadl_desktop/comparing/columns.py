"""Columns of a table of trainings: their values, order and texts, and differences from a baseline."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Any

from cadl_desktop.comparing.training import Training

Key = float | str | None
UNKNOWN = "–"
"""Text of a cell without a value."""


@dataclass(frozen=True)
class Column:
    """Column of a table of trainings.

    name: word for it in a filter, beside its title.
    value: what a training has in the column; None or NaN if that is unknown.
    words: text of a value.
    order: number or lower-case words by which a value is sorted and compared.
    is_figure: whether its numbers have means, and differences that are better or worse.
    is_kept: whether it is shown even if all trainings are alike in it.
    is_best_largest: whether it is sorted from the largest at first.
    can_group: whether trainings can be grouped by it.
    ranks: whether a training's value is comparable with others; one that isn't is shown, and that is all.
    """

    name: str
    title: str
    help: str
    value: Callable[[Training], Any]
    words: Callable[[Any], str] = str
    order: Callable[[Any], Key] = lambda value: value
    is_number: bool = True
    is_figure: bool = False
    is_kept: bool = False
    is_best_largest: bool = False
    can_group: bool = False
    ranks: Callable[[Training], bool] = lambda training: True

    def known(self, training: Training) -> Any:
        """Returns the value of a training; None for NaN, too."""
        value = self.value(training)
        return None if isinstance(value, float) and isnan(value) else value

    def key(self, training: Training) -> Key:
        """Returns the number or words by which a training is sorted and found; None if unknown, empty, or not
        comparable."""
        value = self.known(training) if self.ranks(training) else None
        return None if value is None or value == "" else self.order(value)

    def text(self, training: Training, baseline: Training | None = None) -> str:
        """Returns the words of a cell: a value, and in brackets its difference from the baseline's."""
        value, difference = self.known(training), self.difference(training, baseline)
        words = UNKNOWN if value is None else self.words(value)
        if difference is None:
            return words
        text, sign = self.words(abs(difference)), "+" if difference > 0 else "−"
        return f"{words} ({'±' if text == self.words(0.0) else sign}{text})"

    def difference(self, training: Training, baseline: Training | None) -> float | None:
        """Returns the difference of a figure from the baseline's; None where there is none to be shown."""
        if not self.is_figure or baseline is None or training.number == baseline.number:
            return None
        if not (self.ranks(training) and self.ranks(baseline)):
            return None
        own, base = self.known(training), self.known(baseline)
        return None if own is None or base is None else own - base

    def is_better(self, training: Training, baseline: Training | None) -> bool:
        """Whether a figure is better than the baseline's."""
        difference = self.difference(training, baseline)
        return difference is not None and difference != 0 and (difference > 0) == self.is_best_largest
