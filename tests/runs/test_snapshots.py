"""Snapshots of a run: ordered, evenly spaced, within the budget; and the one to return to."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cadl_desktop.runs import run_snapshots as module
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.run_snapshots import (
    BUDGET,
    LEAST,
    MOST,
    Snapshots,
    bytes_of,
    growth_in_words,
)
from tests.live_settings import live

HUGE = np.broadcast_to(np.float32(0), (BUDGET // 4,))
"""Array that reports the size of the whole budget and takes no memory."""


def at(step: int, size: int = 1) -> RunState:
    """State of `size` numbers that takes the memory of one."""
    weights = (np.broadcast_to(np.float32(0), (size,)),)
    return RunState(step, step // 10, 0, step / 1000, weights, np.empty((0, size), np.float32), live())


def with_gaps(gaps: list[int], size: int = 1) -> Snapshots:
    found = Snapshots()
    for step in np.cumsum([0, *gaps]).tolist():
        found.add(at(step, size))
    return found


def steps(snapshots: Snapshots) -> list[int]:
    return [state.step for state in snapshots.states]


@given(st.lists(st.integers(1, 500), max_size=120), st.integers(BUDGET // 200, BUDGET // 40))
@settings(max_examples=60, deadline=None)
def test_kept_states_are_ordered_evenly_spaced_and_within_the_budget(gaps: list[int], size: int) -> None:
    found = with_gaps(gaps, size)
    kept, most = steps(found), found.most
    assert kept == sorted(set(kept))
    assert kept[0] == 0
    assert kept[-1] == sum(gaps)
    assert len(kept) == min(most, len(gaps) + 1)
    assert found.bytes <= max(BUDGET, LEAST * bytes_of(found.states[0]))
    longest = max((after - before for before, after in pairwise(kept)), default=0)
    assert longest <= max([*gaps, 2 * kept[-1] / max(1, most - 1)], default=0)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=60), st.data())
@settings(max_examples=60, deadline=None)
def test_continuing_from_an_earlier_state_drops_later_ones(gaps: list[int], data: st.DataObject) -> None:
    found = with_gaps(gaps)
    before = steps(found)
    step = data.draw(st.sampled_from(before))
    again = replace(found.nearest(step), seconds=9.0)
    found.add(again)
    assert steps(found) == [known for known in before if known <= step]
    assert found.states[-1] is again


def test_a_small_network_keeps_a_limited_number() -> None:
    found = with_gaps([1] * 2000)
    assert len(found.states) == MOST
    gaps = np.diff(steps(found))
    assert gaps.max() <= 2 * np.median(gaps)


def test_the_lecture_network_has_room_for_more_than_a_hundred() -> None:
    parameters = 3 * 64 + 5 * 65 * 64 + 65 * 3
    found = with_gaps([145] * 1000, 3 * parameters)
    assert len(found.states) > 200
    assert found.bytes <= BUDGET
    assert growth_in_words(found) is None


def test_the_budget_grows_for_a_large_network_and_says_so() -> None:
    found = with_gaps([10] * 100, BUDGET // 40)
    assert len(found.states) == LEAST
    assert found.bytes > BUDGET
    assert growth_in_words(found) == (
        "This network is large: the 24 moments that are kept of it take 154 MB, not 64 MB."
    )


def test_the_budget_does_not_grow_beyond_a_bound() -> None:
    found = Snapshots()
    for step in range(30):
        found.add(replace(at(step), weights=(HUGE,)))
    assert len(found.states) == 3
    assert growth_in_words(found) == (
        "This network is large: the 3 moments that are kept of it take 192 MB, not 64 MB."
    )


def test_the_budget_is_limited_by_available_memory() -> None:
    found = Snapshots(room=4 * BUDGET)
    for step in range(30):
        found.add(replace(at(step), weights=(HUGE,)))
    assert len(found.states) == 2
    assert growth_in_words(found) == ("Only 2 moments of this network are kept, in 128 MB: memory is short.")


def test_without_states_there_is_no_sentence() -> None:
    assert growth_in_words(Snapshots()) is None
    assert Snapshots().bytes == 0


def test_a_copy_and_a_part_are_independent() -> None:
    found = with_gaps([10] * 9)
    copy, part = found.copy(), found.until(45)
    found.add(at(20))
    assert steps(found) == [0, 10, 20]
    assert steps(copy) == list(range(0, 100, 10))
    assert steps(part) == [0, 10, 20, 30, 40]
    fewer = copy.within(4 * bytes_of(at(0)))
    assert len(fewer.states) == 4
    assert steps(fewer)[0] == 0
    assert steps(fewer)[-1] == 90
    assert len(copy.states) == 10


def test_the_nearest_state() -> None:
    found = with_gaps([10] * 9)
    assert found.nearest(44).step == 40
    assert found.nearest(-5).step == 0
    assert found.nearest(10_000).step == 90
    assert module.Snapshots(found.states).nearest(46).step == 50
