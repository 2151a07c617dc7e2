"""`cadl-desktop export`: one file out of a trained project, by the same table as the window's dialog."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.export_options import parse_export, value_of
from cadl_desktop.cli.output import clean_standard_output, tell
from cadl_desktop.data.samples import DataError
from cadl_desktop.experiment.part import Value
from cadl_desktop.export.exports import (
    Export,
    default_export,
    export,
    export_named,
    exports_for,
    listed,
)
from cadl_desktop.export.job import CancelledError, Job
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import ProjectError, open_project
from cadl_desktop.runs.history import History
from cadl_desktop.runs.snapshots import Snapshots
from cadl_desktop.sentences import Sentence, said, sentence_of
from cadl_desktop.storage.atomic import FileError

if TYPE_CHECKING:
    from tqdm import tqdm

_INTERRUPTED = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_export(arguments: list[str]) -> int:
    """Writes one export and returns the exit code. Raises UsageError where nothing can be written."""
    words, options = parse_export(arguments)
    trained = _trained(words.project)
    path = Path(words.to)
    wanted = _wanted(trained, words.what, path)
    chosen = _chosen(wanted, path, trained, options)
    try:
        with clean_standard_output(), _bar(wanted.title) as bar:
            job = wanted.job(chosen, lambda share: _show(bar, share))
            with _cancelled_by_signals(job):
                export(wanted.name, path, trained, job)
    except CancelledError:
        return _INTERRUPTED
    except (FileError, DataError) as error:
        raise UsageError(sentence_of(error)) from error
    tell(said("{export} written to {path}", export=Sentence(wanted.title, {}), path=path))
    return 0


def _trained(name: str) -> Trained:
    try:
        project = open_project(name)
    except ProjectError as error:
        raise UsageError(sentence_of(error)) from error
    if project.state is None:
        raise UsageError("{name} has not been trained; train it first.", name=name)
    snapshots = project.snapshots or Snapshots()
    return Trained(project.experiment, project.state, project.history or History(), snapshots)


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


def _chosen(wanted: Export, path: Path, trained: Trained, options: dict[str, str]) -> dict[str, Value]:
    """The options that were given, each as a value of its kind."""
    ending = wanted.ending(path) or ""
    known = {option.name: option for option in wanted.options_for(ending, trained.experiment)}
    for name in options:
        if name not in known:
            names = ", ".join(f"--{option}" for option in known)
            raise UsageError(
                "--{name}: {export} as {ending} has no such option; it has {names}.",
                name=name,
                export=wanted.name,
                ending=ending,
                names=names,
            )
    return {name: value_of(known[name], text) for name, text in options.items()}


@contextmanager
def _bar(title: str) -> Iterator["tqdm[None]"]:
    """A bar on standard error, where that is a terminal."""
    from tqdm import tqdm

    shown = bool(sys.stderr and sys.stderr.isatty())
    form = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
    with tqdm(total=1.0, desc=title, disable=not shown, file=sys.stderr, bar_format=form) as bar:
        yield bar


def _show(bar: "tqdm[None]", share: float) -> None:
    bar.update(share - bar.n)


@contextmanager
def _cancelled_by_signals(job: Job) -> Iterator[None]:
    """Ctrl-C, or a request to terminate, cancels: what was written of the file is removed."""

    def handle(number: int, frame: FrameType | None) -> None:
        job.cancel()

    earlier = [(number, signal.signal(number, handle)) for number in _SIGNALS]
    try:
        yield
    finally:
        for number, handler in earlier:
            signal.signal(number, handler)
