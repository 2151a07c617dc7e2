"""Settings by path, as scripts and the command line address them: 'layers.0.units' set to '32'."""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from numbers import Real
from typing import Any

import msgspec

from cadl_desktop.experiment.catalog import Category, Parameter, entries, entry
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import BY_NAME
from cadl_desktop.sentences import Sentence, SentenceError

SETTING_TYPES: dict[str, type] = {
    "int": int,
    "float": float,
    "bool": bool,
    "choice": str,
    "text": str,
    "picture": bytes,
    "mask": bytes,
    "points": bytes,
}
"""Python type of the values of each kind of parameter."""

PARTS: dict[str, Category] = {
    "data": "dataset",
    "encoding": "encoding",
    "output": "output",
    "optimizer": "optimizer",
    "schedule": "schedule",
}
"""Parts of an experiment except its layers, with the categories from which they are chosen."""
NAMES: dict[str, Category] = {str(category): category for category in BY_NAME}
"""Fields that hold only the name of an entry; each has the name of its category."""
SHARES = frozenset({"validation", "parameters"})
"""The experiment's own numbers that are shares, of which 1.0 is read and written as 100 %."""
ALL_UNITS = "layers.all.units"
"""Path of the number of neurons of all hidden layers at once."""
_TYPE_NAMES = {int: "a whole number", float: "a number", bool: "true or false"}
_MOST_INTEGER = 2**53
_LIKELY_RATIO, _NEAR_RATIO = 0.6, 0.4
"""Similarities (difflib's ratio) above which a known name is probably meant, and is worth mentioning."""


class PathError(SentenceError, ValueError):
    """Error for a setting that can't be changed; the message is a plain sentence with its path and the
    remedy."""


def set_path(experiment: Experiment, path: str, text: str) -> Experiment:
    """Returns a copy of the experiment in which the setting at `path` has the value that `text` spells.

    Paths are those of `check`: 'batch_size', 'stop.epochs', 'optimizer.rate', 'layers.0.units'. Optional
    settings take 'none'. Setting a part's 'kind' replaces the part by the catalog's defaults for that kind.
    Raises PathError where there is no such setting or the text is no value of its type; limits are left to
    `check`.
    """
    if path not in setting_paths(experiment):
        raise PathError(
            "{path}: there is no setting of this name; {hint}", path=path, hint=_hint(experiment, path, text)
        )
    head, _, rest = path.partition(".")
    value: Any
    if path == ALL_UNITS:
        value = with_units(experiment.layers, _parse(path, text, int))
    elif head in PARTS:
        value = _part_with(PARTS[head], getattr(experiment, head), path, rest, text)
    elif head == "layers":
        value = _layers_with(experiment.layers, path, rest, text)
    elif head == "stop":
        value = _stop_with(experiment.stop, path, rest, text)
    elif head in NAMES:
        value = _matching_name(path, text, entries(NAMES[head]))
    elif head == "parameters" and _is_none(text):
        value = None
    else:
        value = _parse(path, text, _plain_types()[head], 1.0 if head in SHARES else 0.0)
    return msgspec.structs.replace(experiment, **{head: value})


def spelled_value(path: str, value: object) -> str:
    """Returns the text that `set_path` takes for a number, a text, True, False or None. Raises PathError for
    anything else."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Real):
        return str(value)
    raise PathError(
        "{path}: takes a number, a text, True, False or None; with_picture, with_mask and with_points take "
        "arrays.",
        path=path,
    )


def setting_at(experiment: Experiment, path: str) -> Any:
    """Returns the value of the setting at a path that `set_path` accepts."""
    owner: Any = experiment
    if path == ALL_UNITS:
        return next(layer["units"] for layer in experiment.layers if "units" in layer.as_dict())
    for name in path.split("."):
        if isinstance(owner, tuple):
            owner = owner[int(name)]
        elif isinstance(owner, Part) and name != "kind":
            owner = owner[name]
        else:
            owner = getattr(owner, name)
    return owner


def with_number(experiment: Experiment, path: str, number: float) -> Experiment:
    """Returns a copy with this number at the path of a numeric setting, in the experiment's own unit."""
    head, _, rest = path.partition(".")
    value: Any = number
    if path == ALL_UNITS:
        value = with_units(experiment.layers, number)
    elif head == "layers":
        index, _, name = rest.partition(".")
        layers = list(experiment.layers)
        layers[int(index)] = layers[int(index)].has(**{name: number})
        value = tuple(layers)
    elif head == "stop":
        value = msgspec.structs.replace(experiment.stop, **{rest: number})
    elif rest:
        value = getattr(experiment, head).has(**{rest: number})
    return msgspec.structs.replace(experiment, **{head: value})


