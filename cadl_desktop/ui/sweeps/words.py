"""A sweep's settings and measures as a person reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cadl_desktop.experiment.check import Problem, problem
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.paths import PathError
from cadl_desktop.experiment.presets import preset
from cadl_desktop.experiment.setting_descriptions import describe_settings
from cadl_desktop.sentences import Sentence
from cadl_desktop.sweeps.plan.spelling import spelled
from cadl_desktop.sweeps.plan.sweep_check import ProblemAt
from cadl_desktop.sweeps.plan.sweep_model import (
    LAYERS,
    PRESET,
    Choices,
    Measure,
    Networks,
    Objective,
    Range,
    Sweep,
    Value,
    Varied,
)
from cadl_desktop.sweeps.plan.trials import at_point
from cadl_desktop.ui.controls.differences import titled
from cadl_desktop.ui.controls.number_text import cost_text, figure, grouped, user_locale

_DIGITS = 4


@dataclass(frozen=True)
class Setting:
    """One that varies; `words` has those of its choices."""

    path: str
    title: str
    among: Range | Choices | Networks
    words: Mapping[Value, str] = field(default_factory=dict)

    def text(self, value: Value) -> str:
        """A value of it in words."""
        if isinstance(self.among, Range) and isinstance(value, (int, float)):
            return figure(value, _DIGITS)
        return self.words.get(value, spelled(value))

    @property
    def numbers(self) -> Mapping[Value, float] | None:
        """Of choices that all are numbers, and differ, these; None of others."""
        if not isinstance(self.among, Choices):
            return None
        try:
            found: dict[Value, float] = {value: float(value) for value in self.among.values}
        except ValueError:
            return None
        return found if len(set(found.values())) == len(found) else None


def settings_of(sweep: Sweep) -> tuple[Setting, ...]:
    """All that vary, in the sweep's order."""

    def setting(varied: Varied) -> Setting:
        path = varied.path
        values: tuple[Value, ...] = () if isinstance(varied.among, Range) else varied.among.values
        words = {value: _words(sweep, path, value) for value in values}
        return Setting(path, setting_title(sweep.base, path), varied.among, words)

    return tuple(map(setting, sweep.varied))


def setting_title(base: Experiment, path: str) -> str:
    """What the forms call a setting of an experiment; its path where it has none."""
    whole = {PRESET: "Preset", LAYERS: "Layers"}
    if path in whole:
        return whole[path]
    found = describe_settings(base)
    return titled(found[path][0], path) if path in found else path


def _words(sweep: Sweep, path: str, value: Value) -> str:
    """What the forms call a choice; as it is typed where it only makes sense with others."""
    if path == LAYERS:
        return spelled(value)
    if path == PRESET:
        try:
            return preset(str(value)).name
        except KeyError:
            return spelled(value)
    try:
        found = describe_settings(at_point(sweep.base, ((path, value),)))
    except PathError:
        return spelled(value)
    return found[path][1] if path in found else spelled(value)


def problem_in_words(found: Problem, settings: Sequence[Setting]) -> Problem:
    """The same, with what the forms call the settings of a point; it may be of a sweep of which another
    setting varies by now."""
    if not isinstance(found, ProblemAt) or not isinstance(found.message, Sentence):
        return found
    values = dict(found.point)
    point = ", ".join(
        f"{each.title} {each.text(values[each.path])}" for each in settings if each.path in values
    )
    return problem(found.field, found.message.template, **{**found.message.values, "point": point})


def trials_text(count: int) -> str:
    """So many trials."""
    return f"{grouped(count)} trial" if count == 1 else f"{grouped(count)} trials"


def measure_title(measure: Measure) -> str:
    """What a measure is called."""
    titles: dict[Measure, str] = {
        "cost": "Cost",
        "validation_cost": "Validation cost",
        "seen_psnr": "PSNR seen",
        "held_out_psnr": "PSNR held out",
        "hidden_psnr": "PSNR hidden",
    }
    return titles[measure]


def measure_text(measure: Measure, value: float) -> str:
    """A value of it, in its unit."""
    if measure.endswith("psnr"):
        return f"{user_locale().toString(value, 'f', 2)} dB"
    return cost_text(value)


def objective_title(objective: Objective) -> str:
    """What is to be best: 'Cost', 'Seconds to cost 0.01'."""
    title = measure_title(objective.measure)
    if objective.reaches is None:
        return title
    reached = measure_text(objective.measure, objective.reaches)
    return f"Seconds to {title} {reached}"


def objective_text(objective: Objective, value: float) -> str:
    """A value of it."""
    if objective.reaches is None:
        return measure_text(objective.measure, value)
    return f"{figure(value)} s"
