"""Which trials stand together on a contact sheet: in columns and rows by two of the settings that vary."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cadl_desktop.sweeps.plan.proposals import grid_values, proposed
from cadl_desktop.sweeps.plan.sweep_model import Point, Range, Sweep, Value
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, trials_wanted
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.sweeps.words import Setting

PARTS = 6
"""Into how many equal parts a range is cut whose numbers come by chance."""
_EDGE_DIGITS = 2
"""Both ends of a part stand above one picture."""
_FEW = 12
MOST_FORESEEN = 2000
"""Of a larger sweep only trials that have begun have a place."""


@dataclass(frozen=True)
class Axis:
    """A setting as columns or rows: a label for each, and where a value belongs; `shorter` has others of each
    for where there is little room, the longest first."""

    title: str
    labels: tuple[str, ...]
    place: Callable[[Point], int]
    shorter: tuple[tuple[str, ...], ...] = ()

    @property
    def texts(self) -> list[tuple[str, ...]]:
        """All labels of each column or row, the longest first."""
        shorter = self.shorter or ((),) * len(self.labels)
        return [(label, *others) for label, others in zip(self.labels, shorter, strict=True)]


@dataclass(frozen=True)
class Arrangement:
    """The numbers of the trials that stand at each column and row, in their order; without an axis there is
    one column, or one row."""

    across: Axis | None = None
    down: Axis | None = None
    blocks: Mapping[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        return len(self.across.labels) if self.across else 1

    @property
    def rows(self) -> int:
        return len(self.down.labels) if self.down else 1


def axis_of(sweep: Sweep, setting: Setting) -> Axis:
    """Of a range that a grid steps through its steps, of a few whole numbers each, of others equal parts."""
    among, path = setting.among, setting.path
    if not isinstance(among, Range):
        return _of_values(setting, among.values)
    is_short = isinstance(among.low, int) and among.high - among.low < _FEW
    if sweep.strategy == "grid" or is_short:
        steps = grid_values(among) if sweep.strategy == "grid" else range(int(among.low), int(among.high) + 1)
        return _of_steps(setting, [step for step in steps if isinstance(step, int | float)])
    edges = _edges(among)
    names = tuple(
        f"{figure(low, _EDGE_DIGITS)} – {figure(high, _EDGE_DIGITS)}" for low, high in pairwise(edges)
    )

    def place(point: Point) -> int:
        value = dict(point).get(path, among.low)
        number = float(value) if isinstance(value, int | float) else float(among.low)
        return sum(number >= edge for edge in edges[1:-1])

    lows = [figure(low, _EDGE_DIGITS) for low in edges[:-1]]
    return Axis(setting.title, names, place, tuple((f"from {low}", low) for low in lows))


def _of_values(setting: Setting, values: Iterable[Value]) -> Axis:
    places: dict[Value, int] = {value: place for place, value in enumerate(values)}
    labels = tuple(setting.text(value) for value in places)
    return Axis(setting.title, labels, lambda point: places.get(dict(point).get(setting.path, ""), 0))


def _of_steps(setting: Setting, steps: Sequence[int | float]) -> Axis:
    """The nearest one counts: the last digits of steps between the ends are the program's that began the
    sweep."""

    def place(point: Point) -> int:
        value = dict(point).get(setting.path)
        number = float(value) if isinstance(value, int | float) else steps[0]
        return min(range(len(steps)), key=lambda index: abs(steps[index] - number))

    return Axis(setting.title, tuple(setting.text(step) for step in steps), place)


def _edges(among: Range) -> list[float]:
    low, high = float(among.low), float(among.high)
    shares = [part / PARTS for part in range(PARTS + 1)]
    if among.logarithmic:
        return [math.exp(math.log(low) + share * (math.log(high) - math.log(low))) for share in shares]
    return [low + share * (high - low) for share in shares]


def points_of(sweep: Sweep, standing: SweepStatus) -> dict[int, Point]:
    """Of all trials by their numbers; where what is proposed is known, also of those that haven't begun."""
    wanted = trials_wanted(sweep)
    found = {number: trial.point for number, trial in standing.trials.items()}
    if sweep.strategy in ("grid", "random") and wanted is not None and wanted <= MOST_FORESEEN:
        for number in range(1, wanted + 1):
            if number not in found and (trial := proposed(sweep, number)) is not None:
                found[number] = trial.point
    return dict(sorted(found.items()))


def arranged(points: Mapping[int, Point], across: Axis | None, down: Axis | None) -> Arrangement:
    """Each trial at its column and row."""
    blocks: dict[tuple[int, int], list[int]] = {}
    for number, point in points.items():
        where = across.place(point) if across else 0, down.place(point) if down else 0
        blocks.setdefault(where, []).append(number)
    return Arrangement(across, down, {where: tuple(numbers) for where, numbers in blocks.items()})
