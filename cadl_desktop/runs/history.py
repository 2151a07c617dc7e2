"""Folds a run's events into arrays that stay bounded however long the run is."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.runs.changes import CORES, HORIZON, STRUCTURE, USUAL, Change
from cadl_desktop.runs.events import Changed, EpochEnded, Event, Made, Progressed, RunState, Started
from cadl_desktop.runs.horizon import NO_HORIZON, Horizon, progress
from cadl_desktop.system.machine import MOST_CORES

MOST_ROWS = 4096
MOST_CHANGES = 50_000
"""More than a hand makes; of more, the oldest go that are not of the beginning."""
MOST_SELVES = 12
"""Earlier fits of a curve that are drawn behind it."""
COLUMNS = ("epoch", "step", "seconds", "cost", "validation_cost", "learning_rate")

Row = tuple[float, float, float, float, float, float]


@dataclass
class History:
    """The rows of a run, one per measured epoch until there are `MOST_ROWS`; then those of every second,
    fourth, ... epoch, and always the newest. Costs are plain, without the L1 and L2 penalties. `selves` are
    earlier predictions of a curve, thinned in the same way."""

    changes: list[Change] = field(default_factory=list)
    selves: list[Made] = field(default_factory=list)
    _rows: NDArray[np.float64] = field(default_factory=lambda: np.empty((MOST_ROWS, len(COLUMNS))))
    _length: int = 0
    _every: int = 1
    _self_every: int = 1
    _self_count: int = 0

    def add(self, event: Event) -> None:
        """Takes in one event; those that carry no history are passed over."""
        match event:
            case EpochEnded(validation_cost=measured):
                validation = np.nan if measured is None else measured
                self._add_row((event.epoch, event.step, event.seconds, event.cost, validation, event.rate))
            case Started():
                for setting, value in event.log.items():
                    self._note(setting, event.step, value)
            case Changed(change=change):
                self._log(change)
            case Progressed(prediction=prediction) if prediction is not None and prediction.ndim == 1:
                self._add_self(prediction)

    def _note(self, setting: str, step: int, value: float | str) -> None:
        """What a run starts or goes on with, unless the log says so already."""
        known = [change.value for change in self.changes if change.setting == setting]
        if not known and setting in USUAL:
            known = [USUAL[setting]]
        if not known or known[-1] != value:
            # A setting that the log doesn't know yet can't have been changed since the start.
            self._log(Change(step if known else 0, setting, value))

    def _log(self, change: Change) -> None:
        self.changes.append(change)
        if len(self.changes) > MOST_CHANGES:
            oldest = next((number for number, each in enumerate(self.changes) if each.step), 0)
            del self.changes[oldest]

    def copy(self) -> Self:
        """This history as it is now, to be read elsewhere while the run goes on."""
        return replace(self, changes=list(self.changes), selves=list(self.selves), _rows=self._rows.copy())

    def until(self, moment: RunState) -> Self:
        """What there was of it when the run stood at a moment, without the `selves`."""
        rows = self.rows
        kept = (rows[:, COLUMNS.index("step")] <= moment.step) & (rows[:, 0] <= moment.epoch)
        # What was set at this very step is what the moment had not seen yet, unless it made the moment.
        changes = [
            change
            for change in self.changes
            if change.step < moment.step
            or change.step == 0
            or (change.step == moment.step and change.setting == STRUCTURE)
        ]
        return self.of_rows(np.ascontiguousarray(rows[kept]), changes)

    @property
    def rows(self) -> NDArray[np.float64]:
        """(rows, 6) in the order of `COLUMNS`, a copy; validation cost is NaN where there is none."""
        return self._rows[: self._length].copy()

    def column(self, name: str) -> NDArray[np.float64]:
        """(rows,), a copy. Raises ValueError where there is no such column."""
        return self._rows[: self._length, COLUMNS.index(name)].copy()

    @property
    def newest_cost(self) -> float | None:
        """The cost at the end of the newest row's epoch; None before there is one, and where the weights
        have become others since by anything but training."""
        return self._newest("cost")

    @property
    def newest_validation_cost(self) -> float | None:
        """The same of the samples that are only measured; None where there are none, too."""
        cost = self._newest("validation_cost")
        return None if cost is None or np.isnan(cost) else cost

    def _newest(self, name: str) -> float | None:
        if not self._length:
            return None
        step, cost = (self.column(name)[-1] for name in ("step", name))
        replaced = any(change.setting == STRUCTURE and change.step >= step for change in self.changes)
        return None if replaced else float(cost)

    def share_done(self, step: int) -> float:
        """Which share of the run, 0 to 1, lies behind at a step, as it is known by now; 0 where it isn't, or
        where the log of a file says what no run has written."""
        known = (change.value for change in reversed(self.changes) if change.setting == HORIZON)
        horizon = None
        with suppress(ValueError):
            horizon = Horizon.read(str(next(known, NO_HORIZON)))
        return float(progress(horizon, np.array([step]))[0])

    @property
    def cores(self) -> int | None:
        """For how many cores the run's steps are cut; None where the log doesn't say so, or says what no run
        has written."""
        known = next((each.value for each in reversed(self.changes) if each.setting == CORES), None)
        return int(known) if isinstance(known, (int, float)) and 1 <= known <= MOST_CORES else None

    @classmethod
    def begun_anew(cls, cores: int | None) -> Self:
        """That of a run which is to be trained anew as one for so many cores was."""
        return cls([] if cores is None else [Change(0, CORES, cores)])

    @classmethod
    def of_rows(cls, rows: NDArray[np.float64], changes: list[Change]) -> Self:
        """A history as it was saved: `rows` (rows, 6) as the property gave them."""
        history = cls(changes=list(changes))
        if len(rows) > MOST_ROWS // 2:  # fewer have never been thinned, however far apart they are
            shared = int(np.gcd.reduce(rows[:-1, 0].astype(np.int64)))
            history._every = max(1, shared & -shared)
        epochs = rows[:, 0]
        kept = (epochs % history._every == 0) | (np.arange(len(rows)) == len(rows) - 1)
        if (np.diff(epochs) > 0).all() and kept.sum() <= MOST_ROWS:
            history._length = int(kept.sum())
            history._rows[: history._length] = rows[kept]
            return history
        for row in rows.tolist():  # of a file that no run has written
            history._add_row(row)
        return history

    def _add_row(self, row: Row) -> None:
        """Drops the row before it where that stood there only for being the newest, and makes room.

        A run that goes on from an earlier state writes over what came after that state.
        """
        epochs = self._rows[: self._length, 0]
        self._length = int(np.searchsorted(epochs, row[0]))
        if self._length and epochs[self._length - 1] % self._every:
            self._length -= 1
        while self._length == MOST_ROWS:
            self._thin()
        self._rows[self._length] = row
        self._length += 1

    def _thin(self) -> None:
        self._every *= 2
        kept = self._rows[self._rows[:, 0] % self._every == 0]
        self._rows[: len(kept)], self._length = kept, len(kept)

    def _add_self(self, prediction: Made) -> None:
        if self._self_count % self._self_every == 0:
            self.selves.append(prediction)
        self._self_count += 1
        if len(self.selves) > MOST_SELVES:
            self.selves = self.selves[::2]
            self._self_every *= 2


def cores_of(state: RunState | None, history: History | None) -> int | None:
    """For how many cores a run is cut that stands there and has this log; None where neither says so."""
    return (state and state.cores) or (history and history.cores) or None
