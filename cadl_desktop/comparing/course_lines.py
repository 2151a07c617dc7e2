"""Lines of a measure over one axis: one for each training, or the mean of a group with its range."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.comparing.groups import Group
from cadl_desktop.comparing.training import Axis, Doubles, Training, TrainingSet

_POINTS = 200
"""Number of points of the mean of a group."""


@dataclass(frozen=True, eq=False)
class Line:
    """Finite values (rows,) of a measure of a training at the positions `x` (rows,), or the mean of a group.

    numbers: those of its trainings.
    colour: number that `run_colour` makes a colour of.
    band: lowest and highest values of a group, (rows,) each; empty for a single training.
    leads: whether the line determines the range of the axes: not if its training failed.
    """

    numbers: tuple[int, ...]
    name: str
    colour: int
    x: Doubles
    values: Doubles
    band: tuple[Doubles, ...] = ()
    leads: bool = True

    def value_at(self, x: float) -> float:
        """Returns the value at the nearest row; NaN beyond the ends of the line."""
        return float(self.values[np.abs(self.x - x).argmin()]) if self.x[0] <= x <= self.x[-1] else np.nan


def lines_of(
    trainings: TrainingSet,
    measure: str,
    axis: Axis,
    name: Callable[[Training], str],
    known: Mapping[object, Line],
) -> dict[object, Line]:
    """Returns the lines of all trainings with values of a measure by what they show. `name` returns the name
    of a training; lines that are `known` are used again, as only others have to be drawn."""
    found: dict[object, Line] = {}
    for training in trainings.trainings:
        number, course, leads = training.number, training.course, not training.failed
        key = number, name(training), course, measure, axis, leads
        if key in known:
            found[key] = known[key]
            continue
        x, values = course.along(axis), course.values(measure)
        if (rows := np.isfinite(values) & np.isfinite(x)).any():
            found[key] = Line((number,), name(training), number, x[rows], values[rows], leads=leads)
    return found


def means_of(groups: Sequence[Group], lines: Iterable[Line]) -> list[Line]:
    """Returns the mean of each group with its range, without trainings that failed."""
    leading = {line.numbers[0]: line for line in lines if line.leads}
    found = []
    for group in groups:
        numbers = tuple(each.number for each in group.members)
        members = [leading[number] for number in numbers if number in leading]
        if members:
            found.append(replace(_mean(members), numbers=numbers, name=group.name, colour=group.colour))
    return found


def _mean(members: Sequence[Line]) -> Line:
    """Returns the mean of lines over the part of the axis that all lines with several rows cover; without
    such a part the first line."""
    several = [line for line in members if len(line.x) > 1] or members
    first, last = max(line.x[0] for line in several), min(line.x[-1] for line in several)
    if len(several) < 2 or first >= last:
        return several[0]
    x = np.linspace(first, last, _POINTS)
    values = np.array([np.interp(x, line.x, line.values) for line in several])
    return Line((), "", 0, x, values.mean(axis=0), (values.min(axis=0), values.max(axis=0)))
