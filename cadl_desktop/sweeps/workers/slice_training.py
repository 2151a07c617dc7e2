"""Training of slices in a worker's process, each a task of Dask's. TensorFlow is imported by the first slice
of a process."""

import platform
import time
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from cadl_desktop.computing.failure import NO_MEMORY, is_out_of_memory
from cadl_desktop.data.samples import DataError, Samples, samples_of
from cadl_desktop.data.scores import finite, psnr, sample_groups
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment.check import ExperimentError
from cadl_desktop.experiment.effort import check_memory
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.trained import measures_of, trained_of
from cadl_desktop.project.file import packed_project, unpacked_project
from cadl_desktop.project.project_members import Project
from cadl_desktop.runs.events import EpochEnded, Event, Finished, Progressed, RunState, Snapshot
from cadl_desktop.runs.history import COLUMNS, History
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import SentenceError, sentence_of
from cadl_desktop.sweeps.plan.sweep_model import Objective
from cadl_desktop.sweeps.records.sweep_folder import preview_of
from cadl_desktop.sweeps.records.sweep_log import Ending, TrialMeasured
from cadl_desktop.sweeps.workers.slice_messages import Outcome, RefusedError, Slice, SliceProgress
from cadl_desktop.system.machine import free_memory

if TYPE_CHECKING:
    from cadl_desktop.engine import Control

MOST_EARLY = 12
"""Number of earlier measurements that an outcome has, about."""
MOST_SNAPSHOT_BYTES = 4 * 2**20
"""Limit of a trial's snapshots, as they travel with every slice of many trials."""


def run_slice(slice_: Slice) -> Outcome:
    """Trains one slice; errors of a trial are part of its outcome. Run by Dask."""
    training = SliceTraining(slice_)
    _in_training[slice_.owner] = training
    try:
        if slice_.owner in _stopped_owners:
            training.stop()
        return training.outcome()
    finally:
        del _in_training[slice_.owner]


def stop_slices(owner: str) -> None:
    """Stops the present slice of an owner in this process, and all later ones at their start. Run by Dask."""
    _stopped_owners.add(owner)
    training = _in_training.get(owner)
    if training is not None:
        training.stop()


def take_progress(owner: str) -> SliceProgress | None:
    """Progress since the last call; None if there is none. Run by Dask."""
    training = _in_training.get(owner)
    return training.take() if training is not None else None


_stopped_owners: set[str] = set()
"""Owners that have stopped their slices."""
_in_training: "dict[str, SliceTraining]" = {}
"""Slices in training, by owner; a worker trains one at a time."""


