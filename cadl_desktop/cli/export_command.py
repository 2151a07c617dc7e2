"""`cadl-desktop export`: writes one file from a trained project, by the same table as the window's dialog."""

import argparse
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from cadl_desktop.cli.arguments import PROGRAM, STANDARD_STREAM, UsageError, make_parser
from cadl_desktop.cli.export_status import ExportStatus
from cadl_desktop.cli.output import Exit, clean_standard_output, print_file, print_result, progress_bar
from cadl_desktop.data.ordinary_files import path_problem, read_problem
from cadl_desktop.data.samples import DataError
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.paths import SETTING_TYPES, suggestion
from cadl_desktop.experiment.presets import preset_names
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.exports import EXPORTS, Export, default_export, export, export_named, exports_for
from cadl_desktop.export.homework_zip import joined, paints_many
from cadl_desktop.export.job import CancelledError
from cadl_desktop.export.recipe import recipe_path
from cadl_desktop.export.trained import Trained, runs_of
from cadl_desktop.project import ProjectError, open_project
from cadl_desktop.sentences import listed, sentence_of, shown
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.storage.temporary_files import new_temporary_folder
from cadl_desktop.system.signals import interrupted_by

_OWN = ("to", "what", "with", "final", "overwrite", "help")
_SWITCHES = ("final", "overwrite", "help")
_TO = "what to write; its ending is the format. -.csv, -.png, ... write to standard output"
_TEXTS = (".csv", ".json", ".svg", ".py", ".ipynb")
"""Endings of what a terminal can show."""
_NEGATION = "no-"
_YES_OR_NO = {"yes": True, "on": True, "true": True, "1": True}
_YES_OR_NO |= {"no": False, "off": False, "false": False, "0": False}
_WANTED = {"int": "a whole number", "float": "a number"}


def parse_export(arguments: Sequence[str]) -> tuple[Namespace, dict[str, str | None]]:
    """Parses the command's own arguments, and the export's options by name; None for an option without a
    value. Raises UsageError."""
    own, options = _split(arguments)
    return export_parser().parse_args(own), options


def export_parser() -> argparse.ArgumentParser:
    """Parser of the command's own arguments; those of exports are not in it."""
    parser = make_parser(f"{PROGRAM} export", "Writes one file out of a trained project.", _help())
    parser.add_argument("project", metavar="PROJECT", help="a trained .cadl file")
    parser.add_argument("--to", required=True, metavar="FILE", help=_TO)
    parser.add_argument("--what", metavar="NAME", help="what is exported; without it FILE's ending decides")
    text = "another trained .cadl file, of many pictures or of a single one, for the homework of both"
    parser.add_argument("--with", dest="other", metavar="OTHER", help=text)
    text = "of a run that keeps its best weights, the newest ones instead"
    parser.add_argument("--final", action="store_true", help=text)
    parser.add_argument("--overwrite", action="store_true", help="replace a FILE that is there")
    return parser


def value_of(option: Parameter, text: str | None) -> Value:
    """Value of an option given as text; a switch without text is on. Raises UsageError if the text is invalid
    or beyond the option's limits."""
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


def _split(arguments: Sequence[str]) -> tuple[list[str], dict[str, str | None]]:
    own: list[str] = []
    options: dict[str, str | None] = {}
    left = list(arguments)
    while left:
        word = left.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or name in _OWN:
            own.append(word)
            if (
                word.startswith("--")
                and not equals
                and name not in _SWITCHES
                and left
                and not left[0].startswith("--")
            ):
                own[-1] += f"={left.pop(0)}"  # argparse would take '-.csv' for an option
        elif name.startswith(_NEGATION):
            options[name.removeprefix(_NEGATION)] = "no"
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
            "\nA recipe tells how FILE was made. These have it inside, unless --no-recipe leaves it out:",
            f"{_holding()}.",
            "Beside others --recipe writes it, as FILE.recipe.json; without --recipe that of an earlier FILE",
            "is removed. Ctrl-C leaves nothing behind.",
            "\nExit codes: 0 done, 1 the file could not be written, 2 bad input, 130 interrupted.",
        )
    )


