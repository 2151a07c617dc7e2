"""`cadl-desktop list`: the presets and everything in the catalog."""

import json
from typing import Any, get_args

from cadl_desktop.cli.output import tell
from cadl_desktop.experiment.catalog import Category, Entry, Parameter, entries
from cadl_desktop.experiment.presets import preset, preset_names


def print_listing(as_json: bool) -> None:
    """Prints to standard output."""
    listing = {"presets": _presets(), "catalog": _catalog()}
    tell(json.dumps(listing) if as_json else _as_text(listing))


def _presets() -> list[dict[str, str]]:
    named = [(name, preset(name)) for name in preset_names()]
    return [{"name": name, "title": experiment.name, "note": experiment.note} for name, experiment in named]


def _catalog() -> dict[str, list[dict[str, Any]]]:
    return {category: [_entry(entry) for entry in entries(category).values()] for category in _categories()}


def _categories() -> tuple[Category, ...]:
    return get_args(Category)


def _entry(entry: Entry) -> dict[str, Any]:
    parameters = [_parameter(parameter) for parameter in entry.parameters]
    return {"kind": entry.kind, "title": entry.title, "help": entry.help, "parameters": parameters}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "title": parameter.title,
        "kind": parameter.kind,
        "default": None if isinstance(parameter.default, bytes) else parameter.default,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "choices": list(parameter.choice_names()),
        "help": parameter.help,
    }


def _as_text(listing: dict[str, Any]) -> str:
    lines = ["PRESETS"]
    lines += [f"  {preset['name']:<24}{preset['note']}" for preset in listing["presets"]]
    for category, listed in listing["catalog"].items():
        lines += ["", category.replace("_", " ").upper()]
        for entry in listed:
            lines.append(f"  {entry['kind']:<24}{entry['help']}")
            lines += [f"    {p['name']:<20}{_limits(p)}  {p['help']}" for p in entry["parameters"]]
    return "\n".join(lines)


def _limits(parameter: dict[str, Any]) -> str:
    """What the parameter may be, and after a semicolon its default."""
    kind, default = parameter["kind"], parameter["default"]
    if kind == "picture":
        return "[a picture]"
    if kind == "mask":
        return "[a mask]"
    if kind == "points":
        return "[points]"
    if kind == "text":
        return f"[a text; {default}]"
    if kind == "choice":
        return f"[{', '.join(parameter['choices'])}; {default}]"
    if kind == "bool":
        return f"[true, false; {str(default).lower()}]"
    return f"[{parameter['minimum']:.12g} to {parameter['maximum']:.12g}; {default:.12g}]"
