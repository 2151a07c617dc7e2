"""The window: its speed over headless, its heartbeat, how soon it opens and how soon it shows a picture."""

from collections.abc import Sequence
from functools import partial
from statistics import median

from tests.benchmarks.figures import GAP, Bound, Figure, paired_ratios, percentile
from tests.benchmarks.processes import seconds_to_first_line
from tests.benchmarks.sitting import Sitting, say
from tests.benchmarks.training import OURS_THREADS

STARTS_A_ROUND = 3
"""Starts are short and their times scatter; the quickest of these counts."""

PHASES = {
    "idle": "idle control",
    "loading": "while TensorFlow loads",
    "train": "from Train to the first news",
    "training": "during training",
    "stop": "at Stop",
}
DRAWN = {
    "lecture": "6 layers of 64",
    "two-wide": "2 layers of 128",
    "ten-small": "10 layers of 30",
    "long-and-wide": "10 layers of 128 and 2 of 1,024",
}
"""Workloads whose drawings are measured, in words."""
Turns = dict[str, list[float]]
EDITS = ("units", "activation", "add", "reorder", "duplicate", "remove", "undo", "redo")
"""Edits of the network of ten layers while it trains, made by `child_edits`."""


def speed(sitting: Sitting) -> list[Figure]:
    """The lecture's painting with drawing, histograms and plots all live, over it without a window."""
    say("window")

    def alone_speed() -> float:
        answer = sitting.ask("train", "ours", "lecture", sitting.seconds, OURS_THREADS)
        return float(answer["steps_per_second"])

    shown, alone = sitting.alternate(
        [
            lambda: sitting.ask("window", "lecture", sitting.seconds)["steps_per_second"],
            alone_speed,
        ]
    )
    return [
        Figure("painting in the window", "steps/s", tuple(shown)),
        Figure("painting without a window", "steps/s", tuple(alone)),
        Figure("in the window over without", "ratio", paired_ratios(shown, alone), ("at least", 0.9)),
    ]


def heartbeat(sitting: Sitting) -> list[Figure]:
    """Gaps between the beats of a 5 ms timer; of each statistic the runs' median, and their spread."""
    say("heartbeat")
    (runs,) = sitting.alternate([lambda: sitting.ask("heartbeat", "lecture", sitting.seconds)])
    figures = []
    for phase, words in PHASES.items():
        bounds = {"median": None, "longest": None if phase == "idle" else GAP}
        for statistic, bound in bounds.items():
            values = tuple(run["gaps"][phase][statistic] for run in runs)
            figures.append(Figure(f"heartbeat gap, {words}: {statistic}", "ms", values, bound))
    stops = tuple(run["stop_milliseconds"] for run in runs)
    return [*figures, Figure("Stop pressed to stopped", "ms", stops, ("at most", 100.0))]


def edits(sitting: Sitting) -> list[Figure]:
    """Measures gaps while a network of ten layers of 128 trains and is edited; the longest of each phase."""
    say("edits")
    (runs,) = sitting.alternate([lambda: sitting.ask("edits", "long", sitting.seconds)])

    def figure(words: str, phases: Sequence[str], bound: Bound | None = None) -> Figure:
        longest = tuple(max(run[phase]["longest"] for phase in phases) for run in runs)
        return Figure(f"heartbeat gap, 10 layers of 128, {words}: longest", "ms", longest, bound)

    return [
        figure("idle control", ["idle"]),
        figure("from Train to the first news", ["train"]),
        figure("during training", ["training"], GAP),
        figure("when a layer's card opens", ["card"], GAP),
        figure("during any edit", EDITS, GAP),
        *(figure(f"during an edit ({edit})", [edit]) for edit in EDITS),
    ]


def drawing(sitting: Sitting) -> list[Figure]:
    """Measures redraws of the neurons' pictures, and of lines, which have a turn of their own."""
    say("drawing")
    every = sitting.alternate([partial(sitting.ask, "drawing", name, sitting.seconds) for name in DRAWN])
    figures = []
    for network, runs in zip(DRAWN.values(), every, strict=True):
        for key, words in (("news", "network drawing"), ("lines", "network drawing's lines")):
            name = f"redraw of the {words}, {network}"
            medians = tuple(percentile(run[key], 50) for run in runs)
            figures.append(Figure(f"{name}: median", "ms", medians, ("at most", 8.0)))
            figures.append(Figure(f"{name}: longest", "ms", tuple(max(run[key]) for run in runs)))
    return figures


