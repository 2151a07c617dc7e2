"""A trial is trained in slices, each a task of Dask's: what a worker's process does of them. TensorFlow is
imported by the first one of a process."""

import platform
import time
from math import inf
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cadl_desktop.computing.failure import NO_MEMORY, is_of_memory
from cadl_desktop.data.samples import DataError
from cadl_desktop.experiment.check import ExperimentError
from cadl_desktop.experiment.effort import check_memory
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.measures import measures_of, trained_of
from cadl_desktop.project.file import packed_project, unpacked_project
from cadl_desktop.project.members import Project
from cadl_desktop.runs.events import EpochEnded, Event, Finished, Progressed, RunState, Snapshot
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import SentenceError, sentence_of
from cadl_desktop.sweeps.records.log import Ending, Measured
from cadl_desktop.sweeps.records.previews import preview_of
from cadl_desktop.sweeps.workers.slice_messages import News, Outcome, RefusedError, Slice
from cadl_desktop.sweeps.workers.watch import Watch
from cadl_desktop.system.machine import free_memory

if TYPE_CHECKING:
    from cadl_desktop.engine import Control

MOST_MOMENT_BYTES = 4 * 2**20
"""What a trial's earlier moments may take: they travel with every slice, and there are many trials."""
PICTURE_SECONDS = 1.0


def run_slice(order: Slice) -> Outcome:
    """Trains one slice. What goes wrong with a trial is its outcome."""
    training = SliceTraining(order)
    _trained_now[order.owner] = training
    try:
        if order.owner in _left:
            training.stop()
        return training.outcome()
    finally:
        del _trained_now[order.owner]


def stop_slices(owner: str) -> None:
    """The slice of this owner that is being trained in this process ends where it stands, and so does every
    one that comes."""
    _left.add(owner)
    training = _trained_now.get(owner)
    if training is not None:
        training.stop()


def news_of(owner: str) -> News | None:
    """What there is to tell since the last time; None where nothing is."""
    training = _trained_now.get(owner)
    return training.take_news() if training is not None else None


_left: set[str] = set()
"""Owners that wait for no slice any more."""
_trained_now: "dict[str, SliceTraining]" = {}
"""By their owners; a worker takes one at a time."""


