"""The time machine: how many moments of a run are kept, in how much memory, and what that costs."""

from functools import partial

from tests.benchmarks.figures import Bound, Figure, paired_ratios
from tests.benchmarks.sitting import Sitting, say

RUNS: dict[str, tuple[str, float, int, Bound | None]] = {
    "lecture": ("painting 64x64, 6x64, batch 50", 1.0, 100, ("at most", 64.0)),
    "large": ("256x256, 6x256, batch 1,024", 4.0, 24, None),
}
"""Workloads: title, factor of training time, wanted moments, and their memory."""


def snapshots(sitting: Sitting) -> list[Figure]:
    """Runs with snapshots and without, and the cost of a single one times how many were taken."""
    figures = []
    for name, (title, times, wanted, memory) in RUNS.items():
        say(f"snapshots, {title}")
        seconds = times * sitting.seconds
        run = partial(sitting.ask, "snapshots", name, seconds)
        found, without, single = sitting.alternate(
            [partial(run, 1), partial(run, 0), partial(sitting.ask, "snapshot-cost", name)]
        )
        shares = tuple(
            each["told"] * cost["milliseconds"] / (10 * each["seconds"])
            for each, cost in zip(found, single, strict=True)
        )
        speeds = [[each["steps_per_second"] for each in side] for side in (found, without)]
        of_seconds = f"{title}: moments kept of {seconds:g} s of training"
        figures += [
            Figure(of_seconds, "", tuple(each["kept"] for each in found), ("at least", wanted)),
            Figure(f"{title}: memory of them", "MB", tuple(each["megabytes"] for each in found), memory),
            Figure(f"{title}: time they take", "% of training", shares, ("at most", 1.0)),
            Figure(f"{title}: speed with over without", "ratio", paired_ratios(*speeds)),
        ]
    return figures
