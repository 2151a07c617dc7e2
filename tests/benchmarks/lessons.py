"""How soon the figures of the lessons answer a hand."""

from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.sitting import Sitting, say


def lessons(sitting: Sitting) -> list[Figure]:
    """Measures every page that has something to move, and all together."""
    say("lessons")
    (runs,) = sitting.alternate([lambda: sitting.ask("lessons")])
    figures = []
    for name in runs[0]:
        times = tuple(percentile(run[name], 95) for run in runs)
        figures.append(Figure(f"answer of lesson {name} to a hand: p95", "ms", times, ("at most", 30.0)))
    together = tuple(percentile([time for page in run.values() for time in page], 95) for run in runs)
    return [*figures, Figure("answer of all lessons to a hand: p95", "ms", together, ("at most", 30.0))]
