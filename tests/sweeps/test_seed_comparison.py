"""Comparison of seeds: results come with their numbers, and few seeds claim nothing."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cadl_desktop.experiment import preset
from cadl_desktop.sweeps import Objective, Sweep, varied_of
from cadl_desktop.sweeps.findings.seed_comparison import (
    Spread,
    band_of,
    compare,
    deviation_of,
    luck_in_words,
    spreads_of,
)
from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.records.sweep_log import Ending, Record, TrialEnded, TrialStarted
from cadl_desktop.sweeps.records.sweep_status import SweepStatus

CURVE = preset("lecture-tanh")
NAN = math.nan
values = st.lists(st.sampled_from([1.0, 2.0, 2.5, 3.0, NAN]), min_size=2, max_size=4)


def spread(name: str, *costs: float, **objective: object) -> Spread:
    return Spread(name, costs, Objective(**objective))


def status_of(sweep: Sweep, *ends: tuple[Ending, float | None]) -> SweepStatus:
    records: list[Record] = []
    for number, (reason, value) in enumerate(ends, 1):
        trial = proposed(sweep, number)
        assert trial
        records += [
            TrialStarted(0.0, number, trial.seed, trial.point),
            TrialEnded(1.0, number, reason, value),
        ]
    return SweepStatus().with_news(records)


@settings(max_examples=40, deadline=None)
@given(values, values)
def test_p_equals_that_of_all_permutations(first: list[float], second: list[float]) -> None:
    def u(ones: list[float], twos: list[float]) -> float:
        return sum((one < two) + (one == two) / 2 for one in ones for two in twos)

    found = compare(spread("a", *first), spread("b", *second))
    assert found
    all_runs = [math.inf if math.isnan(value) else value for value in first + second]
    middle = len(first) * len(second) / 2
    own = u(all_runs[: len(first)], all_runs[len(first) :])
    dealt = []
    for chosen in combinations(range(len(all_runs)), len(first)):
        ones = [all_runs[place] for place in chosen]
        twos = [value for place, value in enumerate(all_runs) if place not in chosen]
        dealt.append(u(ones, twos))
    more, less = (sum(sign * each >= sign * own for each in dealt) / len(dealt) for sign in (1, -1))
    assert found.p == pytest.approx(min(1.0, 2 * min(more, less)))
    assert found.u == max(own, 2 * middle - own)


def test_a_clear_difference_is_reported_with_its_numbers() -> None:
    wide = spread("Wide", *(0.1 + 0.01 * seed for seed in range(8)))
    narrow = spread("Narrow", *(0.155 + 0.01 * seed for seed in range(8)))
    assert luck_in_words([wide, narrow], can_test=True) == [
        "Of 64 pairs of runs “Wide” is better in 61 and “Narrow” in 3. Were they alike, chance would make "
        "such a difference in 0.11 % of comparisons (Mann-Whitney, U = 61, p = 0.0011, probability of "
        "superiority 95 %): more than luck.",
        "Cost of “Wide” over 8 seeds: 0.1350 in the median, 0.1000 to 0.1700.",
        "Cost of “Narrow” over 8 seeds: 0.1900 in the median, 0.1550 to 0.2250.",
    ]
    assert len(luck_in_words([wide, narrow], can_test=False)) == 2
    many = spread("Wide", *np.arange(40.0)), spread("Narrow", *np.arange(100.5, 140.0))
    assert "in less than 0.01 % of comparisons" in luck_in_words(many, can_test=True)[0]


def test_few_seeds_and_small_differences_are_not_significant() -> None:
    few = luck_in_words([spread("b", 4.0, 5.0, 6.0), spread("a", 1.0, 2.0, 3.0)], can_test=True)[0]
    assert few.startswith("Of 9 pairs of runs “a” is better in 9 and “b” in 0. With so few seeds nothing can")
    assert "p is 0.1 at best; train 4 seeds of each or more" in few
    near = luck_in_words([spread("a", 1, 3, 5, 7), spread("b", 2, 4, 6, 8)], can_test=True)[0]
    assert near.endswith("it may be luck.")
    alike = luck_in_words([spread("a", *[1.0] * 8), spread("b", *[1.0] * 8)], can_test=True)[0]
    assert "“a” is better in 0 and “b” in 0" in alike
    assert "U = 32, p = 1, probability of superiority 50 %" in alike
    assert len(luck_in_words([spread("a", 1.0), spread("b", 2.0, 3.0)], can_test=True)) == 2


def test_runs_that_diverged_are_the_worst() -> None:
    some = spread("a", 1.0, NAN, 3.0, 2.0)
    assert some.median == 2.5
    assert luck_in_words([some], can_test=False) == [
        "Cost of “a” over 4 seeds: 2.500 in the median, 1.000 to 3.000. "
        "1 of them came to nothing, which counts as the worst."
    ]
    most = spread("a", 1.0, NAN, NAN, NAN)
    assert luck_in_words([most], can_test=True) == [
        "Cost of “a” over 4 seeds: 1.000 to 1.000. 3 of them came to nothing, which counts as the worst."
    ]
    assert luck_in_words([spread("a", NAN)], can_test=True) == ["“a” came to nothing with one seed."]
    assert luck_in_words([spread("a", NAN, NAN)], can_test=True) == [
        "None of 2 seeds of “a” came to anything."
    ]
    assert luck_in_words([spread("a", 2.0), spread("b")], can_test=False) == [
        "Cost of “a” from a single seed: 2.000."
    ]
    bright = [
        spread(name, *values, measure="seen_psnr") for name, values in (("a", (9.0, NAN)), ("b", (8.0, 7.0)))
    ]
    found = compare(*bright)
    assert found
    assert (found.better.name, found.wins, found.losses) == ("a", 2, 2)
    assert bright[1].median == 7.5
    assert luck_in_words(bright[1:], can_test=True) == [
        "PSNR of “b” over 2 seeds: 7.50 dB in the median, 7.00 to 8.00 dB."
    ]


def test_the_points_of_a_sweep_are_its_designs() -> None:
    seeds = Sweep(base=CURVE, varied=(), seeds=3, strategy="grid")
    status = status_of(seeds, ("epochs", 0.2), ("failed", None), ("diverged", 0.1))
    (found,) = spreads_of(seeds, status)
    assert (found.name, found.values[0], found.own) == (CURVE.name, 0.2, 0.2)
    assert found.failed == 1
    assert luck_in_words([found], can_test=True)[-1] == (
        "With its own seed it is number 1 of 2, counted from the best."
    )
    two = replace(seeds, varied=(varied_of("layers=8|4", CURVE),), seeds=2, objective=Objective(reaches=0.1))
    reached = status_of(two, ("reached", 3.0), ("epochs", None), ("reached", 1.0), ("reached", 2.0))
    assert [each.name for each in spreads_of(two, reached)] == ["layers=8", "layers=4"]
    assert luck_in_words(spreads_of(two, reached), can_test=True)[2] == (
        "Seconds of “layers=4” over 2 seeds: 1.5 in the median, 1 to 2."
    )


def test_the_band_and_the_deviation() -> None:
    curves = [np.full(4, value, np.float32) for value in (1, 2, 3, 4, 9)]
    band = band_of(curves)
    parts = (band.low, band.lower, band.median, band.upper, band.high)
    assert [part.tolist() for part in parts] == [[value] * 4 for value in (1.0, 2.0, 3.0, 4.0, 9.0)]
    paintings = [np.full((2, 3, 3), value, np.uint8) for value in (10, 20)]
    paintings[1][0, 0] = (10, 10, 255)
    deviation = deviation_of(paintings)
    assert (deviation.shape, deviation.dtype) == ((2, 3), np.float32)
    assert deviation[1] == pytest.approx(math.sqrt(50))
    assert deviation[0, 0] == pytest.approx(math.sqrt(245**2 / 2 / 3))
