"""Settings of an experiment that can vary, and the values suggested at first."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from cadl_desktop.experiment.catalog import Category, Parameter, entries, entry
from cadl_desktop.experiment.check import LEAST_SHARE, MOST_COUNT, MOST_SHARE
from cadl_desktop.experiment.live_settings import COUNTS, PENALTIES
from cadl_desktop.experiment.methods.following import sizes_network
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.paths import ALL_UNITS, NAMES, PathError, parts_of, setting_at
from cadl_desktop.experiment.presets import preset_names
from cadl_desktop.sweeps.plan.sweep_model import LAYERS, PRESET, Choices, Networks, Range
from cadl_desktop.sweeps.plan.trials import at_point

_NEVER_VARIED = ("data.kind", "data.source")
"""Paths that don't vary, as trials with different data can't be compared."""
_MOST_SUGGESTED = 4
_STEPS = 5


@dataclass(frozen=True)
class Variable:
    """Setting that can vary: a number within limits, or one of the `choices`."""

    path: str
    choices: tuple[str, ...] = ()
    category: Category | None = None
    """Category of the catalog that the choices belong to, if any."""
    least: float = -inf
    most: float = inf
    is_whole: bool = False
    is_logarithmic: bool = False
    hundred: float = 0.0
    """Value that the user reads as 100 %, for shares; 0 for other numbers."""

    @property
    def is_number(self) -> bool:
        return not self.choices


def variables(base: Experiment) -> dict[str, Variable]:
    """Settings that can vary, by path, in the order of the forms; without those that have no effect."""
    return {each.path: each for each in _variables(base) if each.path not in _NEVER_VARIED}


def _variables(base: Experiment) -> Iterator[Variable]:
    if sum("units" in layer.as_dict() for layer in base.layers) > 1:
        units = next(each for each in entry("layer", "dense").parameters if each.name == "units")
        yield Variable(ALL_UNITS, least=units.minimum or 1, most=units.maximum or inf, is_whole=True)
    for head, category, part in parts_of(base):
        yield _of_entries(f"{head}.kind", category)
        known, settings = entries(category).get(part.kind), part.as_dict()
        for parameter in known.parameters if known else ():
            variable = _of_parameter(f"{head}.{parameter.name}", parameter)
            if variable is not None and parameter.matters(settings):
                yield variable
    for name, category in NAMES.items():
        yield _of_entries(name, category)
    for name, penalty in PENALTIES.items():
        yield Variable(name, least=0.0, most=penalty.most, is_logarithmic=True)
    yield Variable("validation", least=0.0, most=0.9, hundred=1.0)
    if sizes_network(base):
        yield Variable("parameters", least=LEAST_SHARE, most=MOST_SHARE, hundred=1.0)
    for name in COUNTS:
        yield Variable(name, least=1, most=MOST_COUNT, is_whole=True, is_logarithmic=True)
    yield Variable("stop.epochs", least=1, most=1e9, is_whole=True, is_logarithmic=True)
    yield Variable("stop.steps", least=1, most=2**53, is_whole=True, is_logarithmic=True)
    yield Variable("stop.seconds", least=0.001, most=1e9, is_logarithmic=True)
    yield Variable("stop.processor_seconds", least=0.001, most=1e9, is_logarithmic=True)
    yield Variable("stop.change_below", least=0.0, most=1e9, is_logarithmic=True)
    if base.validation > 0:
        yield Variable("stop.patience", least=1, most=1e9, is_whole=True, is_logarithmic=True)
    yield Variable("stop.keep_best", ("true", "false"))


def _of_entries(path: str, category: Category) -> Variable:
    return Variable(path, tuple(entries(category)), category)


def _of_parameter(path: str, parameter: Parameter) -> Variable | None:
    match parameter.kind:
        case "bool":
            return Variable(path, ("true", "false"))
        case "choice":
            category = parameter.choices if isinstance(parameter.choices, str) else None
            return Variable(path, parameter.choice_names(), category)
        case "int" | "float":
            return Variable(
                path,
                least=-inf if parameter.minimum is None else parameter.minimum,
                most=inf if parameter.maximum is None else parameter.maximum,
                is_whole=parameter.kind == "int",
                is_logarithmic=parameter.logarithmic,
                hundred=parameter.hundred,
            )
    return None


def suggested(base: Experiment, path: str) -> Range | Choices | Networks:
    """Initial values to choose from: a range around the base's number, or its choice with some others. Raises
    KeyError for settings that can't vary."""
    if path == PRESET:
        return Choices(tuple(presets_for(base))[:_MOST_SUGGESTED])
    if path == LAYERS:
        dense = [layer for layer in base.layers if layer.kind == "dense"]
        return Networks((base.layers, (*base.layers, *dense[-1:])))
    variable, own = variables(base)[path], setting_at(base, path)
    if variable.is_number:
        return _around(variable, own)
    spelled = str(own).lower() if isinstance(own, bool) else str(own)
    others = [choice for choice in variable.choices if choice != spelled]
    return Choices((spelled, *others)[:_MOST_SUGGESTED])


def presets_for(base: Experiment) -> Iterator[str]:
    """Presets for the same kind of data as the base's."""
    for name in preset_names():
        try:
            at_point(base, ((PRESET, name),))
        except PathError:
            continue
        yield name


def _around(variable: Variable, own: float | None) -> Range:
    least, most = variable.least, variable.most
    if variable.is_whole:
        middle = int(own or 100)
        low, high = int(max(middle // 2, least)), int(min(max(middle * 2, middle + 4), most))
        return Range(low, high, steps=min(_STEPS, high - low + 1))
    if own and own > 0 and variable.is_logarithmic:
        return Range(max(_rounded(own / 10), least), min(_rounded(own * 10), most), logarithmic=True)
    if variable.is_logarithmic:
        return Range(max(1e-6, least), min(1e-2, most), logarithmic=True)
    if own:
        ends = sorted((_rounded(own / 2), _rounded(own * 2)))
        return Range(max(ends[0], least), min(ends[1], most))
    return Range(max(0.0, least), min(1.0, most))


def _rounded(value: float) -> float:
    return float(f"{value:.2g}")
