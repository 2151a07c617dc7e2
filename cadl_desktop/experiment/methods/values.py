"""The value of a setting by its path, beside the texts of `paths`."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.paths import PARTS


def has_setting(experiment: Experiment, path: str) -> bool:
    """Whether there is a setting at this path, which may be a part's 'kind' or all 'layers'."""
    head, _, name = path.partition(".")
    if head in PARTS:
        part: Part = getattr(experiment, head)
        return name == "kind" or name in part.as_dict()
    if head == "stop":
        return name in Stop.__struct_fields__
    return not name and head in Experiment.__struct_fields__


def value_at(experiment: Experiment, path: str) -> Any:
    """The value of a setting that there is."""
    head, _, name = path.partition(".")
    owner = getattr(experiment, head)
    if not name:
        return owner
    if isinstance(owner, Part):
        return owner.kind if name == "kind" else owner[name]
    return getattr(owner, name)


def with_value(experiment: Experiment, path: str, value: Any) -> Experiment:
    """With another value of a setting that there is; another kind brings the catalog's defaults along."""
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


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Each part by the paths of its kind and its settings, the kind first."""
    found: dict[str, Any] = {}
    for path, value in values.items():
        if isinstance(value, Part):
            found[f"{path}.kind"] = value.kind
            found |= {f"{path}.{name}": setting for name, setting in value.settings}
        else:
            found[path] = value
    return found
