"""Comparison of seeds: the spread of a design's results over its seeds, and whether two designs differ by
more than luck."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.scores import finite
from cadl_desktop.sentences import cost_words, shown
from cadl_desktop.sweeps.plan.spelling import point_in_words
from cadl_desktop.sweeps.plan.sweep_model import Measure, Objective, Point, Sweep
from cadl_desktop.sweeps.records.sweep_log import Ending
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, TrialStatus

Spell = Callable[[float, str], str]
"""Formats a number with a format specification."""
MORE_THAN_LUCK = 0.05
"""Significance level: a difference that chance produces less often than this is called more than luck."""
FEWEST_TELLING = 4
"""Smallest number of seeds of each of two designs with which that level can be reached."""
ERRORS: tuple[Ending, ...] = ("failed", "refused")
"""Reasons of an end that tell nothing about a design."""
_PERMUTATIONS = 20_000
"""Permutations that are sampled when there are ties. It covers all 12,870 of two times eight seeds."""

_MEASURES: dict[Measure, str] = {
    "cost": "Cost",
    "validation_cost": "Cost of what was held out",
    "seen_psnr": "PSNR",
    "held_out_psnr": "PSNR of what was held out",
    "hidden_psnr": "PSNR of what is hidden",
    "r2": "R²",
}


@dataclass(frozen=True)
class Spread:
    """Results of one design: the objective's value of each run that has ended, NaN for runs that diverged,
    which count as the worst. `own` is the value of the base's seed, if known. `each` is the noun for a run:
    a 'seed', or a 'run' where more than seeds sets runs apart."""

    name: str
    values: tuple[float, ...]
    objective: Objective
    own: float | None = None
    each: str = "seed"

    @property
    def ranked(self) -> tuple[float, ...]:
        """Values from best to worst, converted so that less is better."""
        sign = -1.0 if self.objective.wants_more else 1.0
        return tuple(sorted(math.inf if math.isnan(value) else sign * value for value in self.values))

    @property
    def known(self) -> tuple[float, ...]:
        """Values from best to worst, without runs that diverged."""
        known = (value for value in self.values if not math.isnan(value))
        return tuple(sorted(known, reverse=self.objective.wants_more))

    @property
    def failed(self) -> int:
        """Number of runs that diverged."""
        return len(self.values) - len(self.known)

    @property
    def median(self) -> float:
        """Median of all values; NaN if it lies among the runs that diverged."""
        middle = float(np.median(self.ranked)) if self.values else math.inf
        if math.isinf(middle):
            return math.nan
        return -middle if self.objective.wants_more else middle


@dataclass(frozen=True)
class RankTest:
    """Test of Mann and Whitney (1947): two designs over all pairs of their runs. `wins` and `losses` count
    the pairs in which `better` is better or worse. `p` is the probability that chance makes so large a
    difference, in either direction, between equal designs; `least_p` is its smallest possible value for these
    numbers of seeds."""

    better: Spread
    other: Spread
    wins: int
    losses: int
    p: float
    least_p: float

    @property
    def pairs(self) -> int:
        return len(self.better.values) * len(self.other.values)

    @property
    def u(self) -> float:
        """Statistic U of Mann and Whitney (1947) of the better design: its wins plus half of the ties."""
        return self.wins + (self.pairs - self.wins - self.losses) / 2

    @property
    def superiority(self) -> float:
        """Probability that a run of the better design beats a run of the other one."""
        return self.u / self.pairs


def spreads_of(sweep: Sweep, status: SweepStatus) -> list[Spread]:
    """Spread of each point of a sweep, in the order of their starts, named by the varied settings, or like
    the base if only the seed varies. Trials that ended with an error are left out."""
    values: dict[Point, dict[int, float]] = {}
    for trial in status.trials.values():
        of_point = values.setdefault(trial.point, {})
        if trial.ended is not None and trial.ended.reason not in ERRORS:
            value = value_of(trial)
            of_point[trial.trial.seed] = math.nan if value is None else value
    return [
        Spread(
            point_in_words(point) or sweep.base.name,
            tuple(by_seed.values()),
            sweep.objective,
            by_seed.get(sweep.base.seed),
        )
        for point, by_seed in values.items()
    ]


def value_of(trial: TrialStatus) -> float | None:
    """Value of a trial, also of one that is running; None if it has none or diverged."""
    has_diverged = trial.ended is not None and trial.ended.reason == "diverged"
    return None if has_diverged else finite(trial.value)


def compare(first: Spread, second: Spread) -> RankTest | None:
    """Compares two designs whose runs are replicates; None if either has fewer than two runs.

    Exact if one of them has up to eight seeds; with ties, by random permutations. Raises ImportError without
    SciPy, whose import takes some seconds.
    """
    one, two = np.array(first.ranked), np.array(second.ranked)
    if min(len(one), len(two)) < 2:
        return None
    wins = int((one[:, np.newaxis] < two).sum())
    losses = int((one[:, np.newaxis] > two).sum())
    p = _p_value(one, two)
    least = min(1.0, 2 / math.comb(len(one) + len(two), len(one)))
    if wins >= losses:
        return RankTest(first, second, wins, losses, p, least)
    return RankTest(second, first, losses, wins, p, least)


def luck_in_words(spreads: Sequence[Spread], *, can_test: bool, spell: Spell = format) -> list[str]:
    """Sentences about the runs of some designs: a comparison of two, the spread of each, and the rank of the
    own seed of a single one.

    `can_test`: their runs are seeds, which are replicates, and all have ended: testing after each run, and
    stopping at will, finds differences where there are none. Raises ImportError without SciPy.
    """
    found = [spread_in_words(each, spell) for each in spreads if each.values]
    if len(spreads) == 1 and (place := place_in_words(spreads[0])):
        found.append(place)
    if len(spreads) == 2 and can_test and (comparison := compare(*spreads)):
        found.insert(0, comparison_in_words(comparison, spell))
    return found


def spread_in_words(spread: Spread, spell: Spell) -> str:
    """Sentence on a spread with values: 'Cost of “Wide” over 8 seeds: 0.0123 in the median, 0.0101 to
    0.0210.'"""
    known, count, median = spread.known, len(spread.values), spread.median
    if not known and count == 1:
        return f"“{shown(spread.name)}” came to nothing with one {spread.each}."
    if not known:
        return f"None of {count} {spread.each}s of “{shown(spread.name)}” came to anything."
    measured = f"{_measure(spread.objective)} of “{shown(spread.name)}”"
    low, high = (_result(end(known), spread.objective, spell) for end in (min, max))
    unit = _unit(spread.objective)
    if count == 1:
        return f"{measured} from a single {spread.each}: {low}{unit}."
    in_the_median = ""
    if not math.isnan(median):
        in_the_median = f"{_result(median, spread.objective, spell)}{unit} in the median, "
    words = f"{measured} over {count} {spread.each}s: {in_the_median}{low} to {high}{unit}."
    failed = f" {spread.failed} of them came to nothing, which counts as the worst." if spread.failed else ""
    return words + failed


