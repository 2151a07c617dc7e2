"""Presets, the shipped experiments (one JSON file each), and the JSON form of experiments."""

from collections.abc import Collection
from functools import cache
from typing import Any

import msgspec

from cadl_desktop.experiment.catalog import Category, entries, entry
from cadl_desktop.experiment.model import OMITTED_AT_DEFAULT, STOP_OMITTED_AT_DEFAULT, Experiment, Stop
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.paths import PARTS
from cadl_desktop.resources import resource

DEFAULT_CURVE = "lecture-tanh"
DEFAULT_PAINTING = "lecture-painting"


class PresetGroup(msgspec.Struct, frozen=True):
    """Presets of one purpose, under the title that people read."""

    title: str
    presets: tuple[str, ...]


LEARN_IT = "Learn it"
"""Title of the group of networks that learn their data, without room to copy them."""
PAINTERS = "Painters"
"""Title of the group of small networks that are chosen for their look."""


@cache
def preset_groups() -> tuple[PresetGroup, ...]:
    """Returns the groups that presets are offered in; each preset is in one."""
    return msgspec.json.decode(resource("presets", "order.json").read_bytes(), type=tuple[PresetGroup, ...])


def preset_names() -> list[str]:
    """Returns the presets' names, group by group; those of the course in its order."""
    return [name for group in preset_groups() for name in group.presets]


def group_title(name: str) -> str:
    """Returns the title of a preset's group; empty for a name that isn't a preset's."""
    return next((group.title for group in preset_groups() if name in group.presets), "")


@cache
def preset(name: str) -> Experiment:
    """Returns the shipped experiment of this name. Raises KeyError where there is none."""
    if name not in preset_names():
        raise KeyError(name)
    return experiment_from(msgspec.json.decode(resource("presets", f"{name}.json").read_bytes()))


def experiment_as_plain(experiment: Experiment) -> dict[str, Any]:
    """Returns an experiment as JSON-like data, each part an object with its settings. Empty bytes are
    omitted, as are the method's fields where there is no method."""
    plain: dict[str, Any] = msgspec.to_builtins(experiment, builtin_types=(bytes,))
    for field, category in PARTS.items():
        plain[field] = _part_as_plain(category, getattr(experiment, field))
    plain["layers"] = [_part_as_plain("layer", layer) for layer in experiment.layers]
    plain["stop"] = without_defaults(plain["stop"], Stop, STOP_OMITTED_AT_DEFAULT)
    if experiment.follows:
        plain["follows"] = list(experiment.follows)
    return without_defaults(plain, Experiment, OMITTED_AT_DEFAULT)


def without_defaults(
    plain: dict[str, Any], kind: type[msgspec.Struct], names: Collection[str]
) -> dict[str, Any]:
    """Returns the plain data of a struct without those of the named fields that have their default value."""
    defaults = {field.name: field.default for field in msgspec.structs.fields(kind)}
    return {name: value for name, value in plain.items() if name not in names or value != defaults[name]}


def experiment_from(plain: dict[str, Any]) -> Experiment:
    """Returns the experiment that JSON-like data describe; missing settings take the catalog's defaults.

    Raises msgspec.ValidationError, which names the field. Whether the experiment can be trained is left to
    `check`.
    """
    data = dict(plain)
    for field, category in PARTS.items():
        if field in data:
            data[field] = _part_from(category, data[field])
    if isinstance(data.get("layers"), list):
        data["layers"] = [_part_from("layer", layer) for layer in data["layers"]]
    return msgspec.convert(data, Experiment, builtin_types=(bytes,))


def _part_as_plain(category: Category, part: Part) -> dict[str, Any]:
    known = entries(category).get(part.kind)
    settings = known.written(part.as_dict()) if known else part.as_dict()
    return {"kind": part.kind} | {name: value for name, value in settings.items() if value != b""}


def _part_from(category: Category, part: Any) -> Any:
    """Returns {'kind': 'dense', 'units': 64} in the form of `Part`. Anything but an object is returned
    unchanged for msgspec to refuse."""
    if not isinstance(part, dict):
        return part
    settings = {name: value for name, value in part.items() if name != "kind"}
    kind = part.get("kind")
    if isinstance(kind, str) and kind in entries(category):
        settings = entry(category, kind).part(**settings).as_dict()
    return {"kind": kind, "settings": list(settings.items())}
