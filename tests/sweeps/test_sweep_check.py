"""Checks of a sweep before it starts: each problem names its field, and one trial must fit into memory."""

import json
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.experiment.effort import memory_needed
from cadl_desktop.storage.container import DamageError
from cadl_desktop.sweeps import (
    Choices,
    Halving,
    Limit,
    Networks,
    Objective,
    Range,
    Sweep,
    Varied,
    check_sweep,
    varied_of,
)
from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.plan.sweep_check import WORKER_BYTES, check_trial_memory, trial_bytes, trials_at_once
from cadl_desktop.sweeps.plan.sweep_model import DESIGN, Designs, Length
from cadl_desktop.sweeps.plan.trials import at_point, experiment_of, rungs, survives_rung
from cadl_desktop.sweeps.records.sweep_folder import SWEEP, members_of_sweep, sweep_from_members
from tests.sweeps.sweep_folders import a_sweep

PAINTING, CURVE = preset("lecture-painting"), preset("lecture-tanh")
RATE = Varied("optimizer.rate", Range(1e-4, 0.1, logarithmic=True))


def sweep(*varied: Varied | str, **changes: Any) -> Sweep:
    base = changes.pop("base", PAINTING)
    read = [each if isinstance(each, Varied) else varied_of(each, base) for each in varied]
    made = Sweep(base=base, varied=tuple(read or [RATE]), limit=Limit(trials=20))
    return replace(made, **changes)


def problems_of(of: Sweep) -> list[tuple[str, str]]:
    return [(found.field, found.message) for found in check_sweep(of)]


