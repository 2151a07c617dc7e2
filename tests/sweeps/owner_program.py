"""Program that owns the sweep of a folder until it closes: `python -m tests.sweeps.owner_program DIR
WORKERS`."""

import sys
from pathlib import Path
from threading import Event

from cadl_desktop.sweeps.owning.owner import run_sweep
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions


def _told(standing: SweepStatus) -> None:
    assert "tensorflow" not in sys.modules, "only workers import TensorFlow"


if __name__ == "__main__":
    closed = run_sweep(SweepFolder(Path(sys.argv[1])), ClusterOptions(int(sys.argv[2])), _told, Event())
    assert closed.reason == "done", closed.message