class SliceTraining:
    """Training of one slice, for a single call of `outcome`. `stop` and `take` are called from other
    threads."""

    def __init__(self, slice_: Slice) -> None:
        self._slice = slice_
        self._project = unpacked_project(slice_.project)
        self._history = self._project.history or History()
        self._snapshots = self._project.snapshots or Snapshots()
        self._tracker = ObjectiveTracker(slice_.objective, self._project.experiment)
        self._at_rung: float | None = None
        self._progress: SliceProgress | None = None
        self._stopped = False
        self._control: Control | None = None

    def stop(self) -> None:
        self._stopped = True
        if self._control is not None:
            self._control.stop()

    def take(self) -> SliceProgress | None:
        news, self._progress = self._progress, None
        return news

    def outcome(self) -> Outcome:
        """Trains the slice. After any error the trial ends where it stood before."""
        try:
            return self._outcome(self._train())
        except (RefusedError, DataError) as error:
            return self._unchanged("refused", sentence_of(error))
        except Exception as error:
            return self._unchanged("failed", _in_words(error))

    def _train(self) -> Finished:
        from cadl_desktop.engine import Control, train  # brings TensorFlow along

        slice_, state = self._slice, self._state
        self._snapshots.room = free_memory()
        _refuse_too_large(self._project.experiment)
        self._control = control = Control(picture_seconds=slice_.picture_seconds, snapshots=True)
        if self._stopped or (state and self._limit_reached(state)):
            control.stop()
        began_with, end = state.step if state else 0, inf
        experiment, previous_cost = self._project.experiment, self._history.newest_cost
        for event in train(experiment, control, state, slice_.for_cores, previous_cost):
            # The time for preparing the first step doesn't count.
            end = min(end, time.monotonic() + slice_.seconds)
            self._note(event)
            match event:
                case Finished():
                    return event
                case EpochEnded(step=step, epoch=epoch) | Progressed(step=step, epoch=epoch):
                    if step > began_with and self._is_enough(epoch, end):
                        control.stop()
        raise AssertionError("training ended without a last event")

    def _is_enough(self, epoch: int, end: float) -> bool:
        until = self._slice.until_epoch
        rung_reached = until is not None and epoch >= until
        return rung_reached or self._tracker.reached_at is not None or time.monotonic() >= end

    def _note(self, event: Event) -> None:
        self._history.add(event)
        self._tracker.follow(event)
        match event:
            case Snapshot(state=state):
                self._snapshots.add(state)
            case EpochEnded(epoch=epoch) if epoch == self._slice.until_epoch and self._measures_epochs:
                self._at_rung = self._tracker.value
            case Progressed():
                self._keep_progress(event)

    @property
    def _state(self) -> RunState | None:
        """State from which the slice continues."""
        return self._project.state and self._project.state.latest

    @property
    def _measures_epochs(self) -> bool:
        """Whether the objective is a cost or R², which belong to the end of an epoch; pictures don't."""
        return not self._slice.objective.measure.endswith("psnr")

    def _keep_progress(self, event: Progressed) -> None:
        """Keeps the newest progress, with the newest picture even if that is older."""
        waiting = self._progress
        preview = waiting.preview if waiting else None
        if event.prediction is not None:
            preview = preview_of(event.prediction)
        measured = self._measured(event)
        self._progress = SliceProgress(
            replace(measured, cost=self._tracker.cost, value=self._tracker.value), preview
        )

    def _outcome(self, finished: Finished) -> Outcome:
        experiment, state = self._project.experiment, finished.state.latest
        trained = trained_of(experiment, finished, self._history, self._snapshots)
        measures = measures_of(trained, finished)
        reason, picture = self._reason(finished), finished.progress.prediction
        value = measures[self._slice.objective.measure]
        measured = replace(self._measured(state), cost=measures["cost"], value=value)
        until = self._slice.until_epoch
        if reason is None and until is not None and state.epoch >= until:
            at_rung = value if self._at_rung is None else self._at_rung
            measured = replace(measured, value=at_rung, rung=until)
        return Outcome(
            project=self._packed(state),
            measured=measured,
            measures=measures,
            reason=reason,
            value=self._final_value(reason, value),
            message="" if reason is None else finished.message,
            preview=None if picture is None else preview_of(picture),
            course=self._course(state.step),
        )

    def _course(self, end: int) -> tuple[TrialMeasured, ...]:
        """A few of the rows that this slice has added to the history, before the step `end`."""
        history, objective = self._history, self._slice.objective
        name = "psnr" if objective.measure == "seen_psnr" else objective.measure
        steps, values = history.column("step"), np.full(len(history.rows), np.nan)
        if name in COLUMNS and objective.reaches is None:
            values = history.column(name)
        began = self._state.step if self._state else -1
        rows = np.flatnonzero((steps > began) & (steps < end))
        names = "epoch", "step", "seconds", "cost", "processor_seconds"
        columns = *map(history.column, names), values
        course = []
        for row in rows[:: len(rows) // MOST_EARLY + 1]:
            epoch, step, seconds, cost, processor, value = (float(column[row]) for column in columns)
            at = Progressed(int(epoch), int(step), seconds, 0.0, processor_seconds=processor)
            course.append(replace(self._measured(at), cost=finite(cost), value=finite(value)))
        return tuple(course)

    def _packed(self, state: RunState) -> bytes:
        history, snapshots = self._history.until(state), self._snapshots.until(state.step)
        return packed_project(
            Project(self._project.experiment, state, history, snapshots=snapshots.within(MOST_SNAPSHOT_BYTES))
        )

    def _reason(self, finished: Finished) -> Ending | None:
        if self._tracker.reached_at is not None:
            return "reached"
        if finished.reason == "stopped" or finished.reason == "steps":
            return self._limit_reached(finished.state.latest)
        return finished.reason

    def _limit_reached(self, state: RunState) -> Ending | None:
        """Limit that a state has reached, for a trial that was stopped just there: continued, it would train
        as long again."""
        stop = self._project.experiment.stop
        if stop.epochs is not None and state.epoch >= stop.epochs:
            return "epochs"
        if stop.steps is not None and state.step >= stop.steps:
            return "steps"
        if stop.seconds is not None and state.seconds >= stop.seconds:
            return "seconds"
        if stop.processor_seconds is not None and state.processor_seconds >= stop.processor_seconds:
            return "processor_seconds"
        return None

    def _final_value(self, reason: Ending | None, value: float | None) -> float | None:
        if reason is None or reason == "diverged":
            return None
        if self._slice.objective.reaches is not None:
            return self._tracker.reached_at
        return value

    def _unchanged(self, reason: Ending, message: str) -> Outcome:
        state = self._state or Progressed(0, 0, 0.0, 0.0, processor_seconds=0.0)
        return Outcome(
            project=self._slice.project, measured=self._measured(state), reason=reason, message=message
        )

    def _measured(self, at: RunState | Progressed) -> TrialMeasured:
        """Progress without a time, which the owner adds, as clocks of machines differ."""
        return TrialMeasured(
            0.0,
            self._slice.number,
            at.epoch,
            at.step,
            at.seconds,
            machine=platform.node(),
            processor_seconds=finite(at.processor_seconds),
        )


def _refuse_too_large(experiment: Experiment) -> None:
    problems = check_memory(experiment, free_memory())
    if problems:
        raise RefusedError(sentence_of(ExperimentError(problems)))


def _in_words(error: Exception) -> str:
    if isinstance(error, SentenceError):
        return sentence_of(error)
    if is_out_of_memory(error):
        return NO_MEMORY
    return f"Its training ended with an error ({type(error).__name__})."


class ObjectiveTracker:
    """Follows the objective of one training. `value` is its latest measure; `reached_at` is after how many
    training seconds the wanted measure was reached, None before, or if there is none."""

    def __init__(self, objective: Objective, experiment: Experiment) -> None:
        self.value: float | None = None
        self.reached_at: float | None = None
        self.cost: float | None = None
        self._objective, self._experiment = objective, experiment

    def follow(self, event: Event) -> None:
        match event:
            case EpochEnded():
                self.cost = event.cost
                if self._objective.measure == "cost":
                    self._note(event.cost, event.seconds)
                elif self._objective.measure == "validation_cost":
                    self._note(event.validation_cost, event.seconds)
                elif self._objective.measure == "r2":
                    self._note(event.r2, event.seconds)
            case Progressed() if self._objective.measure.endswith("psnr"):
                self._note(self._psnr(event), event.seconds)

    def _note(self, value: float | None, seconds: float) -> None:
        if value is None or not np.isfinite(value):
            return
        self.value = value
        if self.reached_at is None and is_reached(self._objective, value):
            self.reached_at = seconds

    def _psnr(self, event: Progressed) -> float | None:
        if self._objective.measure == "seen_psnr":
            return event.psnr
        painting = event.prediction
        if painting is None or self._samples.large:
            return None
        samples, painted = self._samples, painting.reshape(-1, painting.shape[-1])
        colours = painted if samples.places is None else painted[samples.places]
        return psnr(colours[self._group], samples.targets[self._group])

    @cached_property
    def _samples(self) -> Samples:
        return samples_of(self._experiment.data)

    @cached_property
    def _group(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        held_out = split(self._experiment, self._samples)[1]
        _, hidden, kept_apart = sample_groups(self._samples, held_out)
        return hidden if self._objective.measure == "hidden_psnr" else kept_apart


def is_reached(objective: Objective, value: float) -> bool:
    """Whether a measure is as good as the objective wants; false if it wants none."""
    wanted = objective.reaches
    if wanted is None:
        return False
    return value >= wanted if objective.more_is_better else value <= wanted
