"""What `train` keeps where an error has ended a training, or the writing of its results, and how it tells."""

import sys
from contextlib import suppress
from pathlib import Path
from traceback import format_exception

from cadl_desktop.cli.arguments import PROGRAM
from cadl_desktop.cli.checkpoints import CHECKPOINT, Checkpoints
from cadl_desktop.cli.endings import Exit
from cadl_desktop.cli.experiments import Task
from cadl_desktop.cli.folder import PROJECT, ResultsError, write_results
from cadl_desktop.computing.failure import failure_of
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import StopReason
from cadl_desktop.sentences import Sentence
from cadl_desktop.storage.atomic import FileError

LOG = Path(CHECKPOINT) / "error.log"
"""It goes with the checkpoint when the training has come to its end."""
_GOES_ON: tuple[StopReason, ...] = ("stopped", "diverged")
"""What ends a training that --resume trains on: it was not at its end, or comes to the same again."""


def save_after(error: Exception, folder: Path, task: Task, checkpoints: Checkpoints) -> Exit:
    """Writes the results of the last moment, its checkpoint, and what went wrong; says so in a sentence."""
    details = [*format_exception(error)]
    state = task.snapshots.states[-1] if task.snapshots.states else None
    step = None
    if state is not None:
        step = checkpoints.keep(state)
        trained = Trained(task.experiment, state, task.history.until(state), task.snapshots)
        try:
            write_results(folder, trained)
        except Exception as another:  # what ended the training may keep the painting from being rendered
            details += format_exception(another)
    with suppress(OSError):
        (folder / LOG).parent.mkdir(exist_ok=True)
        (folder / LOG).write_text("".join(details), encoding="utf-8", errors="backslashreplace")
    sys.stderr.write(f"{_told(error, folder, step)}\n")
    return Exit.FAILED


def write_or_keep(folder: Path, trained: Trained, checkpoints: Checkpoints, reason: StopReason) -> None:
    """Writes the results, in place of the checkpoint, or where they have no room the checkpoint of the end.

    Raises FileError, which says what was kept, and how what is missing is written.
    """
    try:
        write_results(folder, trained, diverged=reason == "diverged")
    except ResultsError as error:
        step = checkpoints.keep(trained.state, ended=reason not in _GOES_ON)
        if error.has_project and step is None:
            checkpoints.remove()  # what is there is of an earlier training
        raise FileError(_kept(error, folder, step)) from error
    checkpoints.remove()


def _kept(reason: ResultsError, folder: Path, step: int | None) -> Sentence:
    values = {"reason": reason, "step": step, "project": folder / PROJECT, "program": PROGRAM}
    if step is not None:
        return Sentence(
            "{reason} Step {step:,} is kept: once that is mended, the same command with --resume goes on "
            "from there.",
            **values,
        )
    if reason.has_project:
        return Sentence(
            "{reason} All that was learned is in '{project}': once that is mended, '{program} export' writes "
            "the rest.",
            **values,
        )
    return Sentence("{reason} What was learned could not be kept either.", **values)


def _told(error: Exception, folder: Path, step: int | None) -> Sentence:
    values = {"reason": failure_of(error).message, "out": folder, "log": folder / LOG, "step": step}
    if step is None:
        return Sentence("{reason} What went wrong is told in '{log}'.", **values)
    return Sentence(
        "{reason} Step {step:,} is written to '{out}', and what went wrong to '{log}'; --resume goes on from "
        "there.",
        **values,
    )
