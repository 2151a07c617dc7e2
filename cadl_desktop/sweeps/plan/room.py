"""How many trials have room in the memory of a machine, side by side."""

from cadl_desktop.experiment.check import Problem, problem
from cadl_desktop.experiment.effort import format_bytes, memory_needed
from cadl_desktop.sweeps.plan.check import points_that_matter
from cadl_desktop.sweeps.plan.sweep import Sweep
from cadl_desktop.sweeps.plan.trials import at_point

WORKER_BYTES = 400_000_000
"""A worker before it trains anything, most of it TensorFlow, as measured."""


def bytes_of_a_trial(sweep: Sweep) -> int:
    """With its worker, at the point that needs most of a sweep that `check_sweep` has nothing against."""
    needed = (memory_needed(at_point(sweep.base, point)).total for point in points_that_matter(sweep))
    return WORKER_BYTES + max(needed)


def trials_at_once(needed: int, most: int, free: int | None) -> int:
    """How many trials of so many bytes can be trained at once, `most` at most; `free` bytes, None where
    nobody knows."""
    return most if free is None else min(most, free // needed)


def check_room(sweep: Sweep, free: int | None) -> list[Problem]:
    """Whether there is room for one trial at least."""
    needed = bytes_of_a_trial(sweep)
    if trials_at_once(needed, 1, free):
        return []
    return [
        problem(
            "varied",
            "A trial needs up to {needed} of memory with its worker, and the machine has {free} free; choose "
            "smaller networks or batches.",
            needed=format_bytes(needed),
            free=format_bytes(free or 0),
        )
    ]
