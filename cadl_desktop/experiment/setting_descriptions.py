"""Settings of experiments in words, and short names made of the settings in which experiments differ."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from zlib import crc32

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import Category, Parameter, entries
from cadl_desktop.experiment.live_settings import COUNTS, PENALTIES
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.paths import NAMES, parts_of, write_share
from cadl_desktop.experiment.presets import preset, preset_names

Settings = dict[str, tuple[str, str]]
"""Title and value of each setting in words, by path: 'optimizer.rate': ('rate', '0.005')."""

TITLES = {
    "method": "Method",
    "seed": "Seed",
    "validation": "Held out",
    "parameters": "Network size",
    **COUNTS,
    "cost": "Cost",
    "input_scaling": "Input scaling",
    "target_scaling": "Target scaling",
    "data.kind": "Data",
    "encoding.kind": "Encoding",
    "output.kind": "Output",
    "optimizer.kind": "Optimizer",
    "optimizer.rate": "Learning rate",
    "schedule.kind": "Schedule",
    "stop.epochs": "Epochs",
    "stop.steps": "Steps",
    "stop.seconds": "Seconds",
    "stop.processor_seconds": "Processor seconds",
    "stop.change_below": "Change below",
    "stop.patience": "Patience",
    "stop.keep_best": "Keep the best weights",
}
"""Titles of settings that are no parameters, or have other titles than these. Forms and tables use them,
too."""
_SHORT_TITLES = {"optimizer.rate": "rate"}
"""Shorter titles for the names of runs, which have little room."""
_SELF_EXPLANATORY = frozenset({"activation", "kind", "method", "source"})
"""Settings whose values need no title."""
MOST_NAMED = 3
"""Number of varying settings above which a name contains only those in which its experiment is unusual."""
_LAST_BYTES = 4096
_MARK = re.compile(" ?#[0-9a-f]{8}$")
"""Checksum that stands for bytes until `number_files` replaces it by a number."""


def describe_settings(experiment: Experiment) -> Settings:
    """Returns every setting that has an effect, except name and note. Bytes are checksums until
    `number_files`."""
    found: Settings = {}
    if experiment.method in preset_names():
        found["method"] = _title(TITLES["method"]), preset(experiment.method).name
    for head, category, chosen in parts_of(experiment):
        found |= _describe_part(head, category, chosen)
    found["layers"] = "layers", str(len(experiment.layers))
    for name, category in NAMES.items():
        found[name] = _title(TITLES[name]), _kind(category, getattr(experiment, name))
    for name in ("seed", *COUNTS):
        found[name] = _title(TITLES[name]), _plain_value(getattr(experiment, name))
    found["validation"] = _title(TITLES["validation"]), write_share(experiment.validation, 1.0)
    if experiment.parameters is not None:
        found["parameters"] = _title(TITLES["parameters"]), write_share(experiment.parameters, 1.0)
    for name, penalty in PENALTIES.items():
        found[name] = _title(penalty.title), _plain_value(getattr(experiment, name))
    for name in Stop.__struct_fields__:
        limit = getattr(experiment.stop, name)
        words = "no limit" if limit is None else _plain_value(limit)
        found[f"stop.{name}"] = _title(TITLES[f"stop.{name}"]), words
    return found


def explicit_settings(experiment: Experiment, settings: Settings) -> Settings:
    """Returns the settings that don't follow the experiment's method: those that do are its consequences."""
    follow = tuple(f"{path}." for path in experiment.follows)
    return {path: words for path, words in settings.items() if not f"{path}.".startswith(follow)}


def number_files(all_settings: Sequence[Settings]) -> list[Settings]:
    """Returns the settings with pictures, masks and points numbered in order: 'Own picture 2'."""
    orders: dict[str, list[str]] = {}
    for path, (_, value) in (item for settings in all_settings for item in settings.items()):
        if _MARK.search(value) and value not in orders.setdefault(path, []):
            orders[path].append(value)

    def number(path: str, title: str, value: str) -> tuple[str, str]:
        order, words = orders.get(path, []), _MARK.sub("", value)
        if value not in order or (words and len(order) == 1):
            return title, words
        return title, f"{words} {order.index(value) + 1}".lstrip()

    return [{path: number(path, *words) for path, words in settings.items()} for settings in all_settings]


def varying_paths(all_settings: Sequence[Settings]) -> list[str]:
    """Returns the paths at which these settings differ or are missing in some, in the order of forms; the
    method, which not all have, is the first."""
    paths = list(dict.fromkeys(("method", *(path for settings in all_settings for path in settings))))
    return [path for path in paths if len({settings.get(path, _MISSING) for settings in all_settings}) > 1]


_MISSING = ("", "")


def names_by_difference(all_settings: Sequence[Settings], most: int | None = None) -> list[str]:
    """Returns a name for each experiment, made of the settings that differ from the others: 'rate 0.005, seed
    2'; empty where none does. Names have at most `most` phrases, followed by '…' where there were more."""
    paths = varying_paths(all_settings)
    usual = {path: _most_common(all_settings, path) for path in paths}

    def name(settings: Settings) -> str:
        present = [path for path in paths if path in settings]
        unusual = [path for path in present if settings[path] != usual[path]]
        phrases = list(_phrases(unusual if len(present) > MOST_NAMED else present, settings))
        return ", ".join(phrases[:most]) + ("…" if most is not None and len(phrases) > most else "")

    return [name(settings) for settings in all_settings]


