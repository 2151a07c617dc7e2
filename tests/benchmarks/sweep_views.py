"""The views of 1,000 trials of twelve settings: how long it takes until they show what was done to them."""

from tests.benchmarks.figures import GAP, Bound, Figure
from tests.benchmarks.sitting import Sitting, say

_VIEWS = {
    "table": "the table",
    "pictures": "their pictures",
    "costs": "their costs",
    "setting": "a setting against the cost",
    "coordinates": "parallel coordinates",
    "spread": "their spread",
}
ACTS = {
    **{f"show {name}": f"1,000 trials of 12 settings shown: {title}" for name, title in _VIEWS.items()},
    "sort": "sorted by cost",
    "find": "filtered by a bound of the cost",
    "words": "filtered by a word",
    "clear": "all seen again",
    "brush": "an axis brushed",
    "brush on": "the brush moved on",
    **{f"select in {name}": f"another trial chosen: {title}" for name, title in _VIEWS.items()},
    **{f"add to {name}": f"one more trial: {title}" for name, title in _VIEWS.items()},
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
