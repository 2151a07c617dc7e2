"""The axes of parallel coordinates: where on each a value stands, and what is written beside it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.sweeps.plan.sweep_model import Objective, Point, Range, Sweep, Value
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, TrialStatus
from cadl_desktop.ui.plots.axes import figures, log_ticks, nice_ceiling
from cadl_desktop.ui.sweeps.words import Setting, objective_title, settings_of

Doubles = NDArray[np.float64]

NOWHERE = math.nan
_WIDE_RATIO = 30.0
"""From such a ratio of the largest to the smallest on numbers stand on a logarithmic axis."""
_DECADE_STEP = 0.25
"""Ends of a logarithmic axis of costs are rounded so, for it to stand still while trials come."""
_FEW_TICKS = 5


@dataclass(frozen=True)
class Axis:
    """One of them, from 0 at its lower end to 1 at its upper one; `ticks` are places with their words."""

    title: str
    ticks: tuple[tuple[float, str], ...]
    low: float = 0.0
    high: float = 1.0
    is_logarithmic: bool = False
    places: Mapping[Value, float] | None = None
    """Of choices where each stands."""

    def place(self, value: Value | None) -> float:
        """Where a value stands; NaN where it isn't known."""
        if self.places is not None:
            return NOWHERE if value is None else self.places.get(value, NOWHERE)
        if not isinstance(value, (int, float)) or math.isnan(value):
            return NOWHERE
        return (_scaled(value, self.is_logarithmic) - self.low) / (self.high - self.low)


def axis_of(setting: Setting) -> Axis:
    """That of a setting, over all that it may be."""
    among = setting.among
    if not isinstance(among, Range):
        values: tuple[Value, ...] = among.values
        last = max(len(values) - 1, 1)
        places = {value: place / last for place, value in enumerate(values)}
        ticks = tuple((place, setting.text(value)) for value, place in places.items())
        return Axis(setting.title, ticks, places=places)
    return _of_numbers(
        setting.title, float(among.low), float(among.high), among.logarithmic, isinstance(among.low, int)
    )


def axis_of_values(objective: Objective, values: Sequence[float]) -> Axis:
    """That of what the trials came to, over the values that there are."""
    title = objective_title(objective)
    known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if low > 0 and high / low >= _WIDE_RATIO:
        low = 10 ** (math.floor(math.log10(low) / _DECADE_STEP) * _DECADE_STEP)
        high = 10 ** (math.ceil(math.log10(high) / _DECADE_STEP) * _DECADE_STEP)
        return _of_numbers(title, low, high, logarithmic=True, whole=False)
    step = nice_ceiling((high - low) / _FEW_TICKS)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return _of_numbers(title, low, max(high, low + step), logarithmic=False, whole=False)


def _of_numbers(title: str, low: float, high: float, logarithmic: bool, whole: bool) -> Axis:
    start, end = _scaled(low, logarithmic), _scaled(high, logarithmic)
    if logarithmic:
        at = [value for _, values in log_ticks(start, end) for value in values]
        words = figures([10.0**value for value in at])
    else:
        step = nice_ceiling((high - low) / _FEW_TICKS)
        step = max(1.0, math.ceil(step)) if whole else step
        at = [step * count for count in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]
        words = figures(at)
    ticks = tuple(((value - start) / (end - start), text) for value, text in zip(at, words, strict=True))
    return Axis(title, ticks, start, end, logarithmic)


def _scaled(value: float, logarithmic: bool) -> float:
    if not logarithmic:
        return value
    return math.log10(value) if value > 0 else NOWHERE


@dataclass(frozen=True, eq=False)
class Lines:
    """The trials on their axes: `places` (trials, axes) from 0 to 1, NaN where there is nothing; `good`
    (trials,) says how good the last one is, 1 for best; `over` which of them are over."""

    axes: tuple[Axis, ...]
    numbers: NDArray[np.int64]
    places: Doubles
    good: Doubles
    over: NDArray[np.bool_]
    is_best_up: bool


class LineMaker:
    """Makes lines of a sweep's trials; a point's places are found once."""

    def __init__(self, sweep: Sweep) -> None:
        self._objective = sweep.objective
        self._settings = [(each.path, axis_of(each)) for each in settings_of(sweep)]
        self._known: dict[int, tuple[Point, list[float]]] = {}

    def lines(self, standing: SweepStatus) -> Lines:
        """All trials that were begun, in that order."""
        trials = list(standing.trials.values())
        values = [NOWHERE if each.value is None else each.value for each in trials]
        last = axis_of_values(self._objective, values)
        ends = np.array([last.place(value) for value in values], float)
        points = np.array([self._of(each) for each in trials], float).reshape(
            len(trials), len(self._settings)
        )
        is_best_up = self._objective.more_is_better and self._objective.reaches is None
        return Lines(
            (*(axis for _, axis in self._settings), last),
            np.array([each.number for each in trials], np.int64),
            np.column_stack([points, ends]),
            ends if is_best_up else 1 - ends,
            np.array([each.is_over for each in trials], bool),
            is_best_up,
        )

    def _of(self, trial: TrialStatus) -> list[float]:
        known = self._known.get(trial.number)
        if known is None or known[0] is not trial.point:
            values = dict(trial.point)
            known = trial.point, [axis.place(values.get(path)) for path, axis in self._settings]
            self._known[trial.number] = known
        return known[1]