def titled(title: str, path: str) -> str:
    """Title of a setting, capitalised, with its layer: 'Units of layer 2', 'Units of all layers'."""
    words = path.split(".")
    where = f" of {_layers(words[1:2])}" if words[0] == "layers" and len(words) > 1 else ""
    return f"{title[:1].upper()}{title[1:]}{where}"


def in_phrases(settings: Settings) -> str:
    """Returns settings in as few words as tell them: 'rate 0.005, 64 units in layer 2'."""
    return ", ".join(_phrases([*settings], settings))


def short_names(experiments: Sequence[Experiment]) -> list[str]:
    """Returns names for a few designs, short enough for a sentence. Seeds are ignored."""
    settings = [describe_settings(replace(each, seed=0)) for each in experiments]
    return names_by_difference(number_files(settings), MOST_NAMED)


def have_comparable_costs(one: Experiment, other: Experiment) -> bool:
    """Tells whether two experiments measure costs alike, so that their curves can share an axis."""
    measured = [(each.cost, each.target_scaling, each.data.kind) for each in (one, other)]
    return measured[0] == measured[1]


def _phrases(paths: Sequence[str], settings: Settings) -> Iterator[str]:
    """Yields a phrase for each setting, and a single one for all layers in which it is the same."""
    in_layers: dict[str, list[str]] = {}
    for path in paths:
        if path.startswith("layers."):
            in_layers.setdefault(_phrase(path, settings), []).append(path.split(".")[1])
    for path in paths:
        if not path.startswith("layers."):
            yield _phrase(path, settings)
    for phrase, numbers in in_layers.items():
        yield f"{phrase} in {_layers(numbers)}"


def _layers(numbers: Sequence[str]) -> str:
    """Layers in words, by their numbers in paths: 'layer 2', 'all layers', 'layers 4 to 6', '3 layers'."""
    if numbers[0] == "all":
        return "all layers"
    first, last = int(numbers[0]) + 1, int(numbers[-1]) + 1
    if first == last:
        return f"layer {first}"
    return f"layers {first} to {last}" if last - first == len(numbers) - 1 else f"{len(numbers)} layers"


def _phrase(path: str, settings: Settings) -> str:
    title, value = settings[path]
    title = _SHORT_TITLES.get(path, title)
    name = path.rpartition(".")[2]
    if name in _SELF_EXPLANATORY:
        return value if value != "None" else f"no {title}"
    return f"{value} {title}" if name in ("units", "layers") else f"{title} {value}"


def _most_common(all_settings: Sequence[Settings], path: str) -> tuple[str, str] | None:
    """Returns the value that most experiments have; None where no value is the most common one."""
    counts = Counter(settings[path] for settings in all_settings if path in settings).most_common(2)
    return None if len(counts) == 2 and counts[0][1] == counts[1][1] else counts[0][0]


def _describe_part(head: str, category: Category, chosen: Part) -> Settings:
    known, values = entries(category).get(chosen.kind), chosen.as_dict()
    title = _title(TITLES.get(f"{head}.kind", "Kind"))
    found = {f"{head}.kind": (title, _kind(category, chosen.kind))}
    for parameter in known.parameters if known else ():
        value = values.get(parameter.name)
        if value is None or parameter.describes or not parameter.matters(values):
            continue
        path = f"{head}.{parameter.name}"
        if parameter.kind == "picture" and parameter.only_when:
            # The picture itself says more than 'own'.
            path = f"{head}.{parameter.only_when[0]}"
            found[path] = found[path][0], f"{parameter.title} {_value(parameter, value)}"
        else:
            words = _title(TITLES.get(path, parameter.title))
            found[path] = words, _value(parameter, value)
    return found


def _value(parameter: Parameter, value: object) -> str:
    if isinstance(value, bytes):
        return f"#{crc32(value[-_LAST_BYTES:]):08x}" if value else "none"
    if parameter.kind == "choice" and isinstance(parameter.choices, str):
        return _kind(parameter.choices, str(value))
    if parameter.hundred and isinstance(value, float):
        return write_share(value, parameter.hundred)
    return str(value).capitalize() if parameter.kind == "choice" else _plain_value(value)


def _kind(category: Category, kind: str) -> str:
    known = entries(category).get(kind)
    return known.title if known else kind


def _title(title: str) -> str:
    """Returns a title for use inside a phrase: in lower case unless it begins with an abbreviation."""
    is_abbreviation = title[1:2].isupper() or title[1:2].isdigit()
    return title if is_abbreviation else title[:1].lower() + title[1:]


def _plain_value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
