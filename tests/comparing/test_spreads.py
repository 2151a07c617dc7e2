"""Groups of trainings with something in common, what they made, and sentences equal to SciPy's numbers."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from cadl_desktop.comparing.spreads import (
    few_groups,
    groupings,
    groupings_by_chance,
    outputs_of,
    spread_in_sentences,
)
from cadl_desktop.comparing.training import Setting, Training, TrainingSet
from cadl_desktop.sweeps.plan.sweep_model import DESIGN, Choices
from tests.comparing.sets import ACTIVATION, RATE, UNITS, a_set, only_comparable

DESIGNS = Setting(DESIGN, "Design", Choices(("Wide", "Narrow")))
SEED = Setting("seed", "Seed", Choices(tuple("123456")))
WIDE = [0.1, 0.12, 0.21, 0.15, 0.3, 0.22, 0.11, 0.19]
NARROW = [0.31, 0.33, 0.29, 0.41, 0.14, 0.26, 0.5, 0.35]


def seeds_of(*designs: tuple[str, list[float]], over: int = 99) -> TrainingSet:
    """Seeds of some designs with these costs, NaN for a diverged one; the first `over` of them are over."""
    names = [name for name, _ in designs]
    pairs = [
        (name, cost)
        for costs in zip(*(it for _, it in designs), strict=True)
        for name, cost in zip(names, costs, strict=True)
    ]
    rows = a_set(len(pairs), (DESIGNS,), kind="seeds", groups=names, live=max(0, len(pairs) - over))
    valued = [
        replace(row, value=None, state="diverged") if math.isnan(cost) else replace(row, value=cost)
        for row, (_, cost) in zip(rows.trainings, pairs, strict=True)
    ]
    return replace(rows, trainings=tuple(valued))


def sentences(trainings: TrainingSet, place: int = 0, chosen: tuple[int, ...] = ()) -> list[str]:
    grouping = groupings(trainings)[place]
    return spread_in_sentences(trainings, grouping, few_groups(trainings, grouping.groups, chosen), format)


def test_two_designs_are_tested_after_the_last_seed_as_scipy_tests_them() -> None:
    both = seeds_of(("Wide", WIDE), ("Narrow", NARROW))
    first, *others = sentences(both)
    expected = mannwhitneyu(NARROW, WIDE, alternative="two-sided", method="exact")
    assert first.startswith("Of 64 pairs of runs “Wide” is better in ")
    assert f"U = {expected.statistic:g}, p = {expected.pvalue:.2g}" in first
    assert first.endswith("more than luck.")
    assert others == [
        "Cost of “Wide” over 8 seeds: 0.1700 in the median, 0.1000 to 0.3000.",
        "Cost of “Narrow” over 8 seeds: 0.3200 in the median, 0.1400 to 0.5000.",
    ]
    assert [text[:4] for text in sentences(seeds_of(("Wide", WIDE), ("Narrow", NARROW), over=15))] == [
        "Cost"
    ] * 2
    assert sentences(replace(both, wanted=20))[0].startswith("Cost")  # stopped before the last one
    nothing = seeds_of(("Wide", WIDE), ("Narrow", NARROW), over=0)
    assert sentences(nothing)[0].startswith("None of these runs has ended yet")


def test_a_single_design_has_the_rank_of_its_own_seed() -> None:
    mine = replace(seeds_of(("Mine", [0.12, math.nan, 0.1, 0.2])), settings=())
    assert sentences(mine) == [
        "Cost of “Mine” over 4 seeds: 0.1600 in the median, 0.1000 to 0.2000. "
        "1 of them came to nothing, which counts as the worst.",
        "With its own seed it is number 2 of 4, counted from the best.",
    ]
    (only,) = groupings(mine)
    assert (only.path, [each.name for each in only.groups]) == (DESIGN, ["Mine"])


def test_trials_are_grouped_by_design_or_by_a_setting() -> None:
    sweep = a_set(24, (RATE, ACTIVATION, UNITS))
    (by,) = groupings(sweep)
    assert (by.path, len(by.groups)) == (ACTIVATION.path, 3)
    assert sentences(sweep)[0].startswith("Cost of “Activation of layer 1: tanh” over 8 runs: ")
    assert len(sentences(sweep)) == 4
    kept = replace(sweep, trainings=tuple(each for each in sweep.trainings if each.number % 3), wanted=16)
    assert not any("Mann-Whitney" in text for text in sentences(kept))
    assert sentences(kept)[-1] == "No two of these differ in it alone, as they do in a grid."
    doubled = a_set(8, (RATE, SEED), groups=("",))
    twice = replace(
        doubled,
        trainings=tuple(
            replace(each, point=((RATE.path, 0.1 * (each.number % 4)), ("seed", str(each.number))))
            for each in doubled.trainings
        ),
    )
    (by,) = groupings(twice)
    assert (by.path, [len(group.members) for group in by.groups]) == (DESIGN, [2] * 4)
    assert "over 2 seeds" in sentences(twice)[0]
    alone = a_set(8, (RATE,))
    assert groupings(alone) == []
    assert groupings(a_set(2, (DESIGNS,), kind="seeds", groups=("Wide", "Narrow")))[0].path == DESIGN


def test_of_many_groups_those_with_chosen_trainings_are_shown() -> None:
    five = replace(ACTIVATION, among=Choices(tuple("abcde")))
    many = a_set(20, (RATE, five))
    (by,) = groupings(many)
    assert [each.value for each in few_groups(many, by.groups, (5, 7))] == ["b", "e"]
    best = min(by.groups, key=lambda group: min(each.value or math.inf for each in group.members))
    assert best in few_groups(many, by.groups, ())
    told = sentences(a_set(22, (RATE, five)), chosen=(5, 7))
    assert told[-1] == "2 of 5 groups are shown; choose runs to see theirs."


def test_of_a_grid_it_is_said_which_value_won_how_many_matched_pairs() -> None:
    rates, two = (
        Setting(it.path, it.title, Choices(values))
        for it, values in ((RATE, ("0.1", "0.2", "0.3", "0.4")), (ACTIVATION, ("tanh", "relu")))
    )
    points = [(rate, activation) for rate in rates.among.values for activation in two.among.values]
    costs = (1.0, 2.0, 3.0, 2.0, 5.0, 6.0, math.nan, 9.0)
    trainings = a_set(8, (rates, two))
    rows = [
        replace(
            each,
            seed=1,
            point=((rates.path, rate), (two.path, activation)),
            value=None if math.isnan(cost) else cost,
            state="diverged" if math.isnan(cost) else "epochs",
        )
        for each, (rate, activation), cost in zip(trainings.trainings, points, costs, strict=True)
    ]
    grid = replace(trainings, trainings=tuple(rows))
    place = next(at for at, each in enumerate(groupings(grid)) if each.path == two.path)
    first, *others = sentences(grid, place)
    assert first == (
        "Of 4 pairs that differ in nothing else, “Activation of layer 1: tanh” is better in 2, "
        "“Activation of layer 1: relu” in 2."
    )
    assert not any("chance" in text or "Mann-Whitney" in text for text in others)
    seeded = replace(grid, trainings=tuple(replace(each, seed=each.number) for each in rows))
    assert sentences(seeded, place)[-1] == "No two of these differ in it alone, as they do in a grid."


def test_runs_of_other_data_are_left_out_and_untested() -> None:
    kinds = Setting("data.kind", "Data", Choices(("sine", "line")))
    runs = a_set(12, (RATE, kinds, ACTIVATION), kind="runs")
    (by,) = groupings(only_comparable(replace(runs, wanted=None), kinds.path, "line"))
    assert by.path == ACTIVATION.path
    assert {each.values["data.kind"] for group in by.groups for each in group.members} == {"line"}
    again = replace(
        runs.trainings[-1], number=13, is_shown=True, point=(*runs.trainings[0].point, ("seed", "7"))
    )
    seeded = replace(runs, trainings=(*runs.trainings, again), settings=(*runs.settings, SEED))
    (by,) = groupings(only_comparable(seeded, kinds.path, "sine"))[:1]
    assert by.path == DESIGN
    assert {each.values["data.kind"] for group in by.groups for each in group.members} == {"sine"}
    assert len(by.groups[0].members) == 2
    two = replace(ACTIVATION, among=Choices(("tanh", "relu")))
    told = sentences(replace(a_set(12, (RATE, two), kind="runs"), wanted=None))
    assert [text.split()[0] for text in told] == ["Cost", "Cost", "No"]


def test_runs_are_seeds_only_if_all_else_is_equal() -> None:
    rates, units = (Setting(it.path, it.title, Choices(("1", "2"))) for it in (RATE, UNITS))
    first, second, third = a_set(3, (rates, units), kind="runs").trainings

    def runs(*points: tuple[str, str, str]) -> TrainingSet:
        rows = [
            replace(each, point=((rates.path, rate), (units.path, unit), ("seed", seed)))
            for each, (rate, unit, seed) in zip((first, second, third), points, strict=True)
        ]
        return TrainingSet("runs", "runs", tuple(rows), (rates, units, SEED))

    unequal = runs(("1", "1", "1"), ("2", "1", "1"), ("2", "2", "1"))
    assert groupings_by_chance(unequal) == []
    assert [each.path for each in groupings(unequal)] == [rates.path, units.path]  # means are still shown
    (by,) = groupings_by_chance(runs(("1", "1", "1"), ("2", "1", "1"), ("2", "1", "2")))
    assert (by.path, [len(group.members) for group in by.groups]) == (DESIGN, [1, 2])


def test_what_counts_of_what_was_made() -> None:
    (group,) = groupings(replace(seeds_of(("Mine", [0.1, 0.2, math.nan, 0.4])), settings=()))[0].groups

    def made(*changed: Training) -> list[float]:
        members = tuple(
            replace(each, made=np.full(3, each.number, np.float32)) if each.made is not None else each
            for each in changed
        )
        return [float(each[0]) for each in outputs_of(replace(group, members=members), 1)]

    first, second, third, fourth = group.members
    assert made(first, second, third, fourth) == [1.0, 2.0, 4.0]
    begun = replace(fourth, is_over=False, state="training")
    assert made(first, second, begun) == [1.0, 2.0]  # one that has begun counts less than what is over
    assert made(first, begun) == [1.0]
    assert made(begun, replace(second, is_over=False, state="training")) == [4.0, 2.0]
    assert made(replace(first, made=None), second) == [2.0]
    infinite = replace(second, made=np.full(3, np.inf, np.float32))
    assert outputs_of(replace(group, members=(infinite,)), 1) == []
    assert outputs_of(group, 3) == []


@pytest.mark.parametrize("count", [0, 1])
def test_sets_of_none_or_one(count: int) -> None:
    assert groupings(a_set(count, (RATE, ACTIVATION))) == []
