"""`cadl-desktop export`: one file out of a trained project, by the same table as the window's Export menu."""

from argparse import Namespace
from pathlib import Path

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.output import clean_standard_output, tell
from cadl_desktop.export.exports import EXPORTS, Export, export, exports_for
from cadl_desktop.export.trained import Trained
from cadl_desktop.files import FileError
from cadl_desktop.project import ProjectError, open_project
from cadl_desktop.runs.history import History


def run_export(options: Namespace) -> int:
    """Writes one export and returns the exit code. Raises UsageError where nothing can be written."""
    trained = _trained(options.project)
    path = Path(options.to)
    wanted = _wanted(trained, options.what, path)
    try:
        with clean_standard_output():
            export(wanted.name, path, trained)
    except FileError as error:
        raise UsageError(str(error)) from error
    tell(f"{wanted.title} written to {path}")
    return 0


def _trained(name: str) -> Trained:
    try:
        project = open_project(name)
    except ProjectError as error:
        raise UsageError(str(error)) from error
    if project.state is None:
        raise UsageError(f"{name} has not been trained; train it first.")
    return Trained(project.experiment, project.state, project.history or History())


def _wanted(trained: Trained, what: str | None, path: Path) -> Export:
    """The export that is named, or the first whose format the file's ending is."""
    possible = [entry for entry in exports_for(trained.experiment) if what in (None, entry.name)]
    for entry in possible:
        if entry.ending(path) is not None:
            return entry
    if what is None:
        endings = sorted({suffix for entry in possible for suffix in entry.suffixes})
        raise UsageError(f"--to: nothing is written to '{path.name}'; end it in {', '.join(endings)}.")
    if possible:
        raise UsageError(f"--to: {what} goes to {' or '.join(possible[0].suffixes)}, not to '{path.name}'.")
    if what in [entry.name for entry in EXPORTS]:
        raise UsageError(f"--what: this experiment has no {what} to export.")
    names = ", ".join(entry.name for entry in exports_for(trained.experiment))
    raise UsageError(f"--what: '{what}' is not known; choose one of {names}.")
