"""Many trainings side by side: trials a minute, and what a worker, a trial and a cluster cost."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from tests.benchmarks.figures import GAP, Bound, Figure, paired_ratios
from tests.benchmarks.sitting import Sitting, say

WORKERS, TRIALS = 2, 12
WORDS = {"tanh": "lecture-tanh", "painting": "lecture-painting"}
LONG_SECONDS, LONG_TRIALS = 10.0, 4
_STOP: Bound = ("at most", 1.0)


def sweeps(sitting: Sitting) -> list[Figure]:
    """Trials of the same length on two workers, and in one process one after the other."""
    figures = []
    for name, words in WORDS.items():
        say(f"sweeps, {words}")
        together, alone = sitting.alternate(
            [
                partial(sitting.ask, "sweep", name, WORKERS, TRIALS),
                partial(sitting.ask, "sweep-one-by-one", name, TRIALS // WORKERS + 1),
            ]
        )
        rates = tuple(each["per_minute"] for each in together)
        others = tuple(each["per_minute"] for each in alone)
        figures += [
            Figure(f"{words}: sweep on {WORKERS} workers", "trials/min", rates),
            Figure(f"{words}: one process, one after the other", "trials/min", others),
            Figure(
                f"{words}: sweep over one process", "ratio", paired_ratios(rates, others), ("at least", 1.7)
            ),
        ]
    say("sweeps, what they cost")
    (beside,) = sitting.alternate([partial(sitting.ask, "beside-sweep", sitting.seconds)])
    (single,) = sitting.alternate([partial(sitting.ask, "sweep", "seconds", 1, LONG_TRIALS)])
    shares = tuple(100 * (each["later"] / LONG_SECONDS - 1) for each in single)
    imports = tuple(each["first"] - each["later"] for each in single)
    return [
        *figures,
        *_beside(beside),
        Figure("sweep: cluster is there", "s", tuple(each["start"] for each in single)),
        Figure("sweep: TensorFlow's start, in a worker's first trial", "s", imports),
        Figure(f"sweep: a later trial of {LONG_SECONDS:g} s adds", "%", shares, ("at most", 5.0)),
    ]


def _beside(answers: Sequence[dict[str, Any]]) -> list[Figure]:
    """A window that trains the lecture's painting and has begun a sweep."""
    longest = {
        "alone": "longest gap of a window that trains",
        "starting": "the same while a sweep is started",
        "beside": "the same beside the sweep",
        "opening": "the same when it first shows the sweep",
        "page": "the same while it shows the sweep",
    }
    return [
        *(
            Figure(words, "ms", tuple(each["gaps"][phase]["longest"] for each in answers), GAP)
            for phase, words in longest.items()
        ),
        Figure("Stop of a sweep, until it is said", "s", tuple(each["stopped"] for each in answers), _STOP),
        Figure("Stop of a sweep, until its owner has ended", "s", tuple(each["gone"] for each in answers)),
    ]
