"""How near networks that are smaller than their picture come to it, in how few bytes, and how fast.

Every cell is a run of its own by `cadl-desktop train PICTURE --parameters SHARE`, and is kept (`cells.py`).
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from cadl_desktop.cli.arguments import repeat_option_names, train_parser
from cadl_desktop.cli.experiments import base_experiment
from cadl_desktop.experiment.methods.facts import facts_of
from cadl_desktop.experiment.shapes import parameter_count
from tests.benchmarks.cells import Cell, Cells
from tests.benchmarks.figures import Bound, Figure
from tests.benchmarks.pictures import KINDS, whole
from tests.benchmarks.processes import train
from tests.benchmarks.sitting import Sitting, say
from tests.benchmarks.workloads import workload

PHOTOGRAPHS = "chelsea", "coffee", "astronaut", "rocket", "camera", "immunohistochemistry"
"""Whole pictures, of which the camera is grey."""
SIDE = 256
WANTED = {10: (33.5, 36.5), 5: (30.0, 32.5), 25: (37.5, 41.0)}
"""Bounds by share of the picture's numbers in per cent: median PSNR in dB after each number of `STEPS`."""
STEPS = 10_000, 40_000
COUNTED = 10, 40_000
"""Share and steps of the runs whose bytes are counted."""
OTHERS = "text", "drawing", "texture"
LARGE = "retina", (512, 1024)
BYTES: dict[str, Bound] = {"WebP": ("at most", 1.05), "JPEG": ("at most", 0.8)}
"""Bounds of bytes over those of a picture file that comes as near."""
MOST_SECONDS = 10.0


def learned(sitting: Sitting) -> list[Figure]:
    """PSNR, seconds and bytes in one turn, whatever the rounds; the speed of a SIREN in every round."""
    say("learned")
    cells, figures = _Cells(sitting), []
    for index, steps in enumerate(STEPS):
        for share, wanted in WANTED.items():
            found = [cells.of(name, SIDE, share, steps) for name in PHOTOGRAPHS]
            words = f"{share} %, six photographs of {SIDE} pixels, {steps:,} steps"
            figures += _near(words, found, ("at least", wanted[index]))
            if (share, steps) == COUNTED:
                figures += _bytes(words, found)
    for kind in OTHERS:
        figures += _near(f"10 %, {kind} of {SIDE} pixels, whole run", [cells.of(KINDS[kind], SIDE, 10)])
    name, sides = LARGE
    for side in sides:
        figures += _near(f"10 %, {name} of {side:,} pixels, whole run", [cells.of(name, side, 10)])
    return [*figures, _speed(sitting)]


def _near(words: str, found: Sequence[Cell], bound: Bound | None = None) -> list[Figure]:
    return [
        Figure(words, "dB", tuple(cell["seen_psnr"] for cell in found), bound),
        Figure(f"{words}: training", "s", tuple(cell["seconds"] for cell in found)),
    ]


def _bytes(words: str, found: Sequence[Cell]) -> list[Figure]:
    counts = [cell["rounded"] for cell in found]
    return [
        *(
            Figure(f"{words}: bytes over {name}'s", "ratio", _ratios(counts, f"{name.lower()}_bytes"), bound)
            for name, bound in BYTES.items()
        ),
        Figure(
            f"{words}: counting bytes", "s", tuple(cell["after"] for cell in found), ("at most", MOST_SECONDS)
        ),
    ]


def _ratios(counts: Sequence[Cell], name: str) -> tuple[float, ...]:
    """Bytes over a codec's; 0 where that comes as near at no size."""
    return tuple(count["bytes"] / count[name] if count[name] else 0.0 for count in counts)


def _speed(sitting: Sitting) -> Figure:
    words = f"SIREN of {parameter_count(workload('siren-256')):,} parameters, {SIDE} pixels, batch 512"
    ask = partial(sitting.ask, "train", "ours", "siren-256", sitting.seconds, 0)
    (found,) = sitting.alternate([ask])
    return Figure(words, "steps/s", tuple(each["steps_per_second"] for each in found))


class _Cells:
    """Measurements of this call and of earlier ones."""

    def __init__(self, sitting: Sitting) -> None:
        self._environment, self._cells = sitting.environment, Cells("learned")

    def of(self, picture: str, side: int, share: int, steps: int | None = None) -> Cell:
        """Cell of a run of about so many steps; of the method's own length without them."""
        length = f"{steps:,} steps" if steps else "whole run"
        return self._cells.of(
            f"{picture}, {side}, {share} %, {length}", lambda: self._measured(picture, side, share, steps)
        )

    def _measured(self, picture: str, side: int, share: int, steps: int | None) -> Cell:
        with TemporaryDirectory(prefix="benchmarks-") as folder:
            path = Path(folder, f"{picture}.png")
            whole(picture).save(path)
            words = [str(path), "--parameters", f"{share}%", "--set", f"data.longest={side}"]
            if steps:
                words += [f"stop.epochs={_epochs(words, steps)}"]
            if (share, steps) == COUNTED:
                words += ["--bytes"]
            summary, after = train(self._environment, *words)
        kept = "parameters", "steps", "seconds", "seen_psnr", "rounded"
        return {name: summary.get(name) for name in kept} | {"after": after}


def _epochs(words: Sequence[str], steps: int) -> int:
    """Epochs that have about so many steps."""
    options = train_parser().parse_args(repeat_option_names([*words, "--out", "out"]))
    experiment = base_experiment(options)
    return max(1, round(steps / facts_of(experiment).steps_per_epoch(experiment.batch_size)))
