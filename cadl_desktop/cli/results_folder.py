"""Folder for the results of a command: its creation, its lock, and the results of `train`."""

import os
from collections.abc import Container, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.export.exports import export, exports_for
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import Project, save_project
from cadl_desktop.sentences import Sentence, SentenceError, sentence_of
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.storage.folder_mark import FolderMark, is_mark
from cadl_desktop.storage.shared_files import FileLock

PROJECT = "experiment.cadl"
RESULTS = {
    "painting.png": "painting",
    "target.png": "target",
    "weights.safetensors": "weights",
    "weights.keras": "weights",
    "history.csv": "cost",
    "cost.svg": "cost",
    "curve.svg": "curve",
    "curve.csv": "curve",
}
"""Export of each file, slow ones first; those that don't suit an experiment are left out."""
OURS = (PROJECT, *RESULTS)
WRITERS = 3
"""Files that are written in parallel: a large picture's painting and target take longest."""


def make_folder(name: str, overwrite: bool, ours: Sequence[str] = OURS) -> Path:
    """Creates the folder if it is missing. Raises UsageError if results, with the names `ours`, can't go into
    it."""
    path = Path(name)
    if not name:
        raise UsageError("--out: an empty name is no folder; give the folder for the results.")
    try:
        _refuse_dead_link(path)
        if path.exists() and not path.is_dir():
            raise UsageError("--out: '{name}' is a file; choose another folder.", name=name)
        if path.is_dir():
            _refuse_occupied(path, overwrite, ours)
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(name, error) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise UsageError("--out: '{name}' may not be written to; choose another folder.", name=name)
    return path


@contextmanager
def locked_folder(folder: Path) -> Iterator[FolderMark]:
    """Marks a folder as this training's, and locks it against others, which would remove its checkpoint and
    overwrite its results.

    Raises UsageError if another training has it. Folders that can't be locked, as on Windows, aren't.
    """
    hold = _hold_of(folder)
    try:
        try:
            mark = FolderMark(folder)
        except OSError as error:
            raise unusable(str(folder), error) from error
        try:
            yield mark
        finally:
            mark.remove()
    finally:
        if hold:
            hold.unlock()


def _hold_of(folder: Path) -> FileLock | None:
    try:
        hold = FileLock.of_folder(folder)
    except OSError:
        return None
    if hold is None:
        raise UsageError(
            "--out: another run is under way in '{folder}'; choose another folder, or wait for its end.",
            folder=folder,
        )
    return hold


def _refuse_dead_link(path: Path) -> None:
    for link in (path, *path.parents):
        if link.is_symlink() and not os.path.exists(link):  # Path.exists raises for one that leads to itself
            raise UsageError(
                "--out: '{link}' is a link that leads to no folder; choose another folder, or mend it.",
                link=link,
            )


def unusable(name: str, error: OSError) -> UsageError:
    """Error for a folder that the system refuses to use."""
    reason = (error.strerror or str(error)).lower()
    return UsageError(
        "--out: '{name}' can't be used ({reason}); choose another folder.", name=name, reason=reason
    )


class ResultsError(FileError):
    """Not everything could be written; `has_project` says whether the project was, which has all results."""

    has_project = True


def write_results(mark: FolderMark, trained: Trained, *, diverged: bool = False) -> None:
    """Writes the project, then removes earlier results and writes all other files in parallel.

    Raises FolderGoneError before anything is written, and ResultsError.
    """
    mark.require()
    folder = mark.folder
    project = Project(
        trained.experiment,
        trained.state,
        trained.history,
        snapshots=trained.snapshots,
        diverged=diverged,
        thumbnail=trained.thumbnail,
    )
    possible = {entry.name for entry in exports_for(trained.experiment)}
    files = {file: what for file, what in RESULTS.items() if what in possible}
    try:
        save_project(folder / PROJECT, project)
    except FileError as error:
        failure = ResultsError(_with_others(error, len(files)))
        failure.has_project = False
        raise failure from error
    stale = _remove_earlier(folder, files)
    missing = _write_in_parallel(mark, trained, files)
    if failed := missing or stale[:1]:
        raise ResultsError(_with_others(failed[0], len(failed) - 1)) from failed[0]


def _write_in_parallel(mark: FolderMark, trained: Trained, files: Mapping[str, str]) -> list[SentenceError]:
    def write(file: str, what: str) -> SentenceError | None:
        try:
            mark.require()
            export(what, mark.folder / file, trained)
        except SentenceError as error:
            return error
        return None

    with ThreadPoolExecutor(WRITERS, "write") as pool:
        return [error for error in pool.map(write, files, files.values()) if error]


def _remove_earlier(folder: Path, files: Container[str]) -> list[FileError]:
    """Removes the files of an earlier run, so that none lies beside this run's project if its replacement has
    no room. Returns errors for those that couldn't be removed and aren't replaced."""
    stale = []
    for path in (folder / file for file in RESULTS):
        try:
            # Links and read-only files that will be replaced stay: writing them reports the problem.
            if path.name not in files or (os.access(path, os.W_OK) and not path.is_symlink()):
                path.unlink(missing_ok=True)
        except OSError as error:
            if path.name not in files:
                stale.append(_not_removed(path, error))
    return stale


def _not_removed(path: Path, error: OSError) -> FileError:
    failure = FileError("{path} is from an earlier run and can't be removed; remove it by hand.", path=path)
    failure.__cause__ = error
    return failure


def _with_others(reason: SentenceError, others: int) -> Sentence:
    if not others:
        return sentence_of(reason)
    if others == 1:
        return Sentence("{reason} Another file is missing as well.", reason=reason)
    return Sentence("{reason} {count} other files are missing as well.", reason=reason, count=others)


def _refuse_occupied(path: Path, overwrite: bool, ours: Sequence[str]) -> None:
    if not overwrite and not all(is_mark(name) for name in os.listdir(path)):  # one that a kill has left
        raise UsageError("--out: '{path}' is not empty; choose another folder or add --overwrite.", path=path)
    for name in ours:
        if (path / name).is_dir():
            raise UsageError(
                "--out: '{path}' is a folder, where a file would go; move it away.", path=path / name
            )
