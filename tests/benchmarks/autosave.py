"""Copies for recovery: what they cost a training, how much they write, and how long they keep the window."""

from functools import partial

from tests.benchmarks.figures import GAP, Figure, paired_ratios
from tests.benchmarks.sitting import Sitting, say

RUNS = {"lecture": "painting 64x64, 6x64, batch 50", "two-million": "painting 64x64, 3x1,024, batch 50"}
TIMES = 5
"""Factor by which a side trains longer than in other parts, so that several copies are written."""


def autosave(sitting: Sitting) -> list[Figure]:
    """Measures training in the window with recovery copies and without, in turns."""
    figures = []
    for name, title in RUNS.items():
        say(f"autosave, {title}")
        run = partial(sitting.ask, "autosave", name, TIMES * sitting.seconds)
        found, without = sitting.alternate([partial(run, 1), partial(run, 0)])
        speeds = [[each["steps_per_second"] for each in side] for side in (found, without)]

        def values(what: str, found: list[dict[str, float]] = found) -> tuple[float, ...]:
            return tuple(each[what] for each in found)

        figures += [
            Figure(f"{title}: speed with copies over without", "ratio", paired_ratios(*speeds)),
            Figure(f"{title}: processor time of copies", "% of training", values("share"), ("at most", 1.0)),
            Figure(f"{title}: copies written", "", values("copies"), ("at least", 2.0)),
            Figure(f"{title}: written in the first minute", "MB a minute", values("megabytes_a_minute")),
            Figure(f"{title}: longest copy", "s", values("longest_copy"), ("at most", 2.0)),
            Figure(f"{title}: event loop's work for a copy", "ms", values("longest_look"), ("at most", 5.0)),
            Figure(f"{title}: longest gap with copies", "ms", values("longest_gap"), GAP),
            Figure(f"{title}: longest gap without", "ms", tuple(each["longest_gap"] for each in without)),
        ]
    return figures
