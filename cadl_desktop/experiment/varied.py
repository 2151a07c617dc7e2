"""Settings of experiments in words, and short names of experiments, made of the settings that vary."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from zlib import crc32

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import Category, Parameter, entries
from cadl_desktop.experiment.live_settings import COUNTS, PENALTIES
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.paths import NAMES, parts_of
from cadl_desktop.experiment.shares import write_share

Settings = dict[str, tuple[str, str]]
"""By its path the title and the value of each setting, in words: 'optimizer.rate': ('rate', '0.005')."""

TITLES = {
    "seed": "Seed",
    "validation": "Held back",
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
    "stop.seconds": "Seconds",
    "stop.change_below": "Change below",
}
"""What settings are called that are no parameter of an entry, or that of one with a name of their own: forms
and tables take it from here."""
_IN_PHRASES = {"optimizer.rate": "rate", "batch_size": "batch"}
"""Shorter words for the names of runs, which have little room."""
_BY_ITSELF = frozenset({"activation", "kind", "source"})
"""Settings whose values say what they are about."""
MOST_NAMED = 3
"""Of more varying settings than these, a name has only what sets its own run apart."""
_LAST_BYTES = 4096
_MARK = re.compile(" ?#[0-9a-f]{8}$")
"""What stands for bytes until they are numbered."""


def settings_in_words(experiment: Experiment) -> Settings:
    """Every setting that has an effect, but for the name and the note. What is held in bytes has a mark, for
    which `numbered` has words."""
    found: Settings = {}
    for head, category, chosen in parts_of(experiment):
        found |= _of_part(head, category, chosen)
    found["layers"] = "layers", str(len(experiment.layers))
    for name, category in NAMES.items():
        found[name] = _title(TITLES[name]), _kind(category, getattr(experiment, name))
    for name in ("seed", *COUNTS):
        found[name] = _title(TITLES[name]), _number(getattr(experiment, name))
    found["validation"] = _title(TITLES["validation"]), write_share(experiment.validation, 1.0)
    for name, penalty in PENALTIES.items():
        found[name] = _title(penalty.title), _number(getattr(experiment, name))
    for name in Stop.__struct_fields__:
        limit = getattr(experiment.stop, name)
        words = "no limit" if limit is None else _number(limit)
        found[f"stop.{name}"] = _title(TITLES[f"stop.{name}"]), words
    return found


def typed_of(experiment: Experiment, settings: Settings) -> Settings:
    """Those of an experiment's settings that follow no method: what does comes of them."""
    follow = tuple(f"{path}." for path in experiment.follows)
    return {path: words for path, words in settings.items() if not f"{path}.".startswith(follow)}


def numbered(all_settings: Sequence[Settings]) -> list[Settings]:
    """The same, with pictures, masks and points numbered in the order in which they come: 'Own picture 2'."""
    orders: dict[str, list[str]] = {}
    for path, (_, value) in (item for settings in all_settings for item in settings.items()):
        if _MARK.search(value) and value not in orders.setdefault(path, []):
            orders[path].append(value)

    def of(path: str, title: str, value: str) -> tuple[str, str]:
        order, words = orders.get(path, []), _MARK.sub("", value)
        if value not in order or (words and len(order) == 1):
            return title, words
        return title, f"{words} {order.index(value) + 1}".lstrip()

    return [{path: of(path, *told) for path, told in settings.items()} for settings in all_settings]


def varying(all_settings: Sequence[Settings]) -> list[str]:
    """The paths at which these differ, in the order in which forms have them; what only some have at all is
    among them where the others have its part, too."""
    paths = list(dict.fromkeys(path for settings in all_settings for path in settings))
    return [path for path in paths if len({settings.get(path, _NOTHING) for settings in all_settings}) > 1]


_NOTHING = ("", "")


