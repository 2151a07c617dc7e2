"""Lines of costs over one axis: one for each training, or the mean of a group with its range."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.comparing.groups import Group
from cadl_desktop.comparing.training import Axis, Doubles, Training, TrainingSet

_POINTS = 200
"""Number of points of the mean of a group."""


@dataclass(frozen=True, eq=False)
class Line:
    """Finite costs (rows,) of a training at the positions `x` (rows,), or the mean of a group.

    numbers: those of its trainings.
    colour: number that `run_colour` makes a colour of.
    band: lowest and highest costs of a group, (rows,) each; empty for a single training.
    leads: whether the line determines the range of the axes: not if its training failed.
    """

    numbers: tuple[int, ...]
    name: str
    colour: int
    x: Doubles
    costs: Doubles
    band: tuple[Doubles, ...] = ()
    leads: bool = True

    def cost_at(self, x: float) -> float:
        """Returns the cost at the nearest row; NaN beyond the ends of the line."""
        return float(self.costs[np.abs(self.x - x).argmin()]) if self.x[0] <= x <= self.x[-1] else np.nan


def lines_of(
    trainings: TrainingSet, axis: Axis, name: Callable[[Training], str], known: Mapping[object, Line]
) -> dict[object, Line]:
    """Returns the lines of all trainings with costs by what they show. `name` returns the name of a training;
    lines that are `known` are used again, as only others have to be drawn."""
    found: dict[object, Line] = {}
    for training in trainings.trainings:
        number, course, leads = training.number, training.course, not training.failed
        key = number, course, axis, leads
        if key in known:
            found[key] = known[key]
        elif (rows := np.isfinite(course.costs)).any():
            x, costs = course.along(axis)[rows], course.costs[rows]
            found[key] = Line((number,), name(training), number, x, costs, leads=leads)
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
    costs = np.array([np.interp(x, line.x, line.costs) for line in several])
    return Line((), "", 0, x, costs.mean(axis=0), (costs.min(axis=0), costs.max(axis=0)))
