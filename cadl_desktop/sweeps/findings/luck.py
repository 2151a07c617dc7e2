"""Was it luck? What the seeds of a design make of it, and whether two designs differ beyond their seeds."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.sentences import shown
from cadl_desktop.sweeps.plan.spelling import point_in_words
from cadl_desktop.sweeps.plan.sweep import Measure, Objective, Point, Sweep
from cadl_desktop.sweeps.records.log import Ending
from cadl_desktop.sweeps.records.standing import Standing, TrialStanding

Spell = Callable[[float, str], str]
"""Spells a number in a format."""
MORE_THAN_LUCK = 0.05
"""The usual limit: what luck alone does less often than this is called more than luck."""
FEWEST_TELLING = 4
"""Seeds of each of two designs, with which a result beyond that limit is possible at all."""
ERRORS: tuple[Ending, ...] = ("failed", "refused")
"""Ends that say nothing of a design."""
_RESAMPLED = 20_000
"""Ways to deal the runs out among two designs that are looked at where some came to the same. All there are
for eight seeds of each, 12,870."""

_MEASURES: dict[Measure, str] = {
    "cost": "Cost",
    "validation_cost": "Cost of what was held back",
    "seen_psnr": "PSNR",
    "held_out_psnr": "PSNR of what was held back",
    "hidden_psnr": "PSNR of what is hidden",
}


@dataclass(frozen=True)
class Spread:
    """What the seeds of one design came to: the objective's value of each run that is over; NaN of those that
    came to nothing, as they diverged, which count as the worst. `own` is that of the base's seed, once there
    is one."""

    name: str
    values: tuple[float, ...]
    objective: Objective
    own: float | None = None

    @property
    def ranked(self) -> tuple[float, ...]:
        """From the best to the worst, less always better."""
        sign = -1.0 if self.objective.wants_more else 1.0
        return tuple(sorted(math.inf if math.isnan(value) else sign * value for value in self.values))

    @property
    def known(self) -> tuple[float, ...]:
        """From the best to the worst of those that came to something."""
        known = (value for value in self.values if not math.isnan(value))
        return tuple(sorted(known, reverse=self.objective.wants_more))

    @property
    def failed(self) -> int:
        """How many came to nothing."""
        return len(self.values) - len(self.known)

    @property
    def median(self) -> float:
        """Of all; NaN where it would lie among those that came to nothing."""
        middle = float(np.median(self.ranked)) if self.values else math.inf
        if math.isinf(middle):
            return math.nan
        return -middle if self.objective.wants_more else middle


@dataclass(frozen=True)
class Comparison:
    """Two designs compared in each pair of their runs: in how many pairs `better` is better than `other`, in
    how many it is the other way round, and `p`: were the two alike, in what share of such comparisons chance
    would make so large a difference, in either direction. No result of so many seeds has a smaller one than
    `least_p`."""

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
        """The better one's U of Mann and Whitney (1947): its wins, and half of the pairs that are equal."""
        return self.wins + (self.pairs - self.wins - self.losses) / 2

    @property
    def superiority(self) -> float:
        """How probable it is that a run of the better one is the better one of a pair."""
        return self.u / self.pairs


def spreads_of(sweep: Sweep, standing: Standing) -> list[Spread]:
    """Of each point of a sweep, in the order in which they were begun, called by what varies, or as the base
    where only the seed does. Trials that an error has ended say nothing of their design, and are left out."""
    values: dict[Point, dict[int, float]] = {}
    for trial in standing.trials.values():
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


def value_of(trial: TrialStanding) -> float | None:
    """What a trial has come to, also so far; None of one that came to nothing, or diverged."""
    has_diverged = trial.ended is not None and trial.ended.reason == "diverged"
    value = None if has_diverged else trial.value
    return value if value is not None and math.isfinite(value) else None


def compared(first: Spread, second: Spread) -> Comparison | None:
    """Whether two designs differ beyond their seeds, by the test of Mann and Whitney (1947); None as long as
    either has fewer than two runs.

    Exact for up to eight seeds of one of them; where runs are equal, by dealing all of them out anew. Raises
    ImportError without SciPy, which takes some seconds to import.
    """
    one, two = np.array(first.ranked), np.array(second.ranked)
    if min(len(one), len(two)) < 2:
        return None
    wins = int((one[:, np.newaxis] < two).sum())
    losses = int((one[:, np.newaxis] > two).sum())
    p = _chance(one, two)
    least = min(1.0, 2 / math.comb(len(one) + len(two), len(one)))
    if wins >= losses:
        return Comparison(first, second, wins, losses, p, least)
    return Comparison(second, first, losses, wins, p, least)


