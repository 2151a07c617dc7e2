"""Many trainings side by side: trials a minute, and what a worker, a trial and a cluster cost."""

from functools import partial

from tests.benchmarks.figures import Figure, paired_ratios
from tests.benchmarks.sitting import Sitting, say

WORKERS, TRIALS = 2, 12
WORDS = {"tanh": "lecture-tanh", "painting": "lecture-painting"}
LONG_SECONDS, LONG_TRIALS = 10.0, 4


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
    (single,) = sitting.alternate([partial(sitting.ask, "sweep", "seconds", 1, LONG_TRIALS)])
    shares = tuple(100 * (each["later"] / LONG_SECONDS - 1) for each in single)
    imports = tuple(each["first"] - each["later"] for each in single)
    return [
        *figures,
        Figure("sweep: cluster is there", "s", tuple(each["start"] for each in single)),
        Figure("sweep: TensorFlow's start, in a worker's first trial", "s", imports),
        Figure(f"sweep: a later trial of {LONG_SECONDS:g} s adds", "%", shares, ("at most", 5.0)),
    ]