@pytest.mark.parametrize(
    "sound",
    [
        sweep(),
        sweep("optimizer.rate=1e-4..0.1,log", "layers=64|32,32", "layers.0.units=8..16"),
        sweep(
            "preset=lecture-painting|siren-painting",
            "optimizer.rate=1e-4..1e-3",
            objective=Objective(measure="seen_psnr"),
        ),
        sweep("cost=l1|l2", objective=Objective(measure="seen_psnr")),
        sweep("validation=10%..30%", objective=Objective(measure="held_out_psnr", reaches=20.0)),
        sweep("optimizer.kind=adam|rmsprop", RATE, strategy="tpe", limit=Limit(seconds_together=60.0)),
        sweep("l1=0.0..1.0", RATE, strategy="cmaes", pruning=Halving(least=3)),
        sweep(varied=(), seeds=8, strategy="grid", limit=Limit()),
        sweep("stop.epochs=10..20", "layers.0.activation=relu|tanh", strategy="grid", limit=Limit()),
    ],
)
def test_sound_sweeps(sound: Sweep) -> None:
    assert check_sweep(sound) == []


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        (
            sweep(Varied("optimizer.rat", Range(0.1, 1.0))),
            "optimizer.rat",
            "there is no setting of this name;",
        ),
        (sweep(Varied("l1", Choices(("0", "x")))), "l1", "'x' is not a number."),
        (sweep("l1=0.0..2000.0"), "l1", "2000 is too large; choose 1000 or less. It is so with l1=2000.0."),
        (sweep(Varied("l1", Range(0, 1))), "l1", "has numbers like 1.0; begin and end the range with such."),
        (sweep(Varied("batch_size", Range(1.0, 9.0))), "batch_size", "has whole numbers; begin and end"),
        (sweep(Varied("cost", Range(1.0, 9.0))), "cost", "'1.0' is not known; choose"),
        (sweep(Varied("l1", Range(1.0, 0.5))), "l1", "1.0 to 0.5 is no range; its end must be larger"),
        (sweep("l1=0.0..inf"), "l1", "inf is not a finite number; choose another."),
        (sweep("l1=nan..1.0"), "l1", "nan is not a finite number; choose another."),
        (sweep("l1=0.0..1.0,log"), "l1", "A logarithmic range can't start from 0.0; choose more than 0."),
        (sweep("l1=0.0..1.0,0"), "l1", "0 steps are no grid; choose 1 to 1000."),
        (sweep(Varied("cost", Choices(()))), "cost", "has nothing to choose among"),
        (
            sweep("layers.0.activation=relu|tanh|relu"),
            "layers.0.activation",
            "'relu' is there twice;",
        ),
        (sweep("l1=0.1|0.2|0.10"), "l1", "'0.10' is there twice; name it once."),
        (sweep("layers=64|32,32|64"), "layers", "'64' is there twice; name it once."),
        (sweep(RATE, RATE), "optimizer.rate", "varies twice; name it once."),
        (sweep("seed=1..9"), "seed", "is the trials' own; say how many seeds"),
        (
            sweep("cost=l1|l2"),
            "objective.measure",
            "Where cost or target scaling vary, trials can't be compared by their cost; choose the PSNR.",
        ),
        (
            sweep("target_scaling=signed|none", base=CURVE),
            "objective.measure",
            "Where cost or target scaling vary, trials can't be compared by their cost; choose R².",
        ),
        (sweep("name=a|b"), "name", "changes no number; vary another setting."),
        (sweep("preset=lecture-tanh|x"), "preset", "The preset 'lecture-tanh' is not for data as those of"),
        (sweep("preset=siren|x"), "preset", "'siren' is no preset; "),
        (sweep(Varied("layers", Networks(()))), "layers", "has nothing to choose among"),
        (sweep("layers=8|4", "layers.1.units=4..8"), "layers.1.units", "there is no setting of this name;"),
        (
            sweep("optimizer.kind=adam|momentum", Varied("optimizer.momentum", Range(0.1, 0.9))),
            "optimizer.momentum",
            "there is no setting of this name;",
        ),
        (sweep(Varied("cost", Networks((PAINTING.layers,)))), "cost", "can't be layers; call what varies"),
        (sweep(Varied("layers", Choices(("64",)))), "layers", "there is no setting of this name;"),
        (sweep(Varied("data.mask", Choices(("a.png",)))), "data.mask", "a mask can't be written as text;"),
        (
            sweep(base=replace(PAINTING, seed=2**31 - 2), seeds=3),
            "seeds",
            "3 is not possible; choose 1 to 2.",
        ),
        (
            sweep(varied=(), strategy="grid"),
            "varied",
            "Nothing varies; name a setting, or train with several",
        ),
        (sweep(varied=(), seeds=2), "strategy", "Only the seed varies; choose the grid"),
        (
            sweep(varied=(), seeds=2, strategy="grid", pruning=Halving(least=1)),
            "pruning",
            "Only the seed varies; train each to its end",
        ),
        (
            sweep(varied=(), seeds=2, strategy="grid", base=replace(PAINTING, stop=Stop(epochs=None))),
            "limit.length",
            "No trial would end; say how many epochs each has.",
        ),
        (sweep(seeds=0), "seeds", "0 is not possible; choose 1 to 1,000."),
        (sweep(limit=Limit(trials=0)), "limit.trials", "0 is not possible; choose 1 to 100,000."),
        (sweep(limit=Limit()), "limit.trials", "Nothing ends the sweep; say how many trials"),
        (sweep(limit=Limit(trials=1, seconds_each=0.0)), "limit.seconds_each", "0.0 is no time;"),
        (sweep(limit=Limit(trials=1, length=Length(0, "steps"))), "limit.length", "0 is not possible;"),
        (sweep(limit=Limit(trials=1, length=Length(2.5, "epochs"))), "limit.length", "2.5 is no whole"),
        (
            sweep(limit=Limit(trials=1, length=Length(0.0, "processor_seconds"))),
            "limit.length",
            "0.0 is no time;",
        ),
        (
            sweep("stop.steps=10..20", limit=Limit(trials=1, length=Length(9, "epochs"))),
            "limit.length",
            "The lengths of trials vary",
        ),
        (sweep("l1=0.0..1.0,1000", "l2=0.0..1.0,1000", strategy="grid"), "strategy", "A grid of 1,000,000"),
        (sweep("cost=l1|l2", RATE, strategy="cmaes"), "cost", "CMA-ES can't vary choices; give a range"),
        (sweep(strategy="cmaes"), "strategy", "CMA-ES needs two ranges or more; let TPE propose."),
        (sweep(pruning=Halving(least=0)), "pruning.least", "0 is not possible;"),
        (sweep(pruning=Halving(least=1, factor=1)), "pruning.factor", "1 is not possible; choose 2 to 100."),
        (
            sweep(base=CURVE, objective=Objective(measure="seen_psnr")),
            "objective.measure",
            "A curve has no PSNR; choose R².",
        ),
        (sweep(objective=Objective(measure="validation_cost")), "objective.measure", "Nothing is held out"),
        (sweep(objective=Objective(measure="hidden_psnr")), "objective.measure", "No pixel is hidden;"),
        (
            sweep(base=replace(PAINTING, stop=Stop(epochs=None))),
            "limit.length",
            "No trial would end; say how many epochs each has.",
        ),
        (sweep(base=replace(PAINTING, batch_size=0)), "batch_size", "0 is too small;"),
    ],
)
def test_problems_name_their_field(wrong: Sweep, field: str, message: str) -> None:
    (found,) = problems_of(wrong)
    assert found[0] == field
    assert found[1].startswith(message)


