"""History of a run: its events folded into arrays of bounded size."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.scores import finite
from cadl_desktop.runs.changes import CORES, HORIZON, LOG_DEFAULTS, STRUCTURE, Change, is_branching
from cadl_desktop.runs.events import (
    Changed,
    EpochEnded,
    Event,
    Prediction,
    Progressed,
    RunState,
    Started,
    Untrained,
)
from cadl_desktop.runs.horizon import NO_HORIZON, Horizon, progress
from cadl_desktop.sentences import SentenceError
from cadl_desktop.system.machine import MOST_CORES

MOST_ROWS = 4096
MOST_CHANGES = 50_000
"""Limit of the log, more than a person makes; above it the oldest entries go, but for those of the start."""
MOST_EARLIER_FITS = 12
"""Earlier fits of a curve that are drawn behind it."""
COLUMNS = (
    "epoch",
    "step",
    "seconds",
    "cost",
    "validation_cost",
    "learning_rate",
    "psnr",
    "processor_seconds",
    "held_out_psnr",
    "r2",
    "rms",
)

MOST_MEASURES, MOST_MEASURE_NAME = 32, 40
"""Limits of the own measures of a run, and of the characters of their names."""

_NONE: Mapping[str, Any] = {}

Row = tuple[float, ...]
Columns = dict[str, NDArray[np.float64]]


@dataclass
class History:
    """Rows of a run: one before its first step where that was measured, and one per measured epoch up to
    `MOST_ROWS`; then those of every second, fourth, ... epoch, and always the newest. Costs are without the
    L1 and L2 penalties. `earlier_fits` are earlier predictions of a curve, thinned in the same way.
    `measures` are a script's own, by the epoch of their row."""

    changes: list[Change] = field(default_factory=list)
    earlier_fits: list[Prediction] = field(default_factory=list)
    measures: dict[int, Mapping[str, float]] = field(default_factory=dict)
    _rows: NDArray[np.float64] = field(default_factory=lambda: np.empty((MOST_ROWS, len(COLUMNS))))
    _length: int = 0
    _every: int = 1
    _fits_every: int = 1
    _fit_count: int = 0

    def add(self, event: Event) -> None:
        """Adds an event; those without history are ignored."""
        match event:
            case Untrained():
                self._add_row((0, 0, 0.0, *_measures(event)), event.measures)
            case EpochEnded():
                row = event.epoch, event.step, event.seconds, *_measures(event)
                self._add_row(row, event.measures)
            case Started():
                for setting, value in event.log.items():
                    self._note(setting, event.step, value)
            case Changed(change=change):
                self._log(change)
            case Progressed(prediction=prediction) if prediction is not None and prediction.ndim == 1:
                self._add_fit(prediction)

    def _note(self, setting: str, step: int, value: float | str) -> None:
        """Logs a setting with which a run starts or continues, unless the log has that value already."""
        known = [change.value for change in self.changes if change.setting == setting]
        if not known and setting in LOG_DEFAULTS:
            known = [LOG_DEFAULTS[setting]]
        if not known or known[-1] != value:
            # A setting missing in the log has not changed since the start.
            self._log(Change(step if known else 0, setting, value))

    def note_start(self, setting: str, value: float | str) -> None:
        """Logs a setting with which the run began, where the log of an older version lacks it."""
        if not any(change.setting == setting for change in self.changes):
            self._log(Change(0, setting, value))

    def _log(self, change: Change) -> None:
        self.changes.append(change)
        if len(self.changes) > MOST_CHANGES:
            oldest = next((number for number, each in enumerate(self.changes) if each.step), 0)
            del self.changes[oldest]

    def copy(self) -> Self:
        """Copy to be read elsewhere while the run goes on."""
        return replace(
            self,
            changes=list(self.changes),
            earlier_fits=list(self.earlier_fits),
            measures=dict(self.measures),
            _rows=self._rows.copy(),
        )

    def until(self, moment: RunState) -> Self:
        """The history as it was when the run was at `moment`, without the `earlier_fits`."""
        rows = self.rows
        kept = (rows[:, COLUMNS.index("step")] <= moment.step) & (rows[:, 0] <= moment.epoch)
        # Changes at this very step came after the moment, except for a structural one, which made it.
        changes = [
            change
            for change in self.changes
            if change.step < moment.step
            or change.step == 0
            or (change.step == moment.step and change.setting == STRUCTURE)
        ]
        rows = np.ascontiguousarray(rows[kept])
        return self.from_rows(rows, changes, self.own_columns(rows))

    @property
    def rows(self) -> NDArray[np.float64]:
        """Copy of the rows, (rows, 11), in the order of `COLUMNS`: NaN where there is no validation cost or
        PSNR, and for processor seconds of earlier versions."""
        return self._rows[: self._length].copy()

    def column(self, name: str) -> NDArray[np.float64]:
        """Copy of one column, (rows,). Raises ValueError for an unknown name."""
        return self._rows[: self._length, COLUMNS.index(name)].copy()

    def columns(self) -> Columns:
        """Copies of all columns by name, (rows,) each: those of `COLUMNS`, then a script's own measures. NaN
        where a value is missing."""
        rows = self.rows
        named = dict(zip(COLUMNS, rows.T.copy(), strict=True))
        return {**named, **self.own_columns(rows)}

    def own_columns(self, rows: NDArray[np.float64]) -> Columns:
        """Own measures by name, for some of the history's `rows`: (rows,) each, NaN where one is missing."""
        names = dict.fromkeys(name for values in self.measures.values() for name in values)
        found = [self.measures.get(int(epoch), {}) for epoch in rows[:, 0]]
        return {name: np.array([values.get(name, np.nan) for values in found]) for name in names}

    @property
    def newest_cost(self) -> float | None:
        """Cost at the end of the newest measured epoch; None without one, and where the weights were replaced
        since."""
        return self._newest("cost")

    @property
    def newest_validation_cost(self) -> float | None:
        """Like `newest_cost` for the validation set; None also without one."""
        cost = self._newest("validation_cost")
        return None if cost is None or np.isnan(cost) else cost

    def _newest(self, name: str) -> float | None:
        if not self._length or not self._rows[self._length - 1, COLUMNS.index("epoch")]:
            return None
        step, cost = (self.column(name)[-1] for name in ("step", name))
        replaced = any(
            change.setting == STRUCTURE and change.step >= step and not is_branching(change)
            for change in self.changes
        )
        return None if replaced else float(cost)

    def is_measured(self, step: int) -> bool:
        """Whether an epoch had been measured by this step."""
        epochs, steps = self.column("epoch"), self.column("step")
        return bool(((epochs > 0) & (steps <= step)).any())

    def share_done(self, step: int) -> float:
        """Share of the run, 0 to 1, that is over at a step, by the newest horizon; 0 where it is unknown, or
        where a file's log has an entry that no run writes."""
        known = (change.value for change in reversed(self.changes) if change.setting == HORIZON)
        horizon = None
        with suppress(ValueError):
            horizon = Horizon.read(str(next(known, NO_HORIZON)))
        return float(progress(horizon, np.array([step]))[0])

    @property
    def cores(self) -> int | None:
        """Number of cores that the run's steps are split for; None where the log does not say so, or has an
        impossible number."""
        known = next((each.value for each in reversed(self.changes) if each.setting == CORES), None)
        return int(known) if isinstance(known, (int, float)) and 1 <= known <= MOST_CORES else None

    @classmethod
    def for_retraining(cls, cores: int | None) -> Self:
        """Empty history for repeating a run whose steps were split for `cores`."""
        return cls([] if cores is None else [Change(0, CORES, cores)])

    @classmethod
    def from_rows(
        cls, rows: NDArray[np.float64], changes: list[Change], own: Mapping[str, NDArray[np.float64]] = _NONE
    ) -> Self:
        """History from saved `rows` (rows, 11) and changes. Files of earlier versions lack the last columns.
        `own` are measures as in `own_columns`."""
        history = cls(changes=list(changes))
        epochs = rows[:, 0].astype(int).tolist() if own else []
        for epoch, *values in zip(epochs, *own.values(), strict=True):
            known = zip(own, map(float, values), strict=True)
            history.measures[epoch] = {name: value for name, value in known if not np.isnan(value)}
        rows = np.pad(rows, ((0, 0), (0, len(COLUMNS) - rows.shape[1])), constant_values=np.nan)
        if len(rows) > MOST_ROWS // 2:  # fewer rows were never thinned, whatever their distances
            shared = int(np.gcd.reduce(rows[:-1, 0].astype(np.int64)))
            history._every = max(1, shared & -shared)
        epochs = rows[:, 0]
        kept = (epochs % history._every == 0) | (np.arange(len(rows)) == len(rows) - 1)
        if (np.diff(epochs) > 0).all() and kept.sum() <= MOST_ROWS:
            history._length = int(kept.sum())
            history._rows[: history._length] = rows[kept]
            return history
        for row in rows.tolist():  # a file that was not written by a run
            history._add_row(row)
        return history

    def _add_row(self, row: Row, measures: Mapping[str, float] = _NONE) -> None:
        """Adds a row. Drops the row before it where that was only kept as the newest, and thins when full.

        A run that continues from an earlier state overwrites what came after that state.
        """
        epochs = self._rows[: self._length, 0]
        self._length = int(np.searchsorted(epochs, row[0]))
        if self._length and epochs[self._length - 1] % self._every:
            self._length -= 1
        while self._length == MOST_ROWS:
            self._thin()
        self._rows[self._length] = row
        self._length += 1
        while self.measures and next(reversed(self.measures)) >= row[0]:
            self.measures.popitem()
        if measures:
            self.measures[int(row[0])] = measures

    def _thin(self) -> None:
        self._every *= 2
        kept = self._rows[self._rows[:, 0] % self._every == 0]
        self._rows[: len(kept)], self._length = kept, len(kept)
        self.measures = {epoch: self.measures[epoch] for epoch in self.measures if epoch % self._every == 0}

    def _add_fit(self, prediction: Prediction) -> None:
        if self._fit_count % self._fits_every == 0:
            self.earlier_fits.append(prediction)
        self._fit_count += 1
        if len(self.earlier_fits) > MOST_EARLIER_FITS:
            self.earlier_fits = self.earlier_fits[::2]
            self._fits_every *= 2


def _measures(event: Untrained | EpochEnded) -> tuple[float, ...]:
    """Values of a row from the cost on. The PSNR of a painting without any error is infinite, which no plot
    shows."""
    known = event.validation_cost, *map(finite, (event.psnr, event.held_out_psnr, event.r2, event.rms))
    held_out, psnr, *others = (np.nan if it is None else it for it in known)
    processor_seconds = 0.0 if isinstance(event, Untrained) else event.processor_seconds
    return event.cost, held_out, event.rate, psnr, processor_seconds, *others


class MeasureError(SentenceError, TypeError):
    """Error for an own measure that gives no number."""


def measure_name_problem(name: str) -> str:
    """Returns why an own measure can't have this name; empty where it can."""
    if not name.strip() or len(name) > MOST_MEASURE_NAME or not name.isprintable():
        return f"has to have 1 to {MOST_MEASURE_NAME} printable characters"
    return "is a column of every history" if name in COLUMNS else ""


def cores_of(state: RunState | None, history: History | None) -> int | None:
    """Number of cores that a run's steps are split for, by its state or log; None where neither says so."""
    return (state and state.cores) or (history and history.cores) or None
