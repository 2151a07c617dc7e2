"""Checkpoints of `train`: written while it runs and after errors, and continued by `--resume`."""

import os
import shutil
import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from traceback import format_exception
from typing import Self

from cadl_desktop.cli.arguments import PROGRAM, UsageError
from cadl_desktop.cli.experiments import Task
from cadl_desktop.cli.output import Exit
from cadl_desktop.cli.results_folder import PROJECT, ResultsError, write_results
from cadl_desktop.computing.failure import failure_of
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import Project, ProjectError, open_project
from cadl_desktop.project.recovery_copy import LIST, RecoveryWriter, open_recovery, read_recovery_list
from cadl_desktop.runs.events import RunState, StopReason
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import Sentence, sentence_of, shown
from cadl_desktop.storage.atomic import FileError, as_file_errors
from cadl_desktop.storage.folder_mark import FolderGoneError, FolderMark

CHECKPOINT = "checkpoint"
EVERY_SECONDS = 30.0
LOG = Path(CHECKPOINT) / "error.log"
"""Lies in the checkpoint's folder, and is removed with it when training ends."""
_RESUMABLE: tuple[StopReason, ...] = ("stopped", "diverged")
"""Reasons after which --resume trains on: the training was incomplete, or would diverge again."""


class Checkpoints:
    """Checkpoints of one training, written on a worker thread. An earlier training's stays until the first is
    written. Leaving the context waits for the thread."""

    def __init__(self, mark: FolderMark, task: Task, *, resumes: bool) -> None:
        self._mark, self._folder, self._task = mark, mark.folder / CHECKPOINT, task
        self._writer = RecoveryWriter(self._folder)
        self.step: int | None = None
        """Step of this training's newest checkpoint, which may be gone with its folder."""
        if resumes:
            self._writer.go_on_from(task.snapshots)
            listed = read_recovery_list(self._folder)
            self.step = listed.steps if listed else None
        self._pool = ThreadPoolExecutor(1, "checkpoint")
        self._writing: Future[None] | None = None
        self._last = monotonic()
        self._trouble: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def note(self, state: RunState) -> None:
        """Starts to write a checkpoint of a state, if the last one is `EVERY_SECONDS` old. Raises
        FolderGoneError if the folder was found gone."""
        if isinstance(self._trouble, FolderGoneError):
            raise self._trouble
        if monotonic() - self._last < EVERY_SECONDS or (self._writing and not self._writing.done()):
            return
        self._last = monotonic()
        self._writing = self._pool.submit(self._write, self._project(state), state)

    def keep(self, state: RunState, *, ended: bool = False) -> int | None:
        """Writes a checkpoint now and returns the step from which this training can be resumed: an earlier
        one if there is no room for this, None if there is no checkpoint. If `ended`, resuming only writes the
        results."""
        if self._writing:
            wait([self._writing])
        self._writer.ended = ended
        self._write(self._project(state), state)
        # Read from disk, as an earlier checkpoint may have been removed with its folder.
        listed = read_recovery_list(self._folder) if self.step is not None else None
        return listed.steps if listed else None

    def remove(self) -> None:
        """Removes the checkpoint. The list goes first: without it, what a kill leaves is no checkpoint."""
        with suppress(OSError):
            (self._folder / LIST).unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _project(self, state: RunState) -> Project:
        task = self._task
        return Project(task.experiment, state, task.history.copy(), snapshots=task.snapshots.copy())

    def _write(self, project: Project, state: RunState) -> None:
        """Writes a checkpoint. A failure is reported once, until it is another one or over; training goes on
        and tries again later, unless the folder is gone."""
        history = project.history and project.history.until(state)  # without later steps
        try:
            self._mark.require()
            with as_file_errors(self._folder):
                self._writer.write(replace(project, history=history))
            self.step, self._trouble = state.step, None
        except Exception as error:
            try:
                self._mark.require()
            except FolderGoneError as gone:
                self._trouble = gone
                return
            with suppress(OSError):
                self._folder.rmdir()  # if it is empty
            if type(error) is not type(self._trouble):
                sys.stderr.write(f"No checkpoint: {sentence_of(error)}\n")
            self._trouble = error


def refuse_unfinished(out: str) -> None:
    """Raises UsageError if the folder holds a checkpoint."""
    if os.path.exists(Path(out) / CHECKPOINT / LIST):  # Path.exists raises for names that are too long
        raise UsageError(
            "--out: there is a run in '{out}'; continue it by --resume, or choose another folder "
            "(--overwrite gives it up).",
            out=out,
        )


def is_finished(task: Task, out: str) -> bool:
    """Whether the folder has the results of this very task, which had reached its end. What Ctrl-C or a
    divergence has ended early isn't finished."""
    project = Path(out) / PROJECT
    if (Path(out) / CHECKPOINT / LIST).exists() or not project.exists():
        return False
    try:
        found = open_project(project)
    except ProjectError:
        return False
    stop, state = task.experiment.stop, found.state
    if found.experiment != task.experiment or found.diverged or state is None:
        return False
    reached = (stop.epochs is None or state.epoch >= stop.epochs) and (
        stop.seconds is None or state.seconds >= stop.seconds
    )
    return reached or stop.change_below is not None


