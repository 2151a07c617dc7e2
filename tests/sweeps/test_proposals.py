"""Proposals of grid and random search depend on seed and number alone; Optuna repeats its own for equal
results."""

import math
from itertools import count, islice, takewhile
from statistics import mean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cadl_desktop.experiment import Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.sweeps import (
    Choices,
    Limit,
    Networks,
    Objective,
    Range,
    Sweep,
    Trial,
    Varied,
    check_sweep,
    experiment_of,
    proposed,
    varied_of,
)
from cadl_desktop.sweeps.plan.proposals import Proposer, grid_size
from cadl_desktop.sweeps.plan.sweep_model import LENGTH_UNITS, Length, LengthUnit, Point
from cadl_desktop.sweeps.plan.trials import stop_of_adopted, stop_of_trial
from cadl_desktop.sweeps.records.sweep_folder import members_of_sweep, sweep_from_members
from cadl_desktop.sweeps.records.sweep_status import trials_wanted

PAINTING = preset("lecture-painting")


def sweep(*varied: str, **changes: object) -> Sweep:
    read = tuple(varied_of(text, PAINTING) for text in varied)
    return replace(Sweep(base=PAINTING, varied=read), **changes)


def trials(of: Sweep) -> list[Trial]:
    found = (proposed(of, number) for number in count(1))
    return [trial for trial in takewhile(lambda trial: trial is not None, found) if trial]


def test_a_grid_is_every_combination_once_with_every_seed() -> None:
    grid = sweep("optimizer.rate=1e-4..1e-2,log,3", "layers.0.units=8..9", strategy="grid", seeds=2)
    found = trials(grid)
    assert grid_size(grid) == 6
    assert [trial.number for trial in found] == list(range(1, 13))
    assert [trial.seed for trial in found] == [PAINTING.seed, PAINTING.seed + 1] * 6
    assert [dict(trial.point)["layers.0.units"] for trial in found[::2]] == [8, 9] * 3
    rates = [dict(trial.point)["optimizer.rate"] for trial in found[::4]]
    assert rates == [1e-4, 1e-3, 1e-2]
    assert trials(replace(grid, limit=Limit(trials=5))) == found[:5]


def test_where_nothing_else_varies_each_seed_is_trained_once() -> None:
    of = sweep(strategy="grid", seeds=3)
    assert trials(of) == [Trial(number, PAINTING.seed + number - 1, ()) for number in (1, 2, 3)]
    assert trials_wanted(of) == 3
    assert sweep_from_members(members_of_sweep(of)) == of
    assert experiment_of(of, trials(of)[2]) == replace(PAINTING, seed=PAINTING.seed + 2)


def test_a_trial_trains_what_its_point_says() -> None:
    short = PAINTING.layers[:1]
    point = (("layers.0.units", 9), ("layers", short), ("schedule.floor", 0.5), ("schedule.kind", "cosine"))
    of = Sweep(base=PAINTING, varied=(), limit=Limit(seconds_each=2.5))
    experiment = experiment_of(of, Trial(3, 7, point))
    assert experiment.layers == (short[0].has(units=9),)
    assert experiment.schedule == part("schedule", "cosine", floor=0.5)
    assert experiment.seed == 7
    assert experiment.stop == replace(PAINTING.stop, seconds=2.5)


@pytest.mark.parametrize("unit", LENGTH_UNITS)
def test_the_length_of_trials_takes_the_place_of_all_others(unit: LengthUnit) -> None:
    rules = Stop(epochs=9, seconds=60.0, change_below=0.5)
    of = Sweep(base=replace(PAINTING, stop=rules), varied=(), limit=Limit(length=Length(7, unit)))
    none = Stop(epochs=None, change_below=0.5)
    assert experiment_of(of, Trial(1, 1, ())).stop == replace(none, **{unit: 7})
    assert sweep_from_members(members_of_sweep(of)) == of


def test_an_adopted_trial_has_no_limit_of_time_that_only_its_sweep_has_set() -> None:
    own = Stop(epochs=9)
    for limit in (Limit(length=Length(7.0, "seconds")), Limit(length=Length(7.0, "processor_seconds"))):
        assert stop_of_adopted(stop_of_trial(own, limit), own) == own
    assert stop_of_adopted(stop_of_trial(own, Limit(seconds_each=7.0)), own) == own
    timed = Stop(epochs=None, seconds=60.0)
    assert stop_of_adopted(stop_of_trial(timed, Limit()), timed) == timed
    for length in (Length(7, "steps"), Length(7, "epochs")):
        stop = stop_of_trial(timed, Limit(length=length))
        assert stop_of_adopted(stop, timed) == stop


def test_a_preset_brings_all_but_the_data() -> None:
    own = replace(PAINTING, data=PAINTING.data.has(longest=20))
    trial = Trial(0, 4, (("preset", "siren-painting"), ("optimizer.rate", 0.5)))
    experiment = experiment_of(Sweep(base=own, varied=()), trial)
    siren = preset("siren-painting")
    assert (experiment.layers, experiment.data, experiment.name) == (siren.layers, own.data, own.name)
    assert experiment.optimizer == siren.optimizer.has(rate=0.5)


NUMBERS = st.floats(1e-9, 1e9)
WHOLE = st.integers(1, 10**6)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    ends = draw(st.lists(draw(st.sampled_from([NUMBERS, WHOLE])), min_size=2, max_size=2, unique=True))
    return Range(min(ends), max(ends), logarithmic=draw(st.booleans()), steps=draw(st.integers(1, 5)))