class SliceTraining:
    """One slice, to be asked for its outcome once. It is stopped, and asked for news, from other threads."""

    def __init__(self, order: Slice) -> None:
        self._order = order
        self._project = unpacked_project(order.project)
        self._history = self._project.history or History()
        self._snapshots = self._project.snapshots or Snapshots()
        self._watch = Watch(order.objective, self._project.experiment)
        self._at_rung: float | None = None
        self._news: News | None = None
        self._stopped = False
        self._control: Control | None = None

    def stop(self) -> None:
        self._stopped = True
        if self._control is not None:
            self._control.stop()

    def take_news(self) -> News | None:
        news, self._news = self._news, None
        return news

    def outcome(self) -> Outcome:
        """What came of it. Whatever goes wrong ends the trial, where it stood before."""
        try:
            return self._outcome(self._train())
        except (RefusedError, DataError) as error:
            return self._unchanged("refused", sentence_of(error))
        except Exception as error:
            return self._unchanged("failed", _in_words(error))

    def _train(self) -> Finished:
        from cadl_desktop.engine import Control, train  # brings TensorFlow along

        order, state = self._order, self._project.state
        self._snapshots.room = free_memory()
        _refuse_too_large(self._project.experiment)
        self._control = control = Control(picture_seconds=PICTURE_SECONDS, snapshots=True)
        if self._stopped or (state and self._limit_reached(state)):
            control.stop()
        began_with, end = state.step if state else 0, inf
        experiment, previous_cost = self._project.experiment, self._history.newest_cost
        for event in train(experiment, control, state, order.for_cores, previous_cost):
            # What is made ready before the first step takes as long as it takes.
            end = min(end, time.monotonic() + order.seconds)
            self._note(event)
            match event:
                case Finished():
                    return event
                case EpochEnded(step=step, epoch=epoch) | Progressed(step=step, epoch=epoch):
                    if step > began_with and self._is_enough(epoch, end):
                        control.stop()
        raise AssertionError("training ended without a last event")

    def _is_enough(self, epoch: int, end: float) -> bool:
        until = self._order.until_epoch
        rung_reached = until is not None and epoch >= until
        return rung_reached or self._watch.reached_at is not None or time.monotonic() >= end

    def _note(self, event: Event) -> None:
        self._history.add(event)
        self._watch.see(event)
        match event:
            case Snapshot(state=state):
                self._snapshots.add(state)
            case EpochEnded(epoch=epoch) if epoch == self._order.until_epoch and self._measures_costs:
                self._at_rung = self._watch.value
            case Progressed():
                self._tell(event)

    @property
    def _measures_costs(self) -> bool:
        """Which are those of an epoch's end; a picture is of whenever it was made."""
        return self._order.objective.measure.endswith("cost")

    def _tell(self, event: Progressed) -> None:
        """The newest news has the newest picture, whether or not it came with it."""
        waiting = self._news
        preview = waiting.preview if waiting else None
        if event.prediction is not None:
            preview = preview_of(event.prediction)
        measured = self._measured(event.epoch, event.step, event.seconds)
        self._news = News(replace(measured, cost=self._watch.cost, value=self._watch.value), preview)

    def _outcome(self, finished: Finished) -> Outcome:
        experiment, state = self._project.experiment, finished.state
        trained = trained_of(experiment, finished, self._history, self._snapshots)
        measures = measures_of(trained, finished)
        reason, picture = self._reason(finished), finished.progress.prediction
        value = measures[self._order.objective.measure]
        measured = replace(
            self._measured(state.epoch, state.step, state.seconds), cost=measures["cost"], value=value
        )
        until = self._order.until_epoch
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
        )

    def _packed(self, state: RunState) -> bytes:
        history, snapshots = self._history.until(state), self._snapshots.until(state.step)
        return packed_project(
            Project(self._project.experiment, state, history, snapshots=snapshots.within(MOST_MOMENT_BYTES))
        )

    def _reason(self, finished: Finished) -> Ending | None:
        if self._watch.reached_at is not None:
            return "reached"
        if finished.reason == "stopped" or finished.reason == "steps":
            return self._limit_reached(finished.state)
        return finished.reason

    def _limit_reached(self, state: RunState) -> Ending | None:
        """Of a trial that was stopped at its very end: gone on with, it would be granted as much again."""
        stop = self._project.experiment.stop
        if stop.epochs is not None and state.epoch >= stop.epochs:
            return "epochs"
        if stop.seconds is not None and state.seconds >= stop.seconds:
            return "seconds"
        return None

    def _final_value(self, reason: Ending | None, value: float | None) -> float | None:
        if reason is None or reason == "diverged":
            return None
        if self._order.objective.reaches is not None:
            return self._watch.reached_at
        return value

    def _unchanged(self, reason: Ending, message: str) -> Outcome:
        state = self._project.state
        place = (state.epoch, state.step, state.seconds) if state else (0, 0, 0.0)
        return Outcome(
            project=self._order.project, measured=self._measured(*place), reason=reason, message=message
        )

    def _measured(self, epoch: int, step: int, seconds: float) -> Measured:
        """The owner says when: machines' clocks differ."""
        return Measured(0.0, self._order.number, epoch, step, seconds, machine=platform.node())


def _refuse_too_large(experiment: Experiment) -> None:
    problems = check_memory(experiment, free_memory())
    if problems:
        raise RefusedError(sentence_of(ExperimentError(problems)))


def _in_words(error: Exception) -> str:
    if isinstance(error, SentenceError):
        return sentence_of(error)
    if is_of_memory(error):
        return NO_MEMORY
    return f"Its training ended with an error ({type(error).__name__})."
