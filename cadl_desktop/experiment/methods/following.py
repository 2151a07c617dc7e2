"""Settings that follow a method: updated when the data change, released when a person sets them. Each
function returns a new experiment."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import entries, entry
from cadl_desktop.experiment.check import check_part
from cadl_desktop.experiment.methods.facts import facts_of
from cadl_desktop.experiment.methods.rules import METHODS, Method
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.paths import PARTS, PathError, dense_layers, set_path, spelled_value


def with_setting(experiment: Experiment, path: str, value: object) -> Experiment:
    """Returns the experiment with another value of the setting at a path, which stops following, and with
    what follows from it. 'layers' takes the numbers of neurons of all hidden layers, as '64,64'. Raises
    PathError."""
    refuse_idle_size(experiment, path)
    text = spelled_value(path, value)
    if path == "layers":
        changed = replace(experiment, layers=dense_layers(experiment, text))
    else:
        changed = set_path(experiment, path, text)
    return followed(experiment, stop_following(changed, [path]))


def refuse_idle_size(experiment: Experiment, path: str) -> None:
    """Raises PathError where a path is that of the network's size, and the experiment's method doesn't look
    at it."""
    if path == "parameters" and experiment.data.kind != "picture":
        raise PathError("parameters: '{name}' doesn't paint one picture; leave it out.", name=experiment.name)
    if path == "parameters" and not sizes_network(experiment):
        raise PathError(
            "parameters: the network of '{name}' has a size of its own; choose the preset learned-painting, "
            "whose network has any.",
            name=experiment.name,
        )


def followed(before: Experiment, after: Experiment) -> Experiment:
    """Returns an edited experiment with the settings that follow its method brought up to date.

    A value that the edit itself has changed stops following, unless it is what the method derives from the
    new facts. Data of another shape remove the method.

    Scripts import this function by this name (manual, 'From Python').
    """
    method = METHODS.get(after.method)
    if method is None:
        return after  # no method, or one of another version of the program: its numbers stay
    data = entries("dataset").get(after.data.kind)
    if data is None or data.makes != method.makes:
        return replace(after, method="", parameters=None, follows=())
    if after.method != before.method:
        return after
    changed = _changed(before, after)
    if not _is_data_valid(after):
        return stop_following(after, changed)  # the method can't be evaluated until the data are valid again
    after = stop_following(after, _differing_from_method(method, after, changed))
    if _is_data_valid(before) and facts_of(before) == facts_of(after):
        return after
    return _updated(method, after)


def stop_following(experiment: Experiment, paths: Collection[str]) -> Experiment:
    """Returns the experiment with these settings no longer following, nor any that it doesn't have."""
    remaining = [path for path in experiment.follows if path not in paths and has_setting(experiment, path)]
    return replace(experiment, follows=tuple(remaining))


def follow_again(experiment: Experiment, path: str) -> Experiment:
    """Returns the experiment with `path`, one of `followable_paths`, following the method again."""
    method = METHODS[experiment.method]
    wanted = {*experiment.follows, path}
    follows = tuple(each for each in _method_values(method, experiment) if each in wanted)
    return _updated(method, replace(experiment, follows=follows))


def follow_all(experiment: Experiment) -> Experiment:
    """Returns the experiment with everything following that its method derives; unchanged without one."""
    method = METHODS.get(experiment.method)
    if method is None or not _is_data_valid(experiment):
        return experiment
    return _updated(method, replace(experiment, follows=tuple(_method_values(method, experiment))))


def sizes_network(experiment: Experiment) -> bool:
    """Tells whether the experiment's method looks at how many parameters the network may have."""
    method = METHODS.get(experiment.method)
    return method is not None and method.sizes_network


def followable_paths(experiment: Experiment) -> frozenset[str]:
    """Returns the settings that don't follow the method but could."""
    method = METHODS.get(experiment.method)
    if method is None or not _is_data_valid(experiment):
        return frozenset()
    paths = {path for path in _method_values(method, experiment) if has_setting(experiment, path)}
    return frozenset(paths - set(experiment.follows))


def _is_data_valid(experiment: Experiment) -> bool:
    """Tells whether facts about the data can be computed."""
    return not check_part("data", "dataset", experiment.data)


def _method_values(method: Method, experiment: Experiment) -> dict[str, Any]:
    return flattened(method.rule(facts_of(experiment)))


def _changed(before: Experiment, after: Experiment) -> set[str]:
    """Returns the settings in `follows` whose values an edit has changed."""
    common = {path for path in after.follows if path in before.follows}
    both = {path for path in common if has_setting(before, path) and has_setting(after, path)}
    return {path for path in both if value_at(before, path) != value_at(after, path)}


def _differing_from_method(method: Method, experiment: Experiment, paths: set[str]) -> set[str]:
    """Returns the paths whose values differ from the method's. Restoring an earlier experiment brings back
    values that followed that experiment's facts."""
    values = _method_values(method, experiment)
    return {path for path in paths if path not in values or value_at(experiment, path) != values[path]}


def _updated(method: Method, experiment: Experiment) -> Experiment:
    """Returns the experiment with the method's values for the settings that follow. Where a part's kind
    changes, all of its settings follow."""
    values, follows = _method_values(method, experiment), set(experiment.follows)
    for path, value in values.items():
        if path not in follows:
            continue
        head, _, name = path.partition(".")
        if name == "kind" and value_at(experiment, path) != value:
            follows |= {each for each in values if each.startswith(f"{head}.")}
        if name == "kind" or has_setting(experiment, path):
            experiment = with_value(experiment, path, value)
    remaining = tuple(path for path in values if path in follows and has_setting(experiment, path))
    return replace(experiment, follows=remaining)


def has_setting(experiment: Experiment, path: str) -> bool:
    """Tells whether the experiment has a setting at this path: also a part's 'kind', or all 'layers'."""
    head, _, name = path.partition(".")
    if head in PARTS:
        part: Part = getattr(experiment, head)
        return name == "kind" or name in part.as_dict()
    if head == "stop":
        return name in Stop.__struct_fields__
    return not name and head in Experiment.__struct_fields__


def value_at(experiment: Experiment, path: str) -> Any:
    """Returns the value of an existing setting."""
    head, _, name = path.partition(".")
    owner = getattr(experiment, head)
    if not name:
        return owner
    if isinstance(owner, Part):
        return owner.kind if name == "kind" else owner[name]
    return getattr(owner, name)


def with_value(experiment: Experiment, path: str, value: Any) -> Experiment:
    """Returns the experiment with another value of a setting. Another kind brings the catalog's defaults."""
    head, _, name = path.partition(".")
    owner: Any = getattr(experiment, head)
    if not name:
        changed = value
    elif not isinstance(owner, Part):
        changed = replace(owner, **{name: value})
    elif name == "kind":
        changed = owner if owner.kind == value else entry(PARTS[head], value).part()
    else:
        changed = owner.has(**{name: value})
    return replace(experiment, **{head: changed})


def flattened(values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the values with each part replaced by the paths of its kind (first) and its settings."""
    found: dict[str, Any] = {}
    for path, value in values.items():
        if isinstance(value, Part):
            found[f"{path}.kind"] = value.kind
            found |= {f"{path}.{name}": setting for name, setting in value.settings}
        else:
            found[path] = value
    return found