def _holding() -> str:
    """Suffixes of files that have a recipe inside."""
    return ", ".join(dict.fromkeys(ending for entry in EXPORTS for ending in entry.holds_recipe))


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


_PATH_ERRORS = (FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError)
_BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"


def run_export_here(arguments: list[str], status: ExportStatus) -> int:
    """Writes one export in this process and returns the exit code. Raises UsageError for wrong arguments."""
    own, options = parse_export(arguments)
    trained, *others = _trained_runs(own.project)
    path = Path(own.to)
    if own.final:
        trained = replace(trained, state=trained.state.latest)
    kind = _requested(trained, own.what, path)
    if kind.joins:
        trained = _joined(trained, others, own.other)
    elif own.other is not None:
        raise UsageError("--with: only the homework takes a second run; leave it out.")
    chosen = _chosen(kind, path, trained, options)
    if _is_standard_output(own.to):
        return _print(kind, path, trained, chosen, status)
    if not own.overwrite:
        _refuse_occupied(path, with_recipe=bool(chosen.get("recipe")) and not _is_inside(kind, path))
    code = _write(kind, path, trained, chosen, status)
    if code is Exit.DONE:
        print_result(f"{kind.title} written to {shown(path)}")
    return code


def _is_inside(kind: Export, path: Path) -> bool:
    """Whether a recipe is inside the file rather than beside it."""
    return kind.ending(path) in kind.holds_recipe


def _is_standard_output(name: str) -> bool:
    """Whether a name such as '-.csv' stands for standard output; './-.csv' is a file."""
    return name.startswith(f"{STANDARD_STREAM}.") and name == Path(name).name


def _print(
    kind: Export, path: Path, trained: Trained, chosen: dict[str, Value], status: ExportStatus
) -> Exit:
    """Writes an export to standard output, once it is whole."""
    ending = kind.ending(path) or ""
    if ending in kind.folders:
        raise UsageError("--to: {ending} is a folder, which standard output can't take.", ending=ending)
    if ending not in _TEXTS and sys.stdout.isatty():
        raise UsageError(
            "--to: a terminal can't show {ending}; send it to a file or a program, as by '> FILE'.",
            ending=ending,
        )
    with new_temporary_folder() as folder:
        place = Path(folder, f"export{ending}")
        if not _is_inside(kind, place):
            chosen = {**chosen, "recipe": False}
        code = _write(kind, place, trained, chosen, status)
        if code is Exit.DONE:
            print_file(place)
    return code


def _write(
    kind: Export, path: Path, trained: Trained, chosen: dict[str, Value], status: ExportStatus
) -> Exit:
    try:
        look = {"total": 1.0, "desc": kind.title, "bar_format": _BAR}
        with clean_standard_output(), progress_bar(**look) as bar:
            job = kind.job(chosen, lambda share: bar.update(share - bar.n))
            job.begun, job.whole = status.begin, status.settle
            with interrupted_by(job.cancel):  # which removes the partial file
                export(kind.name, path, trained, job)
    except CancelledError:
        return Exit.INTERRUPTED
    except DataError as error:
        raise UsageError(sentence_of(error)) from error
    except FileError as error:
        if _is_usage_error(error):
            raise UsageError(sentence_of(error)) from error
        sys.stderr.write(f"{error}\n")
        return Exit.FAILED
    if job.notes:
        sys.stderr.write("\n".join(job.notes) + "\n")
    return Exit.DONE


def _is_usage_error(error: FileError) -> bool:
    """Whether the arguments caused an error: an option, or a path that can't be a file."""
    cause = error.__cause__
    return cause is None or isinstance(cause, _PATH_ERRORS)


