"""The cost surface of the lecture's painting: what it takes from a training, and how soon it is there."""

from tests.benchmarks.figures import Figure
from tests.benchmarks.sitting import Sitting, say


def landscape(sitting: Sitting) -> list[Figure]:
    """Measures the landscape in the window, over the whole set: 4,096 pixels at each point."""
    say("landscape")
    (found,) = sitting.alternate([lambda: sitting.ask("landscape", "lecture", sitting.seconds)])
    lost = tuple(100 * (1 - run["with"] / run["without"]) for run in found)
    return [
        Figure("landscape: what training loses to it", "%", lost, ("at most", 5.0)),
        Figure(
            "landscape in a pause: first coarse picture",
            "s",
            tuple(run["first"] for run in found),
            ("at most", 0.5),
        ),
        Figure("landscape in a pause: 51 x 51", "s", tuple(run["whole"] for run in found), ("at most", 15.0)),
    ]
