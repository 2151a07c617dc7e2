"""The words of `cadl-desktop export`: its own few, and the options of whatever is exported."""

from argparse import Namespace
from collections.abc import Sequence

import msgspec

from cadl_desktop.cli.arguments import PROGRAM, UsageError, make_parser
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.paths import SETTING_TYPES, suggestion
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.exports import EXPORTS, Export

_OWN = ("to", "what", "overwrite", "help")
_SWITCHES = ("overwrite", "help")
_SAID_NO = "no-"
_YES_OR_NO = {"yes": True, "on": True, "true": True, "1": True}
_YES_OR_NO |= {"no": False, "off": False, "false": False, "0": False}
_WANTED = {"int": "a whole number", "float": "a number"}


def parse_export(arguments: Sequence[str]) -> tuple[Namespace, dict[str, str | None]]:
    """The command's own words, and the options of the export by name, None of one that nothing follows.
    Raises UsageError."""
    own, options = _apart(arguments)
    parser = make_parser(f"{PROGRAM} export", "Writes one file out of a trained project.", _help())
    parser.add_argument("project", metavar="PROJECT", help="a trained .cadl file")
    parser.add_argument("--to", required=True, metavar="FILE", help="what to write; its ending is the format")
    parser.add_argument("--what", metavar="NAME", help="what is exported; without it FILE's ending decides")
    parser.add_argument("--overwrite", action="store_true", help="replace a FILE that is there")
    return parser.parse_args(own), options


def value_of(option: Parameter, text: str | None) -> Value:
    """The value that a text spells; without one a switch is on. Raises UsageError where it is none or beyond
    the option's limits."""
    if text is None and option.kind == "bool":
        return True
    plain = (text or "").strip()
    if option.kind == "bool":
        if plain.lower() not in _YES_OR_NO:
            raise UsageError(
                "--{option}: '{value}' is neither yes nor no.", option=option.name, value=plain[:40]
            )
        return _YES_OR_NO[plain.lower()]
    if option.kind == "choice":
        if plain.lower() not in option.choice_names():
            hint = suggestion(plain.lower(), option.choice_names())
            raise UsageError(
                "--{option}: '{value}' is not known; {hint}", option=option.name, value=plain[:40], hint=hint
            )
        return plain.lower()
    if option.kind not in _WANTED:
        return plain
    try:
        number: int | float = msgspec.convert(plain, SETTING_TYPES[option.kind], strict=False)
    except msgspec.ValidationError:
        raise UsageError(
            "--{option}: '{value}' is not {wanted}.",
            option=option.name,
            value=plain[:40],
            wanted=_WANTED[option.kind],
        ) from None
    low, high = option.minimum, option.maximum
    if not ((low is None or number >= low) and (high is None or number <= high)):
        raise UsageError(
            "--{option}: {value} is beyond the limits; it has to be {limits}.",
            option=option.name,
            value=plain[:40],
            limits=_limits(low, high),
        )
    return number


def _limits(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:.10g}"
    if high is None:
        return f"at least {low:.10g}"
    return f"at least {low:.10g} and at most {high:.10g}"


def _apart(arguments: Sequence[str]) -> tuple[list[str], dict[str, str | None]]:
    own: list[str] = []
    options: dict[str, str | None] = {}
    left = list(arguments)
    while left:
        word = left.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or name in _OWN:
            own.append(word)
            if word.startswith("--") and not equals and name not in _SWITCHES and left:
                own.append(left.pop(0))
        elif name.startswith(_SAID_NO):
            options[name.removeprefix(_SAID_NO)] = "no"
        elif equals:
            options[name] = value
        else:
            options[name] = left.pop(0) if left and not left[0].startswith("--") else None
    return own, options


def _help() -> str:
    return "\n".join(
        (
            "NAME is one of these; those in brackets are what FILE's ending means without --what:\n",
            *(_line(entry) for entry in EXPORTS),
            "\nOptions of each, as --NAME VALUE (yes and no also as --NAME and --no-NAME):\n",
            *(_options(entry) for entry in EXPORTS if entry.options),
            "\nEvery export writes FILE.recipe.json beside it, which tells how it was made; --no-recipe",
            "leaves it out, and removes one of an earlier FILE. Ctrl-C leaves nothing behind.",
            "\nExit codes: 0 done, 1 the file could not be written, 2 bad input, 130 interrupted.",
        )
    )


def _line(entry: Export) -> str:
    endings = (f"[{ending}]" if ending in entry.default_for else ending for ending in entry.suffixes)
    only = "" if entry.about == "both" else f" ({entry.about}s only)"
    return f"  {entry.name:<12} {' '.join(endings)}{only}"


def _options(entry: Export) -> str:
    lines = [f"  {entry.name}"]
    for option in entry.options:
        default = _spelled(option.default)
        kind = "|".join(option.choice_names()) or option.kind
        lines.append(f"    --{option.name} {kind}, else {default}: {option.help}")
    return "\n".join(lines)


def _spelled(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
