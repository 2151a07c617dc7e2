"""Columns of the table of trainings, with their texts."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from operator import attrgetter

from cadl_desktop.comparing.columns import Column, Key
from cadl_desktop.comparing.groups import value_order
from cadl_desktop.comparing.network_sizes import PARAMETERS
from cadl_desktop.comparing.training import NOUNS, Setting, Training, TrainingSet
from cadl_desktop.data.scores import finite
from cadl_desktop.sentences import shown
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
from cadl_desktop.ui.controls.number_text import clock_text, figure, grouped

NAME, VALUE = 0, 1
"""Indices of the columns of names, with pictures, and of the objective."""
NUMBER, STATE, TAG = "number", "state", "tag"
POINT = "point"
"""Grouping by all that varies but the seed, where points have several."""
COMPACT = NUMBER, PARAMETERS, "held_out_psnr", "validation_cost"
"""Names of the columns of the compact table, beside the objective."""
_QUALITIES: dict[str, tuple[str, str]] = {
    "seen_psnr": (MEASURES["seen_psnr"], "How near the painting is to its target; more is nearer."),
    "seen_ssim": ("SSIM", "How alike painting and target are in structure; 1 is the same."),
    "held_out_psnr": (MEASURES["held_out_psnr"], "PSNR of the pixels that it wasn't trained on."),
    "hidden_psnr": (MEASURES["hidden_psnr"], "PSNR of the pixels that the mask hides."),
    "r2": (MEASURES["r2"], "Share of the targets' variance that the curve explains; 1 is all of it."),
    "rms": ("RMS", "Root mean square of the curve's errors at its points, in their unit."),
}
"""Titles and help of measures that mean the same whatever cost and scaling a training has, best first."""
_COSTS: dict[str, tuple[str, str]] = {
    "cost": (
        MEASURES["cost"],
        "What it was trained to make small; compared where cost and scaling are alike.",
    ),
    "validation_cost": (MEASURES["validation_cost"], "Cost of the samples that it wasn't trained on."),
}
_figures = partial(Column, is_figure=True)
_words = partial(Column, order=str.lower, is_number=False)


def columns_of(trainings: TrainingSet) -> tuple[Column, ...]:
    """Returns all columns of a set: names, objective, parameters, other qualities, settings, and the rest."""
    is_runs, title = trainings.kind == "runs", NOUNS[trainings.kind].capitalize()
    text, number = "What it made, its number and its name; sorted by the number.", attrgetter("number")
    names = Column(
        NUMBER, title, text, lambda it: it, name_text, number, is_kept=True, is_best_largest=is_runs
    )
    value, *qualities = _qualities(trainings.objective)
    figures = _figures_of(trainings.objective)
    # Where time ends trials, they get unequal numbers of epochs.
    got = [replace(it, is_kept=True) for it in figures if it.name == "epochs" and trainings.time_limits]
    paths = [*(each.path for each in trainings.settings), *(each.name for each in got)]
    others = [each for each in (*figures, *_all_words()) if each.name not in paths]  # seeds of runs
    taken = {column.title for column in (value, *got, *qualities, *others)}
    # The designs of a pair are the names of its trainings.
    varied = [_setting(each, taken) for each in trainings.settings if not trainings.are_pair]
    own = [_own(name, taken) for name in trainings.own_names]
    return (names, value, *got, *qualities, *own, *varied, *others)


def _qualities(objective: Objective) -> list[Column]:
    """Makes the columns of the objective, of parameters, and of other qualities."""
    is_measure = objective.reaches is None
    name = objective.measure if is_measure else "value"
    text = "What runs are compared by; of one that isn't over, its value so far."
    value = _figures(
        name,
        objective_title(objective),
        text,
        attrgetter("value"),
        partial(objective_text, objective),
        is_kept=True,
        is_best_largest=objective.wants_more,
        ranks=lambda it: it.ranks_by(objective.measure),
    )
    text = "Number of weights and biases of its network."
    count = _figures(PARAMETERS, "Parameters", text, attrgetter("parameters"), _whole)
    return [value, count, *(_measured(*each) for each in _QUALITIES.items() if each[0] != name)]


def _figures_of(objective: Objective) -> list[Column]:
    """Makes the columns of costs, of time, and of size."""

    def speed(training: Training) -> float | None:
        return training.step / training.seconds if training.seconds > 0 else None

    time = "Duration of its training by the clock, minutes and seconds; a filter takes seconds."
    processor = "Processor time of its steps alone, minutes and seconds; a filter takes seconds."
    size = "Bytes from which its network paints, with rounded weights; Count bytes in the menu of a run."
    is_measure = objective.reaches is None
    return [
        *(_measured(*each) for each in _COSTS.items() if not is_measure or each[0] != objective.measure),
        _figures("seconds", "Time", time, attrgetter("seconds"), clock_text),
        _figures("processor_seconds", "Processor", processor, _processor_seconds, clock_text),
        Column("epochs", "Epochs", "Epochs of training.", attrgetter("epoch"), _whole),
        Column("steps", "Steps", "Steps of the optimizer.", attrgetter("step"), _whole),
        _figures("speed", "Steps/s", "Steps a second.", speed, _whole, is_best_largest=True),
        _measured("bytes", ("Bytes", size), lambda it: f"{figure(it / 1000)} KB"),
    ]


def _processor_seconds(training: Training) -> float | None:
    """Processor seconds of the steps; None where an earlier version has trained."""
    return finite(training.processor_seconds)


def _measured(name: str, told: tuple[str, str], words: Callable[[float], str] | None = None) -> Column:
    """Makes the column of a measure; `told` are its title and its help."""
    return _figures(
        name,
        *told,
        lambda it: it.measures.get(name),
        words or partial(measure_text, name),
        is_best_largest=name in ("r2", "seen_ssim") or name.endswith("psnr"),
        ranks=lambda it: it.ranks_by(name),
    )


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


def _own(name: str, taken: set[str]) -> Column:
    """Makes the column of a script's own measure, of which nobody knows whether more is better."""
    title = f"{shown(name)} (own)" if name in taken else shown(name)
    text = "A measure of the script that trained it."
    return Column(f"own {name}", title, text, lambda it: it.own.get(name), figure)


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