def _joined(trained: Trained, others: Sequence[Trained], name: str | None) -> Trained:
    """The run with that of another project, or with one of the `others` in its own."""
    both = joined(trained, others if name is None else _trained_runs(name))
    if both.other is not None:
        return both
    wanted = "a single picture" if paints_many(trained) else "many pictures"
    if name is None:
        sys.stderr.write(f"There is no run of {wanted}; --with names another project that has one.\n")
    else:
        raise UsageError("--with: '{name}' has no trained run of {wanted}.", name=name, wanted=wanted)
    return both


def _trained_runs(name: str) -> list[Trained]:
    """Runs of a project, the one that it shows first."""
    _refuse_no_project(name)
    try:
        project = open_project(name)
    except ProjectError as error:
        raise UsageError(sentence_of(error)) from error
    if project.state is None:
        raise UsageError("{name} has not been trained; train it first.", name=name)
    return runs_of(project)


def _refuse_no_project(name: str) -> None:
    shown, path = f"'{name}'", Path(name)
    if name == STANDARD_STREAM:
        raise UsageError("PROJECT: a project isn't read from standard input; give the name of its file.")
    try:
        refusal = path_problem(path, shown, "a trained .cadl file")
    except OSError as error:
        raise UsageError(read_problem(error, shown)) from error
    if not path.exists() and name in preset_names():
        raise UsageError(
            "'{name}' is a preset; train it first with '{program} train {name} --out DIR'.",
            name=name,
            program=PROGRAM,
        )
    if refusal:
        raise UsageError(refusal)


def _requested(trained: Trained, what: str | None, path: Path) -> Export:
    """Export that is named, or that the file's suffix selects."""
    possible = exports_for(trained.experiment)
    if what is None:
        kind = default_export(path, trained.experiment)
        if kind is None:
            endings = sorted({suffix for entry in possible for suffix in entry.suffixes})
            raise UsageError(
                "--to: nothing is written to '{name}'; end it in {endings}.",
                name=path.name,
                endings=", ".join(endings),
            )
        return kind
    names = ", ".join(entry.name for entry in possible)
    try:
        named = export_named(what)
    except KeyError:
        raise UsageError(
            "--what: '{what}' is not known; choose one of {names}.", what=what, names=names
        ) from None
    if named not in possible:
        raise UsageError(
            "--what: '{what}' is not for this experiment; choose one of {names}.", what=what, names=names
        )
    if named.ending(path) is None:
        raise UsageError(
            "--to: {what} goes to {endings}, not to '{name}'.",
            what=what,
            endings=listed(named.suffixes),
            name=path.name,
        )
    return named


def _refuse_occupied(path: Path, *, with_recipe: bool) -> None:
    for file in (path, recipe_path(path)) if with_recipe else (path,):
        if os.path.exists(file):  # Path.exists raises for names that are too long
            raise UsageError(
                "--to: there is a file '{name}' already; give another name, or --overwrite to replace it.",
                name=file.name,
            )


def _chosen(kind: Export, path: Path, trained: Trained, options: dict[str, str | None]) -> dict[str, Value]:
    ending = kind.ending(path) or ""
    known = {option.name: option for option in kind.options_for(ending, trained.experiment)}
    for name in options:
        if name not in known:
            _refuse_unfitting(kind, ending, trained, name)
            names = ", ".join(f"--{option}" for option in known)
            raise UsageError(
                "--{name}: {export} as {ending} has no such option; it has {names}.",
                name=name,
                export=kind.name,
                ending=ending,
                names=names,
            )
    return {name: value_of(known[name], text) for name, text in options.items()}


def _refuse_unfitting(kind: Export, ending: str, trained: Trained, name: str) -> None:
    """Raises UsageError if the export has this option for other suffixes or experiments only."""
    if all(option.name != name for option in kind.options):
        return
    endings = kind.only_for.get(name, (ending,))
    if ending not in endings:
        raise UsageError(
            "--{name}: this is for {endings} only; leave it out or end FILE so.",
            name=name,
            endings=listed(endings),
        )
    if what := kind.restricted_to(trained.experiment, name):
        raise UsageError("--{name}: this is for {what} only; leave it out.", name=name, what=what)
