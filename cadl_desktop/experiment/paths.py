"""Changing one setting by its path, as scripts and the command line do: 'layers.0.units' to '32'."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

import msgspec

from cadl_desktop.experiment.catalog import Category, Parameter, entries, entry
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import BY_NAME
from cadl_desktop.experiment.shares import read_share
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
"""What a parameter of each kind holds."""

PARTS: dict[str, Category] = {
    "data": "dataset",
    "encoding": "encoding",
    "output": "output",
    "optimizer": "optimizer",
    "schedule": "schedule",
}
"""The parts of an experiment beside its layers, and the categories that they are chosen from."""
NAMES: dict[str, Category] = {str(category): category for category in BY_NAME}
"""What is chosen by name alone: the field is called as its category."""
_WANTED = {int: "a whole number", float: "a number", bool: "true or false"}
_MOST = 2**53
_MEANT, _NEAR = 0.6, 0.4
"""So alike is a name that was probably meant, and one that is worth naming."""


class PathError(SentenceError, ValueError):
    """A setting could not be changed; the message is one plain sentence that names it and the remedy."""


def set_path(experiment: Experiment, path: str, text: str) -> Experiment:
    """A copy of the experiment in which the setting at `path` has the value that `text` spells.

    Paths are those of `check`: 'batch_size', 'stop.epochs', 'optimizer.rate', 'layers.0.units'. Optional
    settings take 'none'. A part's 'kind' switches it to the catalog's defaults of that kind. Raises
    PathError where there is no such setting or the text is no value of its type; whether the value is
    within its limits is left to `check`.
    """
    if path not in setting_paths(experiment):
        raise PathError(
            "{path}: there is no setting of this name; {hint}", path=path, hint=_meant(experiment, path, text)
        )
    head, _, rest = path.partition(".")
    value: Any
    if head in PARTS:
        value = _part_with(PARTS[head], getattr(experiment, head), path, rest, text)
    elif head == "layers":
        value = _layers_with(experiment.layers, path, rest, text)
    elif head == "stop":
        value = _stop_with(experiment.stop, path, rest, text)
    elif head in NAMES:
        value = _known(path, text, entries(NAMES[head]))
    else:
        value = _value(path, text, _plain_types()[head], 1.0 if head == "validation" else 0.0)
    return msgspec.structs.replace(experiment, **{head: value})


def setting_at(experiment: Experiment, path: str) -> Any:
    """The value of a setting at a path that `set_path` takes."""
    owner: Any = experiment
    for name in path.split("."):
        if isinstance(owner, tuple):
            owner = owner[int(name)]
        elif isinstance(owner, Part) and name != "kind":
            owner = owner[name]
        else:
            owner = getattr(owner, name)
    return owner


def with_number(experiment: Experiment, path: str, number: float) -> Experiment:
    """A copy with this number, in the unit that the experiment has it in, at a path of one."""
    head, _, rest = path.partition(".")
    value: Any = number
    if head == "layers":
        index, _, name = rest.partition(".")
        layers = list(experiment.layers)
        layers[int(index)] = layers[int(index)].has(**{name: number})
        value = tuple(layers)
    elif head == "stop":
        value = msgspec.structs.replace(experiment.stop, **{rest: number})
    elif rest:
        value = getattr(experiment, head).has(**{rest: number})
    return msgspec.structs.replace(experiment, **{head: value})


def setting_paths(experiment: Experiment) -> list[str]:
    """Every path that `set_path` takes for this experiment."""
    paths = [*_plain_types(), *NAMES, *(f"stop.{name}" for name in Stop.__struct_fields__)]
    # Of a name that several parts have, a layer's is the last to be suggested.
    for head, category, part in sorted(parts_of(experiment), key=lambda found: found[1] == "layer"):
        paths += [f"{head}.{name}" for name in ("kind", *_parameters(category, part))]
    return paths


def parts_of(experiment: Experiment) -> Iterator[tuple[str, Category, Part]]:
    """Every part with its path and its category, layers where they stand in the network."""
    for name, category in PARTS.items():
        if name == "output":
            for index, layer in enumerate(experiment.layers):
                yield f"layers.{index}", "layer", layer
        yield name, category, getattr(experiment, name)


def settings_path(category: Category) -> str | None:
    """Where the settings of a category's entries stand, of layers in the first; None where none has any."""
    path = _part_path(category)
    owners = [chooser.rpartition(".")[0] for chooser in _paths_of_choices(category)]
    return path or next(reversed(owners), None)


def choosing_paths(category: Category) -> list[str]:
    """The settings that choose among a category's entries: 'cost', 'data.kind', 'layers.0.activation'."""
    path = _part_path(category)
    paths = [name for name, its_category in NAMES.items() if its_category == category]
    return [*paths, *([f"{path}.kind"] if path else _paths_of_choices(category))]


def _part_path(category: Category) -> str | None:
    return next((path for path, its_category in _owners() if its_category == category), None)