def with_units(layers: tuple[Part, ...], units: float) -> tuple[Part, ...]:
    """Returns the layers with so many neurons in each that has a number of them."""
    return tuple(layer.has(units=units) if "units" in layer.as_dict() else layer for layer in layers)


def dense_layers(experiment: Experiment, text: str) -> tuple[Part, ...]:
    """Returns dense layers with the numbers of neurons of a text like '64,32', otherwise like those of the
    experiment. Raises PathError."""
    sizes = [each.strip() for each in text.split(",")]
    if not all(size.isdecimal() and len(size) < 7 for size in sizes):
        raise PathError("layers: '{text}' are no numbers of neurons; write them as 64,64.", text=_short(text))
    dense = [layer for layer in experiment.layers if layer.kind == "dense"] or [
        entry("layer", "dense").part()
    ]
    return tuple(dense[min(place, len(dense) - 1)].has(units=int(size)) for place, size in enumerate(sizes))


def setting_paths(experiment: Experiment) -> list[str]:
    """Returns every path that `set_path` accepts for this experiment."""
    paths = [*_plain_types(), *NAMES, *(f"stop.{name}" for name in Stop.__struct_fields__)]
    # Layers come last, so that hints prefer another part that has a setting of the same name.
    for head, category, part in sorted(parts_of(experiment), key=lambda found: found[1] == "layer"):
        paths += [f"{head}.{name}" for name in ("kind", *_parameters(category, part))]
    has_units = any("units" in layer.as_dict() for layer in experiment.layers)
    return [*paths, ALL_UNITS] if has_units else paths


def parts_of(experiment: Experiment) -> Iterator[tuple[str, Category, Part]]:
    """Yields every part with its path and category, layers in the order of the network."""
    for name, category in PARTS.items():
        if name == "output":
            for index, layer in enumerate(experiment.layers):
                yield f"layers.{index}", "layer", layer
        yield name, category, getattr(experiment, name)


def settings_path(category: Category) -> str | None:
    """Returns the path below which the settings of a category's entries are, those of layers in the first
    layer; None where the category has none."""
    path = _part_path(category)
    owners = [chooser.rpartition(".")[0] for chooser in _choice_parameter_paths(category)]
    return path or next(reversed(owners), None)


def choice_paths(category: Category) -> list[str]:
    """Returns the paths of settings that choose a category's entry: 'cost', 'layers.0.activation'."""
    path = _part_path(category)
    paths = [name for name, its_category in NAMES.items() if its_category == category]
    return [*paths, *([f"{path}.kind"] if path else _choice_parameter_paths(category))]


def _part_path(category: Category) -> str | None:
    return next((path for path, its_category in _part_paths() if its_category == category), None)


def _part_paths() -> list[tuple[str, Category]]:
    return [*PARTS.items(), ("layers.0", "layer")]


def _choice_parameter_paths(category: Category) -> list[str]:
    paths = [
        f"{path}.{parameter.name}"
        for path, owner in _part_paths()
        for entry in entries(owner).values()
        for parameter in entry.parameters
        if parameter.choices == category
    ]
    return list(dict.fromkeys(paths))


def plain_settings() -> dict[str, Any]:
    """Returns the path and default of each of the experiment's own numbers and texts, stop rules included."""
    own = {field.name: field.default for field in msgspec.structs.fields(Experiment)}
    stop = {f"stop.{field.name}": field.default for field in msgspec.structs.fields(Stop)}
    return {name: own[name] for name in _plain_types()} | stop


def suggestion(name: str, known: Iterable[str]) -> Sentence:
    """Returns the end of a sentence about an unknown name: the likeliest known name, or all of them."""
    listed = list(known)
    close = get_close_matches(name, listed, 1, _LIKELY_RATIO)
    if close:
        return Sentence("did you mean '{name}'?", name=close[0])
    return Sentence("choose one of {names}.", names=", ".join(listed))


def _hint(experiment: Experiment, path: str, text: str) -> Sentence:
    paths = setting_paths(experiment)
    if f"{path}.kind" in paths:
        return Sentence("did you mean {path}.kind={text}?", path=path, text=text)
    head, _, leaf = path.rpartition(".")
    siblings = [name for name in paths if head and name.startswith(f"{head}.")]
    if siblings:
        return suggestion(path, siblings)
    if head.startswith("layers."):
        if len(experiment.layers) == 1:
            return Sentence("there is one layer, number 0.")
        return Sentence("there are {count} layers, counted from 0.", count=len(experiment.layers))
    elsewhere = [name for name in paths if leaf and name.endswith(f".{leaf}")]
    if elsewhere:
        return Sentence("did you mean '{name}'?", name=elsewhere[0])
    return _nearest_hint(path, _main_paths(paths))


