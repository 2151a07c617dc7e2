"""What `train` keeps of a training that an error has ended, and how it tells of it."""

import sys
from contextlib import suppress
from pathlib import Path
from traceback import format_exception

from cadl_desktop.cli.checkpoints import CHECKPOINT, Checkpoints
from cadl_desktop.cli.endings import Exit
from cadl_desktop.cli.experiments import Task
from cadl_desktop.cli.folder import write_results
from cadl_desktop.computing.failure import failure_of
from cadl_desktop.export.trained import Trained
from cadl_desktop.sentences import Sentence, said

LOG = Path(CHECKPOINT) / "error.log"
"""It goes with the checkpoint when the training has come to its end."""


def save_after(error: Exception, folder: Path, task: Task, checkpoints: Checkpoints) -> Exit:
    """Writes the results of the last moment, its checkpoint, and what went wrong; says so in a sentence."""
    details = [*format_exception(error)]
    state = task.snapshots.states[-1] if task.snapshots.states else None
    if state is not None:
        checkpoints.keep(state)
        trained = Trained(task.experiment, state, task.history.until(state), task.snapshots)
        try:
            write_results(folder, trained)
        except Exception as another:  # what ended the training may keep the painting from being rendered
            details += format_exception(another)
    with suppress(OSError):
        (folder / LOG).parent.mkdir(exist_ok=True)
        (folder / LOG).write_text("".join(details), encoding="utf-8", errors="backslashreplace")
    sys.stderr.write(f"{_told(error, folder, state.step if state else None)}\n")
    return Exit.FAILED


def _told(error: Exception, folder: Path, step: int | None) -> Sentence:
    values = {"reason": failure_of(error).message, "out": folder, "log": folder / LOG, "step": step}
    if step is None:
        return said("{reason} What went wrong is told in '{log}'.", **values)
    return said(
        "{reason} Step {step:,} is written to '{out}', and what went wrong to '{log}'; --resume goes on from "
        "there.",
        **values,
    )
