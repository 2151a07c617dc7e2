"""A child that exports a large painting, as the command line does."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from cadl_desktop.engine import Control, first_state, train
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.methods.following import followed
from cadl_desktop.experiment.model import Stop
from cadl_desktop.export.exports import export, export_named
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Finished, Snapshot
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.benchmarks.memory import peak_megabytes
from tests.benchmarks.workloads import workload
from tests.export.chromium import CHROMIUM, browser


def painting(ending: str, width: str) -> dict[str, float]:
    """Seconds to write a painting of so many pixels a side, and the most memory the process ever held."""
    experiment = workload("lecture")
    trained = Trained(experiment, first_state(experiment), History())
    with TemporaryDirectory(prefix="benchmarks-") as folder:
        job = export_named("painting").job({"width": int(width)})
        began = time.perf_counter()
        export("painting", Path(folder) / f"painting{ending}", trained, job)
        seconds = time.perf_counter() - began
    return {"seconds": seconds, "peak_megabytes": peak_megabytes()}


def pages() -> dict[str, float]:
    """Bytes of pages without moments and with thirty, and seconds until a browser shows the latter."""
    learned, found = preset("learned-painting"), dict[str, float]()
    trained = _trained(followed(learned, replace(learned, data=learned.data.has(source="astronaut"))))
    with TemporaryDirectory(prefix="benchmarks-") as folder:
        path = Path(folder) / "page.html"
        for moments in (0, 30):
            export("page", path, trained, export_named("page").job({"size": "smallest", "moments": moments}))
            found[f"bytes_{moments}"] = path.stat().st_size
        if CHROMIUM:
            with browser() as opened:
                for _ in range(2):  # the browser itself starts at first
                    opened.open(path, 1280, 800)
                    opened.until("performance.getEntriesByName('shown').length")
                mark = "performance.getEntriesByName('shown')[0].startTime / 1000"
                found["seconds"] = opened.evaluate(mark)
    return found


def _trained(experiment: Experiment) -> Trained:
    history, snapshots = History(), Snapshots()
    for event in train(replace(experiment, stop=Stop(epochs=40)), Control(snapshots=True)):
        history.add(event)
        if isinstance(event, Snapshot):
            snapshots.add(event.state)
        if isinstance(event, Finished):
            return Trained(experiment, event.state, history, snapshots)
    raise AssertionError("training has no end")