def test_problems_of_some_points_name_one() -> None:
    objective = Objective(measure="hidden_psnr")
    for wrong in (sweep(RATE, objective=objective), sweep(base=replace(PAINTING, stop=Stop(epochs=None)))):
        assert "It is so with" not in problems_of(wrong)[0][1]
    assert "It is so with l1=2000.0" in problems_of(sweep("l1=0.0..2000.0", RATE))[0][1]


def test_a_sweep_file_is_validated() -> None:
    members = members_of_sweep(sweep())
    plain = json.loads(members[SWEEP])
    assert "base" not in plain
    for wrong in ({"seeds": "2"}, {"strategy": "annealing"}, {"varied": 3}, {"unknown": 1}, {"seed": -1}):
        with pytest.raises(DamageError, match=r"'sweep\.json' in it is damaged"):
            sweep_from_members(members | {SWEEP: msgspec.json.encode(plain | wrong)})
    with pytest.raises(DamageError, match="a newer version of the program saved it"):
        sweep_from_members(members | {SWEEP: msgspec.json.encode(plain | {"format": 2, "unknown": 1})})
    for content in (b"", b"[]", b"[" * 10_000):
        with pytest.raises(DamageError):
            sweep_from_members(members | {SWEEP: content})


def test_successive_halving() -> None:
    halving = Halving(least=2, factor=3)
    assert rungs(halving, 50) == [2, 6, 18]
    assert rungs(halving, 2) == []
    costs = [5.0, 4.0, 3.0, 2.0, 1.0]
    on = [survives_rung(halving, cost, [other for other in costs if other != cost]) for cost in costs]
    assert on == [False] * 4 + [True]
    assert survives_rung(halving, 9.0, [])
    assert survives_rung(halving, 2.0, [*costs[:3], 1.0, 7.0])
    assert survives_rung(halving, 30.0, [20.0, 10.0], more_is_better=True)
    assert not survives_rung(halving, float("nan"), [])


WIDTHS = a_sweep(["layers.0.units=16..4096,log", "optimizer.rate=0.001..0.1"])


def test_the_most_demanding_point_counts() -> None:
    widest = at_point(WIDTHS.base, (("layers.0.units", 4096),))
    assert trial_bytes(WIDTHS) == WORKER_BYTES + memory_needed(widest).total


def test_free_memory_limits_parallel_trials() -> None:
    assert [trials_at_once(10, 3, free) for free in (None, 100, 29, 9)] == [3, 3, 2, 0]


def test_memory_for_one_trial_is_enough() -> None:
    needed = trial_bytes(WIDTHS)
    assert check_trial_memory(WIDTHS, needed) == []
    assert check_trial_memory(WIDTHS, None) == []
    (found,) = check_trial_memory(WIDTHS, needed - 1)
    assert "choose smaller networks" in found.message


def designs(*experiments: Experiment, **changes: Any) -> Sweep:
    names = tuple("ABCD"[: len(experiments)])
    made = Sweep(base=experiments[0], varied=(Varied(DESIGN, Designs(names, experiments)),), strategy="grid")
    return replace(made, **changes)


def test_designs_are_trained_seed_by_seed_and_read_back_with_their_data() -> None:
    masked = replace(PAINTING, data=PAINTING.data.has(keep=50.0))
    pair = designs(masked, replace(masked, batch_size=9), seeds=2)
    assert check_sweep(pair) == []
    trials = [proposed(pair, number) for number in range(1, 6)]
    assert [trial and (trial.point[0][1], trial.seed) for trial in trials] == [
        ("A", 1),
        ("B", 1),
        ("A", 2),
        ("B", 2),
        None,
    ]
    fourth = trials[3]
    assert fourth is not None
    assert experiment_of(pair, fourth) == replace(masked, batch_size=9, seed=2)
    members = members_of_sweep(pair)
    assert sweep_from_members(members) == pair
    del members["designs/2.json"]
    with pytest.raises(DamageError, match="designs"):
        sweep_from_members(members)


@pytest.mark.parametrize(
    ("wrong", "field", "why"),
    [
        (designs(PAINTING, CURVE), DESIGN, "learn different data"),
        (designs(PAINTING, replace(PAINTING, batch_size=0)), "batch_size", "It is so with B"),
        (designs(PAINTING, PAINTING, pruning=Halving(least=3)), DESIGN, "can't vary with other settings"),
        (designs(PAINTING, replace(PAINTING, cost="l2")), "objective.measure", "choose the PSNR"),
    ],
)
def test_designs_that_cannot_be_compared_are_refused(wrong: Sweep, field: str, why: str) -> None:
    found = dict(problems_of(wrong))
    assert why in found[field]
