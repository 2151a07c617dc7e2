"""Proposals: the points of a sweep's trials. Grid and random search are pure functions of the sweep and a
trial's number; Optuna's samplers learn from the results of earlier trials."""

import math
from typing import Any

import numpy as np

from cadl_desktop.sweeps.plan.sweep_model import Among, Point, Range, Sweep, Trial, Value, Varied


def proposed(sweep: Sweep, number: int) -> Trial | None:
    """Trial of this number, for a valid sweep with grid or random search; None beyond the last one.

    Raises ValueError for strategies that depend on results of earlier trials.
    """
    limit = sweep.limit.trials
    if limit is not None and number > limit:
        return None
    index, offset = divmod(number - 1, sweep.seeds)
    if sweep.designs:  # all with one seed before the next, so that any number of seeds is fair
        offset, index = divmod(number - 1, len(sweep.designs))
    point = _point(sweep, index) if offset < sweep.seeds else None
    return point if point is None else Trial(number, sweep.base.seed + offset, point)


def grid_size(sweep: Sweep) -> int:
    """Number of points of the grid."""
    return math.prod(len(grid_values(each.among)) for each in sweep.varied)


def grid_values(among: Among) -> list[Value]:
    """Values of a setting on the grid: the steps of a range (equal whole numbers once), or all choices."""
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
    """Point of the grid by its index; the last setting varies fastest. None beyond the last point."""
    point: list[tuple[str, Value]] = []
    for each in reversed(varied):
        values = grid_values(each.among)
        index, place = divmod(index, len(values))
        point.append((each.path, values[place]))
    return None if index else tuple(reversed(point))


def _by_chance(among: Among, random: np.random.Generator) -> Value:
    if isinstance(among, Range):
        return _number(among, float(random.random()), by_chance=True)
    return among.values[int(random.integers(len(among.values)))]


def _number(among: Range, share: float, *, by_chance: bool = False) -> int | float:
    """Number at a share (0 to 1) of a range. In random search all whole numbers are equally likely."""
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


class Proposer:
    """Proposes the trials of a sweep in the order of their numbers, and is told their results.

    Equal calls in equal order give equal trials, so that a resumed sweep can repeat them.
    """

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self.next = 1
        """The number of the trial that is proposed next."""
        self._optuna = _OptunaProposer(sweep) if sweep.strategy in ("tpe", "cmaes") else None

    def propose(self) -> Trial | None:
        """Proposes the next trial; None if the sweep has no more."""
        number, limit = self.next, self._sweep.limit.trials
        if self._optuna is None:
            trial = proposed(self._sweep, number)
        elif limit is not None and number > limit:
            trial = None
        else:
            index, offset = divmod(number - 1, self._sweep.seeds)
            trial = Trial(number, self._sweep.base.seed + offset, self._optuna.point(index))
        self.next += trial is not None
        return trial

    def tell(self, number: int, value: float | None) -> None:
        """Reports the value of a trial's objective; None if the trial failed or diverged."""
        if self._optuna is not None:
            self._optuna.tell((number - 1) // self._sweep.seeds, value)


class _OptunaProposer:
    """Proposes points with Optuna: TPE (Bergstra et al., 2011) or CMA-ES (Hansen, 2016)."""

    def __init__(self, sweep: Sweep) -> None:
        import optuna  # an extra, and half a second

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        samplers: dict[str, Any] = {
            # Points in training count as bad ones, so that parallel workers get different points.
            "tpe": lambda: optuna.samplers.TPESampler(seed=sweep.seed, constant_liar=True),
            "cmaes": lambda: optuna.samplers.CmaEsSampler(seed=sweep.seed),
        }
        self._study = optuna.create_study(
            sampler=samplers[sweep.strategy](),
            direction="maximize" if sweep.objective.wants_more else "minimize",
        )
        self._failed = optuna.trial.TrialState.FAIL
        self._sweep = sweep
        self._space = {each.path: distribution_of(each.among) for each in sweep.varied}
        self._optuna_trials: list[Any] = []
        self._values: list[list[float | None]] = []

    def point(self, index: int) -> Point:
        """Point by its index; indices have to be asked for in order."""
        if index == len(self._optuna_trials):
            self._optuna_trials.append(self._study.ask(self._space))
            self._values.append([])
        params = self._optuna_trials[index].params
        return tuple((each.path, _value(each.among, params[each.path])) for each in self._sweep.varied)

    def tell(self, index: int, value: float | None) -> None:
        """Reports the value of one seed. A point's value is the median of its seeds, once all of them have
        ended."""
        values = self._values[index]
        values.append(value)
        if len(values) == self._sweep.seeds:
            known = [each for each in values if each is not None]
            if known:
                self._study.tell(self._optuna_trials[index], float(np.median(known)))
            else:
                self._study.tell(self._optuna_trials[index], state=self._failed)


def distribution_of(among: Among) -> Any:
    """Optuna's distribution of a setting. Choices are represented by their indices."""
    from optuna import distributions

    if not isinstance(among, Range):
        return distributions.CategoricalDistribution(list(range(len(among.values))))
    if isinstance(among.low, int):
        return distributions.IntDistribution(among.low, int(among.high), log=among.logarithmic)
    return distributions.FloatDistribution(among.low, among.high, log=among.logarithmic)


def _value(among: Among, found: Any) -> Value:
    value: Value = found if isinstance(among, Range) else among.values[found]
    return value
