"""Every run of a project that has ended or made way for another."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from cadl_desktop.computing.failure import Failure
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import differ_only_in_hiding
from cadl_desktop.runs.changes import PIXELS_SHOWN, STRUCTURE
from cadl_desktop.runs.events import Event, Finished, Floats, RunState, Snapshot
from cadl_desktop.runs.network_weights import weights_fit
from cadl_desktop.runs.record import MOST_RUNS, RunRecord, Thumbnail, record_of, thumbnail_of
from cadl_desktop.session.training.result import Result
from cadl_desktop.session.worker.requests import TrainingRequest

MOST_WEIGHT_BYTES = 256 * 2**20
BRIEF_SECONDS = 5.0
"""A mask is drawn in many strokes, each of which begins a run: one that trained less long is no result."""


class RunList(QObject):
    """Records in the order of their numbers. A run that is continued stays one record.

    Beyond `MOST_RUNS` the oldest is dropped. Beyond `MOST_WEIGHT_BYTES` the oldest's snapshots go, then its
    weights, and only its history stays. The run that is shown is spared all of it.
    """

    changed = Signal()
    left = Signal(object, object)  # Experiment, Result: of a run that made way, when it has told its last

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: tuple[RunRecord, ...] = ()
        self._leaving: dict[TrainingRequest, tuple[Experiment, Result]] = {}
        self._current: int | None = None
        self._newest = 0
        self._note, self._diverged = "", False
        self._painted: tuple[Floats, Thumbnail] | None = None

    @property
    def records(self) -> tuple[RunRecord, ...]:
        """The oldest first."""
        return self._records

    @property
    def current(self) -> int | None:
        """The number of the run that is shown; None while it isn't in the list."""
        return self._current

    @property
    def next_number(self) -> int:
        """What the next new run will be called."""
        return self._newest + 1

    def record(self, number: int | None) -> RunRecord | None:
        return next((record for record in self._records if record.number == number), None)

    def is_leaving(self, number: int | None) -> bool:
        """Whether a run that has made way has yet to tell the weights that it has come to."""
        return any(
            run.told and left.run == number and (left.state is None or left.state.step < left.step)
            for run, (_, left) in self._leaving.items()
        )

    def others(self) -> tuple[RunRecord, ...]:
        """All but the run that is shown."""
        return tuple(record for record in self._records if record.number != self._current)

    def keep(self, experiment: Experiment, result: Result) -> Result:
        """Takes in what the run that is shown has come to, and gives the result with the run's number.

        What was set live since its last step is the next run's. A run of no steps doesn't count.
        """
        return self._keep(experiment, result, shown=True)

    def leave(
        self,
        experiment: Experiment,
        result: Result,
        run: TrainingRequest | None,
        after: Experiment | None = None,
    ) -> Result:
        """The same for a run that makes way; what `run` has yet to tell is heard by `hear_late`.

        Nor does a new run of less than `BRIEF_SECONDS` count where `after`, which it makes way for, only
        hides other pixels, unless it began with weights that no training would find again.
        """
        hidden = after is not None and differ_only_in_hiding(experiment, after)
        if hidden and result.run is None and _is_brief(result):
            return result
        result = self._keep(experiment, result, shown=False)
        if run is not None and result.run is not None:
            self._leaving[run] = (experiment, result)
        return result

    def hear_late(self, run: TrainingRequest, event: Event | Failure) -> None:
        """Takes in what a run tells after it has made way."""
        if isinstance(event, Failure):
            if left := self._leaving.pop(run, None):
                self.left.emit(left[0], self._keep(left[0], left[1].at_last_moment(), shown=False))
        elif run in self._leaving:
            experiment, result = self._leaving[run]
            result.history.add(event)
            if isinstance(event, Snapshot):
                result.snapshots.add(event.state)
            if isinstance(event, Finished):
                del self._leaving[run]
                self.left.emit(experiment, self._keep(experiment, result.with_news(event), shown=False))

    def forget_silent(self) -> None:
        """Whoever has left and told nothing by now never began: runs follow one another."""
        self._leaving.clear()

    def set_current(self, number: int | None) -> None:
        if number != self._current:
            self._current = number
            self.changed.emit()

    def open(
        self, records: Iterable[RunRecord], current: int | None, note: str = "", diverged: bool = False
    ) -> None:
        """Replaces everything by what a project holds; `current` is the number of the run it shows, which has
        this note, and `diverged` or not."""
        self._leaving.clear()
        self._note, self._diverged = note, diverged
        ordered = sorted(records, key=lambda record: record.number)
        self._newest = max([current or 0, *(record.number for record in ordered)])
        self._current = current
        self._records = self._bounded(ordered, self._newest)
        self.changed.emit()

    def put(self, record: RunRecord) -> None:
        """Adds a record, or replaces the one of its number."""
        others = [other for other in self._records if other.number != record.number]
        self._newest = max(self._newest, record.number)
        self._records = self._bounded(sorted([*others, record], key=lambda each: each.number), record.number)
        self.changed.emit()

    def remove(self, number: int) -> None:
        self._leaving = {run: left for run, left in self._leaving.items() if left[1].run != number}
        self._records = tuple(record for record in self._records if record.number != number)
        self.changed.emit()

    def _keep(self, experiment: Experiment, result: Result, *, shown: bool) -> Result:
        number = result.run or self.next_number
        known = self.record(result.run)
        is_opened = known is None and number == self._current
        record = record_of(
            number,
            result.trained_of(experiment),
            result.history,
            result.state or _state_of(known, experiment),
            cost=result.cost,
            psnr=result.psnr,
            seconds=_seconds(result),
            snapshots=result.snapshots.copy(),
            note=known.note if known else self._note if is_opened else "",
            thumbnail=self._thumbnail(result, known),
            diverged=_has_diverged(result, known, is_opened and self._diverged),
        )
        if not max(record.steps, result.step):
            return result
        if shown:
            self._current = number  # before anybody is told of the record
        self.put(record)
        return result if result.run == number else replace(result, run=number)

    def _thumbnail(self, result: Result, known: RunRecord | None) -> Thumbnail | None:
        """Of what is shown; making it anew is spared where nothing new has been painted."""
        if result.prediction is None:
            return known.thumbnail if known else None
        if self._painted is None or self._painted[0] is not result.prediction:
            self._painted = result.prediction, thumbnail_of(result.prediction)
        return self._painted[1]

    def _bounded(self, records: list[RunRecord], newest: int) -> tuple[RunRecord, ...]:
        may_finish = {newest, self._current}
        while len(records) > MOST_RUNS:
            records.remove(next(record for record in records if record.number not in may_finish))
        kept = sum(record.weight_bytes + record.snapshots.bytes for record in records)
        for lighter in (RunRecord.without_snapshots, RunRecord.without_state):
            for index, record in enumerate(records):
                if kept > MOST_WEIGHT_BYTES and record.number not in may_finish:
                    records[index] = lighter(record)
                    kept -= record.weight_bytes + record.snapshots.bytes
                    kept += records[index].weight_bytes + records[index].snapshots.bytes
        return tuple(records)


def _state_of(known: RunRecord | None, experiment: Experiment) -> RunState | None:
    """Where a run stood before, if its weights could be this network's."""
    state = known.state if known else None
    return state if state and weights_fit(experiment, state.weights) else None


def _is_brief(result: Result) -> bool:
    brought = (change for change in result.history.changes if change.setting == STRUCTURE)
    return (_seconds(result) or 0.0) < BRIEF_SECONDS and all(it.value == PIXELS_SHOWN for it in brought)


def _has_diverged(result: Result, known: RunRecord | None, opened: bool) -> bool:
    """Of one that was only looked at again nobody has told how it ended but the list, or the file that it was
    `opened` from."""
    if result.finished is not None:
        return result.finished.reason == "diverged"
    return known.diverged and known.state is result.state if known else opened


def _seconds(result: Result) -> float | None:
    """How long it has been trained; None where nobody has told yet."""
    told = result.progress or result.state
    return told.seconds if told else None
