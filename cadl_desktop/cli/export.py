"""`cadl-desktop export`: one file out of a trained project, by the same table as the window's dialog."""

import os
import sys
from pathlib import Path

from cadl_desktop.cli.arguments import PROGRAM, UsageError
from cadl_desktop.cli.endings import Exit
from cadl_desktop.cli.export_marks import Marks
from cadl_desktop.cli.export_options import parse_export, value_of
from cadl_desktop.cli.output import clean_standard_output, progress_bar, tell
from cadl_desktop.data.ordinary_files import path_problem, read_problem
from cadl_desktop.data.samples import DataError
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.presets import preset_names
from cadl_desktop.export.exports import Export, default_export, export, export_named, exports_for
from cadl_desktop.export.job import CancelledError
from cadl_desktop.export.recipe import recipe_path
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import ProjectError, open_project
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import listed, sentence_of, shown
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.system.signals import interrupted_by

_NO_PLACES = (FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError)
_BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"


def run_export_here(arguments: list[str], marks: Marks) -> int:
    """Writes one export and returns the exit code. Raises UsageError where the words are wrong."""
    words, options = parse_export(arguments)
    trained = _trained(words.project)
    path = Path(words.to)
    wanted = _wanted(trained, words.what, path)
    chosen = _chosen(wanted, path, trained, options)
    if not words.overwrite:
        _refuse_occupied(path, with_recipe=bool(chosen.get("recipe", True)))
    try:
        look = {"total": 1.0, "desc": wanted.title, "bar_format": _BAR}
        with clean_standard_output(), progress_bar(**look) as bar:
            job = wanted.job(chosen, lambda share: bar.update(share - bar.n))
            job.begun, job.whole = marks.begin, marks.settle
            with interrupted_by(job.cancel):  # what was written of the file is removed
                export(wanted.name, path, trained, job)
    except CancelledError:
        return Exit.INTERRUPTED
    except DataError as error:
        raise UsageError(sentence_of(error)) from error
    except FileError as error:
        if _is_of_the_words(error):
            raise UsageError(sentence_of(error)) from error
        sys.stderr.write(f"{error}\n")
        return Exit.FAILED
    tell(f"{wanted.title} written to {shown(path)}")
    return Exit.DONE


def _is_of_the_words(error: FileError) -> bool:
    """Whether nothing failed but what was asked for: an option, or a place that can't be a file's."""
    cause = error.__cause__
    return cause is None or isinstance(cause, _NO_PLACES)


def _trained(name: str) -> Trained:
    _refuse_no_project(name)
    try:
        project = open_project(name)
    except ProjectError as error:
        raise UsageError(sentence_of(error)) from error
    if project.state is None:
        raise UsageError("{name} has not been trained; train it first.", name=name)
    snapshots = project.snapshots or Snapshots()
    return Trained(project.experiment, project.state, project.history or History(), snapshots)


def _refuse_no_project(name: str) -> None:
    shown, path = f"'{name}'", Path(name)
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


def _wanted(trained: Trained, what: str | None, path: Path) -> Export:
    """The export that is named, or the one that the file's ending stands for."""
    possible = exports_for(trained.experiment)
    if what is None:
        wanted = default_export(path, trained.experiment)
        if wanted is None:
            endings = sorted({suffix for entry in possible for suffix in entry.suffixes})
            raise UsageError(
                "--to: nothing is written to '{name}'; end it in {endings}.",
                name=path.name,
                endings=", ".join(endings),
            )
        return wanted
    try:
        named = export_named(what)
    except KeyError:
        names = ", ".join(entry.name for entry in possible)
        raise UsageError(
            "--what: '{what}' is not known; choose one of {names}.", what=what, names=names
        ) from None
    if named not in possible:
        raise UsageError("--what: this experiment has no {what} to export.", what=what)
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


def _chosen(wanted: Export, path: Path, trained: Trained, options: dict[str, str | None]) -> dict[str, Value]:
    """The options that were given, each as a value of its kind."""
    ending = wanted.ending(path) or ""
    known = {option.name: option for option in wanted.options_for(ending, trained.experiment)}
    for name in options:
        if name not in known:
            _refuse_unfitting(wanted, ending, trained, name)
            names = ", ".join(f"--{option}" for option in known)
            raise UsageError(
                "--{name}: {export} as {ending} has no such option; it has {names}.",
                name=name,
                export=wanted.name,
                ending=ending,
                names=names,
            )
    return {name: value_of(known[name], text) for name, text in options.items()}


def _refuse_unfitting(wanted: Export, ending: str, trained: Trained, name: str) -> None:
    """An option that this export has of other files, or of other experiments."""
    if all(option.name != name for option in wanted.options):
        return
    endings = wanted.only_for.get(name, (ending,))
    if ending not in endings:
        raise UsageError(
            "--{name}: this is for {endings} only; leave it out or end FILE so.",
            name=name,
            endings=listed(endings),
        )
    if what := wanted.only_of(trained.experiment, name):
        raise UsageError("--{name}: this is for {what} only; leave it out.", name=name, what=what)
