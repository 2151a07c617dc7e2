"""What a trial trains: the sweep's base with the values of a point."""

from msgspec.structs import replace

from cadl_desktop.experiment.methods.following import follow_all, followed, stop_following
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.paths import PathError, set_path, setting_paths, suggestion, with_number
from cadl_desktop.experiment.presets import preset, preset_names
from cadl_desktop.experiment.registry import entry
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sweeps.plan.sweep import LAYERS, PRESET, Point, Sweep, Trial, Value


def experiment_of(sweep: Sweep, trial: Trial) -> Experiment:
    """The experiment of a trial, with what of it follows a method brought up to date.

    Raises `paths.PathError` where a value doesn't fit what there is; `check_sweep` finds that beforehand.
    """
    experiment = replace(at_point(sweep.base, trial.point), seed=trial.seed)
    return replace(experiment, stop=_ending(experiment.stop, sweep.limit.seconds_each))


def at_point(base: Experiment, point: Point) -> Experiment:
    """The base with these values. Raises `paths.PathError`."""
    experiment = base
    for path, value in sorted(point, key=lambda each: _turn(each[0])):
        if path == PRESET:
            experiment = _like_preset(base, str(value))
        else:
            experiment = followed(experiment, stop_following(_with(experiment, path, value), [path]))
    return experiment


def is_whole(path: str) -> bool:
    """Whether what is chosen there decides which other settings there are."""
    return _turn(path) < 3


def _turn(path: str) -> int:
    """What brings settings along comes before those."""
    if path in (PRESET, LAYERS):
        return (PRESET, LAYERS).index(path)
    return 2 if path.endswith(".kind") else 3


def _with(experiment: Experiment, path: str, value: Value) -> Experiment:
    match value:
        case tuple():
            return replace(experiment, layers=value)
        case str():
            return set_path(experiment, path, value)
    if path not in setting_paths(experiment):
        return set_path(experiment, path, str(value))  # which says what there is
    return with_number(experiment, path, value)


def _like_preset(base: Experiment, name: str) -> Experiment:
    """A preset with the base's name and data."""
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


def _ending(stop: Stop, seconds: float | None) -> Stop:
    if seconds is None:
        return stop
    return replace(stop, seconds=seconds if stop.seconds is None else min(seconds, stop.seconds))
