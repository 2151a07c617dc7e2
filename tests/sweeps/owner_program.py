"""`python -m tests.sweeps.owner_program DIR WORKERS`: owns the sweep of a folder until it closes."""

import sys
from pathlib import Path
from threading import Event

from cadl_desktop.sweeps.owning.owner import run_sweep
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.standing import Standing
from cadl_desktop.sweeps.workers.options import ClusterOptions


def _told(standing: Standing) -> None:
    assert "tensorflow" not in sys.modules, "only workers import TensorFlow"


if __name__ == "__main__":
    closed = run_sweep(SweepFolder(Path(sys.argv[1])), ClusterOptions(int(sys.argv[2])), _told, Event())
    assert closed.reason == "done", closed.message
