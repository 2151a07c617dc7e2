"""What a run can go back to where something that was set has undone what it had learned."""

import math

import pytest

from cadl_desktop.runs.better_moment import better_moment
from cadl_desktop.runs.changes import STRUCTURE, Change
from cadl_desktop.runs.events import Changed, EpochEnded
from cadl_desktop.runs.history import History
from cadl_desktop.runs.snapshots import Snapshots
from tests.runs.test_snapshots import at

STATES = Snapshots([at(step) for step in range(0, 100, 5)])


def run(costs: list[float], *changes: tuple[int, str]) -> History:
    """One epoch every ten steps."""
    history = History()
    for number, cost in enumerate(costs, 1):
        history.add(EpochEnded(number, 10 * number, number, cost, None, 0.1))
    for step, setting in changes:
        history.add(Changed(Change(step, setting, 1.0)))
    return history


def test_it_is_the_best_moment_before_the_last_change() -> None:
    found = better_moment(run([8, 4, 2, 3, 16, 20], (42, "rate"), (45, "rate")), STATES)
    assert found is not None
    assert (found.state.step, found.cost, found.times) == (30, 2, 10)


def test_where_nothing_was_set_there_is_none() -> None:
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
def test_what_has_diverged_is_worse_than_anything(last: float) -> None:
    history = run([8, 4, last], (25, "rate"))
    found = better_moment(history, STATES, diverged=last == 3.0)
    assert found is not None
    assert (found.state.step, found.times) == (20, math.inf)
