"""What `train` writes beside its results while it goes on, and what `--resume` goes on from."""

import os
import shutil
import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Self

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.experiments import Task
from cadl_desktop.cli.folder import PROJECT
from cadl_desktop.project import Project, ProjectError
from cadl_desktop.project.recovery_copy import LIST, RecoveryWriter, open_recovery, read_recovery_list
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import sentence_of
from cadl_desktop.storage.atomic import as_file_errors

CHECKPOINT = "checkpoint"
EVERY_SECONDS = 30.0


class Checkpoints:
    """Of one training, written beside it on a thread of their own; an earlier training's stays until the
    first is there. On leaving, what is being written is written."""

    def __init__(self, folder: Path, task: Task, *, resumes: bool) -> None:
        self._folder, self._task = folder / CHECKPOINT, task
        self._writer = RecoveryWriter(self._folder)
        self._step: int | None = None
        if resumes:
            self._writer.go_on_from(task.snapshots)
            listed = read_recovery_list(self._folder)
            self._step = listed.steps if listed else None
        self._pool = ThreadPoolExecutor(1, "checkpoint")
        self._writing: Future[None] | None = None
        self._last = monotonic()
        self._told = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def note(self, state: RunState) -> None:
        """The run stands there; begins to write it where it is time."""
        if monotonic() - self._last < EVERY_SECONDS or (self._writing and not self._writing.done()):
            return
        self._last = monotonic()
        self._writing = self._pool.submit(self._write, self._project(state), state)

    def keep(self, state: RunState, *, ended: bool = False) -> int | None:
        """Writes where the run stands, whenever the last one was, and gives the step from which this training
        can be gone on with: an earlier one where this has no room, None where there is none. One that has
        `ended` is not trained any more."""
        if self._writing:
            wait([self._writing])
        self._writer.ended = ended
        self._write(self._project(state), state)
        # As it is now: what was written earlier may have gone with its folder.
        listed = read_recovery_list(self._folder) if self._step is not None else None
        return listed.steps if listed else None

    def remove(self) -> None:
        """All of it is in the results now, or of no use any more. The list first: without it nobody takes
        what a kill leaves of the rest for a checkpoint."""
        with suppress(OSError):
            (self._folder / LIST).unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _project(self, state: RunState) -> Project:
        task = self._task
        return Project(task.experiment, state, task.history.copy(), snapshots=task.snapshots.copy())

    def _write(self, project: Project, state: RunState) -> None:
        """What can't be written is said once; training goes on, and the next is tried all the same."""
        history = project.history and project.history.until(state)  # without the steps since
        try:
            with as_file_errors(self._folder):
                self._writer.write(replace(project, history=history))
            self._step = state.step
        except Exception as error:
            with suppress(OSError):
                self._folder.rmdir()  # where nothing is in it
            if not self._told:
                self._told = True
                sys.stderr.write(f"No checkpoint: {sentence_of(error)}\n")


def refuse_unfinished(out: str) -> None:
    """Raises UsageError where the folder holds the checkpoint of a training."""
    if os.path.exists(Path(out) / CHECKPOINT / LIST):  # Path.exists raises for names that are too long
        raise UsageError(
            "--out: there is a training in '{out}'; go on with it by --resume, or choose another folder "
            "(--overwrite gives it up).",
            out=out,
        )


def resumed(task: Task, out: str) -> Task:
    """The task from where its checkpoint in the folder stands, or from its beginning where there is none yet.

    Raises UsageError where what is there is not of this training, or can't be read, or where that has ended.
    """
    folder = Path(out) / CHECKPOINT
    if not (folder / LIST).exists():
        if (Path(out) / PROJECT).exists():
            raise UsageError(
                "--resume: the training in '{out}' has ended; train '{project}' further.",
                out=out,
                project=Path(out) / PROJECT,
            )
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
        state=project.state,
        ended=listed is not None and listed.ended,
        history=project.history or History(),
        snapshots=project.snapshots or Snapshots(),
        weights=None,
    )