def luck_in_words(spreads: Sequence[Spread], *, all_over: bool, spell: Spell = format) -> list[str]:
    """What is to be said of the seeds of some designs: of two whether they differ beyond luck, a sentence for
    each, and of one alone where its own seed stands. Whether they differ is said when all runs are over:
    whoever looks after each run, and stops when it suits them, finds differences where there are none.

    Raises ImportError without SciPy.
    """
    found = [spread_in_words(each, spell) for each in spreads if each.values]
    if len(spreads) == 1 and (place := place_in_words(spreads[0])):
        found.append(place)
    if len(spreads) == 2 and all_over and (comparison := compared(*spreads)):
        found.insert(0, comparison_in_words(comparison, spell))
    return found


def spread_in_words(spread: Spread, spell: Spell) -> str:
    """'Cost of “Wide” over 8 seeds: 0.0123 in the median, 0.0101 to 0.021.' Of a spread that has values."""
    known, count, median = spread.known, len(spread.values), spread.median
    if not known and count == 1:
        return f"“{shown(spread.name)}” came to nothing with one seed."
    if not known:
        return f"None of {count} seeds of “{shown(spread.name)}” came to anything."
    measured = f"{_measure(spread.objective)} of “{shown(spread.name)}”"
    best, worst = spell(known[0], ".4g"), spell(known[-1], ".4g")
    if count == 1:
        return f"{measured} with one seed: {best}."
    in_the_median = "" if math.isnan(median) else f"{spell(median, '.4g')} in the median, "
    words = f"{measured} over {count} seeds: {in_the_median}{best} to {worst}."
    failed = f" {spread.failed} of them came to nothing, which counts as the worst." if spread.failed else ""
    return words + failed


def place_in_words(spread: Spread) -> str | None:
    """Where the base's own seed stands among two or more; None before that is known."""
    if spread.own is None or math.isnan(spread.own) or len(spread.values) < 2:
        return None
    better = spread.known.index(spread.own)
    return f"With its own seed it is number {better + 1} of {len(spread.values)}, counted from the best."


def comparison_in_words(found: Comparison, spell: Spell) -> str:
    """'Of 64 pairs of runs “Wide” is better in 60 and “Narrow” in 4. ...: more than luck.'"""
    better, other = shown(found.better.name), shown(found.other.name)
    return (
        f"Of {found.pairs} pairs of runs “{better}” is better in {found.wins} and “{other}” in "
        f"{found.losses}. {_verdict(found, spell)}"
    )


def _verdict(found: Comparison, spell: Spell) -> str:
    if found.least_p >= MORE_THAN_LUCK:
        return (
            "With so few seeds nothing can be told from luck, as p is "
            f"{spell(found.least_p, '.2g')} at best; train {FEWEST_TELLING} seeds of each or more "
            f"({_numbers(found, spell)})."
        )
    verdict = "more than luck" if found.p < MORE_THAN_LUCK else "it may be luck"
    return (
        "Were they alike, chance would make such a difference in "
        f"{_chance_in_words(found.p, spell)} of comparisons ({_numbers(found, spell)}): {verdict}."
    )


@dataclass(frozen=True, eq=False)
class Band:
    """Where the curves of several seeds lie, at each of their positions, (points,) float32 each: between
    `low` and `high` all of them, between the quartiles `lower` and `upper` half of them."""

    low: NDArray[np.float32]
    lower: NDArray[np.float32]
    median: NDArray[np.float32]
    upper: NDArray[np.float32]
    high: NDArray[np.float32]


def band_of(curves: Sequence[NDArray[np.float32]]) -> Band:
    """Of one curve or more, (points,) each, all of one length."""
    found = np.percentile(np.stack(curves), (0, 25, 50, 75, 100), axis=0).astype(np.float32)
    return Band(*found)


def mean_painting(paintings: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """What several seeds paint in the mean, (height, width, 3), of one painting or more of that shape."""
    mean: NDArray[np.uint8] = np.rint(np.mean(np.stack(paintings), axis=0)).astype(np.uint8)
    return mean


def deviation_of(paintings: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """How far apart several seeds paint each pixel, (height, width): the standard deviation of two paintings
    (height, width, 3) or more, in steps of 255, the root mean square of the three colours'."""
    variance: NDArray[Any] = np.var(np.stack(paintings).astype(np.float32), axis=0, ddof=1)
    deviation: NDArray[np.float32] = np.sqrt(variance.mean(axis=2))
    return deviation


def _chance(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    """The p of Mann and Whitney's test in both directions, of values of which less is better."""
    from scipy.stats import PermutationMethod, mannwhitneyu  # an extra, and seconds

    both = np.concatenate([one, two])
    has_ties = len(np.unique(both)) < len(both)
    # Dealt out by a seed of its own: the same runs have the same p.
    method = PermutationMethod(n_resamples=_RESAMPLED, rng=np.random.default_rng(1)) if has_ties else "auto"
    return float(mannwhitneyu(one, two, alternative="two-sided", method=method).pvalue)


def _numbers(found: Comparison, spell: Spell) -> str:
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
