"""The list of runs: every run of a project, also the one that is being trained, from its first step."""

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
from cadl_desktop.session.run_requests import TrainingRequest
from cadl_desktop.session.training.result import Result

MOST_WEIGHT_BYTES = 256 * 2**20
BRIEF_SECONDS = 5.0
"""Shorter runs between two mask strokes, each of which starts a run, are not listed."""


class RunList(QObject):
    """Run records in the order of their numbers. A continued run stays one record.

    Beyond `MOST_RUNS` the oldest record is dropped. Beyond `MOST_WEIGHT_BYTES` the oldest snapshots are
    dropped, then the oldest weights, so that only the history stays. The shown run is exempt.
    """

    changed = Signal()
    baseline_changed = Signal()
    left = Signal(object, object)  # Experiment, Result: the final ones of a run that was left

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: tuple[RunRecord, ...] = ()
        self._leaving: dict[TrainingRequest, tuple[Experiment, Result]] = {}
        self._current: int | None = None
        self.baseline: int | None = None
        """Number of the run from which others are shown as differences, which may have been removed."""
        self._newest = 0
        self._begun: int | None = None
        """Number of the shown run while it is trained for the first time."""
        self._note, self._diverged = "", False
        self._thumbnailed: tuple[Floats, Thumbnail] | None = None

    @property
    def records(self) -> tuple[RunRecord, ...]:
        """All records, oldest first."""
        return self._records

    @property
    def current(self) -> int | None:
        """Number of the shown run; None while it isn't listed."""
        return self._current

    @property
    def next_number(self) -> int:
        return self._newest + 1

    def record(self, number: int | None) -> RunRecord | None:
        return next((record for record in self._records if record.number == number), None)

    def awaits_final_state(self, number: int | None) -> bool:
        """Whether a run that was left has yet to send its final weights."""
        return any(
            run.has_begun
            and left.run == number
            and (left.state is None or left.state.latest.step < left.step)
            for run, (_, left) in self._leaving.items()
        )

    def others(self) -> tuple[RunRecord, ...]:
        """All records but that of the shown run."""
        return tuple(record for record in self._records if record.number != self._current)

    def keep(self, experiment: Experiment, result: Result) -> Result:
        """Stores the result of the shown run, and returns it with the run's number.

        Live changes since its last step belong to the next run. A run without steps isn't listed.
        """
        self._begun = None
        return self._keep(experiment, result, shown=True)

    def follow(self, experiment: Experiment, result: Result) -> Result:
        """Stores the result of the shown run as it is by now, while it is trained, and returns it with the
        run's number."""
        followed = self._keep(experiment, result, shown=True, is_live=True)
        if result.run is None:
            self._begun = followed.run
        return followed

    def leave(
        self,
        experiment: Experiment,
        result: Result,
        run: TrainingRequest | None,
        after: Experiment | None = None,
    ) -> Result:
        """Stores the result of a run that is left; `handle_late_event` receives the further events of `run`.

        A new run shorter than `BRIEF_SECONDS` isn't listed if the experiment `after` it differs only in
        hidden pixels, unless it began with weights that training would not reproduce.
        """
        hidden = after is not None and differ_only_in_hiding(experiment, after)
        if hidden and result.run in (None, self._begun) and _is_brief(result):
            if result.run is not None:
                self.remove(result.run)
                self._newest = min(self._newest, result.run - 1)  # its number is that of the next one
            return replace(result, run=None)
        result = self._keep(experiment, result, shown=False)
        if run is not None and result.run is not None:
            self._leaving[run] = (experiment, result)
        return result

    def handle_late_event(self, run: TrainingRequest, event: Event | Failure) -> None:
        """Applies an event that a run sent after it was left."""
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
                self.left.emit(experiment, self._keep(experiment, result.with_event(event), shown=False))

    def forget_unstarted(self) -> None:
        """Forgets left runs without events: runs are sequential, so they never began."""
        self._leaving.clear()

    def set_current(self, number: int | None) -> None:
        if number != self._current:
            self._current = number
            self.changed.emit()

    def set_baseline(self, number: int | None) -> None:
        if number != self.baseline:
            self.baseline = number
            self.baseline_changed.emit()

    def open(
        self,
        records: Iterable[RunRecord],
        current: int | None,
        note: str = "",
        diverged: bool = False,
        baseline: int | None = None,
    ) -> None:
        """Replaces all records by those of a project, and the baseline; the other arguments describe the run
        it shows."""
        self._leaving.clear()
        self._note, self._diverged = note, diverged
        ordered = sorted(records, key=lambda record: record.number)
        self._newest = max([current or 0, baseline or 0, *(record.number for record in ordered)])
        self._current = current
        self._records = self._bounded(ordered, self._newest)
        self.changed.emit()
        self.set_baseline(baseline)

    def put(self, record: RunRecord) -> None:
        """Adds a record, or replaces the one with its number."""
        others = [other for other in self._records if other.number != record.number]
        self._newest = max(self._newest, record.number)
        self._records = self._bounded(sorted([*others, record], key=lambda each: each.number), record.number)
        self.changed.emit()

    def note_ssim(self, number: int | None, ssim: float | None) -> None:
        """Notes the SSIM of a run's painting, which is known some time after the run has ended."""
        record = self.record(number)
        if record is not None and record.ssim != ssim:
            self.put(replace(record, ssim=ssim))

    def remove(self, number: int) -> None:
        self._leaving = {run: left for run, left in self._leaving.items() if left[1].run != number}
        self._records = tuple(record for record in self._records if record.number != number)
        self.changed.emit()

    def thumbnail(self, result: Result, known: RunRecord | None) -> Thumbnail | None:
        """Returns the thumbnail of the prediction, reused until there is a new prediction."""
        if result.prediction is None:
            return known.thumbnail if known else None
        if self._thumbnailed is None or self._thumbnailed[0] is not result.prediction:
            self._thumbnailed = result.prediction, thumbnail_of(result.prediction)
        return self._thumbnailed[1]

    def _keep(self, experiment: Experiment, result: Result, *, shown: bool, is_live: bool = False) -> Result:
        number = result.run or self.next_number
        known = self.record(result.run)
        is_opened = known is None and number == self._current
        record = record_of(
            number,
            result.trained_or(experiment),
            result.history,
            result.state or _state_of(known, experiment),
            cost=result.cost,
            psnr=result.psnr,
            r2=result.r2,
            ssim=known.ssim if known and known.state is result.state else None,
            seconds=_seconds(result),
            snapshots=result.snapshots.copy(),
            note=known.note if known else self._note if is_opened else "",
            thumbnail=self.thumbnail(result, known),
            diverged=not is_live and _has_diverged(result, known, is_opened and self._diverged),
            tried=result.tried,
        )
        if not max(record.steps, result.step):
            return result
        if shown:
            self._current = number  # before `changed` is emitted
        self.put(record)
        return result if result.run == number else replace(result, run=number)

    def _bounded(self, records: list[RunRecord], newest: int) -> tuple[RunRecord, ...]:
        spared = {newest, self._current}
        while len(records) > MOST_RUNS:
            records.remove(next(record for record in records if record.number not in spared))
        kept = sum(record.weight_bytes + record.snapshots.bytes for record in records)
        for lighter in (RunRecord.without_snapshots, RunRecord.without_state):
            for index, record in enumerate(records):
                if kept > MOST_WEIGHT_BYTES and record.number not in spared:
                    records[index] = lighter(record)
                    kept -= record.weight_bytes + record.snapshots.bytes
                    kept += records[index].weight_bytes + records[index].snapshots.bytes
        return tuple(records)


def _state_of(known: RunRecord | None, experiment: Experiment) -> RunState | None:
    """Returns the state of a record if its weights fit this network."""
    state = known.state if known else None
    return state if state and weights_fit(experiment, state.weights) else None


def _is_brief(result: Result) -> bool:
    brought = (change for change in result.history.changes if change.setting == STRUCTURE)
    return (_seconds(result) or 0.0) < BRIEF_SECONDS and all(it.value == PIXELS_SHOWN for it in brought)


def _has_diverged(result: Result, known: RunRecord | None, opened: bool) -> bool:
    """Whether the run diverged: by its final event, its record, or the file that it was `opened` from."""
    if result.finished is not None:
        return result.finished.reason == "diverged"
    return known.diverged and known.state is result.state if known else opened


def _seconds(result: Result) -> float | None:
    """Training time in seconds; None if unknown."""
    source = result.progress or result.state
    return source.seconds if source else None
