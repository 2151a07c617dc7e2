"""Spelling of varied settings as the user types them: 'optimizer.rate=0.0001..0.1,log',
'layers.0.activation=relu|tanh'."""

import re

from msgspec.structs import replace

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.paths import PathError, dense_layers, set_path, setting_at
from cadl_desktop.sentences import SentenceError, shown
from cadl_desktop.sweeps.plan.sweep_model import (
    DESIGN,
    LAYERS,
    PRESET,
    Choices,
    Networks,
    Point,
    Range,
    Value,
    Varied,
)

_RANGE = re.compile(r"(?P<low>[^|]+?)\.\.(?P<high>[^|,]+)(?P<options>(,[^|]*)?)")


class SpellingError(SentenceError, ValueError):
    """The text can't be parsed as a varied setting; the message is one plain sentence."""


def varied_of(text: str, base: Experiment) -> Varied:
    """Parses 'PATH=LOW..HIGH', 'PATH=LOW..HIGH,log', 'PATH=LOW..HIGH,7' (grid steps) or 'PATH=a|b|c'.

    'preset=a|b' chooses among presets, and 'layers=64|32,32' among networks with these numbers of neurons,
    whose layers are otherwise like the base's. `check_sweep` tells whether the values can be trained. Raises
    SpellingError, and `paths.PathError` where the ends of a range are not values of the setting.
    """
    path, equals, values = (each.strip() for each in text.partition("="))
    if not (path and equals and values):
        raise SpellingError("'{text}' is not of the form PATH=LOW..HIGH or PATH=a|b|c.", text=text)
    # Choices may contain two dots, as file paths do.
    found = None if path in (PRESET, LAYERS) else _RANGE.fullmatch(values)
    if found:
        return Varied(path, _range(path, found, base))
    chosen = tuple(each.strip() for each in values.split("|"))
    if path == LAYERS:
        return Varied(path, Networks(tuple(_network(each, base) for each in chosen)))
    return Varied(path, Choices(chosen))


def spelled(value: Value) -> str:
    """Spells a value as it is typed; layers by their numbers of neurons, or their kinds, as '64,64'."""
    if isinstance(value, tuple):
        return ",".join(str(layer.as_dict().get("units", layer.kind)) for layer in value)
    return str(value)


def point_in_words(point: Point) -> str:
    """Spells a point, as 'optimizer.rate=0.1, layers=64,64'; a design by its name."""
    return ", ".join(shown(spelled(it) if path == DESIGN else f"{path}={spelled(it)}") for path, it in point)


def _range(path: str, found: re.Match[str], base: Experiment) -> Range:
    low, high = (setting_at(set_path(base, path, found[name]), path) for name in ("low", "high"))
    if not all(isinstance(end, (int, float)) and not isinstance(end, bool) for end in (low, high)):
        raise SpellingError("{path}: is no number; name choices as a|b|c.", path=path)
    read = Range(low, high)
    for option in found["options"].split(",")[1:]:
        read = _with_option(path, read, option.strip())
    return read


def _with_option(path: str, read: Range, option: str) -> Range:
    if option == "log":
        return replace(read, logarithmic=True)
    if option.isdecimal() and len(option) < 6:
        return replace(read, steps=int(option))
    raise SpellingError(
        "{path}: '{option}' says nothing of a range; it can be log, or the number of steps of a grid.",
        path=path,
        option=option,
    )


def _network(text: str, base: Experiment) -> tuple[Part, ...]:
    """Dense layers with the numbers of neurons of a text like '64,32'."""
    try:
        return dense_layers(base, text)
    except PathError as error:
        raise SpellingError(
            "layers: '{text}' are no numbers of neurons; write them as 64,64 and other networks after a |.",
            text=text,
        ) from error