def names_of(all_settings: Sequence[Settings], most: int | None = None) -> list[str]:
    """A name for each, made of what differs from the others: 'rate 0.005, seed 2'; empty where nothing is. Of
    `most` phrases at most, and '…' where there were more."""
    paths = varying(all_settings)
    usual = {path: _most_common(all_settings, path) for path in paths}

    def of(settings: Settings) -> str:
        there = [path for path in paths if path in settings]
        apart = [path for path in there if settings[path] != usual[path]]
        words = list(_words(apart if len(there) > MOST_NAMED else there, settings))
        return ", ".join(words[:most]) + ("…" if most is not None and len(words) > most else "")

    return [of(settings) for settings in all_settings]


def apart(experiments: Sequence[Experiment]) -> list[str]:
    """A name for each of a few designs that is short enough for a sentence, whatever their seeds are."""
    settings = [settings_in_words(replace(each, seed=0)) for each in experiments]
    return names_of(numbered(settings), MOST_NAMED)


def comparable(one: Experiment, other: Experiment) -> bool:
    """Whether the costs of two experiments are measured alike, so that their curves can share an axis."""
    measured = [(each.cost, each.target_scaling, each.data.kind) for each in (one, other)]
    return measured[0] == measured[1]


def _words(paths: Sequence[str], settings: Settings) -> Iterator[str]:
    """One phrase for each, and one for all layers in which the same is said."""
    in_layers: dict[str, list[str]] = {}
    for path in paths:
        if path.startswith("layers."):
            in_layers.setdefault(_phrase(path, settings), []).append(path.split(".")[1])
    for path in paths:
        if not path.startswith("layers."):
            yield _phrase(path, settings)
    for phrase, numbers in in_layers.items():
        where = f"in layer {int(numbers[0]) + 1}" if len(numbers) == 1 else f"in {len(numbers)} layers"
        yield f"{phrase} {where}"


def _phrase(path: str, settings: Settings) -> str:
    title, value = settings[path]
    title = _IN_PHRASES.get(path, title)
    name = path.rpartition(".")[2]
    if name in _BY_ITSELF:
        return value
    return f"{value} {title}" if name == "units" else f"{title} {value}"


def _most_common(all_settings: Sequence[Settings], path: str) -> tuple[str, str] | None:
    """The value that most have; None where none stands out."""
    counts = Counter(settings[path] for settings in all_settings if path in settings).most_common(2)
    return None if len(counts) == 2 and counts[0][1] == counts[1][1] else counts[0][0]


def _of_part(head: str, category: Category, chosen: Part) -> Settings:
    known, values = entries(category).get(chosen.kind), chosen.as_dict()
    title = _title(TITLES.get(f"{head}.kind", "Kind"))
    found = {f"{head}.kind": (title, _kind(category, chosen.kind))}
    for parameter in known.parameters if known else ():
        value = values.get(parameter.name)
        if value is None or not parameter.matters(values):
            continue
        path = f"{head}.{parameter.name}"
        if parameter.kind == "picture" and parameter.only_when:
            # Which picture it is says more than that it is one's own.
            path = f"{head}.{parameter.only_when[0]}"
            found[path] = found[path][0], f"{parameter.title} {_value(parameter, value)}"
        else:
            words = _title(TITLES.get(path, parameter.title))
            found[path] = words, _value(parameter, value)
    return found


def _value(parameter: Parameter, value: object) -> str:
    if isinstance(value, bytes):
        return f"#{crc32(value[-_LAST_BYTES:]):08x}" if value else "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if parameter.kind == "choice" and isinstance(parameter.choices, str):
        return _kind(parameter.choices, str(value))
    if parameter.hundred and isinstance(value, float):
        return write_share(value, parameter.hundred)
    return str(value).capitalize() if parameter.kind == "choice" else _number(value)


def _kind(category: Category, kind: str) -> str:
    known = entries(category).get(kind)
    return known.title if known else kind


def _title(title: str) -> str:
    """A title as it stands inside a phrase."""
    starts_a_name = title[1:2].isupper() or title[1:2].isdigit()
    return title if starts_a_name else title[:1].lower() + title[1:]


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
