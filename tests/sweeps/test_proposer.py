"""Optuna proposes by what trials came to, the same again for the same answers."""

import math
from statistics import mean
from typing import Any

import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import preset
from cadl_desktop.sweeps import Limit, Objective, Sweep, check_sweep, proposed, varied_of
from cadl_desktop.sweeps.plan.proposer import Proposer
from cadl_desktop.sweeps.plan.sweep import Point

PAINTING = preset("lecture-painting")
RATE, UNITS, BEND = "optimizer.rate=1e-5..1.0,log", "layers.0.units=4..256", "layers.0.activation=relu|tanh"


def sweep(strategy: str, *texts: str, **changes: Any) -> Sweep:
    made = Sweep(base=PAINTING, varied=tuple(varied_of(text, PAINTING) for text in texts))
    return replace(made, strategy=strategy, **({"limit": Limit(trials=20)} | changes))


def cost(point: Point) -> float:
    """Least at a rate of 0.003 and tanh."""
    values = dict(point)
    rate = values["optimizer.rate"]
    assert isinstance(rate, float)
    return (math.log10(rate) + 2.5) ** 2 + (values.get("layers.0.activation") == "relu")


def points_of(of: Sweep, sign: float = 1.0) -> list[Point]:
    """What is proposed of a whole sweep, each trial of which is told before the next."""
    assert check_sweep(of) == []
    proposer, found = Proposer(of), []
    while trial := proposer.propose():
        proposer.tell(trial.number, sign * cost(trial.point))
        found.append(trial.point)
    return found


@pytest.mark.parametrize("texts", [("tpe", RATE, UNITS, BEND), ("cmaes", RATE, UNITS)])
def test_what_is_proposed_comes_to_more_and_comes_again(texts: tuple[str, ...]) -> None:
    of = sweep(*texts, limit=Limit(trials=24))
    found, other = (points_of(replace(of, seed=seed)) for seed in (1, 2))
    assert len(found) == 24
    first, last = ([*map(cost, (*found[part], *other[part]))] for part in (slice(8), slice(16, 24)))
    assert mean(last) < 0.8 * mean(first)
    assert points_of(of) == found != other
    assert all(4 <= dict(point)["layers.0.units"] <= 256 for point in found)


def test_a_sweep_that_looks_for_more_is_told_so() -> None:
    base = sweep("tpe", RATE, BEND)
    more = replace(base, objective=Objective(measure="seen_psnr"))
    assert points_of(more, sign=-1.0) == points_of(base)
    seconds = replace(base, objective=Objective(measure="seen_psnr", reaches=20.0))
    assert points_of(seconds) == points_of(base)


def test_seeds_of_a_point_come_together_and_what_came_to_nothing_counts_for_nothing() -> None:
    proposer = Proposer(sweep("tpe", RATE, UNITS, seeds=3))
    trials = [trial for _ in range(6) if (trial := proposer.propose())]
    assert [trial.seed for trial in trials] == [PAINTING.seed + offset for offset in (0, 1, 2)] * 2
    assert len({trial.point for trial in trials}) == 2
    for number in (4, 1, 5, 6, 2, 3):
        proposer.tell(number, None if number > 3 else 1.0)
    assert proposer.propose() is not None


def test_grids_and_chance_are_asked_the_same_way() -> None:
    for strategy in ("grid", "random"):
        of = sweep(strategy, RATE, BEND)
        proposer = Proposer(of)
        found = [proposer.propose() for _ in range(12)]
        assert found == [proposed(of, number) for number in range(1, 13)]
        proposer.tell(1, 1.0)
