"""`cadl-desktop list`: presets, lessons and all settings, with the paths that `--set` takes."""

import json
from typing import Any, get_args

from cadl_desktop.cli.arguments import list_parser
from cadl_desktop.cli.output import print_result
from cadl_desktop.experiment.catalog import Category, Entry, Parameter, entries
from cadl_desktop.experiment.paths import choice_paths, plain_settings, settings_path, write_share
from cadl_desktop.experiment.presets import preset, preset_names
from cadl_desktop.lessons.page_list import PAGES

_BYTES = {"picture": "a picture", "mask": "a mask", "points": "points"}
"""Parameters whose values can't be given on a command line, by their kind."""


def run_listing(arguments: list[str]) -> int:
    """Prints to standard output and returns the exit code. Named in `commands.py`."""
    as_json = list_parser().parse_args(arguments).json
    listing = {
        "presets": _presets(),
        "lessons": _lessons(),
        "settings": [{"path": path, "default": default} for path, default in plain_settings().items()],
        "chosen_by": {category: choice_paths(category) for category in get_args(Category)},
        "catalog": _catalog(),
    }
    print_result(json.dumps(listing) if as_json else _as_text(listing))
    return 0


def _presets() -> list[dict[str, str]]:
    named = [(name, preset(name)) for name in preset_names()]
    return [{"name": name, "title": experiment.name, "note": experiment.note} for name, experiment in named]


def _lessons() -> list[dict[str, Any]]:
    """Lessons with the numbers that `lesson` takes; those in the studio have no figures."""
    return [
        {
            "number": number,
            "name": page.name,
            "title": page.title,
            "goal": page.goal,
            "figures": page.begin is not None,
        }
        for number, page in enumerate(PAGES, 1)
    ]


def _catalog() -> dict[str, list[dict[str, Any]]]:
    return {
        category: [_entry(entry, settings_path(category)) for entry in entries(category).values()]
        for category in get_args(Category)
    }


def _entry(entry: Entry, path: str | None) -> dict[str, Any]:
    parameters = [_parameter(parameter, path) for parameter in entry.parameters]
    return {"kind": entry.kind, "title": entry.title, "help": entry.help, "parameters": parameters}


def _parameter(parameter: Parameter, path: str | None) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "path": f"{path}.{parameter.name}" if path else None,
        "title": parameter.title,
        "kind": parameter.kind,
        "default": None if isinstance(parameter.default, bytes) else parameter.default,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "hundred": parameter.hundred,
        "choices": list(parameter.choice_names()),
        "help": parameter.help,
    }


def _as_text(listing: dict[str, Any]) -> str:
    lines = ["PRESETS"]
    lines += [f"  {preset['name']:<24}{preset['note']}" for preset in listing["presets"]]
    lines += ["", "LESSONS by their numbers"]
    lines += [f"  {lesson['number']:<24}{lesson['title']}" for lesson in listing["lessons"]]
    lines += ["", "SETTINGS of every experiment, and what they are at first"]
    lines += [f"  {setting['path']:<24}{_spelled(setting['default'])}" for setting in listing["settings"]]
    for category, listed in listing["catalog"].items():
        chosen_by = " and ".join(listing["chosen_by"][category])
        lines += ["", f"{category.replace('_', ' ').upper()} chosen by {chosen_by}"]
        for entry in listed:
            lines.append(f"  {entry['kind']:<24}{entry['help']}")
            for parameter in entry["parameters"]:
                name = parameter["path"] or parameter["name"]
                lines.append(f"    {name:<24}{_limits(parameter)}  {parameter['help']}")
    return "\n".join(lines)


def _spelled(value: object) -> str:
    """Value as `--set` takes it."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _limits(parameter: dict[str, Any]) -> str:
    """Range or choices of a parameter, followed by its default."""
    kind, default = parameter["kind"], parameter["default"]
    if kind in _BYTES:
        return f"[{_BYTES[kind]}]"
    if kind == "text":
        return f"[a text; {default}]"
    if kind == "choice":
        return f"[{', '.join(parameter['choices'])}; {default}]"
    if kind == "bool":
        return f"[true, false; {str(default).lower()}]"
    low, high, usual = (
        _number(parameter[name], parameter["hundred"]) for name in ("minimum", "maximum", "default")
    )
    return f"[{low} to {high}; {usual}]"


def _number(value: float, hundred: float) -> str:
    return write_share(value, hundred) if hundred else f"{value:.12g}"
