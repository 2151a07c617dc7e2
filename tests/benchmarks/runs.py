"""The list of 200 runs: how long it takes until the window shows what was sorted, found or chosen."""

from tests.benchmarks.figures import Bound, Figure
from tests.benchmarks.sitting import Sitting, say

ACTS = {
    "sort": "200 runs sorted by cost",
    "find": "200 runs, a figure typed to find some",
    "clear": "200 runs seen again after a search",
    "choose": "one of 200 runs chosen, its line drawn",
    "add": "one more than 200 runs listed",
    "choose all": "all of 200 runs chosen, their lines drawn",
}
_BOUND: Bound = ("at most", 200.0)


def runs(sitting: Sitting) -> list[Figure]:
    """Each from the act to the window's being painted."""
    say("runs")
    (answers,) = sitting.alternate([lambda: sitting.ask("runs")])
    return [
        Figure(words, "ms", tuple(answer[act] for answer in answers), _BOUND) for act, words in ACTS.items()
    ]
