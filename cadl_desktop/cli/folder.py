"""The folder that gets the results of a training."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.export.exports import export, export_named, exports_for
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import Project, save_project
from cadl_desktop.storage.atomic import FileError

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
"""Which export each file is, those first that may take long; what an experiment doesn't have is left out."""
OURS = (PROJECT, *RESULTS)
WRITERS = 3
"""So many files at once: a large picture's project, painting and target take longest."""


def make_folder(name: str, overwrite: bool, ours: Sequence[str] = OURS) -> Path:
    """Creates the folder where it is missing. Raises UsageError where results, which have the names of
    `ours`, can't go into it."""
    path = Path(name)
    if not name:
        raise UsageError("--out: an empty name is no folder; give the folder for the results.")
    try:
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


def unusable(name: str, error: OSError) -> UsageError:
    """What is said of a folder that the system doesn't let be used."""
    reason = (error.strerror or str(error)).lower()
    return UsageError(
        "--out: '{name}' can't be used ({reason}); choose another folder.", name=name, reason=reason
    )


def write_results(folder: Path, trained: Trained) -> None:
    """Writes everything, side by side, and removes earlier results that don't belong to it.

    Raises FileError where something can't be written.
    """
    project = Project(trained.experiment, trained.state, trained.history, snapshots=trained.snapshots)
    possible = {entry.name for entry in exports_for(trained.experiment)}
    wanted = {file: what for file, what in RESULTS.items() if what in possible}

    def write(file: str, what: str) -> None:
        # The project beside them says more than a recipe.
        export(what, folder / file, trained, export_named(what).job({"recipe": False}))

    with ThreadPoolExecutor(WRITERS, "write") as pool:
        writing = [pool.submit(save_project, folder / PROJECT, project)]
        writing += [pool.submit(write, *item) for item in wanted.items()]
    for written in writing:
        written.result()
    for stale in set(RESULTS) - set(wanted):
        _remove(folder / stale)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            "{path} is from an earlier run and can't be removed; remove it by hand.", path=path
        ) from error


def _refuse_occupied(path: Path, overwrite: bool, ours: Sequence[str]) -> None:
    if any(path.iterdir()) and not overwrite:
        raise UsageError("--out: '{path}' is not empty; choose another folder or add --overwrite.", path=path)
    for name in ours:
        if (path / name).is_dir():
            raise UsageError(
                "--out: '{path}' is a folder, where a file would go; move it away.", path=path / name
            )
