"""What follows a method, and what stops following it: each function gives a new experiment."""

from collections.abc import Collection
from typing import Any

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import entries
from cadl_desktop.experiment.check import check_part
from cadl_desktop.experiment.methods.facts import facts_of
from cadl_desktop.experiment.methods.method import Method
from cadl_desktop.experiment.methods.table import METHODS
from cadl_desktop.experiment.methods.values import flat, has_setting, value_at, with_value
from cadl_desktop.experiment.model import Experiment


def followed(before: Experiment, after: Experiment) -> Experiment:
    """What an edit makes of an experiment, with what follows the method brought up to date.

    A value that the edit itself has changed is typed and follows no longer, unless it is what the method says
    of the new facts. Data of another shape leave the method behind.
    """
    method = METHODS.get(after.method)
    if method is None:
        return after  # none, or one of another version of the program, whose numbers stay
    data = entries("dataset").get(after.data.kind)
    if data is None or data.makes != method.makes:
        return replace(after, method="", follows=())
    if after.method != before.method:
        return after
    changed = _changed(before, after)
    if not _is_sound(after):
        return typed(after, changed)  # what the method says is known when the data are mended
    after = typed(after, _otherwise(method, after, changed))
    if _is_sound(before) and facts_of(before) == facts_of(after):
        return after
    return _brought_up_to_date(method, after)


def typed(experiment: Experiment, paths: Collection[str]) -> Experiment:
    """With these settings following no longer, nor any that the experiment hasn't got."""
    left = [path for path in experiment.follows if path not in paths and has_setting(experiment, path)]
    return replace(experiment, follows=tuple(left))


def returned(experiment: Experiment, path: str) -> Experiment:
    """With the setting at `path`, one of `could_follow`, following the method again."""
    method = METHODS[experiment.method]
    wanted = {*experiment.follows, path}
    follows = tuple(each for each in _says(method, experiment) if each in wanted)
    return _brought_up_to_date(method, replace(experiment, follows=follows))


def all_returned(experiment: Experiment) -> Experiment:
    """With everything following that the experiment's method says something of; without one, unchanged."""
    method = METHODS.get(experiment.method)
    if method is None or not _is_sound(experiment):
        return experiment
    return _brought_up_to_date(method, replace(experiment, follows=tuple(_says(method, experiment))))


def could_follow(experiment: Experiment) -> frozenset[str]:
    """The settings that don't follow the method, and would if they were returned."""
    method = METHODS.get(experiment.method)
    if method is None or not _is_sound(experiment):
        return frozenset()
    there = {path for path in _says(method, experiment) if has_setting(experiment, path)}
    return frozenset(there - set(experiment.follows))


def _is_sound(experiment: Experiment) -> bool:
    """Whether anything can be said of the data."""
    return not check_part("data", "dataset", experiment.data)


def _says(method: Method, experiment: Experiment) -> dict[str, Any]:
    return flat(method.rule(facts_of(experiment)))


def _changed(before: Experiment, after: Experiment) -> set[str]:
    """What an edit has set to something else of what follows."""
    there = {path for path in after.follows if path in before.follows}
    both = {path for path in there if has_setting(before, path) and has_setting(after, path)}
    return {path for path in both if value_at(before, path) != value_at(after, path)}


def _otherwise(method: Method, experiment: Experiment, paths: set[str]) -> set[str]:
    """Those of the paths whose values are not what the method says. An edit may also bring a whole experiment
    of before back, with what followed the facts of then."""
    says = _says(method, experiment)
    return {path for path in paths if path not in says or value_at(experiment, path) != says[path]}


def _brought_up_to_date(method: Method, experiment: Experiment) -> Experiment:
    """With the values that a method gives to what follows. A part of another kind follows as a whole."""
    says, follows = _says(method, experiment), set(experiment.follows)
    for path, value in says.items():
        if path not in follows:
            continue
        head, _, name = path.partition(".")
        if name == "kind" and value_at(experiment, path) != value:
            follows |= {each for each in says if each.startswith(f"{head}.")}
        if name == "kind" or has_setting(experiment, path):
            experiment = with_value(experiment, path, value)
    left = tuple(path for path in says if path in follows and has_setting(experiment, path))
    return replace(experiment, follows=left)