def drawing_cost(sitting: Sitting) -> list[Figure]:
    """Measures how much training speed the network drawing costs, and the readouts below its layers."""
    say("drawing-cost")
    runs, known = sitting.alternate(
        [
            lambda: sitting.ask("drawing-cost", "lecture", sitting.seconds),
            lambda: sitting.ask("readouts-cost", "lecture", sitting.seconds),
        ]
    )
    without = "painting in the window, without"
    return [
        _speed_of(runs, "live", "painting in the window, network drawing live"),
        _speed_of(runs, "without", f"{without} the network drawing"),
        Figure("with the network drawing over without", "ratio", _ratios(runs), ("at least", 0.95)),
        Figure("news that the network drawing shows", "1/s", _medians(runs, "news"), ("at least", 10.0)),
        _speed_of(known, "live", "painting in the window, what each layer knows shown"),
        _speed_of(known, "without", f"{without} what each layer knows"),
        Figure("with what each layer knows over without", "ratio", _ratios(known), ("at least", 0.97)),
    ]


def _speed_of(runs: list[Turns], side: str, words: str) -> Figure:
    return Figure(words, "steps/s", _medians(runs, side))


def _medians(runs: list[Turns], side: str) -> tuple[float, ...]:
    return tuple(median(run[side]) for run in runs)


def _ratios(runs: list[Turns]) -> tuple[float, ...]:
    return tuple(median(paired_ratios(run["live"], run["without"])) for run in runs)


def start(sitting: Sitting) -> list[Figure]:
    """From the start of the process until the window is on screen."""
    say("start")
    for name in ("start", "start-bare"):
        seconds_to_first_line(sitting.environment, name)  # fills the caches of files and fonts
    ours, bare = sitting.alternate(
        [partial(_quickest_start, sitting, "start"), partial(_quickest_start, sitting, "start-bare")]
    )
    return [
        Figure("process start to window", "s", tuple(ours)),
        Figure("process start to a bare Qt + pyqtgraph window", "s", tuple(bare)),
        Figure("window over bare window", "ratio", paired_ratios(ours, bare), ("at most", 2.2)),
    ]


def _quickest_start(sitting: Sitting, name: str) -> float:
    return min(seconds_to_first_line(sitting.environment, name) for _ in range(STARTS_A_ROUND))


def first_picture(sitting: Sitting) -> list[Figure]:
    """From Train, with TensorFlow loaded, to the first picture that is not that of the untrained network."""
    say("first-picture")
    lecture, deep = sitting.alternate(
        [lambda: sitting.ask("first-picture", "lecture"), lambda: sitting.ask("first-picture", "deep")]
    )

    def figure(words: str, runs: list[dict[str, float]], name: str, limit: float | None = None) -> Figure:
        bound: Bound | None = ("at most", limit) if limit else None
        return Figure(f"Train to first {words}", "s", tuple(run[name] for run in runs), bound)

    return [
        figure("picture after a step, lecture's network", lecture, "new", 2.0),
        figure("picture at all (untrained), lecture's network", lecture, "new_untrained"),
        figure("picture after a step, 20 layers of 64", deep, "new", 3.5),
        figure("picture at all (untrained), 20 layers of 64", deep, "new_untrained"),
        figure("picture after a step, structure seen before", lecture, "known", 0.2),
        figure("picture at all (untrained), structure seen before", lecture, "known_untrained"),
    ]


def bring(sitting: Sitting) -> list[Figure]:
    """From a photograph's file, 1024 x 1024, to what the method for own pictures paints after a step."""
    say("bring")
    (runs,) = sitting.alternate([lambda: sitting.ask("bring", "lecture")])
    words: dict[str, tuple[str, Bound | None]] = {
        "shown": ("shown as the target", None),
        "painted": ("loaded, shown, first training picture", ("at most", 3.0)),
    }
    return [
        Figure(f"1024 x 1024 picture {text}", "s", tuple(run[name] for run in runs), bound)
        for name, (text, bound) in words.items()
    ]