@st.composite
def sweeps(draw: st.DrawFn) -> Sweep:
    names = st.text("abc", min_size=1, max_size=3)
    among = st.one_of(
        ranges(),
        st.builds(Choices, st.lists(names, min_size=1, max_size=3).map(tuple)),
        st.just(Networks((PAINTING.layers, PAINTING.layers[:1]))),
    )
    varied = draw(st.lists(among, min_size=1, max_size=3))
    return Sweep(
        base=PAINTING,
        varied=tuple(Varied(f"at{place}", each) for place, each in enumerate(varied)),
        strategy=draw(st.sampled_from(["grid", "random"])),
        seed=draw(st.integers(0, 2**31 - 1)),
        seeds=draw(st.integers(1, 3)),
        limit=Limit(trials=draw(st.integers(1, 30))),
    )


def may_be(value: object, among: Range | Choices | Networks) -> bool:
    if not isinstance(among, Range):
        return value in among.values
    assert isinstance(value, (int, float))
    return isinstance(value, int) == isinstance(among.low, int) and among.low <= value <= among.high


@settings(max_examples=25, deadline=None)
@given(sweeps())
def test_proposals_stay_within_what_may_be_and_come_again(of: Sweep) -> None:
    found = trials(of)
    whole = grid_size(of) * of.seeds if of.strategy == "grid" else math.inf
    assert len(found) == min(of.limit.trials or 0, whole)
    for trial in found:
        assert [path for path, _ in trial.point] == [each.path for each in of.varied]
        assert all(may_be(value, each.among) for (_, value), each in zip(trial.point, of.varied, strict=True))
    again = sweep_from_members(members_of_sweep(of))
    assert again == of
    assert list(islice(trials(again), 5)) == found[:5]


def test_chance_reaches_both_ends_of_whole_numbers_and_all_of_a_logarithmic_range() -> None:
    by_chance = sweep("layers.0.units=3..5", "optimizer.rate=1e-4..1.0,log", limit=Limit(trials=300))
    points = [dict(trial.point) for trial in trials(by_chance)]
    counts = [sum(point["layers.0.units"] == units for point in points) for units in (3, 4, 5)]
    assert min(counts) > 60
    below = sum(float(str(point["optimizer.rate"])) < 1e-2 for point in points)
    assert 110 < below < 190
    other = trials(replace(by_chance, seed=2))
    assert other[0].point != trials(by_chance)[0].point


def test_what_learns_from_trials_is_not_proposed_without_them() -> None:
    with pytest.raises(ValueError, match="'tpe' proposes by what earlier trials came to"):
        proposed(sweep("l1=0.0..1.0", strategy="tpe"), 0)


RATE, UNITS, BEND = "optimizer.rate=1e-5..1.0,log", "layers.0.units=4..256", "layers.0.activation=relu|tanh"


def learning_sweep(strategy: str, *texts: str, **changes: Any) -> Sweep:
    made = Sweep(base=PAINTING, varied=tuple(varied_of(text, PAINTING) for text in texts))
    return replace(made, strategy=strategy, **({"limit": Limit(trials=20)} | changes))


def cost(point: Point) -> float:
    """Cost that is least at a rate of 0.003 with tanh."""
    values = dict(point)
    rate = values["optimizer.rate"]
    assert isinstance(rate, float)
    return (math.log10(rate) + 2.5) ** 2 + (values.get("layers.0.activation") == "relu")


def points_of(of: Sweep, sign: float = 1.0) -> list[Point]:
    """Points of a whole sweep, in which each trial's cost is reported before the next proposal."""
    assert check_sweep(of) == []
    proposer, found = Proposer(of), []
    while trial := proposer.propose():
        proposer.tell(trial.number, sign * cost(trial.point))
        found.append(trial.point)
    return found


@pytest.mark.parametrize("texts", [("tpe", RATE, UNITS, BEND), ("cmaes", RATE, UNITS)])
def test_samplers_learn_and_repeat_their_proposals(texts: tuple[str, ...]) -> None:
    of = learning_sweep(*texts, limit=Limit(trials=24))
    found, other = (points_of(replace(of, seed=seed)) for seed in (1, 2))
    assert len(found) == 24
    first, last = ([*map(cost, (*found[part], *other[part]))] for part in (slice(8), slice(16, 24)))
    assert mean(last) < 0.8 * mean(first)
    assert points_of(of) == found != other
    assert all(4 <= dict(point)["layers.0.units"] <= 256 for point in found)


def test_the_direction_of_the_objective_is_respected() -> None:
    base = learning_sweep("tpe", RATE, BEND)
    more = replace(base, objective=Objective(measure="seen_psnr"))
    assert points_of(more, sign=-1.0) == points_of(base)
    seconds = replace(base, objective=Objective(measure="seen_psnr", reaches=20.0))
    assert points_of(seconds) == points_of(base)


def test_seeds_share_a_point_and_failed_trials_are_ignored() -> None:
    proposer = Proposer(learning_sweep("tpe", RATE, UNITS, seeds=3))
    trials = [trial for _ in range(6) if (trial := proposer.propose())]
    assert [trial.seed for trial in trials] == [PAINTING.seed + offset for offset in (0, 1, 2)] * 2
    assert len({trial.point for trial in trials}) == 2
    for number in (4, 1, 5, 6, 2, 3):
        proposer.tell(number, None if number > 3 else 1.0)
    assert proposer.propose() is not None


def test_the_proposer_also_covers_grid_and_random_search() -> None:
    for strategy in ("grid", "random"):
        of = learning_sweep(strategy, RATE, BEND)
        proposer = Proposer(of)
        found = [proposer.propose() for _ in range(12)]
        assert found == [proposed(of, number) for number in range(1, 13)]
        proposer.tell(1, 1.0)
