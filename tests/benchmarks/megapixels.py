"""Pictures as cameras make them, through the default of an own picture."""

from functools import partial
from typing import Any

from tests.benchmarks.figures import GAP, Bound, Figure
from tests.benchmarks.sitting import Sitting, say

CAMERAS = {(4000, 3000): 1000.0, (6000, 4000): None}
"""Width and height, and how many megabytes above the program's training may take, in the window too."""


def megapixels(sitting: Sitting) -> list[Figure]:
    """20 s of training and its results, 10 s of pictures, and 10 s in the window."""
    say("megapixels")
    figures: list[Figure] = []
    for (width, height), most in CAMERAS.items():
        trained, shown, seen = sitting.alternate(
            [
                partial(sitting.ask, "megapixels", width, height, 20),
                partial(sitting.ask, "megapixels-pictures", width, height, 10),
                partial(sitting.ask, "camera", width, height, 10),
            ]
        )
        name = f"{width} x {height} pixels"
        bound: Bound | None = ("at most", most) if most else None
        figures += [
            _of(f"{name}: peak memory of training above the program's", "MB", trained, "training", bound),
            _of(f"{name}: and while the results are written", "MB", trained, "writing"),
            _of(f"{name}: first picture", "s", shown, "first", ("at most", 3)),
            _of(f"{name}: from one picture to the next", "s", shown, "between"),
            _of(f"{name}, window: peak memory above its own", "MB", seen, "peak", bound),
            _of(f"{name}, window: first picture", "s", seen, "first", ("at most", 3)),
            _of(f"{name}, window: from one picture to the next", "s", seen, "between"),
            _of(f"{name}, window: longest turn of the event loop", "ms", seen, "turn", GAP),
            _of(f"{name}, 20 s: results written after them", "s", trained, "written", ("at most", 2)),
            _of(f"{name}, 20 s: PSNR", "dB", trained, "seen"),
        ]
    return figures


def _of(name: str, unit: str, runs: list[Any], key: str, bound: Bound | None = None) -> Figure:
    return Figure(name, unit, tuple(run[key] for run in runs), bound)
