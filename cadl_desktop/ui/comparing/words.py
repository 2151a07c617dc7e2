"""Settings, measures and states of trainings as a person reads them."""

from collections.abc import Callable, Sequence
from statistics import stdev
from typing import cast

from cadl_desktop.comparing.training import Setting, State, Training
from cadl_desktop.sweeps.plan.spelling import spelled
from cadl_desktop.sweeps.plan.sweep_model import LengthUnit, Measure, Objective, Value
from cadl_desktop.ui.controls.number_text import NO_VALUE, Number, cost_text, figure, user_locale

_DIGITS, _MOST_DIGITS, _NEARLY_ALL = 4, 6, 0.999
MEASURES: dict[Measure, str] = {
    "cost": "Cost",
    "validation_cost": "Validation",
    "seen_psnr": "PSNR",
    "held_out_psnr": "PSNR held out",
    "hidden_psnr": "PSNR hidden",
    "r2": "R²",
}
"""Titles of what can be an objective."""
QUALITIES = {"seen_ssim": "SSIM", "rms": "RMS"}
"""Titles of other measures."""
_STATES: dict[State, str] = {
    "ended": "ended",
    "stopped": "stopped",
    "preparing": "being prepared",
    "training": "training",
    "paused": "paused",
    "unfinished": "unfinished",
    "epochs": "done",
    "steps": "done",
    "seconds": "done, time was up",
    "processor_seconds": "done, time was up",
    "settled": "done, it settled",
    "patience": "done, no longer improved",
    "frozen": "done, nothing learns",
    "diverged": "diverged",
    "reached": "done, goal reached",
    "pruned": "pruned",
    "failed": "failed",
    "refused": "refused",
}
LENGTHS: dict[LengthUnit, tuple[str, str]] = {
    "epochs": ("epochs", "Passes over the training samples: equal on every machine."),
    "steps": ("steps", "Steps of the optimizer: equal on every machine, also where batches differ."),
    "processor_seconds": (
        "processor seconds",
        "Time that processors spend on the steps alone: on a busy machine much fairer than the clock.",
    ),
    "seconds": ("seconds by the clock", "How far trials come depends on the machine, and on what else runs."),
}
"""Titles and help of the units in which trainings are as long as is said."""
USUAL_LENGTHS: dict[LengthUnit, Number] = {
    "epochs": 100,
    "steps": 10_000,
    "processor_seconds": 30.0,
    "seconds": 30.0,
}


def setting_text(setting: Setting, value: Value | None) -> str:
    """Value of a setting in words, NO_VALUE where there is none."""
    if value is None:
        return NO_VALUE
    if isinstance(value, int | float):
        return figure(value, _DIGITS)
    return setting.words.get(value, spelled(value))


def state_text(training: Training) -> str:
    """Returns the state of a training in a word or two: 'training', or why it is over."""
    return _STATES[training.state]


def measure_text(measure: str, value: float) -> str:
    """Value of a measure, in its unit."""
    if measure.endswith("psnr"):
        return f"{user_locale().toString(value, 'f', 2)} dB"
    if measure in ("r2", "seen_ssim"):
        # More digits near 1, where the fits of curves differ.
        digits = 4 if value < _NEARLY_ALL else _MOST_DIGITS
        return user_locale().toString(value, "f", digits).replace("-", "−")
    return figure(value, _DIGITS) if measure == "rms" else cost_text(value)


def measure_title(measure: str) -> str:
    """Title of a measure: 'PSNR', 'RMS'."""
    return QUALITIES[measure] if measure in QUALITIES else MEASURES[cast(Measure, measure)]


def axis_title(title: str, measure: str) -> str:
    """Title of a measure's axis, with its unit."""
    return f"{title} in dB" if measure.endswith("psnr") else title


def objective_title(objective: Objective) -> str:
    """Returns the title of an objective: 'Cost', 'Seconds to Cost 0.01000'."""
    title = MEASURES[objective.measure]
    if objective.reaches is None:
        return title
    return f"Seconds to {title} {measure_text(objective.measure, objective.reaches)}"


def objective_text(objective: Objective, value: float) -> str:
    """Value of an objective, in its unit."""
    if objective.reaches is None:
        return measure_text(objective.measure, value)
    return f"{figure(value)} s"


def with_deviation(words: Callable[[float], str], values: Sequence[float]) -> str:
    """Mean of some values with their standard deviation, in one unit: '34.20 ± 0.31 dB'; without it where all
    are equal."""
    mean = words(sum(values) / len(values))
    if min(values) == max(values):
        return mean
    deviation = words(stdev(values))
    unit = deviation.partition(" ")[2]
    return f"{mean.removesuffix(f' {unit}')} ± {deviation}"


def name_text(training: Training) -> str:
    """Returns number and name of a training, which never change: '3 · Paint a picture', 'Trial 3'. Trainings
    of designs are called by these, without a number."""
    if training.group or str(training.number) in training.name.split():
        return training.name
    return f"{training.number} · {training.name}"


def telling_text(training: Training) -> str:
    """Returns the number of a run and the first of what tells it apart, as runs of one picture all have its
    name: '3 · SIREN painting'. Others are called by `name_text`."""
    name, told = name_text(training), training.differs.partition(", ")[0]
    return f"{training.number} · {told}" if told and name != training.name else name
