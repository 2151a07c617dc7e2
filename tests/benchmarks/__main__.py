"""`python -m tests.benchmarks`: measures the parts in one sitting and prints, or also writes, its table."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import date
from importlib.metadata import packages_distributions, version
from pathlib import Path

from tests.benchmarks import (
    autosave,
    by_example,
    exports,
    inpainting,
    landscape,
    learned,
    lessons,
    megapixels,
    methods,
    quality,
    roaming,
    runs,
    snapshots,
    sweep_views,
    sweeps,
    training,
    watching,
    window,
)
from tests.benchmarks.figures import Figure, table
from tests.benchmarks.page import write
from tests.benchmarks.processes import surroundings
from tests.benchmarks.sitting import Sitting, say

BENCHMARKS: dict[str, Callable[[Sitting], list[Figure]]] = {
    "start": window.start,
    "first-picture": window.first_picture,
    "bring": window.bring,
    "heartbeat": window.heartbeat,
    "edits": window.edits,
    "drawing": window.drawing,
    "drawing-cost": window.drawing_cost,
    "runs": runs.runs,
    "sweep-views": sweep_views.sweep_views,
    "lessons": lessons.lessons,
    "window": window.speed,
    "memory": training.memory,
    "flops": training.rate,
    "speed": training.speed,
    "paint": quality.paint,
    "methods": methods.methods,
    "watching": watching.watching,
    "learned": learned.learned,
    "large": roaming.large,
    "megapixels": megapixels.megapixels,
    "looks": roaming.looks,
    "landscape": landscape.landscape,
    "inpaint": inpainting.inpaint,
    "by-example": by_example.by_example,
    "snapshots": snapshots.snapshots,
    "autosave": autosave.autosave,
    "exports": exports.paintings,
    "pages": exports.pages,
    "sweeps": sweeps.sweeps,
}
FOR_RELEASES = {"drawing-cost", "runs", "sweep-views", "landscape", "pages"}
"""Parts whose bounds hold by a factor of two: run for a release, by name or with `--all`."""
PACKAGES = ("keras", "numpy", "PySide6_Essentials", "pyqtgraph")


def main() -> int:
    chosen = _arguments()
    rounds = chosen.rounds or (2 if chosen.quick else 5)
    seconds = chosen.seconds or (2.0 if chosen.quick else 6.0)
    found: dict[str, list[Figure]] = {}
    before = _load()
    with surroundings() as (environment, screen):
        sitting = Sitting(environment, rounds, seconds)
        parts = [name for name in BENCHMARKS if chosen.all or name not in FOR_RELEASES]
        for name in chosen.only or parts:
            found[name] = BENCHMARKS[name](sitting)
            say(table(found[name]))
        machine = [
            *_machine(sitting.cores),
            f"screen: {screen}",
            f"{rounds} rounds of {seconds:g} s, sides alternating, each in a process of its own; "
            f"ratios are paired within a round",
            f"load of the machine before: {before}, after: {_load()}",
        ]
    figures = [figure for part in found.values() for figure in part]
    sys.stdout.write(table(figures) + "\n\n" + "\n".join(machine) + "\n")
    if chosen.write:
        about = "\n".join(f"- {line}" for line in (f"measured {date.today():%Y-%m-%d}", *machine))
        write({name: f"{table(part)}\n\n{about}" for name, part in found.items()}, list(BENCHMARKS))
    if chosen.json:
        found_all = {"machine": machine, "figures": [figure.as_plain() for figure in figures]}
        chosen.json.write_text(json.dumps(found_all, indent=1) + "\n", encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two short rounds, for development")
    parser.add_argument("--rounds", type=int, help="how often each side takes its turn (5)")
    parser.add_argument("--seconds", type=float, help="how long each turn measures (6)")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument(
        "--all", action="store_true", help=f"also {', '.join(sorted(FOR_RELEASES))}, as for a release"
    )
    parser.add_argument("--write", action="store_true", help="put what is measured into FIGURES.md, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every round's values there, too")
    return parser.parse_args()


def _machine(cores: int) -> list[str]:
    tensorflow = packages_distributions()["tensorflow"][0]  # or tensorflow-cpu
    packages = ", ".join(f"{name.partition('_')[0]} {version(name)}" for name in (tensorflow, *PACKAGES))
    return [
        f"{_processor()}, {cores} core{'s' if cores > 1 else ''}, {platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}, {packages}",
    ]


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "an unknown processor"


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    sys.exit(main())
