"""Folds a run's events into arrays that stay bounded however long the run is."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import Changed, EpochEnded, Event, Floats, Progressed

MOST_ROWS = 4096
MOST_SELVES = 12
COLUMNS = ("epoch", "step", "seconds", "cost", "validation_cost", "learning_rate")


@dataclass
class History:
    """The rows of a run, one per epoch until there are `MOST_ROWS`; then every second, fourth, ... epoch,
    and always the newest. `selves` are earlier predictions of a curve, thinned in the same way."""

    changes: list[Change] = field(default_factory=list)
    selves: list[Floats] = field(default_factory=list)
    _rows: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, len(COLUMNS))))
    _length: int = 0
    _every: int = 1
    _self_every: int = 1
    _self_count: int = 0

    def add(self, event: Event) -> None:
        """Takes in one event; those that carry no history are passed over."""
        match event:
            case EpochEnded():
                self._add_row(event)
            case Changed(change=change):
                self.changes.append(change)
            case Progressed(prediction=prediction) if prediction is not None and prediction.ndim == 1:
                self._add_self(prediction)

    @property
    def rows(self) -> NDArray[np.float64]:
        """(rows, 6) in the order of `COLUMNS`; validation cost is NaN where there is none."""
        return self._rows[: self._length]

    def column(self, name: str) -> NDArray[np.float64]:
        return self.rows[:, COLUMNS.index(name)]

    @classmethod
    def of_rows(cls, rows: NDArray[np.float64], changes: list[Change]) -> "History":
        """A history as it was saved."""
        history = cls(changes=list(changes))
        history._rows, history._length = np.array(rows, np.float64), len(rows)
        if len(rows) > 2:
            history._every = max(1, int(rows[1, 0] - rows[0, 0]))
        return history

    def _add_row(self, event: EpochEnded) -> None:
        newest_is_extra = self._length > 0 and self._rows[self._length - 1, 0] % self._every
        if newest_is_extra:
            self._length -= 1
        if self._length >= MOST_ROWS:
            self._every *= 2
            kept = self.rows[self.rows[:, 0] % self._every == 0]
            self._rows[: len(kept)], self._length = kept, len(kept)
        if self._length >= len(self._rows):
            grown = np.empty((min(2 * len(self._rows) + 256, MOST_ROWS + 1), len(COLUMNS)))
            grown[: self._length] = self.rows
            self._rows = grown
        validation = np.nan if event.validation_cost is None else event.validation_cost
        self._rows[self._length] = (
            event.epoch,
            event.step,
            event.seconds,
            event.cost,
            validation,
            event.rate,
        )
        self._length += 1

    def _add_self(self, prediction: Floats) -> None:
        if self._self_count % self._self_every == 0:
            self.selves.append(prediction)
        self._self_count += 1
        if len(self.selves) > MOST_SELVES:
            self.selves = self.selves[::2]
            self._self_every *= 2
