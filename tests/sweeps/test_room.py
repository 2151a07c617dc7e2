"""How many trials have room in memory side by side, and that one at least has."""

from cadl_desktop.experiment.effort import memory_needed
from cadl_desktop.sweeps.plan.room import WORKER_BYTES, bytes_of_a_trial, check_room, trials_at_once
from cadl_desktop.sweeps.plan.trials import at_point
from tests.sweeps.made import a_sweep

WIDTHS = a_sweep(["layers.0.units=16..4096,log", "optimizer.rate=0.001..0.1"])


def test_the_point_that_needs_most_counts() -> None:
    widest = at_point(WIDTHS.base, (("layers.0.units", 4096),))
    assert bytes_of_a_trial(WIDTHS) == WORKER_BYTES + memory_needed(widest).total


def test_as_many_are_trained_at_once_as_have_room() -> None:
    assert [trials_at_once(10, 3, free) for free in (None, 100, 29, 9)] == [3, 3, 2, 0]


def test_room_for_one_is_enough() -> None:
    needed = bytes_of_a_trial(WIDTHS)
    assert check_room(WIDTHS, needed) == []
    assert check_room(WIDTHS, None) == []
    (found,) = check_room(WIDTHS, needed - 1)
    assert "choose smaller networks" in found.message
