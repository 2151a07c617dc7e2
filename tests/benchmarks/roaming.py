"""Paintings far larger than the training's, and how soon a pan or zoom is seen."""

from collections.abc import Callable

from tests.benchmarks.figures import Bound, Figure, paired_ratios
from tests.benchmarks.sitting import Sitting, say
from tests.benchmarks.training import OURS_THREADS

PIXELS = 4096


def large(sitting: Sitting) -> list[Figure]:
    """4096 x 4096 from the lecture's network, over a plain forward pass of the same size in batches."""
    say("large")
    ours, *plain = sitting.alternate(
        [
            lambda: sitting.ask("large", "ours", PIXELS, OURS_THREADS),
            *(_plain(sitting, threads) for threads in sitting.thread_counts),
        ]
    )
    seconds = tuple(run["seconds"] for run in ours)
    # In each round the better of the thread counts.
    best = tuple(min(run["seconds"] for run in runs) for runs in zip(*plain, strict=True))
    peaks = tuple(run["peak_megabytes"] for run in ours)
    name = f"painting {PIXELS} x {PIXELS} from the lecture's network"
    return [
        Figure(f"{name}: ours", "s", seconds),
        Figure(f"{name}: plain forward pass in batches", "s", best),
        Figure(
            f"{name}: speed over the plain forward pass",
            "ratio",
            paired_ratios(best, seconds),
            ("at least", 0.8),
        ),
        Figure(f"{name}: peak memory", "MB", peaks, ("at most", 1500.0)),
    ]


def _plain(sitting: Sitting, threads: int) -> Callable[[], dict[str, float]]:
    return lambda: sitting.ask("large", "plain", PIXELS, threads)


def looks(sitting: Sitting) -> list[Figure]:
    """Measures closer looks in the window, at 1000 x 1000 pixels, with the lecture's network."""
    say("looks")
    paused, training = sitting.alternate(
        [
            lambda: sitting.ask("looks", "lecture", "paused"),
            lambda: sitting.ask("looks", "lecture", "training"),
        ]
    )

    def figures(words: str, runs: list[dict[str, float]], bounded: bool) -> list[Figure]:
        first: Bound | None = ("at most", 50.0) if bounded else None
        sharp: Bound | None = ("at most", 1000.0) if bounded else None
        name = f"pan or zoom at 1000 x 1000, {words}"
        return [
            Figure(f"{name}: first coarse picture", "ms", tuple(run["first"] for run in runs), first),
            Figure(
                f"{name}: first coarse picture, longest", "ms", tuple(run["longest_first"] for run in runs)
            ),
            Figure(f"{name}: sharp", "ms", tuple(run["sharp"] for run in runs), sharp),
        ]

    return [*figures("paused", paused, True), *figures("while training", training, False)]
