"""Which points a grid or chance proposes: pure functions of the sweep and a trial's number."""

import math

import numpy as np

from cadl_desktop.sweeps.plan.sweep import Choices, Networks, Point, Range, Sweep, Trial, Value, Varied


def proposed(sweep: Sweep, number: int) -> Trial | None:
    """The trial of this number, of a sweep that `check_sweep` has nothing against; None beyond its last.

    Raises ValueError for strategies that propose by what earlier trials came to.
    """
    limit = sweep.limit.trials
    if limit is not None and number > limit:
        return None
    index, offset = divmod(number - 1, sweep.seeds)
    point = _point(sweep, index)
    return point if point is None else Trial(number, sweep.base.seed + offset, point)


def grid_size(sweep: Sweep) -> int:
    """How many points a grid has."""
    return math.prod(len(grid_values(each.among)) for each in sweep.varied)


def grid_values(among: Range | Choices | Networks) -> list[Value]:
    """What a grid takes of what may be: of a range its steps, whole numbers each once."""
    if not isinstance(among, Range):
        return list(among.values)
    if among.steps == 1:
        return [among.low]
    between = (_number(among, float(share)) for share in np.linspace(0.0, 1.0, among.steps)[1:-1])
    return list(dict.fromkeys((among.low, *between, among.high)))


def _point(sweep: Sweep, index: int) -> Point | None:
    match sweep.strategy:
        case "grid":
            return _of_grid(sweep.varied, index)
        case "random":
            random = np.random.default_rng([sweep.seed, index])
            return tuple((each.path, _by_chance(each.among, random)) for each in sweep.varied)
    raise ValueError(f"'{sweep.strategy}' proposes by what earlier trials came to")


def _of_grid(varied: tuple[Varied, ...], index: int) -> Point | None:
    """The last setting varies fastest."""
    point: list[tuple[str, Value]] = []
    for each in reversed(varied):
        values = grid_values(each.among)
        index, place = divmod(index, len(values))
        point.append((each.path, values[place]))
    return None if index else tuple(reversed(point))


def _by_chance(among: Range | Choices | Networks, random: np.random.Generator) -> Value:
    if isinstance(among, Range):
        return _number(among, float(random.random()), by_chance=True)
    return among.values[int(random.integers(len(among.values)))]


def _number(among: Range, share: float, *, by_chance: bool = False) -> int | float:
    """What lies at a share, 0 to 1, of a range. By chance whole numbers have equal parts of it each."""
    whole = isinstance(among.low, int)
    low, high = float(among.low), float(among.high)
    if whole and by_chance:
        low, high = low - 0.5, high + 0.5
    if among.logarithmic:
        found = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    else:
        found = low + share * (high - low)
    if whole:
        return min(max(round(found), int(among.low)), int(among.high))
    if not by_chance:
        found = float(f"{found:.12g}")  # people read a grid's: 0.001, and not 0.0010000000000000002
    return min(max(found, among.low), among.high)
