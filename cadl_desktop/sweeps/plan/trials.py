"""Trials of a sweep: which experiment each trains, and which are pruned by successive halving (Jamieson and
Talwalkar, 2016).

Pruning is decided when a trial reaches a rung, without waiting for the others (Li et al., 2020).
"""

from collections.abc import Collection

from msgspec.structs import replace

from cadl_desktop.experiment.methods.following import follow_all, followed, stop_following
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.paths import PathError, set_path, setting_paths, suggestion, with_number
from cadl_desktop.experiment.presets import preset, preset_names
from cadl_desktop.experiment.registry import entry
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sweeps.plan.sweep_model import (
    DESIGN,
    LAYERS,
    LENGTH_UNITS,
    PRESET,
    Halving,
    Limit,
    Point,
    Sweep,
    Trial,
    Value,
)


def experiment_of(sweep: Sweep, trial: Trial) -> Experiment:
    """Experiment of a trial, with settings that follow from others updated.

    Raises `paths.PathError` for a value that doesn't fit; `check_sweep` finds that beforehand.
    """
    experiment = experiment_at(sweep, trial.point)
    return replace(experiment, seed=trial.seed, stop=stop_of_trial(experiment.stop, sweep.limit))


def stop_of_trial(stop: Stop, limit: Limit) -> Stop:
    """Stop rules of a trial whose experiment has the rules `stop`."""
    length, seconds = limit.length, limit.seconds_each
    if length is not None:
        stop = replace(stop, **{unit: length.count if unit == length.unit else None for unit in LENGTH_UNITS})
    if seconds is not None:
        stop = replace(stop, seconds=seconds if stop.seconds is None else min(seconds, stop.seconds))
    return stop


def stop_of_adopted(stop: Stop, own: Stop) -> Stop:
    """Stop rules of an adopted trial. Times that only the sweep has set give way to the lengths of its
    experiment's `own` rules; epochs and steps stay, by which an unfinished trial goes on to the bit."""
    is_sweeps = stop.seconds not in (None, own.seconds)
    if not is_sweeps and stop.processor_seconds in (None, own.processor_seconds):
        return stop
    return replace(stop, **{unit: getattr(own, unit) for unit in LENGTH_UNITS})


def experiment_at(sweep: Sweep, point: Point) -> Experiment:
    """Experiment of a point, with the seed of the base or of its design. Raises `paths.PathError`."""
    return sweep.designs[str(point[0][1])] if sweep.designs else at_point(sweep.base, point)


def at_point(base: Experiment, point: Point) -> Experiment:
    """Base experiment with the values of a point. Raises `paths.PathError`."""
    experiment = base
    for path, value in sorted(point, key=lambda each: _precedence(each[0])):
        if path == PRESET:
            experiment = _like_preset(base, str(value))
        else:
            experiment = followed(experiment, stop_following(_with(experiment, path, value), [path]))
    return experiment


def changes_settings(path: str) -> bool:
    """Whether the value of a path decides which other settings there are."""
    return _precedence(path) < 4


def _precedence(path: str) -> int:
    """Order of application: values that replace other settings come first."""
    if path in (DESIGN, PRESET, LAYERS):
        return (DESIGN, PRESET, LAYERS).index(path)
    return 3 if path.endswith(".kind") else 4


def _with(experiment: Experiment, path: str, value: Value) -> Experiment:
    match value:
        case tuple():
            return replace(experiment, layers=value)
        case str():
            return set_path(experiment, path, value)
    if path not in setting_paths(experiment):
        return set_path(experiment, path, str(value))  # raises PathError with a suggestion
    return with_number(experiment, path, value)


def _like_preset(base: Experiment, name: str) -> Experiment:
    """Preset with the base's name and data."""
    if name not in preset_names():
        raise PathError("'{name}' is no preset; {hint}", name=name, hint=suggestion(name, preset_names()))
    shipped = preset(name)
    if is_painting(shipped) != is_painting(base) or _makes(shipped) != _makes(base):
        raise PathError(
            "The preset '{preset}' is not for data as those of '{name}'; choose another.",
            preset=name,
            name=base.name,
        )
    return follow_all(replace(shipped, name=base.name, note=base.note, data=base.data))


def _makes(experiment: Experiment) -> str:
    return entry("dataset", experiment.data.kind).makes


def rungs(halving: Halving, epochs: int) -> list[int]:
    """Epochs at which trials of `epochs` epochs are compared, before their end."""
    found, at = [], halving.least
    while at < epochs:
        found.append(at)
        at *= halving.factor
    return found


def survives_rung(
    halving: Halving, own: float, others: Collection[float], *, more_is_better: bool = False
) -> bool:
    """Whether a trial that measured `own` at a rung is in the best 1/factor of the trials that have reached
    it. The best one and equal ones always continue; NaN is the worst value."""
    sign = -1.0 if more_is_better else 1.0
    if own != own:
        return False
    better = sum(sign * other < sign * own for other in others)
    return better < max(1, (len(others) + 1) // halving.factor)
