"""Trainings as lines over parallel axes, one for each setting that varies, and the last for the value; and
brushes, which keep some of the lines."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.comparing.training import Doubles, Setting, TrainingSet
from cadl_desktop.sweeps.plan.sweep_model import Range, Value

Span = tuple[float, float]
"""Part of an axis from 0 to 1, its lower end first."""
MOST_SETTINGS = 24
_WIDE_RATIO = 30.0
"""Ratio of the largest to the smallest value above which the axis of values is logarithmic."""
_ROUNDING = 1e-9
_LEAST_STROKE = 0.01
"""Length below which a drag along an axis is a click."""
_DECADE_STEP = 0.25
"""Rounding of the ends of a logarithmic axis, which then seldom changes while trainings come."""


@dataclass(frozen=True)
class Axis:
    """Axis of a setting, or of values where that is None: from `low` at 0 to `high` at 1, in powers of ten if
    logarithmic; `places` are the positions of choices."""

    setting: Setting | None
    low: float = 0.0
    high: float = 1.0
    is_logarithmic: bool = False
    places: Mapping[Value, float] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is of whole numbers."""
        among = self.setting.among if self.setting else None
        return isinstance(among, Range) and isinstance(among.low, int) and isinstance(among.high, int)

    def positions(self, values: Iterable[Value | None]) -> Doubles:
        """Positions of values, (values,); NaN where one isn't known."""
        if (places := self.places) is not None:
            return np.array([math.nan if it is None else places.get(it, math.nan) for it in values])
        numbers = np.array([it if isinstance(it, int | float) else math.nan for it in values], np.float64)
        if self.is_logarithmic:
            numbers = np.log10(np.where(numbers > 0, numbers, np.nan))
        with np.errstate(over="ignore", invalid="ignore"):  # values may reach to both ends of what floats can
            return np.asarray((numbers - self.low) / (self.high - self.low))


@dataclass(frozen=True, eq=False)
class Lines:
    """Trainings on their axes.

    places: (trainings, axes) from 0 to 1, NaN where a value is missing.
    good: (trainings,) from 0 to 1 for the best value; NaN without one.
    over: (trainings,) which of them are over.
    """

    axes: tuple[Axis, ...]
    numbers: NDArray[np.int64]
    places: Doubles
    good: Doubles
    over: NDArray[np.bool_]
    is_best_up: bool

    @cached_property
    def ended(self) -> dict[int, bytes]:
        """Places of the trainings that are over, by number."""
        rows = zip(self.numbers[self.over].tolist(), self.places[self.over], strict=True)
        return {number: places.tobytes() for number, places in rows}

    def within(self, spans: Mapping[int, Span]) -> NDArray[np.bool_]:
        """Returns which lines pass through the spans of all axes that have one, by number; (trainings,)."""
        kept = np.ones(len(self.numbers), bool)
        for axis, (low, high) in spans.items():
            column = self.places[:, axis]
            kept &= (column >= low - _ROUNDING) & (column <= high + _ROUNDING)
        return kept


@dataclass(frozen=True)
class Stroke:
    """Drag along an axis: marks the span from `fixed` to the hand, or moves the span `whole`, which the hand
    took at `fixed`."""

    axis: int
    fixed: float
    whole: Span | None = None

    @staticmethod
    def begin(axis: int, place: float, span: Span | None, reach: float) -> "Stroke":
        """Begins a stroke on an axis with a span or without: moves an end within `reach`, the whole span from
        inside of it, and marks a new one elsewhere."""
        low, high = span or (np.inf, np.inf)
        if abs(place - low) <= reach:
            return Stroke(axis, high)
        if abs(place - high) <= reach:
            return Stroke(axis, low)
        return Stroke(axis, place, span if low < place < high else None)

    def to(self, now: float) -> Span | None:
        """Returns the span once the hand is there; None for a click."""
        if self.whole is None:
            low, high = sorted((self.fixed, now))
            return (low, high) if high - low >= _LEAST_STROKE else None
        low, high = self.whole
        moved = min(max(now - self.fixed, -low), 1 - high)
        return low + moved, high + moved


def with_few_settings(trainings: TrainingSet) -> TrainingSet:
    """Returns a set with as many settings as there is room for axes: those that most of its trainings have,
    as runs with other networks differ in dozens that others lack."""
    if len(trainings.settings) <= MOST_SETTINGS:
        return trainings
    count = Counter(path for each in trainings.trainings for path in each.values)
    usual = sorted(trainings.settings, key=lambda each: -count[each.path])[:MOST_SETTINGS]
    return replace(trainings, settings=tuple(each for each in trainings.settings if each in usual))


def lines_of(trainings: TrainingSet) -> Lines:
    rows, is_best_up = trainings.trainings, trainings.objective.wants_more
    axes = tuple(map(_axis_of, trainings.settings))
    known = [math.nan if each.value is None or each.failed else each.value for each in rows]
    last = _axis_of_values([value for value in known if math.isfinite(value)])
    ends = last.positions([value if math.isfinite(value) else None for value in known])
    columns = [
        axis.positions(each.values.get(setting.path) for each in rows)
        for axis, setting in zip(axes, trainings.settings, strict=True)
    ]
    return Lines(
        (*axes, last),
        np.array([each.number for each in rows], np.int64),
        np.column_stack([*columns, ends]),
        ends if is_best_up else 1 - ends,
        np.array([each.is_over for each in rows], bool),
        is_best_up,
    )


def _axis_of(setting: Setting) -> Axis:
    """Axis over all values that a setting may have."""
    among = setting.among
    if not isinstance(among, Range):
        values: tuple[Value, ...] = among.values
        last = max(len(values) - 1, 1)
        return Axis(setting, places={value: place / last for place, value in enumerate(values)})
    low, high = float(among.low), float(among.high)
    if among.logarithmic:
        low, high = math.log10(low), math.log10(high)
    if high == low:  # all that have the setting have the same value
        return Axis(setting, places={among.low: 0.5})
    return Axis(setting, low, high, among.logarithmic)


def _axis_of_values(values: Sequence[float]) -> Axis:
    low, high = min(values, default=0.0), max(values, default=1.0)
    is_wide = low > 0 and high / low >= _WIDE_RATIO
    if is_wide:
        low, high, step = math.log10(low), math.log10(high), _DECADE_STEP
    else:
        apart = high / 2 - low / 2  # the whole difference may overflow
        step = 10.0 ** math.floor(math.log10(apart)) / 2 if apart > 0 else max(abs(low), 1.0) / 2
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return Axis(None, low, max(high, low + step), is_wide)
