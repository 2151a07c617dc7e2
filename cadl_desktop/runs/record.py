"""Record of a run in the run list: experiment, history, result and thumbnail."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import nan
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import as_pixels
from cadl_desktop.data.scores import finite
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import Prediction, RunState
from cadl_desktop.runs.history import COLUMNS, History
from cadl_desktop.runs.run_snapshots import Snapshots, bytes_of

SIDE = 96
"""Pixels along the longer side of a painting's thumbnail: twice as many as a row of the list has."""
POINTS = 128

Thumbnail = NDArray[Any]
"""Thumbnail of a painting (height, width, 3) uint8, or of a curve (points,) float32 at even distances."""


def thumbnail_of(prediction: Prediction) -> Thumbnail:
    """Thumbnail of a prediction as in `events.Progressed`."""
    if prediction.ndim == 1:
        return np.ascontiguousarray(prediction[_evenly(len(prediction), POINTS)], np.float32)
    height, width = prediction.shape[:2]
    longest = max(height, width)
    rows, columns = (
        _evenly(side, max(1, round(side * min(1.0, SIDE / longest)))) for side in (height, width)
    )
    return np.ascontiguousarray(as_pixels(prediction[rows][:, columns]))


def is_thumbnail(array: NDArray[Any]) -> bool:
    """Whether an array from a file has the form of a thumbnail."""
    if array.dtype == np.float32:
        return array.ndim == 1 and 0 < len(array) <= POINTS
    is_picture = array.ndim == 3 and array.shape[2:] == (3,) and array.dtype == np.uint8
    return is_picture and all(0 < side <= SIDE for side in array.shape[:2])


def _evenly(there: int, most: int) -> NDArray[np.int64]:
    """Middles of `most` equal parts of a range; all of its indices where there are fewer."""
    wanted = min(there, most)
    return ((2 * np.arange(wanted) + 1) * there) // (2 * wanted)


MOST_RECORD_ROWS = 512
MOST_RUNS = 500
"""Limit of the runs of one project."""
MOST_NOTE = 1000
"""Limit of the characters of a person's note."""

_EPOCH, _STEP, _SECONDS, _COST, _VALIDATION, _PROCESSOR = (
    COLUMNS.index(name)
    for name in ("epoch", "step", "seconds", "cost", "validation_cost", "processor_seconds")
)


@dataclass(frozen=True, eq=False)
class RunRecord:
    """A run that has ended or was replaced by another. `number` identifies it within a project, from 1.

    `rows` are those of its history, (rows, 11), thinned. `changes` are complete, as only the whole log can be
    replayed, and a run limited by seconds writes dozens of estimates into it. Without a `state` the weights
    were released: the run can be viewed but not continued. `psnr` is in dB; curves have `r2` in its place.
    `ssim` is that of a painting with the final weights, once it was looked at.
    `snapshots` are earlier states, as far as memory allows; none are added any more. `note` is a person's
    own; `thumbnail` is of the network's output, where it was seen. `diverged`: the run ended so. `own` are a
    script's own measures by name, (rows,) each, NaN where one is missing. `tried` are the doctor's remedies
    that led to it, which no file keeps.
    """

    number: int
    experiment: Experiment
    rows: NDArray[np.float64]
    changes: tuple[Change, ...] = ()
    state: RunState | None = None
    cost: float | None = None
    psnr: float | None = None
    r2: float | None = None
    ssim: float | None = None
    seconds: float = 0.0
    snapshots: Snapshots = field(default_factory=Snapshots)
    note: str = ""
    thumbnail: Thumbnail | None = None
    diverged: bool = False
    own: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    tried: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.experiment.name

    @property
    def steps(self) -> int:
        """Number of optimizer steps."""
        in_rows = int(self.rows[-1, _STEP]) if len(self.rows) else 0
        return max(in_rows, self.state.latest.step if self.state else 0)

    @property
    def epochs(self) -> int:
        """Number of completed epochs."""
        return int(self.rows[-1, _EPOCH]) if len(self.rows) else 0

    @property
    def validation_cost(self) -> float | None:
        """Validation cost of the best epoch where its weights are the result, else the newest one; None
        without a validation set."""
        newest = finite(float(self.rows[-1, _VALIDATION])) if len(self.rows) else None
        best = self.state.newest.best if self.state and self.state.newest else None
        return newest if newest is None or best is None else best.cost

    @property
    def processor_seconds(self) -> float:
        """Processor seconds of its steps; NaN for runs of earlier versions."""
        in_rows = self.rows[-1, _PROCESSOR] if len(self.rows) else nan
        return float(np.fmax(in_rows, self.state.processor_seconds if self.state else nan))

    @property
    def steps_per_second(self) -> float | None:
        return self.steps / self.seconds if self.seconds > 0 else None

    @property
    def weight_bytes(self) -> int:
        """Bytes of its weights and optimizer slots."""
        return bytes_of(self.state) if self.state else 0

    def curve(self, measure: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Epochs (rows,), and a column of the history (rows,), where that has values."""
        values = self.rows[:, COLUMNS.index(measure)]
        known = np.isfinite(values)
        return self.rows[known, _EPOCH], values[known]

    @cached_property
    def at_its_newest(self) -> "RunRecord":
        """Copy with the newest snapshot as its state, where that is newer than the state, or there is
        none."""
        newest = self.snapshots.states[-1] if self.snapshots.states else None
        if newest is None or (self.state and self.state.latest.step >= newest.step):
            return self
        return replace(self, state=newest.result)

    def history(self) -> History:
        """History of its own, to which a continued run may add."""
        return History.from_rows(self.rows, list(self.changes), self.own)

    @property
    def own_measures(self) -> dict[str, float]:
        """Values of its own measures at its newest row, where that has finite ones."""
        newest = {name: finite(float(values[-1])) for name, values in self.own.items() if len(values)}
        return {name: value for name, value in newest.items() if value is not None}

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
    r2: float | None = None,
    ssim: float | None = None,
    seconds: float | None = None,
    snapshots: Snapshots | None = None,
    note: str = "",
    thumbnail: Thumbnail | None = None,
    diverged: bool = False,
    tried: frozenset[str] = frozenset(),
) -> RunRecord:
    """Record of a run as it is now; cost and seconds default to those of the history."""
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
        cost=finite(cost),
        psnr=finite(psnr),
        r2=finite(r2),
        ssim=ssim,
        seconds=seconds or 0.0,
        snapshots=snapshots or Snapshots(),
        note=note,
        thumbnail=thumbnail,
        diverged=diverged,
        own=history.own_columns(rows),
        tried=tried,
    )


def thinned(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every second, fourth, ... epoch of a history's `rows` (rows, 11), and always the newest."""
    every = 1
    while len(rows) > MOST_RECORD_ROWS:
        every *= 2
        kept = rows[:, _EPOCH] % every == 0
        kept[-1] = True
        rows = rows[kept]
    return rows