def _result(value: float, objective: Objective, spell: Spell) -> str:
    is_cost = objective.reaches is None and not objective.more_is_better
    return cost_words(value) if is_cost else spell(value, ".2f" if _unit(objective) else ".4g")


def _unit(objective: Objective) -> str:
    return " dB" if objective.reaches is None and objective.measure.endswith("psnr") else ""


def place_in_words(spread: Spread) -> str | None:
    """Sentence on the rank of the base's own seed among two or more; None if it isn't known."""
    if spread.own is None or math.isnan(spread.own) or len(spread.values) < 2:
        return None
    better = spread.known.index(spread.own)
    return f"With its own seed it is number {better + 1} of {len(spread.values)}, counted from the best."


def comparison_in_words(found: RankTest, spell: Spell) -> str:
    """Sentence on a comparison: 'Of 64 pairs of runs “Wide” is better in 60 and “Narrow” in 4. ...: more than
    luck.'"""
    better, other = shown(found.better.name), shown(found.other.name)
    return (
        f"Of {found.pairs:,} pairs of runs “{better}” is better in {found.wins:,} and “{other}” in "
        f"{found.losses:,}. {_verdict(found, spell)}"
    )


def _verdict(found: RankTest, spell: Spell) -> str:
    if found.least_p >= MORE_THAN_LUCK:
        runs = f"{found.better.each}s"
        return (
            f"With so few {runs} nothing can be told from luck, as p is "
            f"{spell(found.least_p, '.2g')} at best; train {FEWEST_TELLING} {runs} of each or more "
            f"({_numbers(found, spell)})."
        )
    verdict = "more than luck" if found.p < MORE_THAN_LUCK else "it may be luck"
    return (
        "Were they alike, chance would make such a difference in "
        f"{_chance_in_words(found.p, spell)} of comparisons ({_numbers(found, spell)}): {verdict}."
    )


@dataclass(frozen=True, eq=False)
class Band:
    """Quantiles of several curves at each position, (points,) float32 each: minimum, lower quartile, median,
    upper quartile and maximum."""

    low: NDArray[np.float32]
    lower: NDArray[np.float32]
    median: NDArray[np.float32]
    upper: NDArray[np.float32]
    high: NDArray[np.float32]


def band_of(curves: Sequence[NDArray[np.float32]]) -> Band:
    """Band of one or more curves (points,) of equal length."""
    found = np.percentile(np.stack(curves), (0, 25, 50, 75, 100), axis=0).astype(np.float32)
    return Band(*found)


def deviation_of(paintings: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """Standard deviation of each pixel, (height, width), over two or more paintings (height, width, 3), in
    steps of 255: root mean square over the three colours."""
    variance: NDArray[Any] = np.var(np.stack(paintings).astype(np.float32), axis=0, ddof=1)
    deviation: NDArray[np.float32] = np.sqrt(variance.mean(axis=2))
    return deviation


def _p_value(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    """Two-sided p of the Mann-Whitney test, for values of which less is better."""
    from scipy.stats import PermutationMethod, mannwhitneyu  # takes seconds to import

    both = np.concatenate([one, two])
    has_ties = len(np.unique(both)) < len(both)
    # With a fixed seed, so that equal runs give an equal p.
    method = (
        PermutationMethod(n_resamples=_PERMUTATIONS, rng=np.random.default_rng(1)) if has_ties else "auto"
    )
    return float(mannwhitneyu(one, two, alternative="two-sided", method=method).pvalue)


def _numbers(found: RankTest, spell: Spell) -> str:
    return (
        f"Mann-Whitney, U = {spell(found.u, 'g')}, p = {spell(found.p, '.2g')}, probability "
        f"of superiority {100 * found.superiority:.0f} %"
    )


def _chance_in_words(p: float, spell: Spell) -> str:
    return f"{spell(100 * p, '.2g')} %" if p >= 1e-4 else "less than 0.01 %"


def _measure(objective: Objective) -> str:
    if objective.reaches is not None:
        return "Seconds"
    return _MEASURES[objective.measure]
