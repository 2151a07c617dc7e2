"""Damage of a run, and the moment to return to before a change that did it."""

import math

import pytest

from cadl_desktop.runs.changes import STRUCTURE, Change, branched, changed_structure
from cadl_desktop.runs.damage import Damage, better_moment, damage
from cadl_desktop.runs.events import Changed, EpochEnded
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.runs.test_snapshots import at

STATES = Snapshots([at(step) for step in range(0, 100, 5)])


def run(costs: list[float], *changes: tuple[int, str]) -> History:
    """History with one epoch every ten steps."""
    history = History()
    for number, cost in enumerate(costs, 1):
        history.add(EpochEnded(number, 10 * number, number, cost, None, 0.1))
    for step, setting in changes:
        history.add(Changed(Change(step, setting, 1.0)))
    return history


def test_the_best_moment_before_the_last_change() -> None:
    found = better_moment(run([8, 4, 2, 3, 16, 20], (42, "rate"), (45, "rate")), STATES)
    assert found is not None
    assert (found.state.step, found.cost, found.times) == (30, 2, 10)


def test_a_change_after_the_first_sign_of_damage_is_not_blamed() -> None:
    """The cost rises at step 40 already: what was changed at 45 was a try to mend it."""
    assert better_moment(run([8, 4, 2, 5, 16, 20], (45, "rate")), STATES) is None
    found = better_moment(run([8, 4, 2, 5, 16, 20], (32, "rate"), (45, "rate")), STATES)
    assert found is not None
    assert found.state.step == 30


def test_damage_begins_after_the_last_low_cost() -> None:
    found = damage(run([8, 4, 2, 7, 2.2, 16, 20]))
    assert found is not None
    assert (found.before, found.cost, found.since) == (50, 2.2, 60)
    assert damage(run([8, 4, 2, 7, 2.5])) is None
    assert damage(run([8, 4, 2, math.nan])) == Damage(30, 2, 40)
    assert damage(run([8, 4, 2]), diverged=True) == Damage(30, 2, math.inf)
    assert damage(History()) is None


def test_costs_before_a_branch_count_as_they_are_of_the_same_network() -> None:
    history = run([8, 4, 2, 16, 20])
    history.add(Changed(changed_structure(30, branched(1))))
    assert damage(history) == Damage(30, 2, 40)
    history.add(Changed(changed_structure(30, "8 → 16 neurons in layer 1")))
    assert damage(history) is None


def test_without_a_change_there_is_none() -> None:
    assert better_moment(run([8, 4, 20]), STATES) is None
    assert better_moment(run([8, 4, 20], (0, "rate")), STATES) is None
    assert better_moment(History(), STATES) is None
    assert better_moment(run([8, 4, 20], (25, "rate")), Snapshots()) is None


@pytest.mark.parametrize("setting", ["cost", STRUCTURE])
def test_costs_of_another_kind_are_not_compared(setting: str) -> None:
    history = run([1, 1, 6, 5, 20, 40], (25, setting), (45, "rate"))
    found = better_moment(history, STATES)
    assert found is not None
    assert (found.state.step, found.cost, found.times) == (40, 5, 8)
    assert better_moment(run([1, 1, 6, 5, 20, 40], (25, "rate"), (45, setting)), STATES) is None


@pytest.mark.parametrize("last", [math.inf, math.nan, 3.0])
def test_a_diverged_run_is_infinitely_worse(last: float) -> None:
    history = run([8, 4, last], (25, "rate"))
    found = better_moment(history, STATES, diverged=last == 3.0)
    assert found is not None
    assert (found.state.step, found.times) == (20, math.inf)
