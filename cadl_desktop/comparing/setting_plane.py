"""Places of trainings in a plane: a setting across, and up their values or another setting."""

import math
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count

import numpy as np

from cadl_desktop.comparing.groups import value_order
from cadl_desktop.comparing.training import Doubles, Setting, Training, TrainingSet
from cadl_desktop.sweeps.plan.sweep_model import Range, Value

_DECADES = 1.3
"""Positive values over more powers of ten than this have a logarithmic axis."""
_BESIDE = 0.07
"""Room beside the numbers of an axis, as a share of its length."""
_STEP, _REACH = 0.018, 0.4
"""Distance of points side by side, as a share of the axis, and their largest distance from the middle of a
column, in columns."""
_APART = 0.03
"""Distance along an axis, as a share of its length, below which points would hide one another."""
_EDGE = 0.02
"""Distance of failed trainings from the worse end of an axis, as a share of its length: beyond all values,
which have more room beside them."""
_BINS, _FEWEST = 8, 12
"""Number of equally large groups of neighbours, if hardly any two trainings have the same number, and the
least number of trainings that are grouped so."""


@dataclass(frozen=True)
class Scale:
    """Axis with numbers, or with evenly spaced columns at 0, 1, 2...

    low, high: ends; decadic logarithms if the axis is logarithmic.
    columns: values of the columns, (None,) for one column of all; empty for numbers.
    whole: whether all numbers are whole ones.
    """

    low: float
    high: float
    logarithmic: bool = False
    whole: bool = False
    columns: tuple[Value | None, ...] = ()

    def place(self, numbers: Doubles) -> Doubles:
        """Returns positions of numbers; NaN where there is none."""
        if not self.logarithmic:
            return numbers.copy()
        found: Doubles = np.log10(np.where(numbers > 0, numbers, np.nan))
        return found


@dataclass(frozen=True, eq=False)
class Plane:
    """Trainings in a plane.

    trainings: those that have a place, `places` (trainings, 2).
    shares: values as shares of their axis, 0 for the worst and for unknown ones; (trainings,).
    across, up: axes; `up` is that of the values unless the plane `is_map` of two settings.
    means: positions of the mean, lowest and highest value at each value of the setting, with the place
        across first, (groups, 4); empty where no value has several trainings. Among seeds, the mean and it
        less and more a standard deviation.
    has_seeds: whether some points have several trainings, which are seeds.
    has_bins: whether each mean is one of neighbouring numbers, as hardly any two are equal.
    """

    trainings: tuple[Training, ...]
    places: Doubles
    shares: Doubles
    across: Scale
    up: Scale
    is_map: bool
    means: Doubles
    has_seeds: bool
    has_bins: bool


def plane_of(trainings: TrainingSet, across: Setting | None, up: Setting | None) -> Plane:
    """Returns the places of trainings over one setting or two. Trainings without the number that an axis is
    of have none."""
    more = trainings.objective.wants_more
    numeric = [it.path for it in (across, up) if it and isinstance(it.among, Range)]
    shown = tuple(
        each
        for each in trainings.trainings
        if (up or each.failed or each.value is not None) and all(path in each.values for path in numeric)
    )
    known = [each.value if each.value is not None and not each.failed else np.nan for each in shown]
    values = np.array(known, np.float64)
    scale, x = _setting_scale(shown, across)
    heights = _value_scale(values)
    y, span = heights.place(values), heights.high - heights.low
    shares = np.clip((y - heights.low) / span, 0.0, 1.0)
    shares = np.nan_to_num(shares if more else 1 - shares)
    means, has_bins = np.empty((0, 4)), False
    has_seeds = trainings.seeds > 1 and len({each.point for each in shown}) < len(shown)
    if up is not None:
        heights, y = _setting_scale(shown, up)
    else:
        can_have_bins = not scale.columns
        means, has_bins = _means(x, values, heights, can_have_bins=can_have_bins, has_seeds=has_seeds)
        edge = heights.low + _EDGE * span if more else heights.high - _EDGE * span
        y[[each.failed for each in shown]] = edge
    places = np.column_stack([_beside(x, y, scale, heights.high - heights.low), y])
    return Plane(shown, places, shares, scale, heights, up is not None, means, has_seeds, has_bins)


