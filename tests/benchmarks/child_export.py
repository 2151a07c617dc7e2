"""A child that exports a large painting, as the command line does."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from cadl_desktop.engine import first_state
from cadl_desktop.export.exports import export, export_named
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.history import History
from tests.benchmarks.memory import peak_megabytes
from tests.benchmarks.workloads import workload


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
