"""The views of a sweep of 1,000 trials: how long it takes until they show what was done to them."""

from tests.benchmarks.figures import GAP, Bound, Figure
from tests.benchmarks.sitting import Sitting, say

ACTS = {
    "show table": "1,000 trials and 12 settings shown as a table",
    "sort": "sorted by cost",
    "find": "filtered by a bound of the cost",
    "words": "filtered by a word",
    "clear": "all seen again",
    "select in table": "another trial chosen, the table",
    "add to table": "one more trial, the table sorted by cost",
    "show axes": "1,000 trials and 12 settings shown as lines over axes",
    "brush": "an axis brushed",
    "brush on": "the brush moved on",
    "select on axes": "another trial chosen, the lines",
    "add to axes": "one more trial, the lines",
    "importance": "the longest gap of the window while importances are found for the first time",
}
_BOUND: Bound = ("at most", 200.0)
_BOUNDS = {"importance": GAP}


def sweep_views(sitting: Sitting) -> list[Figure]:
    """Each from the act to the widget's being painted."""
    say("sweep-views")
    (answers,) = sitting.alternate([lambda: sitting.ask("sweep-views")])
    return [
        Figure(f"sweep: {words}", "ms", tuple(answer[act] for answer in answers), _BOUNDS.get(act, _BOUND))
        for act, words in ACTS.items()
    ]
