"""Columns of the table of trainings, with their texts."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from operator import attrgetter

from cadl_desktop.comparing.columns import Column, Key
from cadl_desktop.comparing.groups import value_order
from cadl_desktop.comparing.training import NOUNS, Setting, Training, TrainingSet
from cadl_desktop.sweeps.plan.sweep_model import Objective, Value
from cadl_desktop.ui.comparing.words import (
    MEASURES,
    measure_text,
    name_text,
    objective_text,
    objective_title,
    setting_text,
    state_text,
)
from cadl_desktop.ui.controls.number_text import clock_text, figure, grouped, user_locale

NAME, VALUE = 0, 1
"""Indices of the columns of names, with pictures, and of the objective."""
NUMBER, STATE, TAG = "number", "state", "tag"
COMPACT = NUMBER, "validation_cost", "seen_psnr", "r2"
"""Names of the columns of the compact table, beside the objective."""
_MEASURED = "Measured when the training was over."
_figures = partial(Column, is_figure=True)
_words = partial(Column, order=str.lower, is_number=False)


def columns_of(trainings: TrainingSet) -> tuple[Column, ...]:
    """Returns all columns of a set: names, objective, settings, and the rest."""
    is_runs, title = trainings.kind == "runs", NOUNS[trainings.kind].capitalize()
    text, number = "What it made, its number and its name; sorted by the number.", attrgetter("number")
    names = Column(
        NUMBER, title, text, lambda it: it, name_text, number, is_kept=True, is_best_largest=is_runs
    )
    value, *figures = _all_figures(trainings.objective)
    paths = [each.path for each in trainings.settings]
    others = [each for each in (*figures, *_all_words()) if each.name not in paths]  # seeds of runs
    taken = {column.title for column in (value, *others)}
    # The design of a duel's trainings is their name.
    varied = [_setting(each, taken) for each in trainings.settings if trainings.kind != "duel"]
    return (names, value, *varied, *others)


def _all_figures(objective: Objective) -> list[Column]:
    """Makes the columns of figures, the objective first."""
    is_measure = objective.reaches is None
    name = objective.measure if is_measure else "value"
    text = "The objective; of a training that isn't over, its value so far."
    value = _figures(
        name, objective_title(objective), text, _comparable_value, partial(objective_text, objective)
    )
    measures = [_measured(each, title, partial(measure_text, each)) for each, title in MEASURES.items()]
    variance = "Share of the targets' variance that the curve explains; 1 is all of it."

    def speed(training: Training) -> float | None:
        return training.step / training.seconds if training.seconds > 0 else None

    time = "Duration of its training, minutes and seconds; a filter takes seconds."
    return [
        replace(value, is_kept=True, is_best_largest=objective.wants_more),
        *(column for column in measures if column.name != name),
        _measured("r2", "R²", lambda it: user_locale().toString(it, "f", 4).replace("-", "−"), variance),
        _figures("seconds", "Time", time, attrgetter("seconds"), clock_text),
        Column("epochs", "Epochs", "Epochs of training.", attrgetter("epoch"), _whole),
        _figures("speed", "Steps/s", "Steps a second.", speed, _whole, is_best_largest=True),
        _measured(
            "bytes",
            "Bytes",
            lambda it: f"{figure(it / 1000)} KB",
            "Bytes from which its network paints, with rounded weights; Count bytes in the menu of a run.",
        ),
    ]


def _comparable_value(training: Training) -> float | None:
    """Value of the objective; None for a cost that can't be compared with the shown run's."""
    return training.value if training.is_comparable else None


def _measured(name: str, title: str, words: Callable[[float], str], text: str = _MEASURED) -> Column:
    is_best_largest, is_cost = name == "r2" or name.endswith("psnr"), name.endswith("cost")

    def value(training: Training) -> float | None:
        return training.measures.get(name) if training.is_comparable or not is_cost else None

    return _figures(name, title, text, value, words, is_best_largest=is_best_largest)


def _setting(setting: Setting, taken: set[str]) -> Column:
    """Makes the column of a setting. Choices are sorted by the numbers for which they stand, or as listed."""

    def order(value: Value) -> Key:
        return value if isinstance(value, int | float) else value_order(setting, value)[1]

    path, text = setting.path, "A setting that varies."
    title = f"{setting.title} (setting)" if setting.title in taken else setting.title
    column = Column(
        path,
        title,
        text,
        lambda it: it.values.get(path),
        partial(setting_text, setting),
        order,
        is_kept=True,
        can_group=True,
    )
    return replace(column, is_number=setting.is_numeric)


def _all_words() -> list[Column]:
    seed = "Seed of its first weights and of its order of samples."
    state = "Whether it trains, or why it is over."
    tags = "Words of its note that begin with #."
    return [
        _words(STATE, "State", state, state_text, can_group=True),
        Column("seed", "Seed", seed, attrgetter("seed"), _whole),
        _words("machine", "Machine", "Machine that trained it last.", attrgetter("machine")),
        _words(TAG, "Tags", tags, lambda it: ", ".join(it.tags), can_group=True),
        _words("note", "Note", "Your own note; F2 writes one.", attrgetter("note")),
    ]


def _whole(number: float) -> str:
    return grouped(round(number))