def resumed_task(task: Task, out: str) -> Task:
    """Task continued from the checkpoint in the folder; unchanged if there is none yet, which is said.

    Raises UsageError if the checkpoint belongs to another training or can't be read, or if the training has
    ended.
    """
    folder = Path(out) / CHECKPOINT
    if not (folder / LIST).exists():
        if (Path(out) / PROJECT).exists():
            raise UsageError(
                "--resume: the training in '{out}' has ended; train '{project}' further.",
                out=out,
                project=Path(out) / PROJECT,
            )
        sys.stderr.write(f"--resume: there is nothing to resume in '{shown(out)}'; training begins anew.\n")
        return task
    listed = read_recovery_list(folder)
    try:
        project = open_recovery(folder)
    except ProjectError as error:
        raise UsageError(
            "--resume: the checkpoint in '{out}' is damaged, or of another version of this program; choose "
            "another folder, or train from the beginning with --overwrite.",
            out=out,
        ) from error
    if project.experiment != task.experiment:
        raise UsageError(
            "--resume: '{out}' holds the checkpoint of another experiment or of other settings; give the "
            "same ones, or choose another folder.",
            out=out,
        )
    return replace(
        task,
        state=project.state and project.state.latest,
        ended=listed is not None and listed.ended,
        history=project.history or History(),
        snapshots=project.snapshots or Snapshots(),
        weights=None,
    )


def save_after_error(error: Exception, mark: FolderMark, task: Task, checkpoints: Checkpoints) -> Exit:
    """Writes results and checkpoint of the last snapshot, and a log of the error, and reports them."""
    folder = mark.folder
    details = [*format_exception(error)]
    state = task.snapshots.states[-1] if task.snapshots.states else None
    step = None
    if state is not None:
        step = checkpoints.keep(state)
        trained = Trained(task.experiment, state.result, task.history.until(state), task.saved_snapshots)
        try:
            write_results(mark, trained)
        except Exception as another:  # the same error may prevent rendering the painting
            details += format_exception(another)
    try:
        mark.require()
    except FolderGoneError as gone:
        reason = "" if isinstance(error, FolderGoneError) else f"{failure_of(error).message} "
        sys.stderr.write(f"{reason}{_gone_sentence(gone, checkpoints.step)}\n")
        return Exit.FAILED
    with suppress(OSError):
        (folder / LOG).parent.mkdir(exist_ok=True)
        (folder / LOG).write_text("".join(details), encoding="utf-8", errors="backslashreplace")
    sys.stderr.write(f"{_error_sentence(error, folder, step)}\n")
    return Exit.FAILED


def write_results_or_checkpoint(
    mark: FolderMark, trained: Trained, checkpoints: Checkpoints, reason: StopReason
) -> None:
    """Writes the results and removes the checkpoint; if there is no room for them, writes a checkpoint of the
    end. If the folder is gone, nothing is written anywhere.

    Raises FileError, which says what was kept, and how to write the rest.
    """
    try:
        write_results(mark, trained, diverged=reason == "diverged")
    except FolderGoneError as error:
        raise FileError(_gone_sentence(error, checkpoints.step)) from error
    except ResultsError as error:
        step = checkpoints.keep(trained.state.latest, ended=reason not in _RESUMABLE)
        if error.has_project and step is None:
            checkpoints.remove()  # it belongs to an earlier training
        raise FileError(_kept_sentence(error, mark.folder, step)) from error
    checkpoints.remove()


def _kept_sentence(reason: ResultsError, folder: Path, step: int | None) -> Sentence:
    values = {"reason": reason, "step": step, "project": folder / PROJECT, "program": PROGRAM}
    if step is not None:
        return Sentence(
            "{reason} Step {step:,} is kept: once that is mended, the same command with --resume continues "
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


def _gone_sentence(reason: FolderGoneError, step: int | None) -> Sentence:
    if step is None:
        return Sentence("{reason} Nothing was written elsewhere: what was learned is lost.", reason=reason)
    return Sentence(
        "{reason} Nothing was written elsewhere. Its checkpoint has step {step:,}: once it is back, "
        "the same command with --resume continues from there.",
        reason=reason,
        step=step,
    )


def _error_sentence(error: Exception, folder: Path, step: int | None) -> Sentence:
    values = {"reason": failure_of(error).message, "out": folder, "log": folder / LOG, "step": step}
    if step is None:
        return Sentence("{reason} What went wrong is told in '{log}'.", **values)
    return Sentence(
        "{reason} Step {step:,} is written to '{out}', and what went wrong to '{log}'; --resume continues "
        "from there.",
        **values,
    )