def _owners() -> list[tuple[str, Category]]:
    return [*PARTS.items(), ("layers.0", "layer")]


def _paths_of_choices(category: Category) -> list[str]:
    paths = [
        f"{path}.{parameter.name}"
        for path, owner in _owners()
        for entry in entries(owner).values()
        for parameter in entry.parameters
        if parameter.choices == category
    ]
    return list(dict.fromkeys(paths))


def plain_settings() -> dict[str, Any]:
    """The experiment's own numbers and texts and its stop rules: each path and its default."""
    own = {field.name: field.default for field in msgspec.structs.fields(Experiment)}
    stop = {f"stop.{field.name}": field.default for field in msgspec.structs.fields(Stop)}
    return {name: own[name] for name in _plain_types()} | stop


def suggestion(name: str, known: Iterable[str]) -> Sentence:
    """How a sentence about an unknown name goes on: with the one that was probably meant, or with all."""
    listed = list(known)
    close = get_close_matches(name, listed, 1, _MEANT)
    if close:
        return Sentence("did you mean '{name}'?", name=close[0])
    return Sentence("choose one of {names}.", names=", ".join(listed))


def _meant(experiment: Experiment, path: str, text: str) -> Sentence:
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
    return _nearest(path, _outlined(paths))


def _nearest(path: str, known: list[str]) -> Sentence:
    """How the sentence goes on where so many are known that nobody would read them."""
    if get_close_matches(path, known, 1, _MEANT):
        return suggestion(path, known)
    near = get_close_matches(path, known, 1, _NEAR)
    if near:
        return Sentence("the nearest is '{name}', and 'cadl-desktop list' names all.", name=near[0])
    return Sentence("'cadl-desktop list' names all.")


def _outlined(paths: list[str]) -> list[str]:
    """Every path, but one only of each part's many."""
    return [path for path in paths if "." not in path or path.endswith(".kind") or path.startswith("stop.")]


def _plain_types() -> dict[str, type]:
    """The experiment's own numbers and texts."""
    fields = {field.name: field.type for field in msgspec.structs.fields(Experiment)}
    chosen = {*NAMES, "method"}
    return {name: kind for name, kind in fields.items() if kind in (int, float, str) and name not in chosen}


def _parameters(category: Category, part: Part) -> dict[str, Parameter]:
    known = entries(category).get(part.kind)
    return {parameter.name: parameter for parameter in known.parameters} if known else {}


def _part_with(category: Category, part: Part, path: str, name: str, text: str) -> Part:
    if name == "kind":
        kind = _known(path, text, entries(category))
        return part if kind == part.kind else entry(category, kind).part()
    parameter = _parameters(category, part)[name]
    if parameter.kind == "choice":
        chosen = _known(path, text, parameter.choice_names())
        return entry(category, part.kind).changed(part, name, chosen)
    if parameter.kind == "picture":
        raise PathError(
            "{path}: a picture can't be written as text; give the picture file itself.", path=path
        )
    if parameter.kind == "mask":
        raise PathError("{path}: a mask can't be written as text; draw or load it in the window.", path=path)
    if parameter.kind == "points":
        raise PathError("{path}: points can't be written as text; give the table file itself.", path=path)
    return part.has(**{name: _value(path, text, SETTING_TYPES[parameter.kind], parameter.hundred)})


def _layers_with(layers: tuple[Part, ...], path: str, rest: str, text: str) -> tuple[Part, ...]:
    number, _, name = rest.partition(".")
    index = int(number)
    changed = _part_with("layer", layers[index], path, name, text)
    return (*layers[:index], changed, *layers[index + 1 :])


def _stop_with(stop: Stop, path: str, name: str, text: str) -> Stop:
    optional = {field.name: field.type for field in msgspec.structs.fields(Stop)}[name]
    value: Any = (
        None if text.strip().lower() in ("none", "null") else _value(path, text, optional.__args__[0])
    )
    return msgspec.structs.replace(stop, **{name: value})


def _known(path: str, text: str, known: Iterable[str]) -> str:
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


def _value(path: str, text: str, wanted: type, hundred: float = 0.0) -> Any:
    """What a text says; where a share is wanted, `hundred` is the value of 100 %."""
    if hundred:
        return read_share(text, hundred, lambda number: _value(path, number, wanted))
    if wanted is str:
        if path == "name" and not text.strip():
            raise PathError("{path}: is empty; give the experiment a name.", path=path)
        return text
    try:
        value: Any = msgspec.convert(text.strip(), wanted, strict=False)
    except msgspec.ValidationError:
        raise PathError(
            "{path}: '{text}' is not {wanted}.", path=path, text=_short(text), wanted=_WANTED[wanted]
        ) from None
    if wanted is int and abs(value) > _MOST:
        raise PathError("{path}: {text} is too large; choose a smaller number.", path=path, text=_short(text))
    return value


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."