def _nearest_hint(path: str, known: list[str]) -> Sentence:
    """Returns the end of a sentence about an unknown name where too many are known to list them."""
    if get_close_matches(path, known, 1, _LIKELY_RATIO):
        return suggestion(path, known)
    near = get_close_matches(path, known, 1, _NEAR_RATIO)
    if near:
        return Sentence("the nearest is '{name}', and 'cadl-desktop list' names all.", name=near[0])
    return Sentence("'cadl-desktop list' names all.")


def _main_paths(paths: list[str]) -> list[str]:
    """Returns the paths without the parts' settings: top-level fields, kinds and stop rules."""
    return [path for path in paths if "." not in path or path.endswith(".kind") or path.startswith("stop.")]


def _plain_types() -> dict[str, type]:
    """Returns the types of the experiment's own numbers and texts."""
    fields = {field.name: field.type for field in msgspec.structs.fields(Experiment)} | {"parameters": float}
    chosen = {*NAMES, "method"}
    return {name: kind for name, kind in fields.items() if kind in (int, float, str) and name not in chosen}


def _parameters(category: Category, part: Part) -> dict[str, Parameter]:
    known = entries(category).get(part.kind)
    return {parameter.name: parameter for parameter in known.parameters} if known else {}


def _part_with(category: Category, part: Part, path: str, name: str, text: str) -> Part:
    if name == "kind":
        kind = _matching_name(path, text, entries(category))
        return part if kind == part.kind else entry(category, kind).part()
    parameter = _parameters(category, part)[name]
    if parameter.kind == "choice":
        chosen = _matching_name(path, text, parameter.choice_names())
        return entry(category, part.kind).changed(part, name, chosen)
    if parameter.kind == "picture":
        raise PathError(
            "{path}: a picture can't be written as text; give the picture file itself.", path=path
        )
    if parameter.kind == "mask":
        raise PathError("{path}: a mask can't be written as text; draw or load it in the window.", path=path)
    if parameter.kind == "points":
        raise PathError("{path}: points can't be written as text; give the table file itself.", path=path)
    return part.has(**{name: _parse(path, text, SETTING_TYPES[parameter.kind], parameter.hundred)})


def _layers_with(layers: tuple[Part, ...], path: str, rest: str, text: str) -> tuple[Part, ...]:
    number, _, name = rest.partition(".")
    index = int(number)
    changed = _part_with("layer", layers[index], path, name, text)
    return (*layers[:index], changed, *layers[index + 1 :])


def _stop_with(stop: Stop, path: str, name: str, text: str) -> Stop:
    kind = {field.name: field.type for field in msgspec.structs.fields(Stop)}[name]
    if kind is bool:
        value: Any = _parse(path, text, bool)
    else:
        value = None if _is_none(text) else _parse(path, text, kind.__args__[0])
    return msgspec.structs.replace(stop, **{name: value})


def _is_none(text: str) -> bool:
    return text.strip().lower() in ("none", "null")


def _matching_name(path: str, text: str, known: Iterable[str]) -> str:
    names = {name.casefold(): name for name in known}
    wanted = text.strip().strip('"').casefold()
    if wanted not in names:
        raise PathError(
            "{path}: '{text}' is not known; {hint}",
            path=path,
            text=_short(text),
            hint=suggestion(wanted, names.values()),
        )
    return names[wanted]


def _parse(path: str, text: str, wanted: type, hundred: float = 0.0) -> Any:
    """Parses a value; `hundred` is the value of 100 % where it is a share, else 0."""
    if hundred:
        return read_share(text, hundred, lambda number: _parse(path, number, wanted))
    if wanted is str:
        if path == "name" and not text.strip():
            raise PathError("{path}: is empty; give the experiment a name.", path=path)
        return text
    try:
        value: Any = msgspec.convert(text.strip(), wanted, strict=False)
    except msgspec.ValidationError:
        raise PathError(
            "{path}: '{text}' is not {wanted}.", path=path, text=_short(text), wanted=_TYPE_NAMES[wanted]
        ) from None
    if wanted is int and abs(value) > _MOST_INTEGER:
        raise PathError("{path}: {text} is too large; choose a smaller number.", path=path, text=_short(text))
    return value


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."


def read_share(text: str, hundred: float, read: Callable[[str], float | None]) -> float | None:
    """Parses a share as people write it: '20 %', '20' and '0.2' are the same.

    `hundred` is the value of 100 %. A bare number is in per cent from 1 on, and a fraction below. Returns
    None where `read` finds no number.
    """
    plain = text.strip()
    number = read(plain.removesuffix("%"))
    if number is None:
        return None
    per_cent = plain.endswith("%") or abs(number) >= 1
    return round(number * hundred / 100 if per_cent else number * hundred, 12)


def write_share(value: float, hundred: float) -> str:
    """Formats a share in per cent, so that `read_share` can parse it: '20 %'."""
    return f"{100 * value / hundred:.10g} %"
