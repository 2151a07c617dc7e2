"""Speed without a window: against the lecture's own loop, Keras, and what the processor can do; memory."""

from functools import partial

from tests.benchmarks.figures import Bound, Figure, paired_ratios, table
from tests.benchmarks.sitting import Sitting, say
from tests.benchmarks.workloads import measuring_arithmetic, step_arithmetic, workload

OURS_THREADS = 0
"""Our engine chooses by itself."""
REBUILDS = 10

SIDES = {
    "lecture": "the lecture's loop",
    "keras": "Keras fit",
    "keras-cost": "Keras fit, whole-set cost each epoch",
    "keras-epoch": "Keras fit, steps_per_execution of an epoch",
}
WORKLOADS: dict[str, tuple[str, dict[str, Bound]]] = {
    "lecture": ("painting 64x64, 6x64, batch 50", {"lecture": ("at least", 3.8), "keras": ("at least", 8.5)}),
    "large": ("256x256, 6x256, batch 1,024", {"lecture": ("at least", 1.0)}),
}


def speed(sitting: Sitting) -> list[Figure]:
    """Steps a second, side by side. Ours and the lecture's measure the whole set's cost every epoch."""
    figures = []
    for name, (title, bounds) in WORKLOADS.items():
        say(f"speed, {title}")
        threads = {side: _better_threads(sitting, side, name) for side in SIDES}
        sides = [partial(_steps_per_second, sitting, "ours", name, OURS_THREADS)]
        sides += [partial(_steps_per_second, sitting, side, name, threads[side]) for side in SIDES]
        ours, *others = sitting.alternate(sides)
        figures.append(Figure(f"{title}: ours", "steps/s", tuple(ours)))
        for (side, words), theirs in zip(SIDES.items(), others, strict=True):
            count = threads[side]
            words_and_threads = f"{words} ({count} thread{'s' if count > 1 else ''})"
            figures.append(Figure(f"{title}: {words_and_threads}", "steps/s", tuple(theirs)))
            ratios = paired_ratios(ours, theirs)
            figures.append(Figure(f"{title}: ours over {words}", "ratio", ratios, bounds.get(side)))
        say(table(figures))
    return figures


def _better_threads(sitting: Sitting, side: str, name: str) -> int:
    seconds = sitting.seconds / 2
    return max(
        sitting.thread_counts,
        key=lambda count: sitting.ask("train", side, name, seconds, count)["steps_per_second"],
    )


def _steps_per_second(sitting: Sitting, side: str, name: str, threads: int) -> float:
    return float(sitting.ask("train", side, name, sitting.seconds, threads)["steps_per_second"])


def rate(sitting: Sitting) -> list[Figure]:
    """Floating-point rate of 6x256, batch 1,024, over `tf.matmul` of a step's shapes in a loop in the graph.

    Counted are the matrix products of the steps and of the whole set's cost, which takes its time, too.
    """
    say("flops")
    experiment = workload("large")
    steps = int(experiment.data["longest"]) ** 2 // experiment.batch_size
    per_step = step_arithmetic(experiment) + measuring_arithmetic(experiment) / steps
    ways = [(threads, compiled) for threads in sitting.thread_counts for compiled in (0, 1)]
    threads, compiled = max(
        ways, key=lambda way: sitting.ask("matmul", "large", sitting.seconds / 2, *way)["rate"]
    )
    speeds, rates = sitting.alternate(
        [
            partial(_steps_per_second, sitting, "ours", "large", OURS_THREADS),
            lambda: sitting.ask("matmul", "large", sitting.seconds, threads, compiled)["rate"],
        ]
    )
    ours = [speed * per_step for speed in speeds]
    way = f"{threads} thread{'s' if threads > 1 else ''}, {'with' if compiled else 'without'} XLA"
    return [
        Figure("6x256, batch 1,024: ours", "GFLOP/s", tuple(value / 1e9 for value in ours)),
        Figure(f"6x256, batch 1,024: tf.matmul alone ({way})", "GFLOP/s", tuple(v / 1e9 for v in rates)),
        Figure(
            "6x256, batch 1,024: ours over tf.matmul", "ratio", paired_ratios(ours, rates), ("at least", 0.65)
        ),
    ]


def memory(sitting: Sitting) -> list[Figure]:
    """The most memory that was ever held: without a window, with one and all its processes, and after
    structural edits."""
    say("memory")
    alone, shown, rebuilt = sitting.alternate(
        [
            lambda: sitting.ask("train", "ours", "lecture", sitting.seconds, OURS_THREADS),
            lambda: sitting.ask("window", "lecture", sitting.seconds),
            lambda: sitting.ask("rebuild", REBUILDS),
        ]
    )
    return [
        Figure("peak memory, without a window", "MB", tuple(a["peak_megabytes"] for a in alone)),
        Figure("peak memory, in the window", "MB", tuple(a["peak_megabytes"] for a in shown)),
        Figure(
            f"peak memory, without a window, after {REBUILDS} new structures",
            "MB",
            tuple(a["peak_megabytes"] for a in rebuilt),
        ),
        Figure(
            "peak memory that each new structure adds",
            "MB",
            tuple((a["peak_megabytes"] - a["before"]) / REBUILDS for a in rebuilt),
        ),
    ]
