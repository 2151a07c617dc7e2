"""The child programs: `python -m tests.benchmarks.child NAME ARGUMENTS` prints one JSON object."""

import json
import sys
from importlib import import_module

# Imported only when asked for: a child that times its own start must not load what it doesn't need.
PROGRAMS = {
    "train": "child_training:train",
    "matmul": "child_training:matmul",
    "rebuild": "child_training:rebuild",
    "paint": "child_painting:paint",
    "method": "child_methods:paint",
    "watch": "child_watching:watch",
    "export-painting": "child_export:painting",
    "export-pages": "child_export:pages",
    "inpaint": "child_inpainting:fill_in",
    "by-example-sixteen": "child_by_example:sixteen",
    "by-example-twenty": "child_by_example:twenty",
    "guesses": "child_by_example:guesses",
    "window": "child_window:speed",
    "heartbeat": "child_window:heartbeat",
    "edits": "child_edits:edits",
    "drawing": "child_drawing:drawing",
    "drawing-cost": "child_drawing:cost",
    "readouts-cost": "child_drawing:readouts_cost",
    "runs": "child_runs:runs",
    "sweep-views": "child_sweep_views:sweep_views",
    "lessons": "child_lessons:lessons",
    "first-picture": "child_window:first_picture",
    "snapshots": "child_snapshots:run",
    "snapshot-cost": "child_snapshots:cost",
    "autosave": "child_autosave:autosave",
    "large": "child_roaming:large",
    "megapixels": "child_megapixels:megapixels",
    "megapixels-pictures": "child_megapixels:pictures",
    "looks": "child_roaming:looks",
    "landscape": "child_landscape:landscape",
    "bring": "child_bring:bring",
    "camera": "child_bring:camera",
    "sweep": "child_sweeps:sweep",
    "sweep-one-by-one": "child_sweeps:one_by_one",
    "beside-sweep": "child_beside_sweep:beside",
    "start": "child_start:program",
    "start-bare": "child_start:bare",
}


def main() -> None:
    name, *arguments = sys.argv[1:]
    module, _, function = PROGRAMS[name].partition(":")
    answer = getattr(import_module(f"tests.benchmarks.{module}"), function)(*arguments)
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
