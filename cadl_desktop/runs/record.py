"""One run of the list: what was trained, how it went, and what it came to."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import COLUMNS, History
from cadl_desktop.runs.snapshots import Snapshots, bytes_of
from cadl_desktop.runs.thumbnail import Thumbnail

MOST_RECORD_ROWS = 512
MOST_RUNS = 200
"""Of one project."""
MOST_NOTE = 1000
"""Characters of a person's own note."""

_EPOCH, _STEP, _SECONDS, _COST, _VALIDATION = (
    COLUMNS.index(name) for name in ("epoch", "step", "seconds", "cost", "validation_cost")
)


@dataclass(frozen=True, eq=False)
class RunRecord:
    """A run that has ended or made way for another. `number` is its own within a project, from 1.

    `rows` are those of its history, (rows, 6), thinned; its `changes` are all of them, since only the whole
    log can be played again, and a run of seconds writes dozens of estimates into it. Without a `state` its
    weights have been let go: it can be looked at, but not gone on with. `psnr` is in dB, None for curves.
    `snapshots` are earlier moments of the run, as long as there is memory for them; nobody adds to them any
    more. `note` is a person's own, `thumbnail` what the network had made, small, where it had been seen.
    `diverged`: it ended so.
    """

    number: int
    experiment: Experiment
    rows: NDArray[np.float64]
    changes: tuple[Change, ...] = ()
    state: RunState | None = None
    cost: float | None = None
    psnr: float | None = None
    seconds: float = 0.0
    snapshots: Snapshots = field(default_factory=Snapshots)
    note: str = ""
    thumbnail: Thumbnail | None = None
    diverged: bool = False

    @property
    def name(self) -> str:
        return self.experiment.name

    @property
    def steps(self) -> int:
        """How many optimizer steps it made."""
        in_rows = int(self.rows[-1, _STEP]) if len(self.rows) else 0
        return max(in_rows, self.state.step if self.state else 0)

    @property
    def epochs(self) -> int:
        """How many of them are over."""
        return int(self.rows[-1, _EPOCH]) if len(self.rows) else 0

    @property
    def validation_cost(self) -> float | None:
        """The newest; None where nothing was held back."""
        return _finite(float(self.rows[-1, _VALIDATION])) if len(self.rows) else None

    @property
    def steps_per_second(self) -> float | None:
        return self.steps / self.seconds if self.seconds > 0 else None

    @property
    def weight_bytes(self) -> int:
        """What its weights and its optimizer's memory take."""
        return bytes_of(self.state) if self.state else 0

    @property
    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Epochs (rows,) and costs (rows,)."""
        return self.rows[:, _EPOCH], self.rows[:, _COST]

    @cached_property
    def at_its_newest(self) -> "RunRecord":
        """With the weights of its newest moment, where it has told those and not yet what it came to."""
        newest = self.snapshots.states[-1] if self.snapshots.states else None
        if newest is None or (self.state and self.state.step >= newest.step):
            return self
        return replace(self, state=newest)

    def history(self) -> History:
        """A history of its own, which a run that goes on may add to."""
        return History.of_rows(self.rows, list(self.changes))

    def without_snapshots(self) -> Self:
        return replace(self, snapshots=Snapshots())

    def without_state(self) -> Self:
        return replace(self, state=None)


def record_of(
    number: int,
    experiment: Experiment,
    history: History,
    state: RunState | None,
    *,
    cost: float | None = None,
    psnr: float | None = None,
    seconds: float | None = None,
    snapshots: Snapshots | None = None,
    note: str = "",
    thumbnail: Thumbnail | None = None,
    diverged: bool = False,
) -> RunRecord:
    """A record of what there is now; the cost and the seconds are the history's where none are given."""
    rows = thinned(history.rows)
    if len(rows):
        cost = history.newest_cost if cost is None else cost
        seconds = float(rows[-1, _SECONDS]) if seconds is None else seconds
    return RunRecord(
        number=number,
        experiment=experiment,
        rows=rows,
        changes=tuple(history.changes),
        state=state,
        cost=_finite(cost),
        psnr=_finite(psnr),
        seconds=seconds or 0.0,
        snapshots=snapshots or Snapshots(),
        note=note,
        thumbnail=thumbnail,
        diverged=diverged,
    )


def thinned(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every second, fourth, ... epoch of a history's `rows` (rows, 6), and always the newest."""
    every = 1
    while len(rows) > MOST_RECORD_ROWS:
        every *= 2
        kept = rows[:, _EPOCH] % every == 0
        kept[-1] = True
        rows = rows[kept]
    return rows


def _finite(value: float | None) -> float | None:
    return None if value is None or not isfinite(value) else value
