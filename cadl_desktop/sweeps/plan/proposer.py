"""One way to ask for a sweep's next trial, whichever strategy proposes it."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.plan.sweep import Choices, Networks, Point, Range, Sweep, Trial, Value


class Proposer:
    """Gives the trials of a sweep in the order of their numbers, and is told what they came to.

    Of a sweep that is resumed the same questions and answers, in the same order, lead on to the same trials.
    """

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self.next = 1
        """The number of the trial that is proposed next."""
        self._learned = _Learned(sweep) if sweep.strategy in ("tpe", "cmaes") else None

    def propose(self) -> Trial | None:
        """The next trial; None where the sweep has no more."""
        number, limit = self.next, self._sweep.limit.trials
        if self._learned is None:
            trial = proposed(self._sweep, number)
        elif limit is not None and number > limit:
            trial = None
        else:
            index, offset = divmod(number - 1, self._sweep.seeds)
            trial = Trial(number, self._sweep.base.seed + offset, self._learned.point(index))
        self.next += trial is not None
        return trial

    def tell(self, number: int, value: float | None) -> None:
        """What a trial came to, by the sweep's objective; None where it came to nothing."""
        if self._learned is not None:
            self._learned.tell((number - 1) // self._sweep.seeds, value)


class _Learned:
    """Points proposed by Optuna: TPE (Bergstra et al., 2011) or CMA-ES (Hansen, 2016)."""

    def __init__(self, sweep: Sweep) -> None:
        import optuna  # an extra, and half a second

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        samplers: dict[str, Any] = {
            # Points that are being trained count as bad ones: workers that ask at once get others.
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
        self._asked: list[Any] = []
        self._values: list[list[float | None]] = []

    def point(self, index: int) -> Point:
        if index == len(self._asked):
            self._asked.append(self._study.ask(self._space))
            self._values.append([])
        params = self._asked[index].params
        return tuple((each.path, _value(each.among, params[each.path])) for each in self._sweep.varied)

    def tell(self, index: int, value: float | None) -> None:
        """The median of a point's seeds counts, when all of them have ended."""
        values = self._values[index]
        values.append(value)
        if len(values) == self._sweep.seeds:
            known = [each for each in values if each is not None]
            if known:
                self._study.tell(self._asked[index], median(known))
            else:
                self._study.tell(self._asked[index], state=self._failed)


def distribution_of(among: Range | Choices | Networks) -> Any:
    """As Optuna says it; of choices their places count."""
    from optuna import distributions

    if not isinstance(among, Range):
        return distributions.CategoricalDistribution(list(range(len(among.values))))
    if isinstance(among.low, int):
        return distributions.IntDistribution(among.low, int(among.high), log=among.logarithmic)
    return distributions.FloatDistribution(among.low, among.high, log=among.logarithmic)


def _value(among: Range | Choices | Networks, found: Any) -> Value:
    values: Sequence[Value] | None = None if isinstance(among, Range) else among.values
    value: Value = found if values is None else values[found]
    return value