def _setting_scale(shown: Sequence[Training], setting: Setting | None) -> tuple[Scale, Doubles]:
    """Returns the axis of a setting and the positions of trainings. The axis has all values that may be
    chosen, so that it does not change while trainings come."""
    if setting is None:
        return Scale(-0.5, 0.5, columns=(None,)), np.zeros(len(shown))
    among, values = setting.among, [each.values.get(setting.path) for each in shown]
    if not isinstance(among, Range):
        columns = tuple(sorted({*among.values, *values}, key=partial(value_order, setting)))
        at = {value: place for place, value in enumerate(columns)}
        places = np.array([at[value] for value in values], np.float64)
        return Scale(-0.5, len(columns) - 0.5, columns=columns), places
    logarithmic = among.logarithmic and among.low > 0
    low, high = (math.log10(end) if logarithmic else float(end) for end in (among.low, among.high))
    room = _BESIDE * (high - low) or 0.1 * abs(low) or 1.0
    whole = isinstance(among.low, int) and not logarithmic
    scale = Scale(low - room, high + room, logarithmic, whole)
    return scale, scale.place(np.array([setting.number(value) for value in values]))


def _value_scale(values: Doubles) -> Scale:
    """Returns the axis of these values, in round steps, so that it seldom changes while they do."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Scale(0.0, 1.0)
    low, high = float(known.min()), float(known.max())
    logarithmic = low > 0 and math.log10(high / low) > _DECADES
    if logarithmic:
        low, high = math.log10(low), math.log10(high)
    room = _BESIDE * (high - low) or 0.1 * abs(low) or 1.0
    step = 10.0 ** math.floor(math.log10(high - low + 2 * room)) / 10
    return Scale(math.floor((low - room) / step) * step, math.ceil((high + room) / step) * step, logarithmic)


def _means(
    x: Doubles, values: Doubles, heights: Scale, *, can_have_bins: bool, has_seeds: bool
) -> tuple[Doubles, bool]:
    """Returns the means of a plane, and whether each is the mean of neighbouring numbers."""
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(x[known], kind="stable")]
    parts = np.split(order, np.flatnonzero(np.diff(x[order])) + 1)
    has_bins = can_have_bins and len(known) >= _FEWEST and len(parts) > len(known) / 2
    if has_bins:
        parts = np.array_split(order, min(_BINS, len(known) // 4))
    if max(map(len, parts)) < 2:
        return np.empty((0, 4)), False
    find = _with_deviation if has_seeds else _with_range
    found = [find(values[part], heights) for part in parts]
    return np.column_stack([[x[part].mean() for part in parts], heights.place(np.array(found))]), has_bins


def _with_range(values: Doubles, _heights: Scale) -> tuple[float, float, float]:
    return float(values.mean()), float(values.min()), float(values.max())


def _with_deviation(values: Doubles, heights: Scale) -> tuple[float, float, float]:
    mean, apart = float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0
    # On a logarithmic axis a deviation may reach below all that it has.
    low = mean - apart if mean > apart or not heights.logarithmic else float(values.min())
    return mean, low, mean + apart


def _beside(across: Doubles, up: Doubles, scale: Scale, height: float) -> Doubles:
    """Returns the positions `across` (n,) of points on a scale, moved alternately to both sides where they
    would hide one another; `height` is that of the axis."""
    near: dict[float, deque[tuple[float, int]]] = defaultdict(deque)
    sides = np.zeros(len(across))
    for at in np.argsort(up, kind="stable").tolist():
        column = near[float(across[at])]
        while column and up[at] - column[0][0] >= _APART * height:
            column.popleft()
        taken = {slot for _, slot in column}
        slot = next(slot for slot in count() if slot not in taken)
        column.append((float(up[at]), slot))
        sides[at] = (slot + 1) // 2 if slot % 2 else -(slot // 2)
    width = np.diff(sorted(near)).min(initial=scale.high - scale.low)
    step = min(_STEP * (scale.high - scale.low), _REACH * width / max(1, np.abs(sides).max(initial=0)))
    return np.asarray(across + step * sides)
