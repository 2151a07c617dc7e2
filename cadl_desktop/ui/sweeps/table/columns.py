"""What the table of trials has columns of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isnan
from typing import get_args

from cadl_desktop.sweeps.plan.sweep_model import Measure, Objective, Range, Sweep, Value
from cadl_desktop.sweeps.records.sweep_log import Ending
from cadl_desktop.sweeps.records.sweep_status import TrialStatus
from cadl_desktop.ui.controls.number_text import NO_VALUE, clock_text, grouped
from cadl_desktop.ui.sweeps.words import (
    Setting,
    measure_text,
    measure_title,
    objective_text,
    objective_title,
    settings_of,
)

Sorted = float | str | None

NUMBER, STATE, VALUE = range(3)
"""The columns that are always there; those of settings, measures and the rest follow."""


@dataclass(frozen=True)
class TrialRow:
    """A trial as it stands; `goes_on` says whether there is an owner who trains what isn't over."""

    trial: TrialStatus
    goes_on: bool = True


@dataclass(frozen=True)
class Column:
    """`name` is what a filter may call it beside its title. `sorted_by` gives a number or lower-case words,
    None where it isn't known, and `text` what is shown then. A column is shown at first where `is_kept`, or
    where it isn't the same for all trials."""

    name: str
    title: str
    help: str
    sorted_by: Callable[[TrialRow], Sorted]
    text: Callable[[TrialRow], str]
    is_number: bool = True
    is_kept: bool = False
    is_best_largest: bool = False


def columns_of(sweep: Sweep) -> tuple[Column, ...]:
    """All columns of this sweep's table, the objective's third."""
    objective = sweep.objective
    others = [
        _measure(name)
        for name in get_args(Measure)
        if name != objective.measure or objective.reaches is not None
    ]
    settings = [_setting(each) for each in settings_of(sweep)]
    first, rest = _first(objective), [_machine(), *others, *_effort()]
    taken = {column.title for column in (*first, *rest)}
    settings = [
        replace(each, title=f"{each.title} ({each.name})") if each.title in taken else each
        for each in settings
    ]
    return (*first, *settings, *rest, _seed())


def _first(objective: Objective) -> list[Column]:
    title, more = objective_title(objective), objective.more_is_better and objective.reaches is None
    name = objective.measure if objective.reaches is None else "value"
    return [
        _number("number", "Trial", "Its number.", lambda row: row.trial.number, is_kept=True),
        Column(
            "state",
            "State",
            "Whether it is still training, or why it is over.",
            lambda row: state_text(row).lower(),
            state_text,
            is_number=False,
            is_kept=True,
        ),
        Column(
            name,
            title,
            "What is to be best; of a trial that isn't over, what it has come to so far.",
            lambda row: _known(row.trial.value),
            lambda row: _text(_known(row.trial.value), lambda value: objective_text(objective, value)),
            is_kept=True,
            is_best_largest=more,
        ),
    ]


def _measure(measure: Measure) -> Column:
    def value(row: TrialRow) -> float | None:
        ended = row.trial.ended
        if ended is not None:
            return _known(ended.measures.get(measure))
        return _known(row.trial.cost) if measure == "cost" else None

    return Column(
        measure,
        measure_title(measure),
        "Measured when the trial was over.",
        value,
        lambda row: _text(value(row), lambda known: measure_text(measure, known)),
        is_best_largest=measure.endswith("psnr"),
    )


def _setting(setting: Setting) -> Column:
    numbers = setting.numbers

    def value(row: TrialRow) -> Value | None:
        return next((value for path, value in row.trial.point if path == setting.path), None)

    def sorted_by(row: TrialRow) -> Sorted:
        found = value(row)
        if found is None or isinstance(found, (int, float)):
            return found
        return numbers[found] if numbers and found in numbers else setting.text(found).lower()

    def text(row: TrialRow) -> str:
        found = value(row)
        return NO_VALUE if found is None else setting.text(found)

    is_number = isinstance(setting.among, Range) or numbers is not None
    return Column(
        setting.path,
        setting.title,
        "A setting that varies.",
        sorted_by,
        text,
        is_number=is_number,
        is_kept=True,
    )


def _machine() -> Column:
    return Column(
        "machine",
        "Machine",
        "Which machine trained it last.",
        lambda row: row.trial.machine.lower() or None,
        lambda row: row.trial.machine or NO_VALUE,
        is_number=False,
        is_kept=True,
    )


def _effort() -> list[Column]:
    return [
        _number(
            "epochs",
            "Epochs",
            "How many it has trained.",
            lambda row: row.trial.epoch,
            is_best_largest=True,
        ),
        Column(
            "seconds",
            "Time",
            "How long it trained, minutes and seconds; a filter takes seconds.",
            lambda row: row.trial.seconds,
            lambda row: clock_text(row.trial.seconds),
        ),
    ]


def _seed() -> Column:
    text = "What its experiment was trained with."
    return _number("seed", "Seed", text, lambda row: row.trial.trial.seed)


def _number(
    name: str,
    title: str,
    text: str,
    number: Callable[[TrialRow], int],
    *,
    is_kept: bool = False,
    is_best_largest: bool = False,
) -> Column:
    return Column(
        name,
        title,
        text,
        number,
        lambda row: grouped(number(row)),
        is_kept=is_kept,
        is_best_largest=is_best_largest,
    )


def state_text(row: TrialRow) -> str:
    """Whether a trial is still training, or why it is over, in a word or two."""
    ended = row.trial.ended
    if ended is None:
        return "training" if row.goes_on else "to go on"
    words: dict[Ending, str] = {
        "epochs": "done",
        "seconds": "done, time was up",
        "settled": "done, it settled",
        "frozen": "done, nothing learns",
        "diverged": "diverged",
        "reached": "done, goal reached",
        "pruned": "pruned",
        "failed": "failed",
        "refused": "refused",
    }
    return words[ended.reason]


def _known(value: float | None) -> float | None:
    return None if value is None or isnan(value) else value


def _text(value: float | None, words: Callable[[float], str]) -> str:
    return NO_VALUE if value is None else words(value)
